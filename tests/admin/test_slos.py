"""Admin of objectives: shares as people write them, errors at their field, a preview before saving."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dashboard.inventory.models import Stack
from dashboard.slos.models import Slo, SloDay, SloExclusion
from dashboard.slos.write import count
from tests.factories import NOW, make_account, make_resource, make_stack
from tests.slos.conftest import make_requests, make_slo

LIST, ADD, PREVIEW = "/admin/dashboard/slo/", "/admin/dashboard/slo/add/", "/admin/dashboard/slo/preview/"
GIVEN = {
    "name": "checkout availability", "enabled": "on", "kind": "availability", "objective": "99.9 %",
    "window_days": "28", "alerting": "page", "least_bad": "5",
    "exclusions-TOTAL_FORMS": "0", "exclusions-INITIAL_FORMS": "0",
}  # fmt: skip
BACKUP = {
    "exclusions-TOTAL_FORMS": "1", "exclusions-0-reason": "Backup", "exclusions-0-starts_at": "2026-03-10T11:00",
    "exclusions-0-ends_at": "2026-03-10T12:00", "exclusions-0-time_zone": "UTC",
}  # fmt: skip


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account())


def given(stack: Stack, **data: str) -> dict[str, str]:
    return {**GIVEN, "account": str(stack.account_id), "stack": str(stack.pk), **data}


def errors_of(desk: Client, stack: Stack, **data: str) -> dict[str, list[str]]:
    answer = desk.post(ADD, given(stack, **data))
    assert answer.status_code == 200
    found: dict[str, list[str]] = dict(answer.context["adminform"].form.errors)
    return found


@pytest.mark.parametrize(("typed", "stored"), [("99.9 %", 0.999), ("0.95", 0.95), ("99.95", 0.9995)])
def test_an_objective_is_typed_as_people_write_it(desk: Client, stack: Stack, typed: str, stored: float) -> None:
    desk.post(ADD, given(stack, objective=typed))
    assert Slo.objects.get().objective == pytest.approx(stored)


def test_what_is_stored_is_shown_as_people_write_it(desk: Client, stack: Stack) -> None:
    slo = make_slo(stack, kind="latency", target=0.9)
    page = desk.get(f"{LIST}{slo.pk}/change/").content.decode()
    assert 'value="99.9 %"' in page
    assert 'value="900 ms"' in page


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"objective": "100 %"}, "objective", "100 % leaves no budget at all"),
        ({"objective": "three nines"}, "objective", "“three nines” is not a value."),
        ({"kind": "latency"}, "target", "Say within which time."),
        ({"kind": "latency", "target": "fast"}, "target", "“fast” is not a value."),
        ({"kind": "latency", "target": "0"}, "target", "write more than 0"),
        ({"least_bad": "0"}, "least_bad", "greater than or equal to 1"),
    ],
)
def test_bad_input_is_told_at_its_field(
    desk: Client, stack: Stack, data: dict[str, str], field: str, told: str
) -> None:
    assert told in str(errors_of(desk, stack, **data)[field])
    assert not Slo.objects.exists()


def test_an_objective_is_about_one_thing_of_one_account(desk: Client, stack: Stack) -> None:
    resource, other = make_resource(stack), make_account("Other", 2)
    assert "not both" in str(errors_of(desk, stack, resource=str(resource.pk))["resource"])
    assert "checkout is in another account" in str(errors_of(desk, stack, account=str(other.pk))["account"])


def test_a_maintenance_of_each_week_is_kept(desk: Client, stack: Stack) -> None:
    weekly = {"exclusions-0-days": "sat", "exclusions-0-start": "02:00", "exclusions-0-end": "04:00"}
    desk.post(ADD, given(stack, **BACKUP, **weekly))
    exclusion = SloExclusion.objects.get()
    assert (exclusion.days, str(exclusion.start), exclusion.time_zone) == (["sat"], "02:00:00", "UTC")


def test_a_maintenance_that_means_nothing_is_refused(desk: Client, stack: Stack) -> None:
    page = desk.post(ADD, given(stack, **BACKUP | {"exclusions-0-ends_at": "2026-03-10T10:00"})).content.decode()
    assert "It ends before it begins." in page
    assert not Slo.objects.exists()


def test_the_preview_says_what_it_would_have_come_to(desk: Client, stack: Stack) -> None:
    make_requests(stack, hours=240, total=1000, until=NOW - timedelta(hours=1, minutes=2, seconds=30))
    make_requests(stack, hours=1, total=1000, bad=500)
    with time_machine.travel(NOW, tick=False):
        page = desk.get(PREVIEW, given(stack)).content.decode()
        kept = desk.get(PREVIEW, given(stack, **BACKUP)).content.decode()
    assert "<strong>99.79 %</strong>, budget used <strong>207 %</strong>" in page
    assert "would have alerted <strong>1 time</strong>" in page
    assert "<strong>100 %</strong>, budget used <strong>0 %</strong>, would not have alerted." in kept
    assert not Slo.objects.exists()


def test_the_preview_of_what_sends_nothing_says_so(desk: Client, stack: Stack) -> None:
    assert "Nothing is known of it yet" in desk.get(PREVIEW, given(stack)).content.decode()


def test_the_preview_names_what_must_be_mended_first(desk: Client, stack: Stack) -> None:
    page = desk.get(PREVIEW, given(stack, objective="<b>")).content.decode()
    assert "“&lt;b&gt;” is not a value." in page


@pytest.mark.parametrize(("data", "days"), [({"objective": "99 %"}, 2), ({"kind": "periods", "target": "1 s"}, 0)])
def test_only_what_is_about_something_else_is_counted_anew(
    desk: Client, stack: Stack, data: dict[str, str], days: int
) -> None:
    make_requests(stack, hours=24)
    slo = make_slo(stack)
    count(slo.account, NOW)
    desk.post(f"{LIST}{slo.pk}/change/", given(stack, **data))
    assert SloDay.objects.count() == days
