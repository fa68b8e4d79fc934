"""What the simulated AWS answers: one module per group of services; importing them registers their handlers."""

import importlib
import pkgutil

LOADED = tuple(importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
