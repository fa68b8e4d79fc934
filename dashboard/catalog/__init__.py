"""The catalogue of AWS services: data, found by folder."""

import importlib
import pkgutil
from functools import cache

from dashboard.catalog import services
from dashboard.catalog.shape import Service


@cache
def all_services() -> dict[str, Service]:
    """Every service by key; one module in `services` each."""
    modules = (
        importlib.import_module(f"{services.__name__}.{found.name}")
        for found in pkgutil.iter_modules(services.__path__)
    )
    return {module.SERVICE.key: module.SERVICE for module in modules}


def service(key: str) -> Service:
    """The service of that key. Raises KeyError when the catalogue has none."""
    return all_services()[key]
