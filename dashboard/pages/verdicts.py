"""What is wrong, said in one sentence: whose fault, what, since when, and after which deploy."""

from datetime import datetime, timedelta

from dashboard.core.times import say_duration

SOON = timedelta(minutes=45)
"""A change that began so soon after a deploy is told together with it."""


def say_verdict(
    reason: str, guilty: str = "", since: datetime | None = None, deployed_at: datetime | None = None
) -> str:
    """'checkout-api: 7 % of requests fail with 5xx, above 2 % for 110 min, began 6 min after a deploy'."""
    sentence = reason.strip().removesuffix(".")
    if not sentence:
        return ""
    if guilty and not sentence.startswith(guilty):
        sentence = f"{guilty}: {sentence}"
    if since and deployed_at and timedelta(0) <= since - deployed_at <= SOON:
        sentence = f"{sentence}, began {say_duration(since - deployed_at)} after a deploy"
    return sentence
