"""What is there once the simulated accounts have been collected, however Stackdeck was started."""

from datetime import datetime, timedelta

from django.db.models import Sum

from dashboard.health.models import StackHealth
from dashboard.inventory.models import Resource, Stack
from dashboard.management.progress import collected_once
from dashboard.metrics.models import Series
from dashboard.polls.models import Run, Target
from tests.processes.installation import Browserless, Installation

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


def assert_all_is_collected(installation: Installation, since: datetime) -> None:
    """Wait until all is collected and judged once, and check what is there."""
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
    """A person who signs in reads the names of the troubled stacks."""
    person = Browserless(installation.url)
    person.sign_in("admin", "admin")
    page = person.get("/")
    for name in TROUBLED:
        assert name in page
    assert "Unhealthy" in page
    assert installation.get("/readyz")[0] == 200
