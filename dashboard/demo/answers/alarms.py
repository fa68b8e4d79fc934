"""CloudWatch alarms: DescribeAlarms and DescribeAlarmHistory."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.pages import page_of
from dashboard.demo.world.blueprints import PRODUCTION
from dashboard.demo.world.watching.plans import CompositePlan, MetricPlan
from dashboard.demo.world.watching.states import Standing, Step, standings

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"
LEAST_PAGE, MOST_PAGE, USUAL_PAGE = 1, 100, 50
SUMMARIES = {"ConfigurationUpdate": 'Alarm "{name}" created', "StateUpdate": "Alarm updated from {before} to {after}"}


@answers("cloudwatch", "DescribeAlarms")
def describe_alarms(asked: Asked) -> Answer:
    """Alarms that match every filter; without AlarmTypes metric alarms alone."""
    found = [one for one in _typed(asked) if _wanted(asked, one)]
    page, token = page_of(found, asked.get("NextToken"), _page_size(asked))
    composite = [_composite(asked, one, one.plan) for one in page if isinstance(one.plan, CompositePlan)]
    return {
        "MetricAlarms": [_metric(asked, one, one.plan) for one in page if isinstance(one.plan, MetricPlan)],
        "CompositeAlarms": composite if COMPOSITE in _types(asked) else None,
        "NextToken": token,
    }


def _types(asked: Asked) -> list[str]:
    types = list(asked.get("AlarmTypes") or [METRIC])
    if unknown := [one for one in types if one not in {METRIC, COMPOSITE}]:
        raise AnswerError("ValidationError", f"Value {unknown} at 'alarmTypes' failed to satisfy constraint.")
    return types


def _typed(asked: Asked) -> list[Standing]:
    types = _types(asked)
    return [one for one in standings(asked.world, asked.account_id, asked.region, asked.now) if _type_of(one) in types]


def _type_of(standing: Standing) -> str:
    return METRIC if isinstance(standing.plan, MetricPlan) else COMPOSITE


def _page_size(asked: Asked) -> int:
    size = int(asked.get("MaxRecords", USUAL_PAGE))
    if not LEAST_PAGE <= size <= MOST_PAGE:
        raise AnswerError("ValidationError", f"Value '{size}' at 'maxRecords' must be between 1 and {MOST_PAGE}.")
    return size


def _wanted(asked: Asked, one: Standing) -> bool:
    names = asked.get("AlarmNames")
    return (
        (not names or one.plan.name in names)
        and one.plan.name.startswith(str(asked.get("AlarmNamePrefix", "")))
        and asked.get("StateValue", one.last.state) == one.last.state
    )


def _metric(asked: Asked, one: Standing, plan: MetricPlan) -> dict[str, Any]:
    statistic = "ExtendedStatistic" if plan.statistic.startswith("p") else "Statistic"
    series = one.series
    dimensions = series.dimensions if series else tuple(sorted(plan.dimensions.items()))
    return {
        **_shared(asked, one),
        "MetricName": plan.metric,
        "Namespace": series.namespace if series else plan.namespace,
        statistic: plan.statistic,
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
        "Period": plan.period,
        "EvaluationPeriods": plan.of_periods,
        "DatapointsToAlarm": plan.for_periods,
        "Threshold": float(plan.threshold),
        "ComparisonOperator": plan.comparison,
        "TreatMissingData": plan.treat_missing,
    }


def _composite(asked: Asked, one: Standing, plan: CompositePlan) -> dict[str, Any]:
    joint = " AND " if plan.every else " OR "
    return {**_shared(asked, one), "AlarmRule": joint.join(f'ALARM("{name}")' for name in plan.children)}


def _shared(asked: Asked, one: Standing) -> dict[str, Any]:
    """What alarms of both kinds have."""
    changed, told = _time(one.last.at), not isinstance(one.plan, MetricPlan) or one.plan.told
    topic = f"arn:aws:sns:{asked.region}:{PRODUCTION}:ops-alarms-{asked.region}"
    return {
        "AlarmName": one.plan.name,
        "AlarmArn": f"arn:aws:cloudwatch:{asked.region}:{asked.account_id}:alarm:{one.plan.name}",
        **({"AlarmDescription": one.plan.description} if one.plan.description else {}),
        "AlarmConfigurationUpdatedTimestamp": _time(one.created),
        "ActionsEnabled": True,
        "OKActions": [topic] if told else [],
        "AlarmActions": [topic] if told else [],
        "InsufficientDataActions": [],
        "StateValue": one.last.state,
        "StateReason": one.last.reason,
        "StateUpdatedTimestamp": changed,
        "StateTransitionedTimestamp": changed,
    }


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@answers("cloudwatch", "DescribeAlarmHistory")
def describe_alarm_history(asked: Asked) -> Answer:
    """What happened to alarms, the newest first unless asked otherwise; without AlarmTypes of metric alarms alone."""
    wanted = asked.get("AlarmName")
    there = [one for one in _typed(asked) if wanted in {None, one.plan.name}]
    items = [item for item in _items(there) if _item_wanted(asked, item)]
    ascending = asked.get("ScanBy") == "TimestampAscending"
    items.sort(key=lambda item: item["Timestamp"], reverse=not ascending)
    page, token = page_of(items, asked.get("NextToken"), _page_size(asked))
    return {"AlarmHistoryItems": page, "NextToken": token}


def _item_wanted(asked: Asked, item: dict[str, Any]) -> bool:
    at = item["Timestamp"]
    return bool(
        asked.get("HistoryItemType", item["HistoryItemType"]) == item["HistoryItemType"]
        and asked.get("StartDate", at) <= at <= asked.get("EndDate", at)
    )


def _items(there: Iterable[Standing]) -> Iterator[dict[str, Any]]:
    for one in there:
        yield _item(one, "ConfigurationUpdate", one.created, {"version": "1.0", "type": "Create"})
        for before, after in zip(one.steps, one.steps[1:], strict=False):
            data = {"version": "1.0", "oldState": _state(before), "newState": _state(after)}
            yield _item(one, "StateUpdate", after.at, data, before=before.state, after=after.state)


def _state(step: Step) -> dict[str, str]:
    return {"stateValue": step.state, "stateReason": step.reason}


def _item(one: Standing, kind: str, at: int, data: dict[str, Any], **words: str) -> dict[str, Any]:
    return {
        "AlarmName": one.plan.name,
        "AlarmType": _type_of(one),
        "Timestamp": _time(at),
        "HistoryItemType": kind,
        "HistorySummary": SUMMARIES[kind].format(name=one.plan.name, **words),
        "HistoryData": json.dumps(data),
    }
