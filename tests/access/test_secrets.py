"""Secrets at rest: encrypted columns, key file, rotation."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import connection
from pytest_django import Settings

from dashboard.access.secrets import key_from_file
from dashboard.inventory.models import Account

CANARY = "canary-7f3a-external-id"


@pytest.fixture
def keys(settings: Settings) -> list[str]:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return settings.ENCRYPTION_KEYS


def stored_external_id() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT external_id FROM dashboard_account")
        return str(cursor.fetchone()[0])


@pytest.fixture
def account(db: None, keys: list[str]) -> Account:
    return Account.objects.create(name="shop", account_id="111122223333", external_id=CANARY)


def test_the_column_holds_a_token_and_the_row_the_text(account: Account) -> None:
    assert CANARY not in stored_external_id()
    assert Account.objects.get().external_id == CANARY


def test_a_blank_secret_stays_blank(db: None, keys: list[str]) -> None:
    Account.objects.create(name="shop", account_id="111122223333")
    assert stored_external_id() == ""
    assert Account.objects.get().external_id == ""


def test_dumpdata_holds_no_plain_secret(account: Account) -> None:
    assert CANARY not in serialize("json", [account])


def test_a_secret_cannot_be_searched_for(account: Account) -> None:
    with pytest.raises(FieldError, match="encrypted"):
        Account.objects.filter(external_id=CANARY).exists()


def test_a_missing_key_is_an_error_that_names_the_setting(account: Account, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS"):
        Account.objects.get()


def test_after_rotation_the_old_key_may_go(account: Account, settings: Settings, keys: list[str]) -> None:
    new = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *keys]
    call_command("rotate_keys")
    settings.ENCRYPTION_KEYS = [new]
    assert Account.objects.get().external_id == CANARY


def test_without_keys_nothing_is_stored_in_clear(db: None, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS, settings.ENCRYPTION_KEY_FILE = [], None
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS"):
        Account.objects.create(name="shop", account_id="111122223333", external_id=CANARY)


def test_the_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "encryption.key"
    key_from_file(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: key_from_file(tmp_path / "encryption.key"), range(64)))
    assert len(keys) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["encryption.key"]
