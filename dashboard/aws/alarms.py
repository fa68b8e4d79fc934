"""CloudWatch alarms: how they stand, and how their state changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from dashboard.aws.alarm_values import AlarmChange, AlarmMetric, AlarmTest, ListedAlarm
from dashboard.aws.calls import Caller

BOTH = ("MetricAlarm", "CompositeAlarm")
"""Left out, CloudWatch answers with metric alarms alone."""
MOST_RECORDS = 100
"""Limit of one DescribeAlarms and one DescribeAlarmHistory (botocore's model of CloudWatch)."""
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")


def alarms(caller: Caller) -> list[ListedAlarm]:
    """Every alarm of the region, metric ones before composite ones. Raises AwsError."""
    asked = {"AlarmTypes": list(BOTH), "MaxRecords": MOST_RECORDS}
    pages = list(caller.pages("cloudwatch", "describe_alarms", asked, ("MetricAlarms",)))
    listed = [_metric_alarm(one) for page in pages for one in page["MetricAlarms"]]
    return listed + [
        _alarm(one, rule=str(one["AlarmRule"])) for page in pages for one in page.get("CompositeAlarms", ())
    ]


def _metric_alarm(raw: Mapping[str, Any]) -> ListedAlarm:
    if raw.get("MetricName"):
        metric = _metric(raw, str(raw.get("Statistic") or raw.get("ExtendedStatistic") or ""))
        return _alarm(raw, metrics=(metric,), test=_test(raw, int(raw.get("Period") or 0), ""))
    queries = raw.get("Metrics") or ()
    stats = [(one["MetricStat"], str(one.get("AccountId") or "")) for one in queries if "MetricStat" in one]
    metrics = tuple(_metric(stat["Metric"], str(stat["Stat"]), account_id) for stat, account_id in stats)
    periods = {int(stat["Period"]) for stat, _ in stats}
    return _alarm(raw, metrics=metrics, test=_test(raw, periods.pop() if len(periods) == 1 else 0, _math(queries)))


def _math(queries: Iterable[Mapping[str, Any]]) -> str:
    """The expression whose result the alarm looks at."""
    results = [one for one in queries if one.get("Expression") and one.get("ReturnData") is not False]
    return str(results[0]["Expression"]) if results else ""


def _metric(raw: Mapping[str, Any], statistic: str, account_id: str = "") -> AlarmMetric:
    return AlarmMetric(
        namespace=str(raw.get("Namespace") or ""),
        name=str(raw["MetricName"]),
        dimensions={str(one["Name"]): str(one["Value"]) for one in raw.get("Dimensions") or ()},
        statistic=statistic,
        account_id=account_id,
    )


def _test(raw: Mapping[str, Any], period: int, expression: str) -> AlarmTest:
    for_periods = int(raw.get("DatapointsToAlarm") or raw["EvaluationPeriods"])
    threshold = None if raw.get("ThresholdMetricId") else float(raw["Threshold"])
    return AlarmTest(
        str(raw["ComparisonOperator"]), threshold, period, for_periods, int(raw["EvaluationPeriods"]), expression
    )


def _alarm(raw: Mapping[str, Any], **more: Any) -> ListedAlarm:
    """What alarms of both kinds have. Raises ValueError for a state that does not exist."""
    if raw["StateValue"] not in STATES:
        raise ValueError(f"{raw['StateValue']} is no state of an alarm")
    changed = raw.get("StateTransitionedTimestamp") or raw["StateUpdatedTimestamp"]
    return ListedAlarm(
        arn=str(raw["AlarmArn"]),
        name=str(raw["AlarmName"]),
        description=str(raw.get("AlarmDescription") or ""),
        state=str(raw["StateValue"]),
        reason=str(raw.get("StateReason") or ""),
        since=_time(changed),
        configured_at=_time(raw.get("AlarmConfigurationUpdatedTimestamp") or changed),
        actions=tuple(str(one) for one in raw.get("AlarmActions") or ()),
        enabled=bool(raw["ActionsEnabled"]),
        **more,
    )


def _time(seconds: float) -> datetime:
    """CloudWatch's clients leave times as they came: seconds since 1970."""
    return datetime.fromtimestamp(float(seconds), UTC)


def alarm_changes(caller: Caller, name: str, since: datetime) -> list[AlarmChange]:
    """The newest changes of one alarm's state since then, at most a hundred, newest first. Raises AwsError."""
    asked = {
        "AlarmTypes": list(BOTH),
        "HistoryItemType": "StateUpdate",
        "StartDate": since,
        "MaxRecords": MOST_RECORDS,
        "ScanBy": "TimestampDescending",
        **({"AlarmName": name} if name else {}),
    }
    answer = caller.call("cloudwatch", "describe_alarm_history", asked, ("AlarmHistoryItems",))
    return [_change(one) for one in answer["AlarmHistoryItems"]]


def _change(raw: Mapping[str, Any]) -> AlarmChange:
    told = json.loads(raw["HistoryData"])
    before, after = told["oldState"], told["newState"]
    reason = str(after.get("stateReason") or raw.get("HistorySummary") or "")
    return AlarmChange(_time(raw["Timestamp"]), str(before["stateValue"]), str(after["stateValue"]), reason)
