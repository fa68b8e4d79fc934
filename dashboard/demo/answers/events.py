"""EventBridge."""

from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn


def _rules(asked: Asked) -> list[Component]:
    bus = str(asked.get("EventBusName", "default")).rsplit("/", 1)[-1]
    return [rule for rule in asked.components("eventbridge") if rule.get("bus", "default") == bus]


def _rule(asked: Asked, name: str) -> Component:
    for rule in _rules(asked):
        if rule.name == name:
            return rule
    raise AnswerError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus default.")


@answers("events", "ListEventBuses")
def list_event_buses(asked: Asked) -> Answer:
    """The default bus and the shop's own."""
    default = f"arn:aws:events:{asked.region}:{asked.account_id}:event-bus/default"
    buses = [{"Name": "default", "Arn": default}]
    buses += [{"Name": bus.name, "Arn": arn(bus)} for bus in asked.components("event_bus")]
    return {"EventBuses": buses}


@answers("events", "ListRules")
def list_rules(asked: Asked) -> Answer:
    """Rules of one bus, the default one when none is named."""
    prefix = str(asked.get("NamePrefix", ""))
    rules = [rule for rule in _rules(asked) if rule.name.startswith(prefix)]
    page, token = page_of(rules, asked.get("NextToken"), int(asked.get("Limit", 100)))
    return {"Rules": [_described(rule) for rule in page], "NextToken": token}


@answers("events", "DescribeRule")
def describe_rule(asked: Asked) -> Answer:
    """One rule."""
    return _described(_rule(asked, str(asked.get("Name", ""))))


def _described(rule: Component) -> dict[str, Any]:
    described = {
        "Name": rule.name,
        "Arn": arn(rule),
        "State": "ENABLED",
        "EventBusName": rule.get("bus", "default"),
    }
    if rule.get("schedule"):
        return {**described, "ScheduleExpression": rule.get("schedule")}
    pattern = f'{{"source":["shop.orders"],"detail-type":["{rule.get("detail_type")}"]}}'
    return {**described, "EventPattern": pattern}


@answers("events", "ListTargetsByRule")
def list_targets_by_rule(asked: Asked) -> Answer:
    """What a rule starts."""
    rule = _rule(asked, str(asked.get("Rule", "")))
    edges = [edge for edge in asked.world.plan.out_of(rule) if edge.kind == "rule"]
    return {"Targets": [{"Id": f"target-{number}", "Arn": arn(edge.target)} for number, edge in enumerate(edges)]}


@answers("events", "ListRuleNamesByTarget")
def list_rule_names_by_target(asked: Asked) -> Answer:
    """Rules that start the target."""
    wanted = asked.get("TargetArn")
    names = [
        rule.name
        for rule in _rules(asked)
        if any(arn(edge.target) == wanted for edge in asked.world.plan.out_of(rule) if edge.kind == "rule")
    ]
    return {"RuleNames": names}


@answers("events", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceARN")
    tags = next((rule.tags for rule in asked.components("eventbridge") if arn(rule) == wanted), {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
