"""`manage.py prices` against the simulated price list."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from dashboard.aws import sessions
from dashboard.catalog.prices import book as prices
from dashboard.inventory.models import Account
from dashboard.polls.models import ApiUsage
from tests.simulated_aws import PRODUCTION, SimulatedAws

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def account(db: None, simulated_aws: SimulatedAws) -> Iterator[Account]:
    sessions.forget()
    yield Account.objects.create(name="shop", account_id=PRODUCTION, regions=[REGION])
    sessions.forget()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Where refreshed prices are kept in this test."""
    before = prices.FOLDERS[-1]
    settings.PRICES_DIR = tmp_path
    prices.look_in(tmp_path)
    yield tmp_path
    prices.look_in(before)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("prices", *arguments, stdout=out)
    return out.getvalue()


def test_prices_are_compared_and_nothing_is_kept(folder: Path) -> None:
    assert f"{REGION}: " in run(REGION)
    assert list(folder.iterdir()) == []
    assert ApiUsage.objects.filter(api="pricing:GetProducts").exists()


def test_a_price_that_the_list_has_otherwise_is_shown_and_used_from_then_on(folder: Path) -> None:
    wrong = {"lambda-requests": [["0", "0.5"]]}
    (folder / f"{REGION}.json").write_text(
        json.dumps({"region": REGION, "read_on": None, "source": "", "prices": wrong})
    )
    prices.book.cache_clear()
    assert "lambda-requests: 0.5 → 0.00000020" in run(REGION, "--write")
    kept = prices.book(REGION)
    assert float(kept.prices["lambda-requests"][0].price) == 2e-7
    assert (kept.source, kept.read_on is None) == ("AWS Price List Query API", False)


def test_an_account_that_is_not_connected_is_named() -> None:
    with pytest.raises(CommandError, match="There is no account books"):
        run(REGION, "--account", "books")
