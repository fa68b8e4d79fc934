"""The whole flow with real processes: connect, discover, collect, judge, show; on SQLite and in production's shape."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from dashboard.health.models import StackHealth
from dashboard.inventory.models import Resource, Stack
from dashboard.management.progress import collected_once
from dashboard.metrics.models import Series
from dashboard.polls.models import Run, Target
from tests.processes.installation import Browserless, Installation

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]

COLLECTED = timedelta(seconds=150)
# Stacks in which the simulated world has planted an incident that must show.
TROUBLED = (
    "checkout-prod",
    "catalog-prod",
    "clickstream-prod",
    "orders-prod",
    "image-pipeline-prod",
    "notifications-prod",
)


def collect_everything(installation: Installation) -> None:
    """Connect the simulated accounts, wait until all is collected and judged once, and check what is there."""
    since = installation.connect_demo_accounts()
    with installation.rows() as alias:
        installation.wait_until(lambda: collected_once(since, alias), "The first collection", COLLECTED)
        installation.wait_until(
            lambda: set(in_trouble(alias)) == set(TROUBLED), "The verdicts on exactly the troubled stacks", COLLECTED
        )
        assert in_trouble(alias)["checkout-prod"] == "critical"
        assert Stack.objects.using(alias).filter(gone_at=None, source="cloudformation").count() >= 8
        assert Resource.objects.using(alias).filter(gone_at=None).count() >= 150
        assert Target.objects.using(alias).exclude(last_error="").count() == 0
        assert Series.objects.using(alias).filter(active=True, block__computed=False).count() >= 500
        assert Run.objects.using(alias).aggregate(points=Sum("points"))["points"] >= 100_000


def in_trouble(alias: str) -> dict[str, str]:
    """Stacks that are unhealthy or degraded, with their state."""
    verdicts = StackHealth.objects.using(alias).filter(state__in=("critical", "warning"))
    return dict(verdicts.values_list("stack__name", "state"))


def assert_overview_shows_the_trouble(installation: Installation) -> None:
    person = Browserless(installation.url)
    person.sign_in("admin", "admin")
    page = person.get("/")
    for name in TROUBLED:
        assert name in page
    assert "Unhealthy" in page


def test_embedded_from_accounts_to_overview(embedded: Installation) -> None:
    embedded.start_web()
    embedded.start_embedded_worker()
    collect_everything(embedded)
    assert_overview_shows_the_trouble(embedded)
    assert embedded.get("/readyz")[0] == 200


def test_postgresql_and_redis_from_accounts_to_overview(production: Installation) -> None:
    for service in ("web", "worker", "beat"):
        production.start_service(service)
    collect_everything(production)
    assert_overview_shows_the_trouble(production)
    assert production.get("/readyz")[0] == 200
