"""Dead alarms, each with its reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.alarms.death import Facts, reasons

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NEVER = "Unchecked: Initial alarm creation"


def facts(days: int = 20, **more: Any) -> Facts:
    given = {"silent": False, "state_reason": "", "actions": 1, "enabled": True}
    return Facts(**{**given, **more}, since=NOW - timedelta(days=days))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (facts(), []),
        (facts(silent=True, days=14), []),
        (facts(silent=True), ["It has had no data for 20 d."]),
        (facts(silent=True, state_reason=NEVER), ["Its metric was never seen since it was set up 20 d ago."]),
        (facts(silent=True, state_reason=NEVER, days=1), []),
        (facts(missing="Lambda function tax"), ["It watches the Lambda function tax, which does not exist."]),
        (facts(missing="Lambda function tax", silent=True),
         ["It watches the Lambda function tax, which does not exist."]),
        (facts(actions=0), ["It has no action: nobody is told when it goes off."]),
        (facts(actions=0, enabled=False), ["It has no action: nobody is told when it goes off."]),
        (facts(enabled=False), ["Its actions are switched off: nobody is told when it goes off."]),
        (facts(actions=0, told_by_parent=True), []),
        (facts(enabled=False, told_by_parent=True), []),
        (facts(absent=["a", "b"]), ["Its rule names the alarm a, which does not exist.",
                                    "Its rule names the alarm b, which does not exist."]),
        (facts(absent=["a"], actions=0), ["Its rule names the alarm a, which does not exist.",
                                          "It has no action: nobody is told when it goes off."]),
    ],
)  # fmt: skip
def test_why_an_alarm_is_dead(given: Facts, said: list[str]) -> None:
    assert reasons(given, NOW) == said
