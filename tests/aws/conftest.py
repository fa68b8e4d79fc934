from collections.abc import Iterator
from typing import Any

import pytest

from dashboard import aws
from dashboard.aws import Meter, Region
from dashboard.core.connection import Connection
from tests.aws.canned import Canned, serve

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
CONNECTION = Connection("999988887777")
"""An account of these tests alone: its clients are made once and lead to the canned server."""


@pytest.fixture(scope="session")
def canned_server() -> Iterator[Canned]:
    server = serve()
    yield server
    server.stop()


@pytest.fixture
def canned(canned_server: Canned, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Canned:
    """A server that says what the test wants, in AWS's place; nothing is asked twice."""
    settings.AWS_MAX_ATTEMPTS = 1
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": canned_server.url}.items():
        monkeypatch.setenv(name, value)
    canned_server.requests.clear()
    return canned_server


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def region(canned: Canned, meter: Meter) -> Region:
    return aws.open(CONNECTION, "eu-west-1", meter)
