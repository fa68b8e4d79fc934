"""Runaway cost found, kept as rows and handed on as findings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.urls import reverse

from dashboard.catalog.shape import Severity
from dashboard.core.money import format_money
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Link, Resource
from dashboard.metrics.models import Series
from dashboard.spend.models import RunawayCost
from dashboard.spend.runaway import Growth, grown, hours_left, loop_through, say_alert, say_runaway
from dashboard.spend.stopping import stop_command
from dashboard.spend.write.burn import BURN, STEP, Burning, usd
from dashboard.thresholds.finding import Finding, Outcome, Subject

KIND = "runaway"


def judge_runaways(account: Account, region: str, burning: Sequence[Burning], now: datetime) -> list[Finding]:
    """Look for runaway cost among what burns; returns the findings of the whole account."""
    if not Series.objects.filter(stack__account=account, metric=BURN, backfilled_at__isnull=False).exists():
        return []  # Without its past nothing is known to be unusual.
    follows = _follows(account)
    loops = {one.owner.resource_id: loop_through(one.owner.resource_id, follows) for one in burning}
    found = {}
    for one in burning:
        pk = one.owner.resource_id
        growth = grown(one.values, one.normal, STEP, looped=bool(loops[pk]))
        if growth:
            since = datetime.fromtimestamp(int(one.at[growth.since]), UTC)
            found[pk] = (one, growth, since)
    judged = [one.owner.resource_id for one in burning]
    RunawayCost.objects.filter(resource__in=set(judged) - set(found)).delete()
    _write(found, loops, now)
    kept = RunawayCost.objects.filter(resource__account=account).select_related("resource__stack")
    return [_finding(account, row) for row in kept]


def _follows(account: Account) -> dict[int, list[int]]:
    """What leads where: enabled links; references of templates only out of functions, which call what they name."""
    rows = Link.objects.filter(source__account=account, enabled=True, source__gone_at=None, target__gone_at=None)
    follows: dict[int, list[int]] = defaultdict(list)
    for source, target, kind, service in rows.values_list("source_id", "target_id", "kind", "source__service"):
        if kind not in {"dead_letter", "protects", "replica", "index"} and (kind != "reference" or service == "lambda"):
            follows[source].append(target)
    return follows


def _write(
    found: Mapping[int, tuple[Burning, Growth, datetime]], loops: Mapping[int, tuple[int, ...]], now: datetime
) -> None:
    """Rows of what runs away; its beginning stays what it was found to be first."""
    if not found:
        return
    named = {pk for loop in loops.values() for pk in loop} | set(found)
    resources = Resource.objects.in_bulk(list(named))
    before = dict(RunawayCost.objects.filter(resource__in=list(found)).values_list("resource_id", "since"))
    for pk, (one, growth, since) in found.items():
        resource = resources[pk]
        loop = [resources[step].name for step in loops[pk]]
        by_month_end = growth.per_hour * hours_left(now)
        places = {
            "name": resource.name,
            "region": resource.region,
            "physical_id": resource.physical_id,
            "arn": resource.arn,
            "facts": {fact["label"]: fact["value"] for fact in resource.facts},
        }
        RunawayCost.objects.update_or_create(
            resource=resource,
            defaults={
                "since": min(since, before.get(pk, since)),
                "per_hour": usd(growth.per_hour),
                "normal_per_hour": usd(growth.normal),
                "by_tomorrow": usd(growth.per_hour * 24),
                "by_month_end": usd(by_month_end),
                "growth": growth.words,
                "loop": loop,
                "command": stop_command(one.owner.service, places),
                "sentence": say_runaway(resource.name, growth, format_money(by_month_end), loop),
            },
        )


def _finding(account: Account, row: RunawayCost) -> Finding:
    resource = row.resource
    subject = Subject(
        f"{KIND}:{resource.pk}",
        account.pk,
        resource.name,
        stack_id=resource.stack_id,
        resource_id=resource.pk,
        page=reverse("spend_live"),
    )
    command = f"To stop it: {row.command}" if row.command else ""
    return Finding(
        subject,
        "runaway_cost",
        Severity.CRITICAL,
        Outcome.BROKEN,
        reason=say_alert(row.growth, float(row.per_hour), float(row.normal_per_hour), float(row.by_month_end)),
        value=float(row.per_hour),
        line=float(row.normal_per_hour),
        unit=Unit.USD_PER_HOUR,
        since=int(row.since.timestamp()),
        hint=" ".join(filter(None, (_loop_words(row), command))),
    )


def _loop_words(row: RunawayCost) -> str:
    return f"It calls itself: {' → '.join(row.loop)}." if row.loop else ""
