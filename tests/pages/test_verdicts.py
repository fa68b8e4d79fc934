"""What is wrong, in one sentence."""

from datetime import timedelta

import pytest

from dashboard.pages.verdicts import say_verdict
from tests.factories import NOW

REASON = "7.01 % of requests fail with 5xx, above 2 % for 110 min."


@pytest.mark.parametrize(
    ("reason", "guilty", "ago", "sentence"),
    [
        (REASON, "api", None, "api: 7.01 % of requests fail with 5xx, above 2 % for 110 min"),
        (REASON, "", None, "7.01 % of requests fail with 5xx, above 2 % for 110 min"),
        ("api is slow.", "api", None, "api is slow"),
        ("api is slow.", "api", timedelta(minutes=6), "api is slow, began 6 min after a deploy"),
        ("api is slow.", "api", timedelta(hours=6), "api is slow"),
        ("api is slow.", "api", -timedelta(minutes=6), "api is slow"),
        ("", "api", timedelta(minutes=6), ""),
    ],
)
def test_it_names_the_guilty_and_the_deploy_before(
    reason: str, guilty: str, ago: timedelta | None, sentence: str
) -> None:
    assert say_verdict(reason, guilty, NOW, NOW - ago if ago else None) == sentence
