"""What goes wrong in the real world: killed workers, doubled parts, throttling, invalid answers."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from dashboard.inventory.models import Resource, Stack
from dashboard.metrics.models import Slice
from dashboard.polls.models import Run, Target
from tests.processes.installation import Installation
from tests.processes.servers import SimulatedAws

pytestmark = [pytest.mark.processes, pytest.mark.timeout(200)]

ONE_REGION = ("eu-central-1",)
INVENTORY = Target.Source.INVENTORY


def runs_of(alias: str, source: str = "") -> Callable[[], int]:
    """Count finished runs."""
    return lambda: Run.objects.using(alias).filter(Q(target__source=source) if source else Q()).count()


def make_due(alias: str) -> None:
    """Let time pass for every target that is not being polled."""
    Target.objects.using(alias).filter(lease_token=None).update(due_at=timezone.now())


def test_a_killed_workers_target_is_taken_over_and_nothing_doubles(production: Installation, aws: SimulatedAws) -> None:
    production.connect_demo_accounts(regions=ONE_REGION)
    aws.add_fault(kind="timeout", service="cloudformation", operation="ListStacks", seconds=30)
    aws.add_fault(kind="timeout", service="cloudformation", operation="DescribeStacks", seconds=30)
    production.start_service("beat")
    production.start_service("worker")
    with production.rows() as alias:
        begun = Target.objects.using(alias).filter(source=INVENTORY, attempts=1, lease_until__gt=timezone.now())
        production.wait_until(begun.exists, "A worker in the middle of the inventory")
        held = begun.get(pk=begun.values_list("pk", flat=True)[0])
        production.processes.kill("worker")
        aws.remove_faults()
        production.start_service("worker", "second")
        assert not Run.objects.using(alias).filter(target=held).exists()
        # Four minutes later:
        Target.objects.using(alias).filter(lease_until__gt=timezone.now()).update(lease_until=timezone.now())
        production.wait_until(Run.objects.using(alias).filter(target=held, ok=True).exists, "The takeover")
        assert Run.objects.using(alias).filter(target=held).count() == 1
        taken = Target.objects.using(alias).get(pk=held.pk)
        assert (taken.attempts, taken.lease_token) == (0, None)
        assert_nothing_doubled(alias)


def assert_nothing_doubled(alias: str) -> None:
    resources = Resource.objects.using(alias).values("account", "region", "service", "physical_id")
    assert resources.exists()
    assert not resources.annotate(times=Count("pk")).filter(times__gt=1).exists()
    slices = Slice.objects.using(alias).values("block", "at")
    assert not slices.annotate(times=Count("pk")).filter(times__gt=1).exists()


def test_two_beats_and_two_workers_never_poll_a_target_twice_at_a_time(production: Installation) -> None:
    production.connect_demo_accounts(regions=ONE_REGION)
    for name in ("first", "second"):
        production.start_service("worker", f"{name}-worker")
        production.start_service("beat", f"{name}-beat")
    with production.rows() as alias:
        targets = Target.objects.using(alias).filter(source=INVENTORY).count()
        for slot in (1, 2):
            production.wait_until(
                lambda slot=slot: runs_of(alias, INVENTORY)() >= targets * slot,  # type: ignore[misc]
                f"Round {slot} of the inventory",
            )
            per_target = Counter(
                Run.objects.using(alias).filter(target__source=INVENTORY).values_list("target", flat=True)
            )
            assert set(per_target.values()) == {slot}
            make_due(alias)
        assert_runs_do_not_overlap(alias)


def assert_runs_do_not_overlap(alias: str) -> None:
    ended_at: dict[int, object] = {}
    for run in Run.objects.using(alias).order_by("target", "started_at"):
        before = ended_at.get(run.target_id)
        assert before is None or before <= run.started_at  # type: ignore[operator]
        ended_at[run.target_id] = run.started_at + run.duration


def test_throttling_in_one_region_leaves_the_others_alone(embedded: Installation, aws: SimulatedAws) -> None:
    aws.add_fault(kind="throttle", region="eu-central-1", service="cloudformation")
    embedded.connect_demo_accounts()
    embedded.start_embedded_worker()
    with embedded.rows() as alias:
        inventory = Target.objects.using(alias).filter(source=INVENTORY)
        embedded.wait_until(
            lambda: (
                not inventory.filter(last_attempt_at=None).exists() and not inventory.exclude(lease_token=None).exists()
            ),
            "One round of the inventory",
            timedelta(seconds=120),
        )
        assert set(inventory.filter(region="eu-central-1").values_list("last_error", flat=True)) == {"throttled"}
        assert set(inventory.exclude(region="eu-central-1").values_list("last_error", flat=True)) == {""}
        assert inventory.filter(region="eu-central-1", due_at__gt=timezone.now()).exists()


def test_invalid_answers_change_nothing(embedded: Installation, aws: SimulatedAws) -> None:
    embedded.connect_demo_accounts(regions=ONE_REGION)
    embedded.start_embedded_worker()
    with embedded.rows() as alias:
        # Elsewhere only services of the whole world are listed, by calls that stay whole here.
        inventory = Target.objects.using(alias).filter(source=INVENTORY, region__in=ONE_REGION)
        everywhere = Target.objects.using(alias).filter(source=INVENTORY, last_success_at=None)
        embedded.wait_until(lambda: inventory.exists() and not everywhere.exists(), "The first inventory")
        before = snapshot(alias)
        assert all(before)
        for kind in ("empty", "truncated", "html"):
            for service in ("cloudformation", "lambda", "sqs"):
                aws.add_fault(kind=kind, service=service)
            inventory.update(last_error="", due_at=timezone.now())
            embedded.wait_until(lambda: not inventory.filter(last_error="").exists(), f"An inventory of {kind} answers")
            assert set(inventory.values_list("last_error", flat=True)) == {"invalid_answer"}, kind
            assert snapshot(alias) == before, kind
            aws.remove_faults()


def snapshot(alias: str) -> tuple[set[object], set[object]]:
    """Everything that is present."""
    stacks = Stack.objects.using(alias).filter(gone_at=None).values_list("account", "region", "name")
    resources = Resource.objects.using(alias).filter(gone_at=None)
    return set(stacks), set(resources.values_list("account", "region", "service", "physical_id", "stack"))
