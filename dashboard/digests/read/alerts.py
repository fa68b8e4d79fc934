"""Alerts of a period: open at its end, come and gone, resolved, and the noisiest thresholds."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Count, Q

from dashboard.alerts.models import Alert
from dashboard.alerts.read.listing import SEVERITY_ORDER
from dashboard.catalog import all_services
from dashboard.core.units import Unit
from dashboard.digests.content import AlertItem, AlertNews, NoisyItem
from dashboard.digests.read.selection import Selection, address
from dashboard.thresholds.checks import metrics_of

NOISY_FROM = 3
"""Openings in one period from which on a threshold is noise."""


def alert_news(about: Selection) -> AlertNews:
    """Two queries."""
    start, end = about.window.start, about.window.end
    rows = list(_rows(about))
    along = _along(rows)
    items = {row.pk: _item(row, along.get(row.pk, 0), about) for row in rows}
    open_now = [items[row.pk] for row in rows if row.resolved_at is None or row.resolved_at >= end]
    over = [(row, items[row.pk]) for row in rows if row.resolved_at and row.resolved_at < end]
    return AlertNews(
        open=sorted(open_now, key=lambda one: (SEVERITY_ORDER.get(one.severity, 9), one.acknowledged, one.since)),
        passed=_longest_first(item for row, item in over if row.opened_at >= start),
        resolved=_longest_first(item for row, item in over if row.opened_at < start),
        opened=sum(row.opened_at >= start for row in rows),
        noisy=_noisy([row for row in rows if row.opened_at >= start], about),
        href=about.listing("alerts"),
        resolved_href=about.listing("alerts", view="resolved"),
    )


def _rows(about: Selection) -> Iterable[Alert]:
    mine = Q(stack_id__in=about.stack_ids)
    if about.whole:
        mine |= Q(stack=None)
    if about.plan.accounts:
        mine &= Q(account_id__in=about.plan.accounts)
    rows = Alert.objects.visible_to(about.scope).filter(mine, opened_at__lt=about.window.end, cause=None)
    rows = rows.filter(Q(resolved_at=None) | Q(resolved_at__gte=about.window.start))
    wanted = ("name", "reason", "severity", "since", "opened_at", "resolved_at", "state", "metric", "subject", "stack",
              "reopened", "resource__service")  # fmt: skip
    return rows.select_related("resource").only(*wanted).order_by("-opened_at")


def _along(rows: Sequence[Alert]) -> dict[int, int]:
    """How many alerts were put down to each."""
    counted = Alert.objects.filter(cause__in=[row.pk for row in rows]).order_by().values("cause")
    numbers = counted.annotate(number=Count("pk")).values_list("cause", "number")
    return {cause or 0: number for cause, number in numbers}


def _item(row: Alert, along: int, about: Selection) -> AlertItem:
    end = about.window.end
    stack = about.stacks.get(row.stack_id or 0)
    return AlertItem(
        name=row.name,
        reason=row.reason,
        severity=row.severity,
        stack=stack.name if stack else "",
        since=row.since,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at if row.resolved_at and row.resolved_at < end else None,
        acknowledged=row.state == Alert.State.ACKNOWLEDGED,
        along=along,
        href=address("alert", row.pk),
    )


def _longest_first(items: Iterable[AlertItem]) -> list[AlertItem]:
    def key(one: AlertItem) -> tuple[int, timedelta]:
        return SEVERITY_ORDER.get(one.severity, 9), one.since - (one.resolved_at or one.since)

    return sorted(items, key=key)


def _noisy(rows: Sequence[Alert], about: Selection) -> list[NoisyItem]:
    """Thresholds that fired often, the most first; a coming back counts as a firing."""
    fired: Counter[tuple[str, str]] = Counter()
    subjects: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    lasted: defaultdict[tuple[str, str], timedelta] = defaultdict(timedelta)
    for row in rows:
        key = (row.resource.service if row.resource else row.subject.partition(":")[0], row.metric)
        fired[key] += 1 + row.reopened
        subjects[key].add(row.subject)
        lasted[key] += min(row.resolved_at or about.window.end, about.window.end) - row.opened_at
    href = about.listing("alerts", view="noise")
    return [
        NoisyItem(_label(*key), number, len(subjects[key]), lasted[key], href)
        for key, number in fired.most_common()
        if number >= NOISY_FROM
    ]


def _label(kind: str, metric: str) -> str:
    """'Functions: Errors'."""
    service = all_services().get(kind)
    if service is None:
        return f"{kind.capitalize()}: {metric}"
    return f"{service.label}: {metrics_of(service).get(metric, (metric, Unit.COUNT))[0]}"
