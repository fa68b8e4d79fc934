"""Amazon SQS queues, dead-letter queues among them."""

from collections.abc import Mapping, Sequence

import numpy as np

from dashboard.catalog import tracing
from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import of_limit
from dashboard.catalog.reading import get, last_part, numbers, parsed
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
    """A queue is known to CloudFormation by its URL."""
    name = last_part(item["value"])
    return Identity(item["value"], name, f"arn:aws:sqs:{{region}}:{{account_id}}:{name}")


def _redrive(found: Found) -> tuple[str | None, int | None]:
    """The dead-letter queue's ARN and after how many receives a message goes there."""
    policy = parsed(get(found.details.get("attributes"), "RedrivePolicy"))
    return policy.get("deadLetterTargetArn"), policy.get("maxReceiveCount")


def facts(found: Found) -> Sequence[Fact]:
    """What explains age and redelivery."""
    attributes = found.details.get("attributes") or {}
    target, receives = _redrive(found)
    return (
        Fact(
            "Dead-letter queue of",
            ", ".join(last_part(one["value"]) for one in found.details.get("sources") or ()) or None,
        ),
        Fact("Type", "FIFO" if found.identity.name.endswith(".fifo") else "Standard"),
        Fact("Visibility timeout", _number(attributes, "VisibilityTimeout"), Unit.SECONDS),
        Fact("Retention", _number(attributes, "MessageRetentionPeriod"), Unit.SECONDS),
        Fact("Dead-letter queue", last_part(target, ":") if target else None),
        Fact("Receives before dead-lettering", receives),
        Fact("Delay", _number(attributes, "DelaySeconds"), Unit.SECONDS),
    )


def _number(attributes: Item, name: str) -> float | None:
    return float(attributes[name]) if attributes.get(name) else None


def limits(found: Found) -> Limits:
    """Retention, and the quota of messages in flight (120,000; 20,000 for FIFO)."""
    attributes = found.details.get("attributes") or {}
    in_flight = 20_000 if found.identity.name.endswith(".fifo") else 120_000
    retention = _number(attributes, "MessageRetentionPeriod")
    is_dead_letter_queue = 1 if found.details.get("sources") else None
    return numbers({"retention": retention, "in_flight": in_flight, "dead_letter_queue": is_dead_letter_queue})


def relations(found: Found) -> Sequence[Relation]:
    """Messages that fail too often go to the dead-letter queue."""
    target, _ = _redrive(found)
    return [Relation(found.identity.arn, target, "dead_letter")] if target else []


def usage(metered: Metered) -> Mapping[str, Values]:
    """Each send; receives and deletes in the batches in which functions read; receives that found nothing."""
    handled = metered.or_zero("received") + metered.or_zero("deleted")
    readers = [one.of("requests") for one in metered.linked.get("event_source_mapping", ())]
    if readers:  # A function is called once per batch, and deletes it in one request.
        handled = np.minimum(handled, 2 * np.nansum(readers, axis=0))
    kind = "sqs-fifo-requests" if metered.facts.get("Type") == "FIFO" else "sqs-requests"
    return {kind: metered.of("sent") + handled + metered.or_zero("empty_receives")}


SERVICE = Service(
    key="sqs",
    label="Queues",
    noun="SQS queue",
    icon="sqs",
    namespace="AWS/SQS",
    idles=True,
    cfn_types=("AWS::SQS::Queue",),
    cost_name="Amazon Simple Queue Service",
    listing=Listing(Call("sqs", "list_queues", {"MaxResults": 1000}), "QueueUrls", identify, optional=True),
    details={
        "attributes": Call(
            "sqs",
            "get_queue_attributes",
            {"QueueUrl": "{physical_id}", "AttributeNames": ["All"]},
            result="Attributes",
            absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        ),
        "sources": Call(
            "sqs",
            "list_dead_letter_source_queues",
            {"QueueUrl": "{physical_id}"},
            result="queueUrls",
            absent=("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
            paged=True,
        ),
    },
    facts=facts,
    limits=limits,
    relations=relations,
    dimensions=lambda found: {"QueueName": found.identity.name},
    metrics=(
        Metric("age", "ApproximateAgeOfOldestMessage", "Maximum", Unit.SECONDS, "Age of oldest message"),
        Metric("waiting", "ApproximateNumberOfMessagesVisible", "Maximum", Unit.COUNT, "Waiting"),
        Metric("in_flight", "ApproximateNumberOfMessagesNotVisible", "Maximum", Unit.COUNT, "In flight"),
        count("sent", "NumberOfMessagesSent", "Sent"),
        count("received", "NumberOfMessagesReceived", "Received"),
        count("deleted", "NumberOfMessagesDeleted", "Deleted"),
        count("empty_receives", "NumberOfEmptyReceives", "Empty receives"),
    ),
    derived=(
        Derived(
            "dead_letters",
            "Dead letters",
            Unit.COUNT,
            ("waiting",),
            lambda values, _: values["waiting"],
            ("dead_letter_queue",),
        ),
        Derived("age_share", "Age of retention", Unit.SHARE, ("age",), of_limit("age", "retention"), ("retention",)),
        Derived(
            "in_flight_share",
            "In flight of quota",
            Unit.SHARE,
            ("in_flight",),
            of_limit("in_flight", "in_flight"),
            ("in_flight",),
        ),
    ),
    charts=(
        Chart("How long do messages wait?", ("age",)),
        Chart("How many are waiting?", ("waiting", "in_flight"), "area"),
        Chart("Does it drain as fast as it fills?", ("sent", "received", "deleted")),
        Chart("How close are messages to expiring?", ("age_share", "in_flight_share")),
    ),
    signals=Signals(traffic="sent", saturation=("age_share", "in_flight_share")),
    thresholds=(
        Threshold(
            "dead_letters",
            Severity.WARNING,
            "{value} messages failed for good and wait in this dead-letter queue",
            above=0,
            for_periods=1,
            hint="Find out why the consumer refused them, then redrive or delete them.",
        ),
        Threshold(
            "age",
            Severity.WARNING,
            "the oldest message has waited {value}",
            above=300,
            hint="The consumer is too slow, throttled or failing; look at the functions that read this queue.",
        ),
        Threshold(
            "age_share",
            Severity.CRITICAL,
            "the oldest message has used up {value} of its retention",
            above=0.8,
            hint="Messages are about to be lost: drain the queue or raise its retention.",
        ),
        Threshold(
            "in_flight_share",
            Severity.WARNING,
            "{value} of the quota of messages in flight is used",
            above=0.8,
            hint="Consumers receive more than they delete; at the quota nothing more is handed out.",
        ),
    ),
    limited={"age": "retention", "in_flight": "in_flight"},
    figures=("age", "waiting", "sent"),
    billing=Billing(
        usage,
        ("requests, each below 64 KB",),
        ("data transfer out",),
    ),
    actions=("sqs:ListQueues", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues"),
    console="https://{region}.console.aws.amazon.com/sqs/v3/home?region={region}#/queues/{physical_id}",
    traced=Traced(("AWS::SQS::Queue", "AWS::SQS"), tracing.queue_names),
    carries=True,
    waiting="age",
)
