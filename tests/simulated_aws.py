"""Fixtures around the simulated AWS; loaded by conftest as a plugin."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from dashboard.demo.server import Server
from dashboard.demo.simulator import Simulator
from dashboard.demo.world.blueprints import DATA, PRODUCTION

PRODUCTION_KEY = "AKIADEMOPRODUCTION01"
DATA_KEY = f"AKIA{DATA}DATA"


@dataclass(frozen=True)
class SimulatedAws:
    """A running simulator: its address, and switches for tests."""

    url: str
    simulator: Simulator

    def fault(self, kind: str, **match: Any) -> str:
        """Switch a fault on (account, region, service, operation, times, seconds); all end with the test."""
        return str(self._send("POST", "faults", {"kind": kind, **match})["id"])

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self._send("DELETE", "faults")

    def move_clock(self, seconds: float) -> None:
        """Move the simulated accounts' clock relative to real time."""
        self._send("POST", "clock", {"offset_seconds": seconds})

    def calls(self) -> dict[str, int]:
        """How often each 'service:Operation' was called in this test."""
        counted: dict[str, int] = self._send("GET", "calls")["calls"]
        return counted

    def state(self) -> dict[str, Any]:
        """Clock, accounts, regions and planted incidents."""
        return self._send("GET", "state")

    def reset(self) -> None:
        """Forget faults, external ids, counted calls and the clock's offset."""
        self._send("POST", "reset")

    def client(self, service: str, region: str = "eu-west-1", account: str = PRODUCTION, **config: Any) -> Any:
        """An unmodified boto3 client that doesn't retry."""
        retries = {"total_max_attempts": 1, "mode": "standard"}
        return boto3.Session().client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=PRODUCTION_KEY if account == PRODUCTION else DATA_KEY,
            aws_secret_access_key="secret",
            config=Config(retries=retries, **config),
        )

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}/_simulator/{path}", data, method=method)
        with urllib.request.urlopen(request) as response:
            answer: dict[str, Any] = json.load(response)
        return answer


@pytest.fixture(scope="session")
def simulated_aws_server() -> Iterator[SimulatedAws]:
    """One simulator for the whole run, on a free port."""
    server = Server()
    server.start()
    yield SimulatedAws(server.url, server.simulator)
    server.stop()


@pytest.fixture
def simulated_aws(simulated_aws_server: SimulatedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatedAws]:
    """The simulator, reached by the environment: default credentials are those of the first account."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    environment = {
        "AWS_ENDPOINT_URL": simulated_aws_server.url,
        "AWS_ACCESS_KEY_ID": PRODUCTION_KEY,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    simulated_aws_server.reset()
    yield simulated_aws_server
    simulated_aws_server.reset()
