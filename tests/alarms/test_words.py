"""An alarm's condition and actions, said in words."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.alarms.words import condition_of, only_scales, say_action
from dashboard.aws import AlarmMetric, AlarmTest, ListedAlarm

AT = datetime(2026, 3, 1, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:111122223333:ops-alarms"
SCALING = "arn:aws:autoscaling:eu-west-1:1:scalingPolicy:ab-1:resource/dynamodb/table/t:policyName/grow"


def alarm(metrics: tuple[str, ...] = ("Errors",), rule: str = "", **test: Any) -> ListedAlarm:
    given = {"comparison": "GreaterThanThreshold", "threshold": 25.0, "period": 300, "for_periods": 3, "of_periods": 3}
    return ListedAlarm(
        "arn", "name", "", "OK", "", AT, AT, (), True,
        tuple(AlarmMetric("AWS/Lambda", one, {}, "Sum") for one in metrics),
        None if rule else AlarmTest(**{**given, **test}), rule,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (alarm(), "Errors (Sum) above 25 for 3 periods of 5 min"),
        (alarm(for_periods=3, of_periods=5), "Errors (Sum) above 25 in 3 of 5 periods of 5 min"),
        (alarm(for_periods=1, of_periods=1, period=86_400), "Errors (Sum) above 25 for 1 period of 1 d"),
        (alarm(comparison="LessThanOrEqualToThreshold", threshold=0.5, period=10),
         "Errors (Sum) at or below 0.5 for 3 periods of 10 s"),
        (alarm(comparison="LessThanLowerOrGreaterThanUpperThreshold", threshold=None),
         "Errors (Sum) outside the band that CloudWatch expects for 3 periods of 5 min"),
        (alarm(("Errors", "Invocations"), expression="100*a/b", period=0),
         "100*a/b of Errors, Invocations above 25 for 3 periods"),
        (alarm((), rule='ALARM("a") AND OK(b)'), 'ALARM("a") AND OK(b)'),
    ],
)  # fmt: skip
def test_a_condition_is_a_sentence(given: ListedAlarm, words: str) -> None:
    assert condition_of(given) == words


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        (TOPIC, "SNS topic ops-alarms"),
        (SCALING, "scaling policy"),
        ("arn:aws:lambda:eu-west-1:1:function:mend", "Lambda function mend"),
        ("arn:aws:automate:eu-west-1:ec2:reboot", "EC2 action reboot"),
        ("not an arn", "not an arn"),
    ],
)
def test_an_action_is_named_by_what_it_does(arn: str, words: str) -> None:
    assert say_action(arn) == words


@pytest.mark.parametrize(
    ("actions", "scales"), [([SCALING], True), ([SCALING, TOPIC], False), ([], False), (["odd"], False)]
)
def test_an_alarm_that_only_scales_means_nobody(actions: list[str], scales: bool) -> None:
    assert only_scales(actions) is scales
