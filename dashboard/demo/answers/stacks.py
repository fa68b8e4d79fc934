"""CloudFormation: stacks, their resources and events."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.demo.answers.templates import template_of
from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Deploy, StackPlan
from dashboard.demo.world.history import StackEvent, stack_events
from dashboard.demo.world.identity import stack_arn
from dashboard.demo.world.members import Member, members_of


def _at(asked: Asked, deploy: Deploy) -> datetime:
    return datetime.fromtimestamp((asked.world.origin - deploy.minutes_ago) * 60, UTC)


def _find(asked: Asked) -> StackPlan:
    wanted = str(asked.get("StackName", ""))
    for stack in asked.world.plan.stacks_in(asked.account_id, asked.region):
        if wanted in {stack.name, stack_arn(stack)}:
            return stack
    raise AnswerError("ValidationError", f"Stack with id {wanted} does not exist")


def _parent(asked: Asked, stack: StackPlan) -> dict[str, Any]:
    if not stack.parent:
        return {}
    for other in asked.world.plan.stacks_in(asked.account_id, asked.region):
        if other.name == stack.parent:
            return {"ParentId": stack_arn(other), "RootId": stack_arn(other)}
    return {}


def _status(stack: StackPlan) -> str:
    latest = stack.deploys[0]
    if latest.rolled_back:
        return "UPDATE_ROLLBACK_COMPLETE"
    return "CREATE_COMPLETE" if latest.creates else "UPDATE_COMPLETE"


def _times(asked: Asked, stack: StackPlan) -> dict[str, datetime]:
    created = next(deploy for deploy in stack.deploys if deploy.creates)
    times = {"CreationTime": _at(asked, created)}
    if not stack.deploys[0].creates:
        times["LastUpdatedTime"] = _at(asked, stack.deploys[0])
    return times


@answers("cloudformation", "ListStacks")
def list_stacks(asked: Asked) -> Answer:
    """Summaries, nested ones and one deleted not long ago included."""
    summaries = [
        {
            "StackId": stack_arn(stack),
            "StackName": stack.name,
            "TemplateDescription": stack.description,
            "StackStatus": _status(stack),
            **_times(asked, stack),
            **_parent(asked, stack),
        }
        for stack in asked.world.plan.stacks_in(asked.account_id, asked.region)
    ]
    deleted = datetime.fromtimestamp(asked.world.origin * 60, UTC) - timedelta(days=12)
    place = f"arn:aws:cloudformation:{asked.region}:{asked.account_id}"
    summaries.append(
        {
            "StackId": f"{place}:stack/spike-2/0f0f0f0f-0000-4000-a000-0f0f0f0f0f0f",
            "StackName": "spike-2",
            "CreationTime": deleted - timedelta(days=3),
            "DeletionTime": deleted,
            "StackStatus": "DELETE_COMPLETE",
        }
    )
    wanted = asked.get("StackStatusFilter")
    summaries = [one for one in summaries if not wanted or one["StackStatus"] in wanted]
    page, token = page_of(summaries, asked.get("NextToken"), 100)
    return {"StackSummaries": page, "NextToken": token}


@answers("cloudformation", "DescribeStacks")
def describe_stacks(asked: Asked) -> Answer:
    """One stack by name or id, or all."""
    stacks = [_find(asked)] if asked.get("StackName") else asked.world.plan.stacks_in(asked.account_id, asked.region)
    page, token = page_of(stacks, asked.get("NextToken"), 50)
    return {"Stacks": [_described(asked, stack) for stack in page], "NextToken": token}


def _described(asked: Asked, stack: StackPlan) -> dict[str, Any]:
    return {
        "StackId": stack_arn(stack),
        "StackName": stack.name,
        "Description": stack.description,
        "StackStatus": _status(stack),
        "DisableRollback": False,
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
        "Parameters": [{"ParameterKey": "Environment", "ParameterValue": stack.environment}],
        "Outputs": [],
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        **_times(asked, stack),
        **_parent(asked, stack),
    }


@answers("cloudformation", "ListStackResources")
def list_stack_resources(asked: Asked) -> Answer:
    """What the stack made, one hundred a page."""
    stack = _find(asked)
    page, token = page_of(members_of(asked.world.plan, stack), asked.get("NextToken"), 100)
    return {"StackResourceSummaries": [_resource(asked, stack, member) for member in page], "NextToken": token}


@answers("cloudformation", "DescribeStackResources")
def describe_stack_resources(asked: Asked) -> Answer:
    """The same, at most one hundred, with the stack named in each."""
    stack = _find(asked)
    found = []
    for member in members_of(asked.world.plan, stack)[:100]:
        summary = _resource(asked, stack, member)
        summary["Timestamp"] = summary.pop("LastUpdatedTimestamp")
        found.append({**summary, "StackId": stack_arn(stack), "StackName": stack.name})
    return {"StackResources": found}


def _resource(asked: Asked, stack: StackPlan, member: Member) -> dict[str, Any]:
    touching = [d for d in stack.deploys if any(change.logical_id == member.logical_id for change in d.changes)]
    latest = touching[0] if touching else stack.deploys[-1]
    verb = "CREATE" if latest.creates or not touching else "UPDATE"
    return {
        "LogicalResourceId": member.logical_id,
        "PhysicalResourceId": member.physical_id,
        "ResourceType": member.type,
        "LastUpdatedTimestamp": _at(asked, latest),
        "ResourceStatus": f"{verb}_COMPLETE",
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }


@answers("cloudformation", "DescribeStackEvents")
def describe_stack_events(asked: Asked) -> Answer:
    """Newest first, one hundred a page; nothing older than ninety days."""
    stack = _find(asked)
    oldest = asked.now - 90 * 86_400
    events = [
        event for event in stack_events(asked.world.plan, stack, asked.world.origin) if oldest < event.at <= asked.now
    ]
    page, token = page_of(events, asked.get("NextToken"), 100)
    return {"StackEvents": [_event(stack, event) for event in page], "NextToken": token}


def _event(stack: StackPlan, event: StackEvent) -> dict[str, Any]:
    told = {
        "StackId": stack_arn(stack),
        "StackName": stack.name,
        "EventId": event.id,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": datetime.fromtimestamp(event.at, UTC),
        "ResourceStatus": event.status,
        "ClientRequestToken": event.token,
    }
    if event.reason:
        told["ResourceStatusReason"] = event.reason
    return told


@answers("cloudformation", "GetTemplate")
def get_template(asked: Asked) -> Answer:
    """As JSON text."""
    template = template_of(asked.world.plan, _find(asked))
    return {"TemplateBody": json.dumps(template), "StagesAvailable": ["Original", "Processed"]}
