"""What stands out among bad traces, in one or two sentences; nothing when nothing does."""

from django.utils import timezone

from dashboard.core.units import Unit, format_value
from dashboard.pages.trace.words import plain_name
from dashboard.traces.read.found import Candidate, Causes, SuspectDeploy

KINDS = {"http.url": "URL", "http.method": "method", "user_agent": "browser"}
"""What facts are called where their key is not the word for it."""
NODES = frozenset({"node", "entry"})
"""Facts whose value is a node: 'name (type)'."""
MOST_TOLD, MOST_ALSO = 3, 3
JUMP = 2.0
"""Times as many bad ones after a deploy as before it: less is no news."""
TELLING_SHARE = 0.5
"""A fact of fewer bad traces is listed, not told. What teams annotate themselves comes first: they can act on it."""


def say_share(value: float) -> str:
    """A share in words."""
    return format_value(value, Unit.SHARE)


def say_fact(one: Candidate) -> str:
    """'payment_provider = paylane', or a node's name alone."""
    return say_pair(one.key, one.value)


def say_pair(key: str, value: str) -> str:
    """A fact in words."""
    if key in NODES:
        return plain_name(value.rpartition(" (")[0] or value)
    if key.startswith("annotation."):
        return f"{key.removeprefix('annotation.')} = {value}"
    return f"{KINDS.get(key, key)} {value}"


def say_also(one: Candidate) -> str:
    """Other facts of the same traces, each once and none twice."""
    told = dict.fromkeys(say_pair(key, value) for key, value in one.also)
    told.pop(say_fact(one), None)
    return ", ".join(list(told)[:MOST_ALSO])


def say_lift(one: Candidate) -> str:
    """'9× as often'; what no good trace has is said so."""
    if not one.good:
        return "only bad ones"
    return f"{one.lift:.0f}× as often" if one.lift >= 10 else f"{one.lift:.1f}× as often"


def summarise(causes: Causes) -> list[str]:
    """What a person would say of it."""
    if not causes.bad:
        return []
    sentences = [sentence for one in causes.deploys[:1] if (sentence := _since_deploy(one, causes))]
    told = [one for one in causes.candidates if one.share_bad >= TELLING_SHARE]
    told = sorted(told, key=lambda one: not one.key.startswith("annotation."))[:MOST_TOLD]
    for one in told:
        verb = "go through" if one.key in NODES else "have"
        against = f"against {say_share(one.share_good)} of the good ones"
        sentences.append(f"{say_share(one.share_bad)} of the bad ones {verb} {say_fact(one)}, {against}.")
    if causes.enough and not causes.candidates:
        sentences.append(
            "Nothing is over-represented among them: whatever makes them bad is true of good ones as well."
        )
    return sentences


def _since_deploy(one: SuspectDeploy, causes: Causes) -> str:
    """What changed with a deploy; blank where it is not known how it was before, or hardly worse since."""
    if one.before is None or one.after < JUMP * max(one.before, 0.001):
        return ""
    bad = "slow or failed" if causes.slow_over else "failed"
    at = f"{timezone.localtime(one.started_at):%H:%M}"
    return (
        f"Since the deploy of {one.stack_name} at {at}, {say_share(one.after)} of the traces are {bad}; "
        f"before it were {say_share(one.before)}."
    )
