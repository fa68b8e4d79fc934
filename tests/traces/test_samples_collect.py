"""Spans are asked for once, newest first; what matters is kept, and what fails is asked for again."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.aws import AwsError, ErrorKind, XraySummary
from dashboard.inventory.models import Account
from dashboard.traces import sampling
from dashboard.traces.chunk import Chunk, unpack
from dashboard.traces.collect import collect_samples
from dashboard.traces.collect.graph import Collected
from dashboard.traces.collect.samples import SPANS_AT_ONCE
from dashboard.traces.models import TraceChunk, TraceDocument, TraceFact, TraceSource
from dashboard.traces.sampling import SampleChoices
from tests.factories import make_account
from tests.traces.fake_xray import FakeXray, a_fault, a_summary, trace_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, 3, 0, tzinfo=UTC)
SPAN = datetime(2026, 3, 10, 11, 55, tzinfo=UTC)
"""The newest closed one."""
ONE_SPAN = SampleChoices(backfill=timedelta(minutes=5))
REGION = "eu-west-1"
DENIED = AwsError(ErrorKind.ACCESS_DENIED, "xray:GetTraceSummaries", "Not allowed.", "Allow xray:GetTraceSummaries.")
CAPPED = AwsError(ErrorKind.CAPPED, "xray:GetTraceSummaries", "Over the cap.", "Wait.")
INVALID = AwsError(ErrorKind.INVALID_ANSWER, "xray:GetTraceSummaries", "Nonsense.", "Wait.")


@pytest.fixture
def account() -> Account:
    return make_account()


def run(account: Account, aws: FakeXray, now: datetime = NOW, choices: SampleChoices = ONE_SPAN) -> Collected:
    return collect_samples(account, REGION, aws=aws, now=now, choices=choices)  # type: ignore[arg-type]


def at(seconds: float) -> datetime:
    return SPAN + timedelta(seconds=seconds)


def stored() -> Chunk:
    return unpack(TraceChunk.objects.get().packed)


def good(number: int, seconds: float = 0.1) -> list[XraySummary]:
    return [a_summary(at(300 * index / number), seconds) for index in range(number)]


def test_a_closed_span_is_asked_for_once(account: Account) -> None:
    aws = FakeXray(good(3))
    assert run(account, aws) == Collected(spans=1, points=3)
    assert run(account, aws) == Collected(spans=0, points=0)
    assert {window.start for window, _, _ in aws.asked} == {SPAN}


def test_a_span_that_has_not_settled_is_left_alone(account: Account) -> None:
    aws = FakeXray(good(3))
    run(account, aws, NOW - timedelta(seconds=1))
    assert {window.end for window, _, _ in aws.asked} == {SPAN}


def test_a_span_without_traces_is_not_asked_for_again(account: Account) -> None:
    run(account, FakeXray())
    aws = FakeXray(good(3))
    run(account, aws)
    assert aws.asked == []


def test_bad_and_slow_ones_are_all_kept_and_good_ones_drawn(account: Account) -> None:
    bad, slow = [a_fault(at(1)), a_summary(at(2), error=True, status=404)], [a_summary(at(3), 5.0)]
    run(account, FakeXray([*bad, *slow, *good(2000)]))
    reasons = stored().reasons.tolist()
    assert sum(bool(why & sampling.IS_BAD) for why in reasons) == 2
    assert sum(bool(why & sampling.IS_SLOW) for why in reasons) == 1
    assert 190 <= sum(bool(why & sampling.IS_DRAWN) for why in reasons) <= 210
    assert TraceChunk.objects.get().seen == 2003


def test_the_filter_is_in_the_language_of_x_ray(account: Account) -> None:
    aws = FakeXray(good(1))
    run(account, aws)
    assert [expression for _, expression, _ in aws.asked] == [
        "fault = true OR error = true OR throttle = true OR responsetime > 1.000", ""
    ]  # fmt: skip


def test_what_slow_is_is_learned_from_the_spans_before(account: Account) -> None:
    run(account, FakeXray(good(100, 0.1)))
    aws = FakeXray()
    run(account, aws, NOW + timedelta(minutes=5))
    assert aws.asked[0][1].endswith("responsetime > 0.100")


def test_more_than_is_kept_is_cut_to_the_worst_and_said_so(account: Account) -> None:
    errors = [a_summary(at(index), error=True, status=400) for index in range(30)]
    faults = [a_fault(at(100 + index)) for index in range(6)]
    aws = FakeXray([*errors, *faults])
    run(account, aws, choices=SampleChoices(backfill=timedelta(minutes=5), per_span=12))
    chunk = TraceChunk.objects.get()
    assert (chunk.cut, chunk.traces, chunk.seen) == (True, 12, 36)
    assert sum(bool(flags & sampling.FAULT) for flags in stored().flags.tolist()) == 6


def test_nothing_is_said_to_be_cut_where_all_are_kept(account: Account) -> None:
    run(account, FakeXray([a_fault(at(index)) for index in range(20)]))
    assert not TraceChunk.objects.get().cut


def test_collecting_a_span_again_replaces_it(account: Account) -> None:
    run(account, FakeXray(good(3)))
    TraceChunk.objects.update(at=int(SPAN.timestamp()) - 86_400)
    first = TraceChunk.objects.get()
    aws = FakeXray(good(5))
    run(account, aws)
    run(account, aws)
    assert TraceChunk.objects.exclude(pk=first.pk).get().traces == 5


def test_a_first_visit_goes_back_newest_first_a_few_spans_at_a_time(account: Account) -> None:
    choices = SampleChoices(backfill=timedelta(hours=1))
    aws = FakeXray()
    run(account, aws, choices=choices)
    starts = [window.start for window, _, _ in aws.asked]
    assert starts == [SPAN - timedelta(minutes=5 * back) for back in range(SPANS_AT_ONCE)]
    run(account, aws, choices=choices)
    run(account, aws, choices=choices)
    assert TraceChunk.objects.count() == 12


@pytest.mark.parametrize(("error", "calls"), [(DENIED, 1), (CAPPED, 1), (INVALID, 3)])
def test_a_span_that_fails_is_asked_for_again_and_others_go_on_unless_it_is_hopeless(
    account: Account, error: AwsError, calls: int
) -> None:
    aws = FakeXray(fails=lambda action: error)
    came = run(account, aws, choices=SampleChoices(backfill=timedelta(minutes=15)))
    assert (came.ok, came.errors) == (False, [error] * calls)
    assert not TraceChunk.objects.exists()
    assert run(account, FakeXray(good(1))).ok


def test_the_whole_of_the_worst_few_is_fetched_too(account: Account) -> None:
    faults = [a_fault(at(index), seconds=index / 10) for index in range(5)]
    aws = FakeXray(faults, documents={one.id: ("{}",) for one in faults})
    run(account, aws)
    assert sorted(aws.fetched) == sorted(one.id for one in faults[2:])
    assert TraceDocument.objects.count() == 3


def test_the_worst_is_fetched_with_a_good_one_that_began_at_the_same_place(account: Account) -> None:
    fault, other, like = a_fault(at(1)), a_summary(at(2), entry=None), a_summary(at(3))
    aws = FakeXray([fault, other, like])
    run(account, aws)
    assert set(aws.fetched) == {fault.id, like.id}


def test_good_traces_are_not_fetched_whole(account: Account) -> None:
    aws = FakeXray(good(5))
    run(account, aws)
    assert aws.fetched == []


def test_whole_traces_come_from_transaction_search_where_they_are_kept_there(account: Account) -> None:
    TraceSource.objects.create(account=account, region=REGION, destination="CloudWatchLogs", asked_at=NOW)
    fault = a_fault(at(1))
    aws = FakeXray([fault], retrievable={fault.id: ("{}",)})
    run(account, aws)
    assert (aws.fetched, aws.retrieved) == ([], [fault.id])
    assert TraceDocument.objects.get().trace_id == fault.id


def test_a_whole_trace_that_cannot_be_fetched_costs_nothing_but_itself(account: Account) -> None:
    denied = AwsError(ErrorKind.ACCESS_DENIED, "xray:BatchGetTraces", "Not allowed.", "Allow it.")
    aws = FakeXray([a_fault(at(1))], fails=lambda action: denied if action == "xray:BatchGetTraces" else None)
    came = run(account, aws)
    assert (came.ok, came.points, came.errors) == (True, 1, [denied])


def test_a_trace_at_the_border_belongs_to_the_next_span(account: Account) -> None:
    run(account, FakeXray([a_summary(at(299)), a_summary(at(300))]))
    assert TraceChunk.objects.get().traces == 1


def test_facts_are_stored_once_for_many_traces(account: Account) -> None:
    run(account, FakeXray(good(10)))
    assert list(TraceFact.objects.filter(key="http.url").values_list("value", flat=True)) == [
        "https://api.example.com/orders/{id}"
    ]


def test_ids_that_x_ray_would_not_give_are_left_out(account: Account) -> None:
    run(account, FakeXray([a_summary(at(1), id="'; drop table"), a_summary(at(2), id=trace_id(at(2), 7))]))
    assert [stored().id_of(0)] == [trace_id(at(2), 7)]
    assert TraceChunk.objects.get().traces == 1
