"""Deep links into AWS's console."""

from collections.abc import Mapping
from urllib.parse import quote

from dashboard.catalog.shape import Service


def console_address(service: Service, names: Mapping[str, str]) -> str:
    """The page of one resource; '' when the catalogue has none.

    `names` gives region, physical_id, name, arn and account_id as they are; they are quoted here.
    """
    return service.console.format(**{name: quote(text, safe="") for name, text in names.items()})
