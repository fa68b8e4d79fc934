"""AWS Step Functions state machines."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import share_of_sum, total
from dashboard.catalog.reading import arns_in, parsed
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
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
    Values,
)
from dashboard.core.units import Unit

INTEGRATION = ":states:::"
"""An ARN of the integration itself, which is no resource."""

ENDINGS = ("errors", "succeeded", "timed_out", "aborted")


def identify(item: Item) -> Identity:
    """A state machine is known by its ARN."""
    return Identity(item["stateMachineArn"], item["name"], item["stateMachineArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains how it runs."""
    machine = found.details.get("machine") or {}
    return (
        Fact("Type", machine.get("type") or found.item.get("type")),
        Fact("States", len(parsed(machine.get("definition")).get("States", ()))),
        Fact("Tracing", bool(machine.get("tracingConfiguration", {}).get("enabled"))),
        Fact("Status", machine.get("status")),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Everything that its tasks call."""
    definition = parsed((found.details.get("machine") or {}).get("definition"))
    called = dict.fromkeys(arn for arn in arns_in(definition) if INTEGRATION not in arn)
    return [Relation(found.identity.arn, arn, "task") for arn in called]


def usage(metered: Metered) -> Mapping[str, Values]:
    """Transitions of standard workflows: the start, and each state once per execution."""
    if metered.facts.get("Type") == "EXPRESS":
        return {}
    return {"state-transitions": metered.of("requests") * (1 + metered.number("States"))}


SERVICE = Service(
    key="step_functions",
    label="State machines",
    noun="Step Functions state machine",
    icon="step_functions",
    namespace="AWS/States",
    idles=True,
    cfn_types=("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"),
    cost_name="AWS Step Functions",
    listing=Listing(Call("stepfunctions", "list_state_machines"), "stateMachines", identify),
    details={
        "machine": Call(
            "stepfunctions",
            "describe_state_machine",
            {"stateMachineArn": "{arn}"},
            absent=("StateMachineDoesNotExist",),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"StateMachineArn": found.identity.arn},
    metrics=(
        count("requests", "ExecutionsStarted", "Started"),
        count("succeeded", "ExecutionsSucceeded", "Succeeded", sparse=True),
        count("errors", "ExecutionsFailed", "Failed", sparse=True),
        count("timed_out", "ExecutionsTimedOut", "Timed out", sparse=True),
        count("aborted", "ExecutionsAborted", "Aborted", sparse=True),
        count("throttled", "ExecutionThrottled", "Throttled", sparse=True),
        *percentiles("duration", "ExecutionTime", Unit.MILLISECONDS, label="Execution"),
    ),
    derived=(
        Derived("finished", "Finished", Unit.COUNT, ENDINGS, total(*ENDINGS)),
        Derived("error_rate", "Failed of finished", Unit.SHARE, ENDINGS, share_of_sum(*ENDINGS)),
    ),
    charts=(
        Chart("How many executions?", ("requests", "succeeded"), "area"),
        Chart("How long do they take?", keys("duration"), "percentiles"),
        Chart("How many fail?", ("errors", "timed_out", "aborted", "throttled")),
        Chart("What share fails?", ("error_rate",)),
    ),
    signals=Signals(traffic="requests", errors="errors", latency="duration_p95"),
    thresholds=(
        Threshold("error_rate", Severity.CRITICAL, "{value} of executions fail", above=0.05, floor=("finished", 10)),
        Threshold("timed_out", Severity.WARNING, "{value} executions timed out", above=0),
        Threshold("throttled", Severity.WARNING, "{value} state transitions were throttled", above=0),
    ),
    figures=("requests", "error_rate", "duration_p95"),
    billing=Billing(
        usage,
        ("state transitions: executions started times states",),
        ("retries and loops", "requests and duration of express workflows"),
    ),
    actions=("states:ListStateMachines", "states:DescribeStateMachine"),
    console="https://{region}.console.aws.amazon.com/states/home?region={region}#/statemachines/view/{arn}",
    traced=Traced(("AWS::StepFunctions::StateMachine", "AWS::States")),
)
