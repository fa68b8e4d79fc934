"""AWS Lambda functions."""

from collections.abc import Mapping, Sequence

from dashboard.catalog.metrics import count, keys, percentiles
from dashboard.catalog.ratios import error_rate, of_limit, share_of_sum, total
from dashboard.catalog.reading import get, numbers
from dashboard.catalog.shape import (
    Billing,
    Call,
    Chart,
    Derived,
    Fact,
    Found,
    Identity,
    Item,
    Limits,
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


def identify(item: Item) -> Identity:
    """A function is known by its name."""
    return Identity(item["FunctionName"], item["FunctionName"], item["FunctionArn"])


def facts(found: Found) -> Sequence[Fact]:
    """What explains duration, throttles and cost."""
    item = found.item
    reserved = get(found.details.get("concurrency"), "ReservedConcurrentExecutions")
    return (
        Fact("Runtime", item.get("Runtime") or item.get("PackageType")),
        Fact("Memory", item.get("MemorySize", 0) * 1024**2, Unit.BYTES),
        Fact("Timeout", item.get("Timeout"), Unit.SECONDS),
        Fact("Architecture", ", ".join(item.get("Architectures", ["x86_64"]))),
        Fact("Reserved concurrency", reserved),
        Fact("Dead-letter target", get(item, "DeadLetterConfig.TargetArn")),
        Fact("Tracing", get(item, "TracingConfig.Mode", "PassThrough") == "Active"),
        Fact("Handler", item.get("Handler")),
        Fact("Last modified", written_at(item.get("LastModified"))),
    )


def written_at(text: str | None) -> str | None:
    """Lambda's '2026-03-10T11:58:00.000+0000', to the minute."""
    return f"{text[:16].replace('T', ' ')} UTC" if text else None


def limits(found: Found) -> Limits:
    """Timeout, and the concurrency that is this function's own or the region's."""
    account = get(found.details.get("account"), "AccountLimit.ConcurrentExecutions")
    reserved = get(found.details.get("concurrency"), "ReservedConcurrentExecutions")
    return numbers({"timeout": found.item.get("Timeout", 0) * 1000, "concurrency": reserved or account})


def relations(found: Found) -> Sequence[Relation]:
    """Event source mappings into the function, and where its failures go."""
    arn = found.identity.arn
    # Mappings may name a version or an alias behind the function's own ARN.
    mappings = [
        one for one in found.details.get("mappings") or () if f"{one.get('FunctionArn')}:".startswith(f"{arn}:")
    ]
    lost = [get(found.item, "DeadLetterConfig.TargetArn")]
    lost += [get(one, "DestinationConfig.OnFailure.Destination") for one in mappings]
    return [
        *(
            Relation(one["EventSourceArn"], arn, "event_source_mapping", one.get("State") == "Enabled")
            for one in mappings
            if one.get("EventSourceArn")
        ),
        *(Relation(arn, one, "dead_letter") for one in dict.fromkeys(lost) if one),
    ]


HALF_A_MILLISECOND = 0.0005


def usage(metered: Metered) -> Mapping[str, Values]:
    """Requests, and the time of each times its memory. Each is rounded up to the millisecond."""
    arm = "-arm" if metered.facts.get("Architecture") == "arm64" else ""
    gigabytes = metered.number("Memory") / 1024**3
    requests = metered.of("requests")
    seconds = metered.of("duration_sum") / 1000 + requests * HALF_A_MILLISECOND
    return {f"lambda-requests{arm}": requests, f"lambda-gb-seconds{arm}": seconds * gigabytes}


SERVICE = Service(
    key="lambda",
    label="Functions",
    noun="Lambda function",
    icon="lambda",
    namespace="AWS/Lambda",
    idles=True,
    cfn_types=("AWS::Lambda::Function", "AWS::Serverless::Function"),
    cost_name="AWS Lambda",
    listing=Listing(Call("lambda", "list_functions"), "Functions", identify),
    details={"concurrency": Call("lambda", "get_function_concurrency", {"FunctionName": "{name}"})},
    region_details={
        "account": Call("lambda", "get_account_settings"),
        "mappings": Call("lambda", "list_event_source_mappings", result="EventSourceMappings", paged=True),
    },
    facts=facts,
    limits=limits,
    relations=relations,
    dimensions=lambda found: {"FunctionName": found.identity.name},
    metrics=(
        count("requests", "Invocations", "Invocations"),
        count("errors", "Errors", "Errors"),
        count("throttles", "Throttles", "Throttles"),
        *percentiles("duration", "Duration", Unit.MILLISECONDS, label="Duration"),
        Metric("duration_sum", "Duration", "Sum", Unit.MILLISECONDS, "Time billed"),
        Metric("concurrency", "ConcurrentExecutions", "Maximum", Unit.COUNT, "Concurrent executions"),
        Metric("iterator_age", "IteratorAge", "Maximum", Unit.MILLISECONDS, "Iterator age"),
        Metric("event_age", "AsyncEventAge", "Maximum", Unit.MILLISECONDS, "Asynchronous event age"),
        count("events_dropped", "AsyncEventsDropped", "Events dropped", sparse=True),
        count("dead_letter_errors", "DeadLetterErrors", "Dead-letter errors", sparse=True),
    ),
    derived=(
        error_rate(label="Error rate"),
        Derived("attempts", "Attempts", Unit.COUNT, ("requests", "throttles"), total("requests", "throttles")),
        Derived(
            "throttle_share",
            "Throttled",
            Unit.SHARE,
            ("throttles", "requests"),
            share_of_sum("throttles", "requests"),
        ),
        Derived(
            "timeout_share",
            "p99 of timeout",
            Unit.SHARE,
            ("duration_p99",),
            of_limit("duration_p99", "timeout"),
            ("timeout",),
        ),
        Derived(
            "concurrency_share",
            "Concurrency used",
            Unit.SHARE,
            ("concurrency",),
            of_limit("concurrency", "concurrency"),
            ("concurrency",),
        ),
    ),
    charts=(
        Chart("How often is it called?", ("requests",), "area"),
        Chart("How long does it take?", keys("duration"), "percentiles"),
        Chart("How often does it fail?", ("errors", "throttles", "dead_letter_errors", "events_dropped")),
        Chart("What share fails or is throttled?", ("error_rate", "throttle_share")),
        Chart("How close is it to its limits?", ("concurrency_share", "timeout_share")),
        Chart("How many run at once?", ("concurrency",)),
        Chart("How far does it lag behind?", ("iterator_age", "event_age")),
    ),
    signals=Signals(
        traffic="requests",
        errors="errors",
        latency="duration_p95",
        saturation=("concurrency_share", "throttle_share", "timeout_share"),
    ),
    thresholds=(
        Threshold(
            "error_rate",
            Severity.CRITICAL,
            "{value} of invocations fail",
            above=0.05,
            floor=("requests", 20),
            hint="Look at the errors since the last deploy; the function's log group has the exceptions.",
        ),
        Threshold(
            "throttle_share",
            Severity.WARNING,
            "{value} of invocations are throttled",
            above=0.05,
            floor=("attempts", 20),
            hint="Raise the reserved concurrency or the account's quota, or slow the caller down.",
        ),
        Threshold(
            "timeout_share",
            Severity.WARNING,
            "the slowest invocations take {value} of the timeout",
            above=0.8,
            floor=("requests", 20),
            hint="Raise the timeout, or find what the function waits for.",
        ),
        Threshold(
            "concurrency_share",
            Severity.WARNING,
            "{value} of its concurrency is in use",
            above=0.9,
            hint="Raise the reserved concurrency or the account's quota.",
        ),
        Threshold(
            "iterator_age",
            Severity.WARNING,
            "the oldest record has waited {value}",
            above=60_000,
            hint="Add shards or parallelisation, or make the function quicker.",
        ),
        Threshold("events_dropped", Severity.CRITICAL, "{value} events were dropped", above=0, for_periods=1),
        Threshold("dead_letter_errors", Severity.CRITICAL, "{value} events were lost", above=0, for_periods=1),
    ),
    limited={**dict.fromkeys(keys("duration"), "timeout"), "concurrency": "concurrency"},
    figures=("requests", "error_rate", "duration_p95"),
    billing=Billing(
        usage,
        ("requests", "GB-seconds by architecture"),
        ("provisioned concurrency", "start-up time", "ephemeral storage over 512 MB", "log data"),
        stop=(
            "aws lambda put-function-concurrency --function-name {name}"
            " --reserved-concurrent-executions 0 --region {region}"
        ),
    ),
    actions=(
        "lambda:ListFunctions",
        "lambda:GetFunctionConcurrency",
        "lambda:GetAccountSettings",
        "lambda:ListEventSourceMappings",
    ),
    console="https://{region}.console.aws.amazon.com/lambda/home?region={region}#/functions/{name}?tab=monitoring",
    traced=Traced(("AWS::Lambda::Function", "AWS::Lambda")),
)
