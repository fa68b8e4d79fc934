"""What the simulated AWS answers: one module per group of services; importing them registers their handlers."""

import importlib
import pkgutil


def load_handlers() -> None:
    """Import every module of this folder, so that its handlers are registered."""
    for found in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{found.name}")
