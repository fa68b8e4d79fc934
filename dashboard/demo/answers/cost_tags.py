"""What costs can be grouped by: cost allocation tags, and the values of tags and dimensions."""

from collections.abc import Iterable
from typing import Any

from dashboard.demo.answers.cost_requests import charges, invalid, page_of, past_period
from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.billing.selection import ACTIVE_TAGS, DIMENSIONS, tag_of
from dashboard.demo.world.blueprints import ACCOUNT_NAMES, DATA

INACTIVE_TAGS = ("app",)
_ACTIVE_SINCE = "2025-02-01T00:00:00Z"
_PAGE = 100


@answers("ce", "ListCostAllocationTags")
def list_cost_allocation_tags(asked: Asked) -> Answer:
    """For those who pay for themselves; the data account is a member of an organization, and may not."""
    if asked.account_id == DATA:
        message = "Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags."
        raise AnswerError("AccessDeniedException", message)
    tags = [*((key, "Active") for key in ACTIVE_TAGS), *((key, "Inactive") for key in INACTIVE_TAGS)]
    wanted = [
        {
            "TagKey": key,
            "Type": "AWSGenerated" if key.startswith("aws:") else "UserDefined",
            "Status": status,
            "LastUpdatedDate": _ACTIVE_SINCE,
        }
        for key, status in tags
        if asked.get("Status", status) == status and (not asked.get("TagKeys") or key in asked.get("TagKeys"))
    ]
    return {"CostAllocationTags": wanted}


@answers("ce", "GetTags")
def get_tags(asked: Asked) -> Answer:
    """Keys of tags that costs have; with a key its values, a blank one for what is untagged."""
    found = charges(asked, *past_period(asked))
    key = asked.get("TagKey")
    if key:
        return _listed(asked, "Tags", {tag_of(one, str(key)) for one in found})
    return _listed(asked, "Tags", {name for one in found for name, _ in one.tags if name in ACTIVE_TAGS})


@answers("ce", "GetDimensionValues")
def get_dimension_values(asked: Asked) -> Answer:
    """Values that occur; accounts with their names."""
    dimension = str(asked.get("Dimension", ""))
    if dimension not in DIMENSIONS:
        raise invalid(f"Dimension {dimension} is invalid")
    found = {DIMENSIONS[dimension](one) for one in charges(asked, *past_period(asked))}
    answer = _listed(asked, "DimensionValues", found)
    names = ACCOUNT_NAMES if dimension == "LINKED_ACCOUNT" else {}
    values = [
        {"Value": value, "Attributes": {"description": names[value]} if value in names else {}}
        for value in answer["DimensionValues"]
    ]
    return {**answer, "DimensionValues": values}


def _listed(asked: Asked, name: str, found: Iterable[str]) -> dict[str, Any]:
    wanted = sorted(value for value in found if str(asked.get("SearchString", "")) in value)
    page, token = page_of(asked, wanted, int(asked.get("MaxResults", _PAGE)))
    return {name: page, "ReturnSize": len(page), "TotalSize": len(wanted), "NextPageToken": token}
