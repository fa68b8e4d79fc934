"""Amazon EventBridge rules, of the default bus and of custom ones."""

from collections.abc import Mapping, Sequence

from dashboard.catalog import tracing
from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Listing,
    Metered,
    Metric,
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit

DEFAULT_BUS = "default"


def identify(item: Item) -> Identity:
    """A rule is known by its name on the default bus, as bus|rule on others."""
    bus = item["parent"]["Name"]
    name = item["Name"] if bus == DEFAULT_BUS else f"{bus}|{item['Name']}"
    return Identity(name, item["Name"], item["Arn"])


def dimensions(found: Found) -> dict[str, str]:
    """Rules of custom buses carry the bus."""
    bus = found.item["parent"]["Name"]
    own = {"RuleName": found.item["Name"]}
    return own if bus == DEFAULT_BUS else {**own, "EventBusName": bus}


def facts(found: Found) -> Sequence[Fact]:
    """What explains what it matches and where that goes."""
    targets = found.details.get("targets") or ()
    return (
        Fact("Bus", found.item["parent"]["Name"]),
        Fact("State", found.item.get("State")),
        Fact("Schedule", found.item.get("ScheduleExpression")),
        Fact("Pattern", found.item.get("EventPattern")),
        Fact("Targets", len(targets)),
        Fact("Targets with a dead-letter queue", sum("DeadLetterConfig" in target for target in targets)),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Targets, and where events go that could not be delivered."""
    arn, enabled = found.identity.arn, found.item.get("State") == "ENABLED"
    targets = found.details.get("targets") or ()
    failed = [target["DeadLetterConfig"]["Arn"] for target in targets if target.get("DeadLetterConfig", {}).get("Arn")]
    return [
        *(Relation(arn, target["Arn"], "target", enabled) for target in targets if target.get("Arn")),
        *(Relation(arn, one, "dead_letter") for one in failed),
    ]


def usage(metered: Metered) -> Mapping[str, Values]:
    """Events of buses of one's own; schedules and events of AWS on the default bus are free."""
    if metered.facts.get("Bus") == "default":
        return {}
    return {"events": metered.of("matched")}


SERVICE = Service(
    key="eventbridge",
    label="Event rules",
    noun="EventBridge rule",
    icon="eventbridge",
    namespace="AWS/Events",
    idles=True,
    cfn_types=("AWS::Events::Rule",),
    cost_name="Amazon EventBridge",
    listing=Listing(
        Call("events", "list_event_buses"),
        "EventBuses",
        identify,
        each=Call("events", "list_rules", {"EventBusName": "{Name}"}, result="Rules"),
    ),
    details={
        "targets": Call(
            "events",
            "list_targets_by_rule",
            {"Rule": "{name}", "EventBusName": "{EventBusName}"},
            result="Targets",
            paged=True,
            absent=("ResourceNotFoundException",),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=dimensions,
    metrics=(
        count("requests", "Invocations", "Targets invoked"),
        count("matched", "TriggeredRules", "Events matched"),
        count("errors", "FailedInvocations", "Failed", sparse=True),
        count("throttled", "ThrottledRules", "Throttled", sparse=True),
        count("dead_lettered", "InvocationsSentToDlq", "Sent to dead-letter queue", sparse=True),
        Metric("delay", "IngestionToInvocationStartLatency", "p95", Unit.MILLISECONDS, "Ingestion to invocation p95"),
    ),
    derived=(Derived("error_rate", "Failed share", Unit.SHARE, ("errors", "requests"), share("errors", "requests")),),
    charts=(
        Chart("How many events match?", ("matched", "requests"), "area"),
        Chart("Is anything lost?", ("errors", "throttled", "dead_lettered")),
        Chart("How long until the target is called?", ("delay",)),
    ),
    signals=Signals(traffic="requests", errors="errors"),
    thresholds=(
        Threshold("errors", Severity.CRITICAL, "{value} events did not reach their target", above=0, for_periods=1),
        Threshold("throttled", Severity.WARNING, "{value} invocations were throttled", above=0, for_periods=3),
        Threshold("dead_lettered", Severity.WARNING, "{value} events went to the dead-letter queue", above=0),
        Threshold("delay", Severity.WARNING, "events wait {value} before their target is called", above=30_000),
    ),
    figures=("matched", "requests", "errors"),
    billing=Billing(
        usage,
        ("events matched on buses of one's own",),
        ("events that no rule matches", "archives and replays"),
        stop="aws events disable-rule --name {name} --event-bus-name {bus} --region {region}",
    ),
    actions=("events:ListEventBuses", "events:ListRules", "events:ListTargetsByRule"),
    console="https://{region}.console.aws.amazon.com/events/home?region={region}#/rules",
    traced=Traced(("AWS::Events",), tracing.bus_names),
    carries=True,
    waiting="delay",
)
