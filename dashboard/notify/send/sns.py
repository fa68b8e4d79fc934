"""Publishes to an SNS topic: the only write that Stackdeck makes in AWS, and only to topics of channels."""

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, Meter
from dashboard.core.connection import Connection
from dashboard.notify.outcome import Outcome
from dashboard.notify.payloads import sns
from dashboard.notify.write import Claim

LOST = (ErrorKind.UNREACHABLE, ErrorKind.INVALID_ANSWER)


def account_of(topic_arn: str) -> str:
    """The account id in 'arn:aws:sns:<region>:<account>:<name>'."""
    return topic_arn.split(":")[4]


def send_sns(claim: Claim, connection: Connection | None) -> Outcome:
    """One message to the channel's topic, by the connection of the topic's account."""
    topic = str(claim.config["topic_arn"])
    if connection is None:
        error = f"The account {account_of(topic)} of the topic is not connected."
        return Outcome(False, error=error, remedy="Connect it, or choose a topic of a connected account.")
    meter = Meter()
    sent = sns.labelled(claim.payload) if claim.repeat else claim.payload
    try:
        published = aws.open(connection, topic.split(":")[3], meter).publish(
            topic,
            subject=sent["subject"],
            text=sent["text"],
            attributes=sent["attributes"],
            group=sent["group"],
            deduplication=sent["deduplication"],
        )
    except AwsError as failed:
        return Outcome(
            False, error=failed.message, remedy=failed.remedy, unknown=failed.kind in LOST, usage=meter.by_action()
        )
    return Outcome(True, response=f"MessageId {published}", usage=meter.by_action())
