"""Every Celery task: each loads ids, calls the rooms in order, and decides nothing itself."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from dashboard import aws
from dashboard.alarms.collect import collect_alarms
from dashboard.alerts.write import apply_findings, escalate
from dashboard.aws import AwsError, ErrorKind, Meter
from dashboard.digests.send import deliver_letters
from dashboard.digests.write.compose import compose_due
from dashboard.digests.write.letters import expire as expire_digests
from dashboard.health.write import backfill_signals, judge_region, judge_traced
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of, connection_to
from dashboard.metrics.collect import collect, sources_of, sync_series
from dashboard.metrics.write import expire, seal
from dashboard.notify import send
from dashboard.notify.read import outbox_problems
from dashboard.notify.send.http import HttpError
from dashboard.notify.write import expire as expire_deliveries
from dashboard.notify.write import remind
from dashboard.polls.models import MONEY_SOURCES, SIDE_SOURCES, Target
from dashboard.polls.read import budget_of, vital_problems
from dashboard.polls.write import (
    LEASE,
    Lease,
    Outcome,
    Started,
    beat,
    begin,
    ensure_targets,
    expire_runs,
    finish,
    lease_due,
    lift_caps,
    pay_for,
    record_usage,
    release,
    watch_targets,
)
from dashboard.slos.write import expire as expire_slo_days
from dashboard.slos.write import judge_slos
from dashboard.spend.collect import CostChoices, collect_budgets, collect_costs
from dashboard.spend.write.burn import backfill_burn, estimate_region
from dashboard.spend.write.caps import judge_budgets
from dashboard.spend.write.runaways import judge_runaways
from dashboard.spend.write.settled import expire_costs
from dashboard.spend.write.tally import tally
from dashboard.spend.write.unexpected import judge_spend
from dashboard.traces.collect import collect_graph, collect_samples, fetch_document
from dashboard.traces.models import TraceDocument
from dashboard.traces.sampling import SampleChoices
from dashboard.traces.spans import DAY, HOUR, MINUTE, TEN_MINUTES, GraphChoices
from dashboard.traces.write import expire_graph, expire_traces, join_account
from dashboard.traces.write.documents import PATIENCE

log = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """Show signs of life, and queue a poll for every target that is due."""
    now = timezone.now()
    beat("beat", now)
    beat("worker", now)
    for lease in lease_due(now, settings.POLLS_AT_ONCE):
        _queue(lease)


def _queue(lease: Lease) -> None:
    """Queue a poll; when the broker can't take it, the target is free again for the next tick."""
    try:
        poll.apply_async((lease.target_id, str(lease.token)), retry=False, expires=LEASE.total_seconds())
    except Exception:
        release(lease)
        raise


@shared_task
def poll(target_id: int, token: str) -> None:
    """Poll one target, if the lease still holds; then look at what came."""
    started = begin(Lease(target_id, UUID(token)), timezone.now())
    if started is None:
        return
    finish(started, run(started), timezone.now())
    if started.target.source == Target.Source.INVENTORY:
        tick()  # what was found is asked for at once
    elif started.target.source == Target.Source.TRACE_GRAPH:
        judge_map(started.target.account_id)
    elif started.target.source in MONEY_SOURCES:
        judge_money(started.target.account_id)
    elif started.target.source not in SIDE_SOURCES:
        judge(started.target.account_id, started.target.region)


def run(started: Started) -> Outcome:
    """Do what the target's source asks for; whatever happens is its outcome, and nobody else's trouble."""
    target, meter = started.target, Meter(started.budget)
    try:
        region = aws.open(connection_of(target.account), target.region, meter)
        came = SOURCES.get(target.source, _collect)(target, region, started.at)
    except AwsError as failed:
        came = Came(False, 0, failed)
    except Exception as failed:
        log.exception("Polling %s failed", target)
        came = Came(False, 0, _unexpected(failed))
    return Outcome(came.ok, came.points, came.error, meter.by_action(), came.unfinished)


class Came(NamedTuple):
    """What a source brought."""

    ok: bool
    points: int
    error: AwsError | None
    unfinished: bool = False


def _discover(target: Target, region: aws.Region, now: datetime) -> Came:
    """Find what there is, and make sure that it is asked for."""
    account = target.account
    found = discover(account, target.region, region, now, discovery_choices())
    errors = list(found.errors)
    try:
        sync_series(account, target.region, region, now)
    except AwsError as error:
        errors.append(error)
    join_account(account)
    ensure_targets(account, now, sources_of(account))
    return Came(bool(found.stacks or found.resources) or not errors, 0, next(iter(errors), None))


def discovery_choices() -> Choices:
    """What the settings say about discovering."""
    environment_keys, owner_keys = tuple(settings.ENVIRONMENT_TAG_KEYS), tuple(settings.OWNER_TAG_KEYS)
    return Choices(environment_keys, owner_keys, settings.AWS_THREADS)


def _collect(target: Target, region: aws.Region, now: datetime) -> Came:
    """Fetch the points of one part."""
    came = collect(target.account, target.region, target.source, target.part, aws=region, now=now)
    return Came(came.ok, came.points, next(iter(came.errors), None))


def _collect_graph(target: Target, region: aws.Region, now: datetime) -> Came:
    """Fetch the service graph."""
    choices = GraphChoices(delay=settings.TRACE_DELAY, backfill=settings.BACKFILL)
    came = collect_graph(target.account, target.region, aws=region, now=now, choices=choices)
    return Came(came.ok, came.points, next(iter(came.errors), None), came.unfinished)


def _collect_traces(target: Target, region: aws.Region, now: datetime) -> Came:
    """Fetch sampled traces."""
    came = collect_samples(target.account, target.region, aws=region, now=now, choices=sample_choices())
    return Came(came.ok, came.points, next(iter(came.errors), None), came.unfinished)


def _collect_alarms(target: Target, region: aws.Region, now: datetime) -> Came:
    """Read CloudWatch's own alarms."""
    came = collect_alarms(target.account, target.region, aws=region, now=now)
    return Came(came.ok, came.points, next(iter(came.errors), None))


def _collect_costs(target: Target, region: aws.Region, now: datetime) -> Came:
    """Read what AWS has billed."""
    choices = CostChoices(settings.COST_PAGES_PER_DAY, settings.ENVIRONMENT_TAG_KEYS, settings.OWNER_TAG_KEYS)
    came = collect_costs(target.account, aws=region, now=now, choices=choices)
    return Came(came.ok, came.points, next(iter(came.errors), None))


def _collect_budgets(target: Target, region: aws.Region, now: datetime) -> Came:
    """Read AWS's budgets."""
    came = collect_budgets(target.account, aws=region, now=now)
    return Came(came.ok, came.points, next(iter(came.errors), None))


SOURCES: Mapping[str, Callable[[Target, aws.Region, datetime], Came]] = {
    Target.Source.INVENTORY: _discover,
    Target.Source.TRACE_GRAPH: _collect_graph,
    Target.Source.TRACES: _collect_traces,
    Target.Source.ALARMS: _collect_alarms,
    Target.Source.COSTS: _collect_costs,
    Target.Source.BUDGETS: _collect_budgets,
}
"""What is done for a source; all others are metrics."""


def _unexpected(failed: Exception) -> AwsError:
    """A failure that nobody foresaw, in the form in which it is shown."""
    what = f"{type(failed).__name__}: {failed}"
    return AwsError(
        ErrorKind.INVALID_ANSWER, "", what, "This is a fault of Stackdeck: the worker's log has the details."
    )


@shared_task
def judge(account_id: int, region: str) -> None:
    """Judge the health of what lives in a region, from its newest points; at first, its past too."""
    account, now = Account.objects.get(pk=account_id), timezone.now()
    if apply_findings(account, judge_region(account, region, now), now):
        wake_deliver()
    backfill_signals(account, now, settings.BACKFILL)
    if apply_findings(account, judge_slos(account, now), now, kind="slo"):
        wake_deliver()
    _judge_burn(account, region, now)
    tally(account, now)
    if backfill_burn(account, now, settings.BACKFILL):  # what is usual is known from now on
        for each in {region, *account.regions}:
            _judge_burn(account, each, now)


def _judge_burn(account: Account, region: str, now: datetime) -> None:
    """Estimate what a region costs per hour, and look for what runs away."""
    burning = estimate_region(account, region, now)
    if apply_findings(account, judge_runaways(account, region, burning, now), now, kind="runaway"):
        wake_deliver()


@shared_task
def judge_map(account_id: int) -> None:
    """Judge what traces tell of nodes and connections, and the objectives that stand on them."""
    account, now = Account.objects.get(pk=account_id), timezone.now()
    findings = {**judge_traced(account, now), "slo": judge_slos(account, now)}
    if sum(apply_findings(account, found, now, kind=kind) for kind, found in findings.items()):
        wake_deliver()


@shared_task
def judge_money(account_id: int) -> None:
    """Judge an account's budgets, and look for unexpected spend."""
    account, now = Account.objects.get(pk=account_id), timezone.now()
    findings = {"budget": judge_budgets(account, now), "spend": judge_spend(account, now)}
    if sum(apply_findings(account, found, now, kind=kind) for kind, found in findings.items()):
        wake_deliver()


@shared_task
def judge_all_money() -> None:
    """Judge the money of every account: a new day brings a cap nearer without any new bill."""
    for account_id in Account.objects.values_list("pk", flat=True):
        judge_money(account_id)


@shared_task
def deliver() -> None:
    """Send what is due from the outbox, reminders included."""
    remind(timezone.now())
    send.deliver(timezone.now, connection_to, pay=pay_for)


def wake_deliver() -> None:
    """Send at once what has been enqueued, for `on_commit`; without a broker the next beat does it."""
    try:
        deliver.apply_async(retry=False, expires=60)
    except Exception:
        log.warning("Waking the sender failed; it is woken within seconds.", exc_info=True)


@shared_task
def digests() -> None:
    """Make the digests that are due, and send what waits, whether or not all could be made."""
    try:
        if compose_due(timezone.now()):
            wake_deliver()
    finally:
        deliver_letters(timezone.now)


def wake_digests() -> None:
    """Send letters at once, for `on_commit`; without a broker the next beat does it."""
    try:
        digests.apply_async(retry=False, expires=60)
    except Exception:
        log.warning("Waking the sender of digests failed; it is woken within a minute.", exc_info=True)


@shared_task
def watch() -> None:
    """Tell of silent collectors and of alerts that nobody takes; tell the outside that we live, or what ails us."""
    now = timezone.now()
    if watch_targets(now, settings.SILENCE_AFTER) + escalate(now):
        wake_deliver()
    if settings.HEARTBEAT_PING_URL:
        try:
            send.ping(settings.HEARTBEAT_PING_URL, [*vital_problems(now), *outbox_problems(now)])
        except HttpError as error:
            log.warning("HEARTBEAT_PING_URL: %s", error)


@shared_task
def fetch_trace(document_id: int) -> None:
    """Fetch a whole trace that somebody wants to see; its price counts like that of any poll."""
    document, now = TraceDocument.objects.select_related("account").get(pk=document_id), timezone.now()
    account, meter = document.account, Meter(budget_of(document.account, now))
    region = aws.open(connection_of(account), document.region, meter)
    fetch_document(document, aws=region, now=now, keep=settings.KEEP_DOCUMENTS)
    record_usage(account, meter.by_action(), now)


def queue_trace(document_id: int) -> None:
    """Have a whole trace fetched, for `on_commit`; without a broker, whoever waits for it may ask again."""
    try:
        fetch_trace.apply_async((document_id,), retry=False, expires=PATIENCE.total_seconds())
    except Exception:
        log.warning("Trace document %s could not be queued.", document_id, exc_info=True)


def sample_choices() -> SampleChoices:
    """What the settings say about keeping traces."""
    return SampleChoices(
        delay=settings.TRACE_DELAY,
        backfill=settings.TRACE_BACKFILL,
        per_span=settings.TRACES_PER_SPAN,
        documents_per_span=settings.TRACE_DOCUMENTS_PER_SPAN,
        keep_documents=settings.KEEP_DOCUMENTS,
    )


def graph_lifetimes() -> dict[int, timedelta]:
    """How long each period of the service graph is kept."""
    fine = {MINUTE: settings.KEEP_TRACE_MINUTES, TEN_MINUTES: settings.KEEP_TRACE_TENS}
    return fine | dict.fromkeys((HOUR, DAY), settings.KEEP_HOURLY)


@shared_task
def housekeeping() -> None:
    """Seal days that can't change any more, drop what is too old, lift caps where there is room again."""
    now = timezone.now()
    seal(now)
    expire(now, settings.KEEP_POINTS, settings.KEEP_HOURLY)
    expire_runs(now, settings.KEEP_RUNS)
    expire_graph(now, graph_lifetimes())
    expire_traces(now, settings.KEEP_TRACES)
    expire_slo_days(now)
    expire_costs(now.date())
    expire_deliveries(now, settings.KEEP_DELIVERIES)
    expire_digests(now, settings.KEEP_DIGESTS)
    lift_caps(now)
