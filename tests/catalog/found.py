"""Resources as discovery would find them, without asking anybody."""

from collections.abc import Mapping
from typing import Any

from dashboard.catalog.shape import Call, Found, Service

ACCOUNT, REGION = "111122223333", "eu-west-1"


def found(service: Service, item: Mapping[str, Any], **details: Any) -> Found:
    """A resource read from a listing item, its ARN filled in as discovery does."""
    identity = service.listing.identify(item)
    arn = identity.arn.replace("{region}", REGION).replace("{account_id}", ACCOUNT)
    return Found(type(identity)(identity.physical_id, identity.name, arn), ACCOUNT, REGION, item, details)


def calls_of(service: Service) -> dict[str, tuple[Call, str]]:
    """Every call of an entry with the path of what is wanted of its answer, by a name for it."""
    listing = service.listing
    own = {key: (call, call.result) for key, call in {**service.details, **service.region_details}.items()}
    each = {"each": (listing.each, listing.each.result)} if listing.each else {}
    return {"listing": (listing.call, listing.items), **each, **own}
