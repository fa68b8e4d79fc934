"""The whole flow in production's shape: PostgreSQL, Redis and the very commands of docker-compose.yml."""

import pytest

from tests.processes.flow import assert_all_is_collected, assert_overview_shows_the_trouble
from tests.processes.installation import Installation

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]


def test_postgresql_and_redis_from_accounts_to_overview(production: Installation) -> None:
    for service in ("web", "worker", "beat"):
        production.start_service(service)
    since = production.connect_demo_accounts()
    assert_all_is_collected(production, since)
    assert_overview_shows_the_trouble(production)
