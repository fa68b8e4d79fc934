"""The compose file: valid by the specification's own schema, and as safe as it says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMA = ROOT / "tests" / "data" / "compose" / "compose-spec.json"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("web", "worker", "beat", "migrate")
LONG_RUNNING = sorted(set(SERVICES) - {"migrate"})


def test_it_is_valid() -> None:
    jsonschema.validate(COMPOSE, json.loads(SCHEMA.read_text()))


def test_the_schema_refuses_a_mistake() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"web": {"imagee": "x"}}}, json.loads(SCHEMA.read_text()))


def test_it_has_every_part() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "migrate", "postgres", "redis", "mail"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_runs_without_root_on_a_read_only_disk(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in ("", "root", "0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_service_that_stays_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_web_may_be_doubled() -> None:
    assert SERVICES["web"]["deploy"]["replicas"] == 2
    assert "ports" not in SERVICES["web"]
    assert "container_name" not in SERVICES["web"]


@pytest.mark.parametrize("name", sorted(name for name, service in SERVICES.items() if "ports" in service))
def test_what_is_published_listens_on_loopback_by_default(name: str) -> None:
    for port in SERVICES[name]["ports"]:
        assert re.match(r"(\$\{PUBLISH:-)?127\.0\.0\.1:", port)


def test_work_starts_after_the_migrations() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_secrets_come_from_files() -> None:
    for name in OURS:
        environment = SERVICES[name]["environment"]
        for variable in ("SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL"):
            assert variable not in environment
            assert environment[f"{variable}_FILE"].removeprefix("/run/secrets/") in SERVICES[name]["secrets"]


def test_redis_keeps_what_it_accepted() -> None:
    script = SERVICES["redis"]["command"][-1]
    assert "--appendonly yes" in script
    assert "--maxmemory-policy noeviction" in script
    assert "requirepass" in script


def test_data_lives_in_named_volumes() -> None:
    assert set(COMPOSE["volumes"]) == {"postgres", "redis"}
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_a_worker_may_finish_what_it_runs(settings: Any) -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > settings.CELERY_TASK_TIME_LIMIT


def test_make_secrets_writes_what_the_file_asks_for(tmp_path: Path) -> None:
    script = ROOT / "dashboard" / "management" / "compose_secrets.py"
    subprocess.run([sys.executable, script, tmp_path / "secrets"], check=True, capture_output=True)
    written = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert {f"./secrets/{name}" for name in written} == {entry["file"] for entry in COMPOSE["secrets"].values()}
    assert written["postgres_password"] in written["database_url"]
    assert written["redis_password"] in written["redis_url"]
    assert len(written["secret_key"]) >= 50
    Fernet(written["encryption_keys"])


def test_make_secrets_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("mine")
    script = ROOT / "dashboard" / "management" / "compose_secrets.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True)
    assert (tmp_path / "secret_key").read_text() == "mine"


def test_the_image_does_not_run_as_root() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER stackdeck" in lines
    assert "USER root" not in lines


def test_the_image_installs_by_hash() -> None:
    assert "--require-hashes -r requirements/app.txt" in (ROOT / "Dockerfile").read_text()
