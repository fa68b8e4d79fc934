"""AWS/SQS, AWS/SNS and AWS/Events."""

import numpy as np

from dashboard.demo.world.components import Component
from dashboard.demo.world.flow import Flow
from dashboard.demo.world.noise import Floats
from dashboard.demo.world.series import Emitter, Series

_NEVER = (
    "NumberOfNotificationsRedrivenToDlq",
    "NumberOfNotificationsFailedToRedriveToDlq",
    "NumberOfNotificationsFilteredOut-InvalidAttributes",
    "NumberOfNotificationsFilteredOut-InvalidMessageBody",
)
"""What goes wrong with notifications elsewhere; CloudWatch knows the names, nothing was ever sent."""


def emit_queue(queue: Component) -> list[Series]:
    """Depth, age and movement, one report a minute."""
    to = Emitter(queue, "AWS/SQS", {"QueueName": queue.name})

    def waiting(flow: Flow) -> Floats:
        result: Floats = np.rint(flow.backlog(queue))
        return result

    def in_flight(flow: Flow) -> Floats:
        edge = flow.consumer(queue)
        if edge is None:
            return np.zeros(flow.count)
        return flow.drained(queue) * flow.time(edge.target)[0] / 60_000

    to.gauge("ApproximateNumberOfMessagesVisible", waiting, jitter=0.0)
    to.per_minute("ApproximateNumberOfMessagesNotVisible", in_flight)
    to.gauge("ApproximateNumberOfMessagesDelayed", lambda flow: np.zeros(flow.count), jitter=0.0)
    to.gauge("ApproximateAgeOfOldestMessage", lambda flow: flow.oldest_seconds(queue), jitter=0.0)
    to.per_minute("NumberOfMessagesSent", lambda flow: flow.arrivals(queue))
    to.per_minute("NumberOfMessagesReceived", lambda flow: flow.drained(queue))
    to.per_minute("NumberOfMessagesDeleted", lambda flow: _deleted(queue, flow))
    to.per_minute("NumberOfEmptyReceives", lambda flow: np.full(flow.count, 14.0))
    to.times("SentMessageSize", lambda flow: flow.arrivals(queue), lambda flow: _sizes(queue, flow))
    return to.series


def _deleted(queue: Component, flow: Flow) -> Floats:
    edge = flow.consumer(queue)
    if edge is None:
        return np.zeros(flow.count)
    return flow.drained(queue) * (1 - flow.poison_share(edge.target))


def _sizes(queue: Component, flow: Flow) -> tuple[Floats, Floats]:
    mean = np.full(flow.count, float(queue.get("message_bytes", 1800)))
    return mean, (mean * 0.3) ** 2


def emit_topic(topic: Component) -> list[Series]:
    """Published, delivered, failed."""
    to = Emitter(topic, "AWS/SNS", {"TopicName": topic.name})

    def delivered(flow: Flow) -> Floats:
        return flow.served(topic) * max(len(flow.plan.out_of(topic)), 1)

    to.events("NumberOfMessagesPublished", lambda flow: flow.served(topic))
    to.events("NumberOfNotificationsDelivered", delivered)
    to.events("NumberOfNotificationsFailed", lambda flow: delivered(flow) * float(topic.get("fail_share", 0.0)))
    for name in _NEVER:
        to.events(name, lambda flow: np.zeros(flow.count))
    if topic.get("filtered_share"):
        share = float(topic.get("filtered_share"))
        to.events("NumberOfNotificationsFilteredOut", lambda flow: flow.served(topic) * share)
    to.times("PublishSize", lambda flow: flow.served(topic), lambda flow: _sizes(topic, flow))
    return to.series


def emit_rule(rule: Component) -> list[Series]:
    """Matched events and invocations; failures are emitted only when there are any."""
    bus = rule.get("bus", "default")
    dimensions = {"RuleName": rule.name} if bus == "default" else {"EventBusName": bus, "RuleName": rule.name}
    to = Emitter(rule, "AWS/Events", dimensions)
    to.events("TriggeredRules", lambda flow: flow.served(rule))
    to.events("Invocations", lambda flow: flow.served(rule))
    to.events("MatchedEvents", lambda flow: flow.served(rule))
    to.events("FailedInvocations", lambda flow: flow.served(rule) * float(rule.get("fail_share", 0.0)))
    for name in ("InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq", "ThrottledRules"):
        to.events(name, lambda flow: np.zeros(flow.count))
    to.times("IngestionToInvocationStartLatency", lambda flow: flow.served(rule), lambda flow: flow.own_time(rule))
    return to.series
