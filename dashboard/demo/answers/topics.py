"""SNS."""

from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.components import Component, Edge
from dashboard.demo.world.identity import arn, uuid_of

_PROTOCOLS = {"lambda": "lambda", "sqs": "sqs", "firehose": "firehose"}


def _topic(asked: Asked) -> Component:
    for topic in asked.components("sns"):
        if arn(topic) == asked.get("TopicArn"):
            return topic
    raise AnswerError("NotFound", "Topic does not exist", 404)


def _subscriptions(asked: Asked, topic: Component) -> list[Edge]:
    return [edge for edge in asked.world.plan.out_of(topic) if edge.kind == "subscription"]


@answers("sns", "ListTopics")
def list_topics(asked: Asked) -> Answer:
    """A hundred a page."""
    page, token = page_of(asked.components("sns"), asked.get("NextToken"), 100)
    return {"Topics": [{"TopicArn": arn(topic)} for topic in page], "NextToken": token}


@answers("sns", "GetTopicAttributes")
def get_topic_attributes(asked: Asked) -> Answer:
    """Everything is a text, numbers too."""
    topic = _topic(asked)
    return {
        "Attributes": {
            "TopicArn": arn(topic),
            "DisplayName": "",
            "Owner": topic.account_id,
            "SubscriptionsConfirmed": str(len(_subscriptions(asked, topic))),
            "SubscriptionsPending": "0",
            "SubscriptionsDeleted": "0",
            "TracingConfig": "Active" if topic.get("traced") else "PassThrough",
            "Policy": '{"Version":"2012-10-17","Statement":[]}',
        }
    }


@answers("sns", "ListSubscriptionsByTopic")
def list_subscriptions_by_topic(asked: Asked) -> Answer:
    """Who gets the topic's messages."""
    return {"Subscriptions": [_subscription(edge) for edge in _subscriptions(asked, _topic(asked))]}


@answers("sns", "ListSubscriptions")
def list_subscriptions(asked: Asked) -> Answer:
    """All of the region."""
    edges = [edge for topic in asked.components("sns") for edge in _subscriptions(asked, topic)]
    page, token = page_of(edges, asked.get("NextToken"), 100)
    return {"Subscriptions": [_subscription(edge) for edge in page], "NextToken": token}


def _subscription(edge: Edge) -> dict[str, Any]:
    return {
        "SubscriptionArn": f"{arn(edge.source)}:{uuid_of('subscription', edge.source.key, edge.target.key)}",
        "Owner": edge.source.account_id,
        "Protocol": _PROTOCOLS.get(edge.target.kind, "https"),
        "Endpoint": arn(edge.target),
        "TopicArn": arn(edge.source),
    }


@answers("sns", "ListTagsForResource")
def list_tags_for_resource(asked: Asked) -> Answer:
    """By ARN."""
    wanted = asked.get("ResourceArn")
    tags = next((topic.tags for topic in asked.components("sns") if arn(topic) == wanted), {})
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
