"""Pages for machines: alive, ready, measures. No sign-in; measures need a token unless asked for from this machine."""

import ipaddress
import os
import secrets
from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from dashboard.pages.measures import Measures
from dashboard.polls.models import Heartbeat

BROKER_WAIT = timedelta(seconds=1)
BEAT_MAY_BE = timedelta(minutes=2)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves requests; touches nothing else."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say what works and what does not, each with its reason; 503 while anything does not."""
    problems = {name: check() for name, check in CHECKS.items()}
    ready = not any(problems.values())
    answer = {"ready": ready, "checks": {name: problem or "ok" for name, problem in problems.items()}}
    return JsonResponse(answer, status=200 if ready else 503)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Measures of the product itself, as Prometheus reads them."""
    if not may_read_metrics(request):
        return HttpResponse(
            "Send METRICS_TOKEN as a bearer token, or ask from the same machine.\n",
            status=403,
            content_type="text/plain",
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Measures(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether the request carries the token, or comes from this machine without a proxy in between."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def database_problem() -> str:
    """Why the database can't be used; blank when it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"The database does not answer: {error}".strip()
    return ""


def broker_problem() -> str:
    """Why work can't be queued; blank when it can. Waits a second at most."""
    if not settings.REDIS_URL:
        folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"]
        return "" if os.access(str(folder), os.W_OK) else f"The queue folder {folder} can't be written."
    wait = BROKER_WAIT.total_seconds()
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=wait, socket_connect_timeout=wait) as client:
            client.ping()
    except redis.RedisError as error:
        return f"Redis does not answer: {error}"
    return ""


def migrations_problem() -> str:
    """Which migrations are missing; blank when none is."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "Not known while the database does not answer."
    if not plan:
        return ""
    return f"{len(plan)} migrations are missing, first {plan[0][0]}. Run manage.py migrate."


def beat_problem() -> str:
    """Why nothing may be woken; blank when the last wake-up is recent."""
    try:
        beat = Heartbeat.objects.filter(name="beat").first()
    except DatabaseError:
        return "Not known while the database does not answer."
    if beat is None:
        return "Beat has not woken a worker yet."
    age = timezone.now() - beat.at
    if age <= BEAT_MAY_BE:
        return ""
    return f"Beat last woke a worker {age.total_seconds():.0f} s ago. Is there a beat, and a worker?"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database_problem,
    "migrations": migrations_problem,
    "broker": broker_problem,
    "beat": beat_problem,
}
