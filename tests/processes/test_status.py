"""Ready or not, seen from outside, with real servers."""

import json

import pytest

from tests.processes.conftest import Redis
from tests.processes.installation import Installation

pytestmark = pytest.mark.processes


def checks(installation: Installation) -> dict[str, str]:
    found: dict[str, str] = json.loads(installation.get("/readyz")[1])["checks"]
    return found


def test_ready_names_redis_when_it_is_down_and_recovers(production: Installation, redis_server: Redis) -> None:
    production.start_service("web")
    production.wait_until(lambda: production.get("/healthz")[0] == 200, "The web server")
    assert checks(production)["broker"] == "ok"
    redis_server.stop()
    assert checks(production)["broker"].startswith("Redis does not answer")
    assert production.get("/healthz")[0] == 200
    redis_server.start()
    assert checks(production)["broker"] == "ok"
