"""SNS: publishing to a topic, the only write that this product makes."""

from collections.abc import Mapping

from dashboard.aws.calls import Caller


def publish(
    caller: Caller,
    topic: str,
    *,
    subject: str,
    text: str,
    attributes: Mapping[str, str],
    group: str,
    deduplication: str,
) -> str:
    """Publish one message; returns its id. `group` and `deduplication` are for FIFO topics alone."""
    typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    asked = {"TopicArn": topic, "Subject": subject, "Message": text, "MessageAttributes": typed}
    if topic.endswith(".fifo"):
        asked |= {"MessageGroupId": group, "MessageDeduplicationId": deduplication}
    return str(caller.call("sns", "publish", asked, ("MessageId",))["MessageId"])
