"""Which alerts are told together, and which of them is the likely cause."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.alerts.causes import RANK, Candidate, attachments
from dashboard.catalog.shape import Severity

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
API, FUNCTION, TABLE, ELSEWHERE = 1, 2, 3, 9
CALLS = [(API, FUNCTION), (FUNCTION, TABLE)]


def alert(resource: int, minutes: float = 0, **changed: object) -> Candidate:
    made = Candidate(
        id=resource, resource_id=resource, stack_id=resource * 10, severity=Severity.CRITICAL,
        since=NOON + timedelta(minutes=minutes), told=False, cause_id=None,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def test_what_began_first_is_the_cause() -> None:
    assert attachments([alert(API, 30), alert(FUNCTION, 0)], CALLS) == {API: FUNCTION}


def test_of_what_began_at_once_the_one_that_the_others_stand_on_is_the_cause() -> None:
    found = attachments([alert(API, 0), alert(FUNCTION, 5), alert(TABLE, 5)], CALLS)
    assert found == {API: TABLE, FUNCTION: TABLE}


def test_without_a_link_nothing_is_put_down_to_anything() -> None:
    assert attachments([alert(API), alert(ELSEWHERE)], CALLS) == {}


def test_alerts_of_one_stack_belong_together() -> None:
    assert attachments([alert(API, 9, stack_id=1), alert(ELSEWHERE, stack_id=1, id=10)], []) == {API: 10}


def test_resources_of_no_stack_do_not_belong_together() -> None:
    assert attachments([alert(API, stack_id=None), alert(ELSEWHERE, stack_id=None)], []) == {}


def test_what_began_hours_apart_has_different_causes() -> None:
    assert attachments([alert(API, 0), alert(FUNCTION, 61)], CALLS) == {}


def test_what_grew_slowly_has_one_cause_though_it_passed_its_lines_hours_apart() -> None:
    grown = [alert(API, 0, gradual=True), alert(FUNCTION, 90, gradual=True)]
    assert attachments(grown, CALLS) == {FUNCTION: API}
    assert attachments([grown[0], alert(FUNCTION, 90)], CALLS) == {}


def test_a_critical_alert_is_not_hidden_behind_a_warning() -> None:
    assert attachments([alert(FUNCTION, 0, severity=Severity.WARNING), alert(API, 30)], CALLS) == {}


def test_several_that_are_graver_than_what_was_told_have_one_cause_among_themselves() -> None:
    told = alert(TABLE, 0, severity=Severity.WARNING, told=True)
    assert attachments([told, alert(FUNCTION, 10), alert(API, 30)], CALLS) == {API: FUNCTION}


def test_a_cause_that_was_told_stays_the_cause() -> None:
    assert attachments([alert(API, 20, told=True), alert(FUNCTION, 0)], CALLS) == {FUNCTION: API}


def test_what_was_told_is_not_put_down_to_anything() -> None:
    assert attachments([alert(API, 20, told=True), alert(FUNCTION, 0, told=True)], CALLS) == {}


def test_a_circle_of_calls_has_a_cause_all_the_same() -> None:
    assert attachments([alert(API), alert(FUNCTION)], [(API, FUNCTION), (FUNCTION, API)]) == {FUNCTION: API}


CANDIDATES = st.lists(
    st.builds(
        alert,
        st.integers(1, 12),
        st.integers(0, 200),
        stack_id=st.one_of(st.none(), st.integers(1, 3)),
        severity=st.sampled_from(list(Severity)),
        told=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)
LINKS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=20)


@given(CANDIDATES, LINKS)
def test_every_group_keeps_one_that_is_told_and_no_chain_forms(
    candidates: list[Candidate], links: list[tuple[int, int]]
) -> None:
    found = attachments(candidates, links)
    by_id = {one.id: one for one in candidates}
    for effect, cause in found.items():
        assert cause not in found
        assert not by_id[effect].told
        assert RANK[by_id[effect].severity] >= RANK[by_id[cause].severity]


@given(CANDIDATES, LINKS, st.randoms())
def test_the_order_does_not_matter(candidates: list[Candidate], links: list[tuple[int, int]], luck) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(candidates)
    luck.shuffle(shuffled)
    assert attachments(shuffled, links) == attachments(candidates, links)
