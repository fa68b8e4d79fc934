"""Every Celery task: each loads ids, calls the rooms in order, and decides nothing itself."""

import logging
from datetime import datetime
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from dashboard import aws
from dashboard.aws import AwsError, ErrorKind, Meter
from dashboard.core.connection import Connection
from dashboard.health.write import backfill_signals, judge_region
from dashboard.inventory.choices import Choices
from dashboard.inventory.collect import discover
from dashboard.inventory.models import Account
from dashboard.metrics.collect import collect, sources_of, sync_series
from dashboard.metrics.write import expire, seal
from dashboard.polls.models import Target
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
    release,
)

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
    else:
        judge(started.target.account_id, started.target.region)


def run(started: Started) -> Outcome:
    """Do what the target's source asks for; whatever happens is its outcome, and nobody else's trouble."""
    target, meter = started.target, Meter(started.budget)
    account = target.account
    connection = Connection(account.account_id, account.profile, account.role_arn, account.external_id)
    try:
        region = aws.open(connection, target.region, meter)
        source = _discover if target.source == Target.Source.INVENTORY else _collect
        ok, points, error = source(target, region, started.at)
    except AwsError as failed:
        ok, points, error = False, 0, failed
    except Exception as failed:
        log.exception("Polling %s failed", target)
        ok, points, error = False, 0, _unexpected(failed)
    return Outcome(ok, points, error, meter.by_action())


def _discover(target: Target, region: aws.Region, now: datetime) -> tuple[bool, int, AwsError | None]:
    """Find what there is, and make sure that it is asked for."""
    account = target.account
    found = discover(account, target.region, region, now, discovery_choices())
    errors = list(found.errors)
    try:
        sync_series(account, target.region, region, now)
    except AwsError as error:
        errors.append(error)
    ensure_targets(account, now, sources_of(account))
    return bool(found.stacks or found.resources) or not errors, 0, next(iter(errors), None)


def discovery_choices() -> Choices:
    """What the settings say about discovering."""
    environment_keys, owner_keys = tuple(settings.ENVIRONMENT_TAG_KEYS), tuple(settings.OWNER_TAG_KEYS)
    return Choices(environment_keys, owner_keys, settings.AWS_THREADS)


def _collect(target: Target, region: aws.Region, now: datetime) -> tuple[bool, int, AwsError | None]:
    """Fetch the points of one part."""
    came = collect(target.account, target.region, target.source, target.part, aws=region, now=now)
    return came.ok, came.points, next(iter(came.errors), None)


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
    judge_region(account, region, now)
    backfill_signals(account, now, settings.BACKFILL)


@shared_task
def housekeeping() -> None:
    """Seal days that can't change any more, drop what is too old, lift caps where there is room again."""
    now = timezone.now()
    seal(now)
    expire(now, settings.KEEP_POINTS, settings.KEEP_HOURLY)
    expire_runs(now, settings.KEEP_RUNS)
    lift_caps(now)
