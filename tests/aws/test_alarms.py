"""Typed reads of CloudWatch alarms against answers in the form that AWS documents."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.aws import AlarmMetric, AlarmTest, AwsError, ErrorKind, Meter, Region
from tests.aws.canned import Canned, Reply

AT = 1763856000
WHEN = datetime.fromtimestamp(AT, UTC)
METRIC = {
    "AlarmName": "errors", "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:errors", "ActionsEnabled": True,
    "StateValue": "ALARM", "StateReason": "Threshold Crossed", "StateUpdatedTimestamp": AT + 60,
    "StateTransitionedTimestamp": AT, "AlarmConfigurationUpdatedTimestamp": AT - 60, "AlarmActions": ["arn:topic"],
    "Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 5,
    "DatapointsToAlarm": 3, "Threshold": 5.0, "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "FunctionName", "Value": "checkout"}],
}  # fmt: skip
MATH = [
    {"Id": "e", "Expression": "100*a/b", "ReturnData": True},
    {"Id": "a", "ReturnData": False, "MetricStat": {
        "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []}, "Period": 300, "Stat": "Sum"}},
    {"Id": "b", "ReturnData": False, "AccountId": "222", "MetricStat": {
        "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Invocations"}, "Period": 300, "Stat": "Sum"}},
]  # fmt: skip


def reply(answer: Any) -> Reply:
    return Reply(json.dumps(answer).encode(), kind="application/x-amz-json-1.0")


def without(*names: str, **more: Any) -> dict[str, Any]:
    return {**{name: value for name, value in METRIC.items() if name not in names}, **more}


def test_a_metric_alarm_is_read(canned: Canned, region: Region) -> None:
    canned.answer(reply({"MetricAlarms": [METRIC]}))
    (alarm,) = region.alarms()
    assert (alarm.name, alarm.state, alarm.actions, alarm.enabled) == ("errors", "ALARM", ("arn:topic",), True)
    assert alarm.metrics == (AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": "checkout"}, "Sum"),)
    assert alarm.test == AlarmTest("GreaterThanThreshold", 5.0, 60, 3, 5)


def test_it_stands_as_it_does_since_the_state_changed_not_since_the_reason_did(canned: Canned, region: Region) -> None:
    canned.answer(reply({"MetricAlarms": [METRIC, without("StateTransitionedTimestamp")]}))
    changed, unknown = region.alarms()
    assert changed.since == WHEN
    assert (unknown.since - WHEN).total_seconds() == 60


def test_metric_math_is_read_with_every_metric_in_it(canned: Canned, region: Region) -> None:
    math = without("MetricName", "Namespace", "Statistic", "Period", "Dimensions", "DatapointsToAlarm", Metrics=MATH)
    canned.answer(reply({"MetricAlarms": [math]}))
    (alarm,) = region.alarms()
    assert [(one.name, one.account_id) for one in alarm.metrics] == [("Errors", ""), ("Invocations", "222")]
    assert alarm.test == AlarmTest("GreaterThanThreshold", 5.0, 300, 5, 5, "100*a/b")


def test_a_learned_band_has_no_line(canned: Canned, region: Region) -> None:
    canned.answer(reply({"MetricAlarms": [without("Threshold", ThresholdMetricId="ad1")]}))
    (alarm,) = region.alarms()
    assert alarm.test
    assert alarm.test.threshold is None


def test_composite_alarms_are_asked_for_and_read_over_all_pages(canned: Canned, region: Region, meter: Meter) -> None:
    composite = without("MetricName", "Namespace", AlarmName="both", AlarmRule="ALARM(errors)")
    first = {"MetricAlarms": [METRIC], "CompositeAlarms": [], "NextToken": "more"}
    canned.answer(reply(first), reply({"MetricAlarms": [], "CompositeAlarms": [composite]}))
    assert [(one.name, one.rule) for one in region.alarms()] == [("errors", ""), ("both", "ALARM(errors)")]
    assert json.loads(canned.requests[0]) == {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
    assert str(meter.cost) == "0.00002"


@pytest.mark.parametrize(
    "broken", [without("StateValue"), without(StateValue="MAYBE"), without("Threshold"), without("EvaluationPeriods")]
)
def test_an_alarm_that_can_not_be_true_is_an_error(canned: Canned, region: Region, broken: dict[str, Any]) -> None:
    canned.answer(reply({"MetricAlarms": [broken]}))
    with pytest.raises(AwsError) as caught:
        region.alarms()
    assert caught.value.kind == ErrorKind.INVALID_ANSWER


def test_changes_of_state_are_read_from_the_history(canned: Canned, region: Region) -> None:
    data = {"oldState": {"stateValue": "OK"}, "newState": {"stateValue": "ALARM", "stateReason": "Crossed"}}
    item = {"AlarmName": "errors", "Timestamp": AT, "HistorySummary": "", "HistoryData": json.dumps(data)}
    canned.answer(reply({"AlarmHistoryItems": [item], "NextToken": "older"}))
    (change,) = region.alarm_changes("errors", WHEN)
    assert (change.at, change.before, change.after, change.reason) == (WHEN, "OK", "ALARM", "Crossed")
    assert json.loads(canned.requests[0])["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"]


def test_a_history_that_can_not_be_read_is_an_error(canned: Canned, region: Region) -> None:
    canned.answer(reply({"AlarmHistoryItems": [{"Timestamp": AT, "HistoryData": "{"}]}))
    with pytest.raises(AwsError) as caught:
        region.alarm_changes("errors", WHEN)
    assert caught.value.kind == ErrorKind.INVALID_ANSWER
