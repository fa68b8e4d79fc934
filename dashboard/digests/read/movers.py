"""Stacks whose latency or error rate moved against the comparable period, and how deploys went."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from dashboard.core.windows import Window
from dashboard.digests import significance
from dashboard.digests.content import DeployItem, DeployNews, Mover, MoverNews, Traffic
from dashboard.digests.read.selection import Selection
from dashboard.digests.read.signals import HOUR, Signals, Span, as_shares, read_signals
from dashboard.inventory.models import Deploy, Stack

WEEK = timedelta(days=7)
AROUND = timedelta(hours=1)
AROUND_BY_HOUR = timedelta(hours=3)
"""How much before and after a deploy is compared; more where there are hourly values alone."""
MOST_DEPLOYS = 500
CHART_POINTS = 96
WRONG = (Deploy.Result.FAILED, Deploy.Result.ROLLED_BACK)


def read_measured(about: Selection) -> Signals:
    """Signals of the period, and of the hours before it that its first deploys are compared with."""
    return read_signals(about.stack_ids, Window(about.window.start - AROUND_BY_HOUR, about.window.end))


def mover_news(about: Selection, now: Signals) -> MoverNews:
    """Movers against the same weekdays before."""
    back = comparable(about.window)
    compared = about.window.shifted(-back)
    before = read_signals(about.stack_ids, compared)
    movers = [mover for stack in about.stacks.values() for mover in _movers(stack, about, compared, now, before)]
    return MoverNews(
        movers=sorted(movers, key=lambda one: (not one.worse, -abs(one.weight))),
        traffic=_traffic(about, compared, now, before),
        days_back=back.days,
        href=about.listing("overview", compare="week" if back == WEEK else "previous"),
    )


def comparable(window: Window) -> timedelta:
    """How far back the comparable period lies: whole weeks, so that weekdays meet weekdays."""
    weeks: int = -(-window.length // WEEK) if window.length > WEEK else 1
    return WEEK * max(weeks, 1)


def _movers(stack: Stack, about: Selection, compared: Window, now: Signals, before: Signals) -> Iterator[Mover]:
    here = now.span(stack.pk, about.window.start, about.window.end)
    then = before.span(stack.pk, compared.start, compared.end)
    if not here.requests or not then.requests:
        return
    make = partial(
        Mover,
        stack=stack.name,
        environment=stack.environment,
        requests=here.requests,
        href=about.page("stack", stack.pk, compare="week"),
    )
    if here.errors is not None and then.errors is not None:
        counts = (here.errors, here.requests, then.errors, then.requests)
        if significance.errors_moved(*counts):
            rate, rate_before = here.errors / here.requests, then.errors / then.requests
            yield make(measure="errors", now=rate, before=rate_before, weight=significance.errors_weight(*counts))
    if not here.latency or not then.latency:
        return
    if significance.latency_moved(here.latency, here.requests, then.latency, then.requests):
        weight = significance.latency_weight(here.latency, then.latency, here.requests)
        yield make(measure="latency", now=here.latency, before=then.latency, weight=weight)


def _traffic(about: Selection, compared: Window, now: Signals, before: Signals) -> Traffic:
    """Everything together, in whole steps that make a chart."""
    step = max(int(about.window.length.total_seconds()) // CHART_POINTS // 300 * 300, 300)
    if now.hourly or before.hourly:
        step = max(step // HOUR * HOUR, HOUR)
    requests, errors = (now.added(name, about.window, step) for name in ("traffic", "errors"))
    requests_before, errors_before = (before.added(name, compared, step) for name in ("traffic", "errors"))
    measured = sum(bool(now.span(pk, about.window.start, about.window.end).requests is not None) for pk in about.stacks)
    return Traffic(
        stacks=len(about.stacks),
        measured=measured,
        requests=_total(requests),
        requests_before=_total(requests_before),
        errors=_total(errors),
        errors_before=_total(errors_before),
        step=step,
        start=int(about.window.start.timestamp()),
        values=as_shares(errors, requests),
        values_before=as_shares(errors_before, requests_before),
    )


def _total(values: np.ndarray) -> float | None:
    return None if np.isnan(values).all() else float(np.nansum(values))


def deploy_news(about: Selection, measured: Signals) -> DeployNews:
    """Deploys that began in the period; one query."""
    rows = Deploy.objects.filter(
        stack__in=about.stack_ids, started_at__gte=about.window.start, started_at__lt=about.window.end
    ).order_by("-started_at")[:MOST_DEPLOYS]
    items = [_deploy(row, about, measured) for row in rows]
    order = {"worse": 1, "better": 2}
    return DeployNews(
        deploys=sorted(items, key=lambda one: 0 if one.result in WRONG else order.get(one.verdict, 3)),
        href=about.listing("overview"),
    )


def _deploy(row: Deploy, about: Selection, measured: Signals) -> DeployItem:
    before, after = _around(row, about, measured)
    return DeployItem(
        stack=about.stacks[row.stack_id].name,
        at=row.started_at,
        action=row.action,
        result=row.result,
        changes=len(row.changes),
        reason=row.reason,
        errors_before=before.error_rate,
        errors_after=after.error_rate,
        latency_before=before.latency,
        latency_after=after.latency,
        verdict=_verdict(before, after),
        href=about.page("stack", row.stack_id, anchor="deploys"),
    )


def _around(row: Deploy, about: Selection, measured: Signals) -> tuple[Span, Span]:
    """The time before a deploy began and after it ended, within what the period knows."""
    span = AROUND_BY_HOUR if measured.hourly else AROUND
    ended: datetime = row.finished_at or row.started_at
    return (
        measured.span(row.stack_id, row.started_at - span, row.started_at),
        measured.span(row.stack_id, ended, min(ended + span, about.window.end)),
    )


def _verdict(before: Span, after: Span) -> str:
    """How the stack did afterwards; blank where too few requests came to tell."""
    least = significance.FEW_REQUESTS
    if not before.requests or not after.requests or min(before.requests, after.requests) < least:
        return ""
    moved: Sequence[bool] = [
        one
        for one in (_errors_rose(before, after), _latency_rose(before, after))
        if one is not None
    ]  # fmt: skip
    if not moved:
        return "same"
    return "worse" if any(moved) else "better"


def _errors_rose(before: Span, after: Span) -> bool | None:
    """None: it did not move."""
    if before.errors is None or after.errors is None or not before.requests or not after.requests:
        return None
    counts = (after.errors, after.requests, before.errors, before.requests)
    if not significance.errors_moved(*counts, least=significance.FEW_REQUESTS):
        return None
    return after.errors / after.requests > before.errors / before.requests


def _latency_rose(before: Span, after: Span) -> bool | None:
    if not before.latency or not after.latency or not before.requests or not after.requests:
        return None
    few = significance.FEW_REQUESTS
    moved = significance.latency_moved(after.latency, after.requests, before.latency, before.requests, least=few)
    return after.latency > before.latency if moved else None
