"""The tagging API: everything that has an ARN and tags."""

from collections.abc import Mapping
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import api_id, arn, stack_arn

_WITHOUT = frozenset({"cognito", "custom"})
"""Kinds that the real API leaves out or that have no ARN."""


@answers("resourcegroupstaggingapi", "GetResources")
def get_resources(asked: Asked) -> Answer:
    """A hundred a page; the last page's token is a blank text, as AWS has it."""
    arns = asked.get("ResourceARNList")
    if arns and (asked.get("TagFilters") or asked.get("ResourceTypeFilters")):
        raise AnswerError("InvalidParameterException", "ResourceARNList can't be combined with other filters.")
    found = [
        (_tagged_arn(component), tags)
        for component in asked.world.plan.in_region(asked.account_id, asked.region)
        if component.kind not in _WITHOUT and (tags := _tags(asked, component))
    ]
    wanted = [(one, tags) for one, tags in found if _wanted(asked, one, tags, arns)]
    page, token = page_of(wanted, asked.get("PaginationToken"), int(asked.get("ResourcesPerPage", 100)))
    mappings = [
        {"ResourceARN": one, "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}
        for one, tags in page
    ]
    return {"ResourceTagMappingList": mappings, "PaginationToken": token or ""}


def _tagged_arn(component: Component) -> str:
    if component.kind == "apigateway_rest":
        return f"arn:aws:apigateway:{component.region}::/restapis/{api_id(component)}"
    if component.kind in {"apigateway_http", "apigateway_websocket"}:
        return f"arn:aws:apigateway:{component.region}::/apis/{api_id(component)}"
    return arn(component)


def _tags(asked: Asked, component: Component) -> dict[str, str]:
    tags = dict(component.tags)
    if component.stack:
        stacks = asked.world.plan.stacks_in(component.account_id, component.region)
        stack = next(one for one in stacks if one.name == component.stack)
        tags["aws:cloudformation:stack-name"] = stack.name
        tags["aws:cloudformation:stack-id"] = stack_arn(stack)
        tags["aws:cloudformation:logical-id"] = component.logical_id
    return tags


def _wanted(asked: Asked, one: str, tags: Mapping[str, str], arns: list[str] | None) -> bool:
    if arns:
        return one in arns
    kinds: list[str] = asked.get("ResourceTypeFilters", [])
    if kinds and not any(_is_of(one, kind) for kind in kinds):
        return False
    filters: list[Mapping[str, Any]] = asked.get("TagFilters", [])
    return all(
        rule["Key"] in tags and (not rule.get("Values") or tags[rule["Key"]] in rule["Values"]) for rule in filters
    )


def _is_of(one: str, kind: str) -> bool:
    """Whether an ARN is of a type such as 'lambda' or 'lambda:function'."""
    service, _, resource = kind.partition(":")
    parts = one.split(":", 5)
    return parts[2] == service and (not resource or parts[5].replace("/", ":").startswith(resource))
