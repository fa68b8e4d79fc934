"""CloudFormation templates of the world's stacks, with Ref and GetAtt where one resource names another."""

from typing import Any

from dashboard.demo.world.components import Component, StackPlan
from dashboard.demo.world.members import members_of
from dashboard.demo.world.plan import Plan


def template_of(plan: Plan, stack: StackPlan) -> dict[str, Any]:
    """The processed template."""
    components = {component.logical_id: component for component in plan.of_stack(stack)}
    resources = {
        member.logical_id: _resource(plan, member.type, components.get(member.logical_id))
        for member in members_of(plan, stack)
    }
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": stack.description, "Resources": resources}


def _resource(plan: Plan, kind: str, component: Component | None) -> dict[str, Any]:
    if component is None:
        return {"Type": kind, "Properties": {}}
    properties: dict[str, Any] = {"Tags": [{"Key": k, "Value": v} for k, v in component.tags.items()]}
    targets = [
        edge.target.logical_id
        for edge in plan.out_of(component)
        if edge.target.stack == component.stack and edge.target.kind != "custom"
    ]
    written = component.get("writes_into")
    targets += [written] if written else []
    if component.kind == "lambda":
        variables = {f"{target.upper()}_NAME": {"Ref": target} for target in targets}
        properties |= {"FunctionName": component.name, "Environment": {"Variables": variables}}
    elif targets:
        properties["Targets"] = [{"Fn::GetAtt": [target, "Arn"]} for target in targets]
    return {"Type": kind, "Properties": properties}
