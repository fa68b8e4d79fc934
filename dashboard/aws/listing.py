"""The catalogue's calls: what exists of a service, and the details of one resource."""

from collections.abc import Mapping
from typing import Any

from dashboard.aws import classify
from dashboard.aws.calls import Caller
from dashboard.catalog.reading import get
from dashboard.catalog.shape import Call, Identity, Item, Listing


def list_items(caller: Caller, listing: Listing) -> list[Item]:
    """Every item of a listing that belongs to the service. Raises AwsError."""
    parameters = fill(listing.call.parameters, {"region": caller.region})
    items = _items(caller, listing.call, listing.items, parameters, optional=listing.optional)
    if listing.each is not None:
        items = [item for parent in items for item in _children(caller, listing, parent)]
    try:
        return [item for item in items if listing.keep(item)]
    except (KeyError, TypeError, AttributeError) as error:
        action = caller.action(listing.call.client, listing.call.method)
        raise classify.invalid(action, f"an entry has no {error}") from error


def _items(
    caller: Caller, call: Call, path: str, parameters: Mapping[str, Any], *, optional: bool = False
) -> list[Item]:
    """All items at `path` over all pages. A page without it is no answer, unless AWS leaves out empty lists."""
    first = path.split(".", maxsplit=1)[0]
    found: list[Item] = []
    for page in caller.pages(call.client, call.method, parameters, () if optional else (first,)):
        items = get(page, path) or []
        if not isinstance(items, list):
            raise classify.invalid(caller.action(call.client, call.method), f"{path} is not a list")
        found += [item if isinstance(item, Mapping) else {"value": item} for item in items]
    return found


def _children(caller: Caller, listing: Listing, parent: Item) -> list[Item]:
    """What the second call lists for one item; each child knows its parent under `parent`."""
    assert listing.each is not None  # noqa: S101 - narrows the type for the line below
    items = _items(
        caller, listing.each, listing.each.result, filled(caller, listing.each, parent), optional=listing.each.optional
    )
    return [{**item, "parent": parent} for item in items]


def filled(caller: Caller, call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """The call's parameters with their placeholders filled. Raises AwsError when the answer before lacked one."""
    known = {"account_id": caller.connection.account_id, "region": caller.region, **values}
    try:
        return {key: fill(value, known) for key, value in call.parameters.items()}
    except KeyError as error:
        action = caller.action(call.client, call.method)
        raise classify.invalid(action, f"what it builds on has no {error}") from error


def fill(value: Any, values: Mapping[str, Any]) -> Any:
    """A parameter with its {placeholders} replaced, inside lists and mappings too."""
    if isinstance(value, str):
        return value.format_map(values) if "{" in value else value
    if isinstance(value, Mapping):
        return {key: fill(one, values) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [fill(one, values) for one in value]
    return value


def detail(caller: Caller, call: Call, identity: Identity, item: Item) -> Any:
    """The wanted part of a detail call's answer for one resource; None where it is not configured. Raises AwsError."""
    values = {
        **item,
        "physical_id": identity.physical_id,
        "parent_id": identity.physical_id.split("/", 1)[0],
        "arn": identity.arn,
        "name": identity.name,
    }
    return ask(caller, call, values)


def ask(caller: Caller, call: Call, values: Mapping[str, Any]) -> Any:
    """Make a call with its placeholders filled; lists over all pages. Raises AwsError."""
    parameters = filled(caller, call, values)
    if call.paged:
        return _items(caller, call, call.result, parameters, optional=call.optional)
    required = (call.result.split(".")[0],) if call.result and not call.optional else ()
    answer = caller.call(call.client, call.method, parameters, required, absent=call.absent)
    if answer is None or not call.result:
        return answer
    return get(answer, call.result)
