"""One holder per target, whoever else tries; nobody is stuck for ever."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.inventory.models import Account
from dashboard.polls.models import ApiUsage, Run, Target
from dashboard.polls.write import Lease, Outcome, begin, finish, lease, lease_due, pause, poll_now, release, resume
from dashboard.polls.write.leases import LEASE, QUARANTINE
from tests.polls.conftest import NOW, MakeTarget

GOOD = Outcome(ok=True, points=12, usage={"cloudwatch:GetMetricData": (2, 0, Decimal("0.01"))})
UNREACHABLE = AwsError(ErrorKind.UNREACHABLE, "cloudwatch:GetMetricData", "No answer.", "Check the network.")


def failed(error: AwsError = UNREACHABLE) -> Outcome:
    return Outcome(ok=False, error=error)


def test_a_due_target_is_leased_once(make_target: MakeTarget) -> None:
    target = make_target()
    assert [one.target_id for one in lease_due(NOW, 10)] == [target.pk]
    assert lease_due(NOW, 10) == []


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_lease_every_target_once(make_target: MakeTarget) -> None:
    wanted = {make_target().pk for _ in range(40)}

    def take(_: int) -> list[Lease]:
        try:
            return lease_due(NOW, 100)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        leases = [one for taken in threads.map(take, range(8)) for one in taken]
    assert len(leases) == 40
    assert {one.target_id for one in leases} == wanted


@pytest.mark.parametrize(
    "columns",
    [{"due_at": NOW + timedelta(seconds=1)}, {"paused_at": NOW}, {"lease_until": NOW + timedelta(seconds=1)}],
    ids=["not due", "paused", "held"],
)
def test_what_is_not_free_is_not_leased(make_target: MakeTarget, columns: dict[str, object]) -> None:
    make_target(**columns)
    assert lease_due(NOW, 10) == []


def test_targets_of_a_paused_account_are_left_alone(make_target: MakeTarget, account: Account) -> None:
    make_target()
    Account.objects.update(paused_at=NOW)
    assert lease_due(NOW, 10) == []


def test_no_more_than_the_limit_are_under_way(make_target: MakeTarget) -> None:
    for _ in range(5):
        make_target()
    assert len(lease_due(NOW, 3)) == 3
    assert lease_due(NOW, 3) == []
    assert len(lease_due(NOW, 4)) == 1


def test_healthy_targets_come_before_failing_ones(make_target: MakeTarget) -> None:
    make_target(failures=3, due_at=NOW - timedelta(hours=1))
    healthy = make_target()
    assert [one.target_id for one in lease_due(NOW, 1)] == [healthy.pk]


def test_a_new_account_is_asked_for_resources_and_metrics_before_its_costs(make_target: MakeTarget) -> None:
    make_target(source="costs", due_at=NOW - timedelta(hours=1))
    metrics = make_target(source="metrics_5m")
    assert [one.target_id for one in lease_due(NOW, 1)] == [metrics.pk]


def test_once_asked_metrics_wait_for_their_turn(make_target: MakeTarget) -> None:
    costs = make_target(source="costs", due_at=NOW - timedelta(hours=1))
    make_target(source="metrics_5m", last_attempt_at=NOW - timedelta(minutes=5))
    assert [one.target_id for one in lease_due(NOW, 1)] == [costs.pk]


def test_an_account_that_does_not_answer_holds_one_worker_at_most(make_target: MakeTarget) -> None:
    other = Account.objects.create(name="other", account_id="444455556666", regions=["eu-west-1"])
    for _ in range(3):
        make_target(failures=1, last_error="unreachable")
    healthy = make_target(account=other)
    assert len(lease_due(NOW, 10)) == 2
    assert Target.objects.get(pk=healthy.pk).lease_until == NOW + LEASE


def test_a_lease_that_ran_out_is_taken_over_and_the_old_holder_is_fenced_off(make_target: MakeTarget) -> None:
    target = make_target()
    (first,) = lease_due(NOW, 10)
    slow = begin(first, NOW)
    later = NOW + LEASE
    (second,) = lease_due(later, 10)
    assert slow is not None
    assert not finish(slow, GOOD, later)
    assert Target.objects.get(pk=target.pk).lease_token == second.token
    assert not Run.objects.exists()
    assert ApiUsage.objects.get().cost == Decimal("0.01")  # AWS bills it all the same


def test_a_message_that_lay_about_begins_nothing(make_target: MakeTarget) -> None:
    make_target()
    (first,) = lease_due(NOW, 10)
    lease_due(NOW + LEASE, 10)
    assert begin(first, NOW + LEASE) is None


def test_a_released_lease_is_free_at_once_and_costs_no_attempt(make_target: MakeTarget) -> None:
    target = make_target()
    (first,) = lease_due(NOW, 10)
    assert release(first)
    assert len(lease_due(NOW, 10)) == 1
    assert Target.objects.get(pk=target.pk).attempts == 0


def test_a_target_that_is_started_three_times_without_an_end_is_quarantined(make_target: MakeTarget) -> None:
    target = make_target()
    now = NOW
    for _ in range(3):
        (held,) = lease_due(now, 10)
        assert begin(held, now)
        now += LEASE
    assert lease_due(now, 10) == []
    target.refresh_from_db()
    assert (target.paused_at, target.paused_reason) == (now, QUARANTINE)
    resume(target, now)
    assert len(lease_due(now, 10)) == 1


def test_lost_messages_do_not_count_as_attempts(make_target: MakeTarget) -> None:
    target = make_target()
    for turn in range(5):
        assert len(lease_due(NOW + turn * LEASE, 10)) == 1
    assert Target.objects.get(pk=target.pk).paused_at is None


def test_success_sets_the_next_time_and_writes_the_run_down(make_target: MakeTarget) -> None:
    target = make_target(failures=2, last_error="throttled")
    started = begin(lease_due(NOW, 10)[0], NOW)
    assert started
    assert finish(started, GOOD, NOW + timedelta(seconds=2))
    target.refresh_from_db()
    assert (target.failures, target.attempts, target.last_error, target.lease_until) == (0, 0, "", None)
    assert target.last_success_at == NOW + timedelta(seconds=2)
    assert NOW < target.due_at <= NOW + timedelta(minutes=5, seconds=2)
    run = Run.objects.get()
    assert (run.ok, run.calls, run.points, run.cost) == (True, 2, 12, Decimal("0.01"))


def test_failures_back_off_and_name_what_is_missing(make_target: MakeTarget) -> None:
    target = make_target()
    denied = replace(UNREACHABLE, kind=ErrorKind.ACCESS_DENIED, message="Not allowed.")
    waits = []
    for _ in range(4):
        due_at = Target.objects.get(pk=target.pk).due_at
        started = begin(lease_due(due_at, 10)[0], due_at)
        assert started
        finish(started, failed(denied), due_at)
        waits.append(Target.objects.get(pk=target.pk).due_at - due_at)
    target.refresh_from_db()
    assert waits[0] < waits[1] < waits[2] <= timedelta(minutes=30)
    assert (target.last_error, target.last_error_action) == ("access_denied", "cloudwatch:GetMetricData")
    assert target.last_success_at is None


def test_a_run_that_brought_a_part_is_a_success_with_an_error(make_target: MakeTarget) -> None:
    target = make_target()
    started = begin(lease_due(NOW, 10)[0], NOW)
    assert started
    finish(started, Outcome(ok=True, points=1, error=UNREACHABLE), NOW)
    target.refresh_from_db()
    assert (target.failures, target.last_error, target.last_success_at) == (0, "unreachable", NOW)


def test_a_target_that_went_meanwhile_is_no_error(make_target: MakeTarget) -> None:
    target = make_target()
    started = begin(lease_due(NOW, 10)[0], NOW)
    assert started
    target.delete()
    assert not finish(started, GOOD, NOW)
    assert begin(Lease(target_id=4711, token=uuid4()), NOW) is None


def test_by_hand_a_target_is_leased_before_it_is_due_unless_it_is_held(make_target: MakeTarget) -> None:
    target = make_target(due_at=NOW + timedelta(hours=1))
    assert lease(target, NOW)
    assert lease(target, NOW) is None


def test_poll_now_makes_a_free_target_due_and_leaves_a_paused_one(make_target: MakeTarget) -> None:
    later, paused = make_target(due_at=NOW + timedelta(hours=1)), make_target()
    pause(paused, "by hand", NOW)
    assert poll_now(later, NOW)
    assert not poll_now(paused, NOW)
    assert [one.target_id for one in lease_due(NOW, 10)] == [later.pk]
    assert not poll_now(later, NOW)
