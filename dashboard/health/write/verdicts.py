"""Judges what lives in a region from its newest points, and stores verdicts and signals."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import numpy as np
from django.db import transaction

from dashboard.catalog.shape import Threshold
from dashboard.health.findings import findings
from dashboard.health.judge import SELDOM, Judgement, assess_all, judge, newest_time, worst_of
from dashboard.health.models import ResourceHealth, StackHealth, Verdict
from dashboard.health.read.past import Asking, past_of
from dashboard.health.signals import extremes, latest, resource_signals
from dashboard.health.write.measured import Measured, measure
from dashboard.health.write.stored_signals import laid_out, signals_by_stack, speakers_by_stack
from dashboard.inventory.models import Account, Stack
from dashboard.metrics import resample
from dashboard.metrics.packing import Values
from dashboard.metrics.read import recent
from dashboard.metrics.write import store_points
from dashboard.thresholds.conditions.shape import Times, remembered
from dashboard.thresholds.finding import Finding, Outcome
from dashboard.thresholds.read import in_force_at, rules

LOOK_BACK = timedelta(hours=3)
STALE_AFTER = timedelta(minutes=20)
"""Two periods of five minutes, CloudWatch's delay, and a poll that may just be under way."""
SIGNAL_STEP = 300
Health = TypeVar("Health", ResourceHealth, StackHealth)
VERDICT = ("state", "reason", "metric", "value", "threshold", "since", "judged_at", "data_at")


def judge_region(account: Account, region: str, now: datetime) -> list[Finding]:
    """Judge every stack that has resources in the region; returns what each threshold of each resource came to."""
    touched = Stack.objects.filter(account=account, resources__region=region, gone_at=None).distinct()
    stacks = {stack.pk: stack for stack in touched}
    by_step: dict[int, list[int]] = defaultdict(list)
    for stack in stacks.values():
        by_step[stack.resolution].append(stack.pk)
    return [
        finding
        for step, chosen in by_step.items()
        for finding in _judge_stacks({pk: stacks[pk] for pk in chosen}, step, now)
    ]


def _judge_stacks(stacks: Mapping[int, Stack], step: int, now: datetime) -> list[Finding]:
    """Judge stacks whose points lie `step` seconds apart."""
    times: list[Times] = []

    def read(series_ids: Sequence[int]) -> dict[int, Values]:
        found = recent(series_ids, _aligned(now - LOOK_BACK), _aligned(now), step)
        times.append(found.at)
        return dict(found.values)

    measured = measure(stacks, read, step)
    at = times[0]
    stale_before = int((now - STALE_AFTER).timestamp())
    before = _before(ResourceHealth, (one.resource_id for one in measured))
    heard = any((newest_time(at, one.values) or 0) >= stale_before for one in measured)
    known = rules()
    in_force = {
        one.resource_id: [found.threshold for found in in_force_at(one.place, known) if not found.muted]
        for one in measured
    }
    measured = _with_background(measured, in_force, before, at)
    assessed = {
        one.resource_id: assess_all(in_force[one.resource_id], at, one.values, stale_before, one.background)
        for one in measured
    }
    judged = {
        one.resource_id: SELDOM
        if one.seldom
        else judge(
            one.service,
            at,
            one.values,
            stale_before,
            _seen_at(before.get(one.resource_id)),
            assessed=assessed[one.resource_id],
            others_speak=heard,
        )
        for one in measured
    }
    found = [finding for one in measured for finding in findings(one.subject, one.service, assessed[one.resource_id])]
    with transaction.atomic():
        _store_resources(measured, judged, before, now, _firing(found, before))
        _store_stacks(stacks, measured, judged, now)
    _store_signals(stacks, measured, at, step)
    return found


def _with_background(
    measured: Sequence[Measured],
    in_force: Mapping[int, Sequence[Threshold]],
    before: Mapping[int, ResourceHealth],
    at: Times,
) -> list[Measured]:
    """Put behind each what its thresholds ask of the past, and which were broken when it was judged before."""
    asking = [Asking(one.resource_id, one.stack_id, one.service, one.limits, in_force[one.resource_id])
              for one in measured]  # fmt: skip
    past = past_of(asking, at)
    found = []
    for one in measured:
        verdict = before.get(one.resource_id)
        background = replace(
            one.background,
            weeks=past.weeks.get(one.resource_id, {}),
            deploys=past.deploys.get(one.stack_id, ()),
            fired=verdict.firing if verdict else (),
        )
        found.append(replace(one, background=background))
    return found


def _firing(found: Iterable[Finding], before: Mapping[int, ResourceHealth]) -> dict[int, list[str]]:
    """Broken thresholds by resource. Of what can't be told, what was so before remains so."""
    firing: dict[int, list[str]] = defaultdict(list)
    for one in found:
        resource_id, key = one.subject.resource_id or 0, remembered(one.metric, one.severity)
        held = one.outcome == Outcome.UNKNOWN and resource_id in before and key in before[resource_id].firing
        if one.outcome == Outcome.BROKEN or held:
            firing[resource_id].append(key)
    return firing


def _aligned(moment: datetime) -> datetime:
    """On the grid of the signals, so that every resolution fills whole steps of it."""
    seconds = int(moment.timestamp()) // SIGNAL_STEP * SIGNAL_STEP
    return datetime.fromtimestamp(seconds, UTC)


def _seen_at(before: Verdict | None) -> int | None:
    """When the newest point came that a verdict looked at."""
    return int(before.data_at.timestamp()) if before and before.data_at else None


def _store_resources(
    measured: Sequence[Measured],
    judged: Mapping[int, Judgement],
    before: Mapping[int, Verdict],
    now: datetime,
    firing: Mapping[int, list[str]],
) -> None:
    rows = [
        ResourceHealth(
            resource_id=one.resource_id,
            firing=firing.get(one.resource_id, []),
            signals=latest(resource_signals(one.service, one.values)),
            **_fields(judged[one.resource_id], before.get(one.resource_id), now),
        )
        for one in measured
    ]
    ResourceHealth.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=("resource",),
        update_fields=("signals", "firing", *VERDICT),
    )


def _store_stacks(
    stacks: Iterable[int], measured: Sequence[Measured], judged: Mapping[int, Judgement], now: datetime
) -> None:
    """One row per stack, those without any resource left too; in one order, so that two judges never wait in a ring."""
    by_stack: dict[int, list[tuple[int, Judgement]]] = {pk: [] for pk in sorted(stacks)}
    for one in measured:
        by_stack[one.stack_id].append((one.resource_id, judged[one.resource_id]))
    before = _before(StackHealth, by_stack)
    speakers = speakers_by_stack(measured)
    rows = []
    for stack_id, several in by_stack.items():
        guilty, verdict = worst_of(several)
        slowest, fullest = extremes(speakers.get(stack_id, ()))
        rows.append(
            StackHealth(
                stack_id=stack_id,
                resource_id=guilty,
                slowest_id=slowest,
                fullest_id=fullest,
                counts=Counter(one.state for _, one in several),
                **_fields(verdict, before.get(stack_id), now),
            )
        )
    StackHealth.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=("stack",),
        update_fields=("resource", "slowest", "fullest", "counts", *VERDICT),
    )


def _before(model: type[Health], ids: Iterable[int]) -> dict[int, Health]:
    """The verdicts that stood until now."""
    return {one.pk: one for one in model._default_manager.filter(pk__in=list(ids))}


def _fields(verdict: Judgement, before: Verdict | None, now: datetime) -> dict[str, Any]:
    """Columns of a verdict; what goes on longer than the look back keeps its beginning."""
    since = datetime.fromtimestamp(verdict.since, UTC) if verdict.since else None
    if since and before and before.since and before.state == verdict.state and before.metric == verdict.metric:
        since = min(since, before.since)
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "metric": verdict.metric,
        "value": verdict.value,
        "threshold": verdict.threshold,
        "since": since,
        "judged_at": now,
        "data_at": datetime.fromtimestamp(verdict.data_at, UTC) if verdict.data_at else None,
    }


def _store_signals(stacks: Mapping[int, Stack], measured: Sequence[Measured], at: Times, step: int) -> None:
    """Write the signals of every stack, five minutes apart."""
    series, matrix = laid_out(stacks, signals_by_stack(measured, len(at)))
    if not series:
        return
    if step < SIGNAL_STEP:
        factor = SIGNAL_STEP // step
        columns = [
            resample.combine(matrix[None, :, index], factor, one.statistic)[0] for index, one in enumerate(series)
        ]
        at, matrix = at[::factor], np.stack(columns, axis=1)
    store_points(series, at.tolist(), matrix)
