"""CloudFormation: stacks, their resources, their history, their templates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard.aws import classify
from dashboard.aws.calls import Caller
from dashboard.aws.values import CfnEvent, CfnResource, CfnStack

NOT_THERE = frozenset({"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"})
"""Statuses of stacks that are no more, or not yet: a change set alone makes none."""
GONE = "DELETE_COMPLETE"


def stacks(caller: Caller) -> list[CfnStack]:
    """Every stack that exists, nested ones too. Raises AwsError."""
    return [
        _stack(found)
        for page in caller.pages("cloudformation", "describe_stacks", {}, ("Stacks",))
        for found in page["Stacks"]
        if _read(found, "StackStatus") not in NOT_THERE
    ]


def _read(found: Mapping[str, Any], member: str) -> Any:
    """A member that CloudFormation always sends. Raises AwsError(INVALID_ANSWER) without it."""
    if member not in found:
        raise classify.invalid("cloudformation", f"it has no {member}")
    return found[member]


def _stack(found: Mapping[str, Any]) -> CfnStack:
    return CfnStack(
        arn=_read(found, "StackId"),
        name=_read(found, "StackName"),
        status=_read(found, "StackStatus"),
        description=found.get("Description", ""),
        tags={tag["Key"]: tag["Value"] for tag in found.get("Tags", ())},
        root_arn=found.get("RootId", "") if found.get("RootId") != found["StackId"] else "",
        created_at=_read(found, "CreationTime"),
        updated_at=found.get("LastUpdatedTime"),
        outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ()) if "OutputValue" in one},
    )


def stack_resources(caller: Caller, stack_arn: str) -> list[CfnResource]:
    """Resources of one stack, deleted ones left out. Raises AwsError."""
    pages = caller.pages(
        "cloudformation", "list_stack_resources", {"StackName": stack_arn}, ("StackResourceSummaries",)
    )
    return [
        CfnResource(
            _read(one, "LogicalResourceId"), one.get("PhysicalResourceId", ""), _read(one, "ResourceType"), status
        )
        for page in pages
        for one in page["StackResourceSummaries"]
        if (status := _read(one, "ResourceStatus")) != GONE
    ]


def stack_events(caller: Caller, stack_arn: str, since: datetime) -> list[CfnEvent]:
    """History of one stack, newest first, until `since`. Raises AwsError."""
    found: list[CfnEvent] = []
    for page in caller.pages("cloudformation", "describe_stack_events", {"StackName": stack_arn}, ("StackEvents",)):
        for event in page["StackEvents"]:
            at = _read(event, "Timestamp")
            if at < since:
                return found
            found.append(
                CfnEvent(
                    at,
                    event.get("LogicalResourceId", ""),
                    event.get("PhysicalResourceId", ""),
                    event.get("ResourceType", ""),
                    event.get("ResourceStatus", ""),
                    event.get("ResourceStatusReason", ""),
                )
            )
    return found


def template(caller: Caller, stack_arn: str) -> str | Mapping[str, Any]:
    """The stack's template: text when it is YAML, a mapping when it is JSON. Raises AwsError."""
    answer = caller.call("cloudformation", "get_template", {"StackName": stack_arn}, ("TemplateBody",))
    body: str | Mapping[str, Any] = answer["TemplateBody"]
    return body
