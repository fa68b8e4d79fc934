"""Objectives: which stands first, what is said of budget and burning, who sees which, in how few queries."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.alerts.write import apply_findings
from dashboard.inventory.models import Stack
from dashboard.pages.objectives import times
from dashboard.slos.models import Slo, SloExclusion
from dashboard.slos.write import count, judge_slos
from tests.factories import NOW, make_account, make_deploy, make_stack, make_user
from tests.slos.conftest import make_requests, make_slo

QUERIES = 12


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account(), team=Team.objects.create(name="Payments"))


@pytest.fixture
def burning(stack: Stack) -> Slo:
    """An objective of which two percent of the requests fail, twenty times as many as it allows."""
    make_requests(stack, hours=24 * 8, total=1000, bad=0.1, until=NOW - timedelta(hours=2, minutes=2, seconds=30))
    make_requests(stack, hours=2, total=1000, bad=20)
    slo = make_slo(stack)
    apply_findings(slo.account, judge_slos(slo.account, NOW), NOW, kind="slo")
    return slo


def text_of(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("rate", "said"), [(14.4, "14.4×"), (0.031, "0.03×"), (0.0, "0×"), (None, "no data")])
def test_burn_rates_are_short(rate: float | None, said: str) -> None:
    assert times(rate) == said


def test_the_list_says_what_is_left_and_how_fast_it_burns(page: Client, burning: Slo) -> None:
    (line,) = page.get("/slos/").context["lines"]
    assert (line.label, line.objective, line.what) == ("Burning fast", "99.9 %", "requests without an error")
    assert (line.actual, line.burn_text, line.burn_over) == ("99.969 %", "20×", "1 h")
    assert line.left_text == "69.5 % left"
    assert line.gone == "in 23 h 20 min"


def test_the_worst_stands_first(page: Client, burning: Slo, stack: Stack) -> None:
    calm, loose = make_stack(stack.account, "calm"), make_stack(stack.account, "silent")
    make_requests(calm, hours=24 * 8)
    make_slo(loose, "a silent one")
    make_slo(calm, "b calm one")
    make_slo(calm, "c off", enabled=False)
    count(stack.account, NOW)
    lines = page.get("/slos/").context["lines"]
    assert [line.tone for line in lines] == ["critical", "ok", "unknown", "paused"]


def test_without_objectives_the_page_says_what_one_is(page: Client) -> None:
    assert "Nothing has been promised yet" in text_of(page, "/slos/")


def test_what_was_never_counted_is_no_data_and_no_zero(page: Client, stack: Stack) -> None:
    slo = make_slo(stack)
    assert "no data" in text_of(page, "/slos/")
    assert "Nothing has been counted yet" in text_of(page, f"/slos/{slo.pk}/")


def test_a_budget_of_a_few_hours_is_not_called_good_or_gone(page: Client, stack: Stack) -> None:
    make_requests(stack, hours=2, bad=4)
    slo = make_slo(stack, objective=0.998)
    count(slo.account, NOW)
    (line,) = page.get("/slos/").context["lines"]
    assert (line.tone, line.label, line.left_text, line.gone) == (
        "unknown", "Little known yet", "not known yet", "not known yet"
    )  # fmt: skip
    assert "Only 0.298 % of the window is known" in text_of(page, f"/slos/{slo.pk}/")


def test_old_counts_are_marked_as_stale(page: Client, stack: Stack) -> None:
    make_requests(stack, hours=2, until=NOW - timedelta(hours=3))
    slo = make_slo(stack)
    count(slo.account, NOW)
    (line,) = page.get("/slos/").context["lines"]
    assert (line.tone, line.fresh.state) == ("unknown", "stale")
    assert "stale, 3 h ago" in text_of(page, f"/slos/{slo.pk}/")


def test_filters_of_the_shell_are_kept(page: Client, burning: Slo) -> None:
    assert len(page.get("/slos/?environment=prod").context["lines"]) == 1
    assert "No objective here" in text_of(page, "/slos/?environment=staging")
    assert "No objective here" in text_of(page, "/slos/?team=Others")


def test_one_objective_shows_its_budget_its_burning_and_its_alerts(page: Client, burning: Slo, stack: Stack) -> None:
    make_deploy(stack)
    SloExclusion.objects.create(
        slo=burning, reason="<i>Backup</i>", starts_at=NOW - timedelta(days=20), days=["sat", "sun"],
        start="02:00", end="04:00", time_zone="Europe/Berlin",
    )  # fmt: skip
    answer = page.get(f"/slos/{burning.pk}/")
    text = answer.content.decode()
    for words in (
        "99.9 % of requests without an error over 28 days",
        "20× burn over 1 h, gone in",
        "Saturday, Sunday, 02:00 to 04:00, Europe/Berlin",
        "&lt;i&gt;Backup&lt;/i&gt;",
    ):
        assert words in text
    assert [row["label"] for row in answer.context["burns"]] == ["Fires", "Fires", "Calm"]
    budget = answer.context["charts"][0]["points"]["series"][0]["values"]
    assert budget[0] is None  # before the first points: not a full budget, but nothing known
    assert budget[-1] == pytest.approx(0.6905, abs=0.001)
    assert len(answer.context["markers"]) == 1


def test_an_objective_by_periods_says_that_it_counts_no_requests(page: Client, stack: Stack) -> None:
    slo = make_slo(stack, kind="periods", target=0.9)
    text = text_of(page, f"/slos/{slo.pk}/")
    assert "five minutes whose p95 is within 900 ms" in text
    assert "It counts periods, not requests" in text


def test_another_teams_objective_does_not_exist(client: Client, now: None, burning: Slo) -> None:
    stranger: User = make_user("stranger")
    stranger.user_permissions.clear()
    Team.objects.create(name="Others").members.add(stranger)
    client.force_login(stranger)
    assert client.get(f"/slos/{burning.pk}/").status_code == 404
    assert "checkout availability" not in text_of(client, "/slos/")
    make_slo(burning.stack or make_stack(burning.account), "of the account", stack=None)
    assert "of the account" not in text_of(client, "/slos/")


def test_a_stack_shows_its_objectives(page: Client, burning: Slo) -> None:
    (line,) = page.get(f"/stacks/{burning.stack_id}/objectives/").context["slos"]
    assert line.slo == burning


def test_objectives_are_found_by_the_palette(page: Client) -> None:
    found = page.get("/search/?q=slo").json()["groups"]
    assert [item["url"] for group in found for item in group["items"]] == ["/slos/"]


@pytest.mark.parametrize("address", ["/slos/", "/slos/{pk}/", "/stacks/{stack}/objectives/"])
def test_pages_take_few_queries(page: Client, burning: Slo, stack: Stack, address: str) -> None:
    for number in range(20):
        make_slo(stack, f"objective {number}")
    count(stack.account, NOW)
    with CaptureQueriesContext(connection) as queries:
        text_of(page, address.format(pk=burning.pk, stack=stack.pk))
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)
