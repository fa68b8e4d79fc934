"""Amazon SNS topics."""

from collections.abc import Sequence

from dashboard.catalog.metrics import count
from dashboard.catalog.ratios import share_of_sum, total
from dashboard.catalog.reading import last_part
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
    Relation,
    Service,
    Severity,
    Signals,
    Threshold,
    Traced,
)
from dashboard.core.units import Unit


def identify(item: Item) -> Identity:
    """A topic is known by its ARN."""
    arn = item["TopicArn"]
    return Identity(arn, last_part(arn, ":"), arn)


def facts(found: Found) -> Sequence[Fact]:
    """What explains deliveries."""
    subscriptions = found.details.get("subscriptions") or ()
    kinds = sorted({one.get("Protocol", "") for one in subscriptions})
    return (
        Fact("Type", "FIFO" if found.identity.name.endswith(".fifo") else "Standard"),
        Fact("Subscriptions", len(subscriptions)),
        Fact("Delivered to", ", ".join(kinds) or None),
    )


def relations(found: Found) -> Sequence[Relation]:
    """Queues, functions and streams that are subscribed."""
    return [
        Relation(found.identity.arn, one["Endpoint"], "subscription", one.get("SubscriptionArn", "").startswith("arn:"))
        for one in found.details.get("subscriptions") or ()
        if one.get("Endpoint", "").startswith("arn:")
    ]


SERVICE = Service(
    key="sns",
    label="Topics",
    noun="SNS topic",
    icon="sns",
    namespace="AWS/SNS",
    idles=True,
    cfn_types=("AWS::SNS::Topic",),
    cost_name="Amazon Simple Notification Service",
    listing=Listing(Call("sns", "list_topics"), "Topics", identify),
    details={
        "subscriptions": Call(
            "sns",
            "list_subscriptions_by_topic",
            {"TopicArn": "{arn}"},
            result="Subscriptions",
            paged=True,
            absent=("NotFound", "NotFoundException"),
        )
    },
    facts=facts,
    relations=relations,
    dimensions=lambda found: {"TopicName": found.identity.name},
    metrics=(
        count("requests", "NumberOfMessagesPublished", "Published"),
        count("delivered", "NumberOfNotificationsDelivered", "Delivered", sparse=True),
        count("errors", "NumberOfNotificationsFailed", "Failed", sparse=True),
        count("filtered", "NumberOfNotificationsFilteredOut", "Filtered out", sparse=True),
        count("redriven", "NumberOfNotificationsRedrivenToDlq", "Sent to dead-letter queue", sparse=True),
        count("lost", "NumberOfNotificationsFailedToRedriveToDlq", "Lost", sparse=True),
    ),
    derived=(
        Derived("deliveries", "Deliveries tried", Unit.COUNT, ("errors", "delivered"), total("errors", "delivered")),
        Derived(
            "error_rate",
            "Deliveries that fail",
            Unit.SHARE,
            ("errors", "delivered"),
            share_of_sum("errors", "delivered"),
        ),
    ),
    charts=(
        Chart("How much is published?", ("requests", "delivered"), "area"),
        Chart("Is anything lost?", ("errors", "redriven", "lost")),
        Chart("What share fails?", ("error_rate",)),
        Chart("What is filtered out?", ("filtered",)),
    ),
    signals=Signals(traffic="requests", errors="errors"),
    thresholds=(
        Threshold(
            "error_rate",
            Severity.WARNING,
            "{value} of deliveries fail",
            above=0.01,
            for_periods=5,
            floor=("deliveries", 20),
        ),
        Threshold("redriven", Severity.WARNING, "{value} notifications went to the dead-letter queue", above=0),
        Threshold("lost", Severity.CRITICAL, "{value} notifications were lost", above=0, for_periods=1),
    ),
    figures=("requests", "delivered", "errors"),
    billing=Billing(
        lambda metered: {"sns-requests": metered.of("requests")},
        ("messages published, each below 64 KB",),
        ("deliveries by HTTP, mail and text message",),
    ),
    actions=("sns:ListTopics", "sns:ListSubscriptionsByTopic"),
    console="https://{region}.console.aws.amazon.com/sns/v3/home?region={region}#/topic/{arn}",
    traced=Traced(("AWS::SNS::Topic", "AWS::SNS")),
    carries=True,
)
