"""The demo's environment can't reach anything real."""

from pathlib import Path

import pytest

from dashboard.management.environment import demo_environment

REAL = {
    "PATH": "/usr/bin",
    "HOME": "/home/me",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/real",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.2/creds",
    "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    "DATABASE_URL": "postgres://production/stackdeck",
    "DATABASE_URL_FILE": "/run/secrets/database_url",
    "REDIS_URL": "redis://production",
    "EMAIL_URL": "smtp://production",
    "SITE_URL": "https://stackdeck.example.com",
    "SECRET_KEY": "production",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return demo_environment(REAL | {"VAR_DIR": str(tmp_path), "PORT": "9100"})


def test_no_real_value_survives(environment: dict[str, str]) -> None:
    shared = {name for name, value in REAL.items() if environment.get(name) == value}
    assert shared == {"PATH", "HOME"}


def test_every_aws_call_goes_to_the_simulation(environment: dict[str, str]) -> None:
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9101"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert {name for name in environment if name.startswith("AWS_ENDPOINT_URL")} == {"AWS_ENDPOINT_URL"}


def test_every_mail_goes_to_the_catcher(environment: dict[str, str]) -> None:
    assert environment["EMAIL_URL"] == "smtp://127.0.0.1:9102"


@pytest.mark.parametrize("name", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "ENV_FILE"])
def test_files_with_real_settings_are_replaced_by_an_empty_one(environment: dict[str, str], name: str) -> None:
    assert Path(environment[name]).read_text() == ""


def test_data_stays_in_the_demos_folder(environment: dict[str, str], tmp_path: Path) -> None:
    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path}/stackdeck.sqlite3"
    assert environment["REDIS_URL"] == ""


def test_the_address_follows_the_port(environment: dict[str, str]) -> None:
    assert environment["SITE_URL"] == "http://127.0.0.1:9100"


def test_the_port_of_the_simulation_can_be_chosen(tmp_path: Path) -> None:
    chosen = demo_environment({"VAR_DIR": str(tmp_path), "AWS_PORT": "9555"})
    assert chosen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9555"
