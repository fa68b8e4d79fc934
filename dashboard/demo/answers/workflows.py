"""Step Functions."""

import json
from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, uuid_of


def _machine(asked: Asked) -> Component:
    wanted = asked.get("stateMachineArn")
    for machine in asked.components("step_functions"):
        if arn(machine) == wanted:
            return machine
    raise AnswerError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{wanted}'")


@answers("stepfunctions", "ListStateMachines")
def list_state_machines(asked: Asked) -> Answer:
    """A hundred a page."""
    page, token = page_of(asked.components("step_functions"), asked.get("nextToken"), int(asked.get("maxResults", 100)))
    machines = [
        {
            "stateMachineArn": arn(machine),
            "name": machine.name,
            "type": "STANDARD",
            "creationDate": datetime.fromtimestamp(asked.world.created(machine), UTC),
        }
        for machine in page
    ]
    return {"stateMachines": machines, "nextToken": token}


@answers("stepfunctions", "DescribeStateMachine")
def describe_state_machine(asked: Asked) -> Answer:
    """With its definition."""
    machine = _machine(asked)
    return {
        "stateMachineArn": arn(machine),
        "name": machine.name,
        "status": "ACTIVE",
        "definition": json.dumps(_definition(asked, machine)),
        "roleArn": f"arn:aws:iam::{machine.account_id}:role/{machine.name}",
        "type": "STANDARD",
        "creationDate": datetime.fromtimestamp(asked.world.created(machine), UTC),
        "loggingConfiguration": {"level": "ERROR", "includeExecutionData": False, "destinations": []},
        "tracingConfiguration": {"enabled": bool(machine.get("traced"))},
        "revisionId": uuid_of("revision", machine.key),
    }


def _definition(asked: Asked, machine: Component) -> dict[str, Any]:
    tasks = [edge.target for edge in asked.world.plan.out_of(machine) if edge.kind == "task"]
    names = [task.logical_id for task in tasks]
    states: dict[str, Any] = {}
    for position, task in enumerate(tasks):
        following = {"Next": names[position + 1]} if position + 1 < len(names) else {"End": True}
        parameters = {"FunctionName": arn(task), "Payload.$": "$"}
        resource = "arn:aws:states:::lambda:invoke"
        states[names[position]] = {"Type": "Task", "Resource": resource, "Parameters": parameters, **following}
    return {"StartAt": names[0], "States": states}


@answers("stepfunctions", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("resourceArn")
    tags = next((machine.tags for machine in asked.components("step_functions") if arn(machine) == wanted), {})
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}
