"""SQS."""

import json
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component
from dashboard.demo.world.identity import arn, queue_url


def _queue(asked: Asked) -> Component:
    name = str(asked.get("QueueUrl", "")).rsplit("/", 1)[-1]
    for queue in asked.components("sqs"):
        if queue.name == name:
            return queue
    raise AnswerError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")


@answers("sqs", "ListQueues")
def list_queues(asked: Asked) -> Answer:
    """URLs; without MaxResults AWS gives up to a thousand and no token, and leaves the list out when it is empty."""
    prefix = str(asked.get("QueueNamePrefix", ""))
    urls = [queue_url(queue) for queue in asked.components("sqs") if queue.name.startswith(prefix)]
    page, token = page_of(urls, asked.get("NextToken"), int(asked.get("MaxResults", 1000)))
    return {"QueueUrls": page or None, "NextToken": token}


@answers("sqs", "GetQueueUrl")
def get_queue_url(asked: Asked) -> Answer:
    """By name."""
    name = str(asked.get("QueueName", ""))
    for queue in asked.components("sqs"):
        if queue.name == name:
            return {"QueueUrl": queue_url(queue)}
    raise AnswerError("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")


@answers("sqs", "GetQueueAttributes")
def get_queue_attributes(asked: Asked) -> Answer:
    """Nothing unless attributes are named, as AWS does."""
    queue = _queue(asked)
    wanted = set(asked.get("AttributeNames", []))
    attributes = _attributes(asked, queue)
    if "All" not in wanted:
        attributes = {name: value for name, value in attributes.items() if name in wanted}
    return {"Attributes": attributes} if attributes else {}


def _attributes(asked: Asked, queue: Component) -> dict[str, str]:
    minute = asked.now // 60 - 1
    flow = asked.world.flow(minute - 1, minute)
    edge = flow.consumer(queue)
    in_flight = 0 if edge is None else int(flow.drained(queue)[-1] * flow.time(edge.target)[0][-1] / 60_000)
    attributes: dict[str, Any] = {
        "QueueArn": arn(queue),
        "ApproximateNumberOfMessages": int(flow.backlog(queue)[-1]),
        "ApproximateNumberOfMessagesNotVisible": in_flight,
        "ApproximateNumberOfMessagesDelayed": 0,
        "CreatedTimestamp": asked.world.created(queue),
        "LastModifiedTimestamp": asked.world.last_change(queue),
        "VisibilityTimeout": queue.get("visibility_seconds", 180),
        "MaximumMessageSize": 262_144,
        "MessageRetentionPeriod": 1_209_600 if queue.get("dead_letter") else 345_600,
        "DelaySeconds": 0,
        "ReceiveMessageWaitTimeSeconds": 20,
        "SqsManagedSseEnabled": "true",
    }
    if queue.get("dlq"):
        target = f"arn:aws:sqs:{queue.region}:{queue.account_id}:{queue.get('dlq')}"
        attributes["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 3})
    return {name: str(value) for name, value in attributes.items()}


@answers("sqs", "ListQueueTags")
def list_queue_tags(asked: Asked) -> Answer:
    """Tags of one queue."""
    return {"Tags": dict(_queue(asked).tags)}


@answers("sqs", "ListDeadLetterSourceQueues")
def list_dead_letter_source_queues(asked: Asked) -> Answer:
    """Queues that send their failures here."""
    dead = _queue(asked)
    return {"queueUrls": [queue_url(queue) for queue in asked.components("sqs") if queue.get("dlq") == dead.name]}
