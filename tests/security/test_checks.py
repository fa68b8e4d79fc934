"""Start-up checks: production settings pass without a warning, and each unsafe setting is named with its remedy."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import CheckMessage
from pytest_django import Settings

from dashboard.checks import check_configuration

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "k7Wd-Qm2_xR9tYb4LzPf8HsNcVgJ3uEa6oTi1wMyDqXrBhKlSpZe",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "SITE_URL": "https://stackdeck.example.com",
    "ALLOWED_HOSTS": "stackdeck.example.com",
    "DATABASE_URL": "postgres://stackdeck:pw@127.0.0.1:5432/stackdeck",
    "REDIS_URL": "redis://:pw@127.0.0.1:6379/0",
    "BEHIND_PROXY": "true",
    "ENV_FILE": "/dev/null",
}


def run_check(tmp_path: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """`check --deploy` in a process of its own, with nothing of this one's environment but the path."""
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"} | changed
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_settings_pass_the_deploy_check_with_nothing_silenced(tmp_path: Path) -> None:
    done = run_check(tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


def test_the_deploy_check_fails_for_a_planted_weakness(tmp_path: Path) -> None:
    done = run_check(tmp_path, SECRET_KEY="short")
    assert done.returncode == 1
    assert "dashboard.E001" in done.stderr


def found(messages: list[CheckMessage]) -> set[str]:
    assert all(message.hint for message in messages)
    return {str(message.id).removeprefix("dashboard.") for message in messages}


@pytest.fixture
def production(settings: Settings) -> Settings:
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    settings.ENCRYPTION_KEYS = [PRODUCTION["ENCRYPTION_KEYS"]]
    settings.SITE_URL = PRODUCTION["SITE_URL"]
    settings.ALLOWED_HOSTS = ["stackdeck.example.com"]
    settings.EMBEDDED, settings.REDIS_URL = False, PRODUCTION["REDIS_URL"]
    return settings


def test_sound_settings_are_left_alone(production: Settings) -> None:
    assert found(check_configuration(None)) == set()


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"SECRET_KEY": "short"}, {"E001"}),
        ({"SECRET_KEY": "ab" * 40}, {"E001"}),
        ({"ENCRYPTION_KEYS": [], "ENCRYPTION_KEY_FILE": None}, {"E002"}),
        ({"ENCRYPTION_KEYS": ["not a key"]}, {"E003"}),
        ({"SITE_URL": "stackdeck.example.com"}, {"E004", "W006"}),
        ({"SITE_URL": "https://other.example.com"}, {"E005"}),
        ({"SITE_URL": "http://stackdeck.example.com"}, {"W006"}),
        ({"ALLOWED_HOSTS": ["*"]}, {"E007"}),
        ({"REDIS_URL": ""}, {"W008"}),
        ({"MONTHLY_CAP_USD": "fifty"}, {"E009"}),
        ({"MONTHLY_CAP_USD": "-1"}, {"E009"}),
        ({"NOTIFY_ALLOWED_NETWORKS": ["10.0.0.1/8"]}, {"E010"}),
        ({"NOTIFY_ALLOWED_NETWORKS": ["10.0.0.0/8", "fd12::/16"]}, set()),
    ],
)
def test_each_unsafe_setting_is_named(production: Settings, changed: dict[str, object], wanted: set[str]) -> None:
    for name, value in changed.items():
        setattr(production, name, value)
    assert found(check_configuration(None)) == wanted


def test_on_loopback_a_short_key_and_plain_http_are_fine(production: Settings) -> None:
    production.SECRET_KEY, production.SITE_URL = "x", "http://127.0.0.1:8000"
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    assert found(check_configuration(None)) == set()
