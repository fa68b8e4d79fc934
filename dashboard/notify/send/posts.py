"""Sends JSON to Slack, Microsoft Teams, PagerDuty and generic webhooks."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.conf import settings

from dashboard.notify.addresses import reach_of
from dashboard.notify.outcome import Outcome, of_answer
from dashboard.notify.payloads import slack, teams
from dashboard.notify.send.http import HttpError, request
from dashboard.notify.signature import HEADER, sign
from dashboard.notify.write import Claim

PAGERDUTY = {
    "us": "https://events.pagerduty.com/v2/enqueue",
    "eu": "https://events.eu.pagerduty.com/v2/enqueue",
}


def send_slack(claim: Claim, at: int) -> Outcome:
    """To an incoming webhook; its address is the secret."""
    return _post(claim, claim.secret, slack.labelled(claim.payload) if claim.repeat else claim.payload)


def send_teams(claim: Claim, at: int) -> Outcome:
    """To a workflow; its address is the secret."""
    return _post(claim, claim.secret, teams.labelled(claim.payload) if claim.repeat else claim.payload)


def send_pagerduty(claim: Claim, at: int) -> Outcome:
    """To the Events API, which joins events of one dedup_key by itself."""
    url = PAGERDUTY[claim.config.get("region", "us")]
    return _post(claim, url, {"routing_key": claim.secret, **claim.payload})


def send_webhook(claim: Claim, at: int) -> Outcome:
    """To the user's own receiver: signed where there is a secret, always with its key."""
    return _post(claim, claim.config["url"], claim.payload, lambda body: _signed(claim, at, body))


def _signed(claim: Claim, at: int, body: bytes) -> dict[str, str]:
    headers = {"Stackdeck-Repeat": "possible"} if claim.repeat else {}
    return {**headers, HEADER: sign(claim.secret, at, body)} if claim.secret else headers


def _post(
    claim: Claim, url: str, payload: Mapping[str, Any], more: Callable[[bytes], dict[str, str]] = lambda body: {}
) -> Outcome:
    body = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    headers = {"Content-Type": "application/json", "Idempotency-Key": _header(claim.key), **more(body)}
    try:
        answer = request("POST", url, body, headers, reach_of(settings.NOTIFY_ALLOWED_NETWORKS))
    except HttpError as error:
        return Outcome(ok=False, error=error.message, remedy=error.remedy, unknown=error.sent)
    return of_answer(answer.status, answer.headers, answer.body)


def _header(key: str) -> str:
    """A key that is safe in a header; ours are plain ASCII already."""
    return key.encode("ascii", "backslashreplace").decode().replace("\n", "").replace("\r", "")
