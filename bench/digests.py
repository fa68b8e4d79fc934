"""digest.*: one edition for 500 recipients in 20 sets of permissions over 200 stacks, queries counted.

Signals of all stacks go back 16 days, the last two of them by five minutes; 400 alerts and 300 deploys lie in the
period. Everything that a schedule sends is read, put into words, rendered, and stored with its letters.
"""

import sys
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import dataset
from bench.measure import Result, median, report
from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING
from dashboard.access.write import create_roles
from dashboard.alerts.models import Alert
from dashboard.core.units import Unit
from dashboard.digests.models import Body, Edition, Letter, Schedule
from dashboard.digests.periods import Due, period_of
from dashboard.digests.read import Plan, gather, plan_of
from dashboard.digests.words import worded
from dashboard.digests.write.compose import compose
from dashboard.digests.write.render import render
from dashboard.inventory.models import Account, Deploy, Resource, Stack
from dashboard.metrics.models import Series
from dashboard.metrics.write import computed_series, store_hourly, store_points

NOW = datetime.combine(dataset.NOW.date(), dataset.NOW.time(), dataset.NOW.tzinfo)
SIGNALS = (("traffic", Unit.COUNT), ("errors", Unit.COUNT), ("latency", Unit.MILLISECONDS))
DAYS, FINE_DAYS = 16, 2
CLIPPED = 102 * 1024


def build(stacks: int, recipients: int, teams: int) -> Schedule:
    """Fill the tables."""
    create_roles()
    account = dataset.make_account()
    owners = Team.objects.bulk_create(Team(name=f"team-{number:03}") for number in range(teams))
    made = [make_stack(account, number, owners[number % teams]) for number in range(stacks)]
    fill(made)
    schedule = Schedule.objects.create(
        name="Daily", days=list(range(7)), at=(NOW - timedelta(minutes=10)).time(), quiet="send",
        starts_at=NOW - timedelta(days=30),
    )  # fmt: skip
    schedule.users.set(make_people(recipients, owners))
    return schedule


def make_stack(account: Account, number: int, team: Team) -> Stack:
    """A stack of a team with an open alert, one that is over, and a deploy or two."""
    stack = dataset.make_stack(account, f"stack-{number:03}")
    stack.team = team
    stack.save()
    resource = Resource.objects.create(
        account=account, stack=stack, region=dataset.REGION, service="lambda", name=f"{stack.name}-api",
        physical_id=f"{stack.name}-api", first_seen_at=NOW, seen_at=NOW,
    )  # fmt: skip
    given = {"account": account, "stack": stack, "resource": resource, "name": resource.name, "metric": "error_rate",
             "unit": "share", "reason": "16 % of requests fail, above 5 % for 15 min.", "value": 0.16, "line": 0.05,
             "seen_at": NOW}  # fmt: skip
    for hours, state in ((3, "open"), (9, "resolved")):
        at = NOW - timedelta(hours=hours, minutes=number)
        over = at + timedelta(minutes=30) if state == "resolved" else None
        Alert.objects.create(
            **given, subject=f"resource:{resource.pk}", severity="critical" if number % 3 else "warning", state=state,
            since=at, opened_at=at, resolved_at=over,
        )  # fmt: skip
    for deploy in range(1 + number % 2):
        at = NOW - timedelta(hours=2 + deploy * 5, minutes=number % 60)
        Deploy.objects.create(
            stack=stack, started_at=at, finished_at=at + timedelta(minutes=3), action="update", result="succeeded"
        )
    return stack


def make_people(number: int, owners: list[Team]) -> list[Any]:
    """Viewers of one team each."""
    user_model: Any = get_user_model()
    people: list[Any] = user_model.objects.bulk_create(
        user_model(username=f"user-{index:04}", email=f"user-{index:04}@shop.example") for index in range(number)
    )
    viewer = apps.get_model("auth", "Group").objects.get(name="viewer")
    of_group = user_model.groups.through
    of_group.objects.bulk_create(of_group(user_id=user.pk, group_id=viewer.pk) for user in people)
    of_team = Team.members.through
    of_team.objects.bulk_create(
        of_team(team_id=owners[index % len(owners)].pk, user_id=user.pk) for index, user in enumerate(people)
    )
    return people


def fill(stacks: list[Stack]) -> None:
    """Signals of all stacks: hours of sixteen days, fine points of two."""
    series = [computed_series(stack, name, unit) for stack in stacks for name, unit in SIGNALS]
    Series.objects.update(fine_from=NOW - timedelta(days=FINE_DAYS), backfilled_at=NOW)
    end = dataset.epoch(NOW)
    for days, step in ((DAYS, 3600), (FINE_DAYS, dataset.PERIOD)):
        times = np.arange((end - days * 86_400) // step * step, end, step, dtype=np.int64)
        values = values_of(len(stacks), times, step)
        if step == dataset.PERIOD:
            store_points(series, times.tolist(), values)
        else:
            store_hourly([one.pk for one in series], times.tolist(), values)


def values_of(stacks: int, times: np.ndarray, step: int) -> np.ndarray:
    """Requests by day and night, errors that rise on every fifth stack in the last day, latency around 200 ms."""
    random = np.random.default_rng(step)
    wave = (1.2 + np.sin(2 * np.pi * (times % 86_400) / 86_400))[:, None] * np.full(stacks, step * 2.0)
    bad = (times[:, None] > times[-1] - 86_400) & (np.arange(stacks) % 5 == 0)
    requests = random.poisson(wave).astype(float)
    errors = random.poisson(wave * np.where(bad, 0.02, 0.002)).astype(float)
    latency = 200 * random.lognormal(0.0, 0.1, wave.shape)
    return np.stack((requests, errors, latency), axis=2).reshape(len(times), stacks * len(SIGNALS))


def measure_edition(schedule: Schedule) -> None:
    """Make the whole edition, as the task does."""
    taken: list[int] = []

    def once() -> None:
        Edition.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            compose(schedule, NOW)
        taken.append(len(asked))

    seconds = median(once, 2)
    letters, bodies = Letter.objects.count(), Body.objects.count()
    report(
        Result(
            f"digest.edition.{connection.vendor}",
            seconds,
            "s",
            f"{letters} letters, {bodies} bodies",
            goal="≤ 60 s",
            met=seconds <= 60,
        )
    )
    each = taken[-1] / letters
    report(Result(f"digest.edition_queries.{connection.vendor}", taken[-1], "queries"))
    report(Result(f"digest.queries_per_letter.{connection.vendor}", each, "queries", goal="≤ 5", met=each <= 5))


def measure_one(plan: Plan, due: Due) -> None:
    """The digest of somebody who sees all stacks: read, words, rendering."""
    content = gather(plan, EVERYTHING, due, NOW)
    with CaptureQueriesContext(connection) as asked:
        gather(plan, EVERYTHING, due, NOW)
    document = worded(content, plan.sections, plan.writer(due))
    size = len(render(document).html.encode())
    reading = median(lambda: gather(plan, EVERYTHING, due, NOW), 3)
    rendering = median(lambda: render(worded(content, plan.sections, plan.writer(due))), 5)
    report(
        Result(
            f"digest.read_all.{connection.vendor}",
            reading * 1000,
            "ms",
            "all stacks",
            goal="≤ 1,500 ms",
            met=reading <= 1.5,
        )
    )
    report(
        Result(f"digest.read_all_queries.{connection.vendor}", len(asked), "queries", goal="≤ 40", met=len(asked) <= 40)
    )
    report(
        Result(
            "digest.render", rendering * 1000, "ms", "words, HTML, text, chart", goal="≤ 200 ms", met=rendering <= 0.2
        )
    )
    report(
        Result(
            f"digest.html.{connection.vendor}",
            size,
            "B",
            "Gmail clips at 102 KB",
            goal="< 104,448 B",
            met=size < CLIPPED,
        )
    )


def main() -> None:
    """Run the group."""
    quick = "--quick" in sys.argv
    schedule = build(20, 40, 4) if quick else build(200, 500, 20)
    plan = plan_of(schedule)
    measure_one(plan, period_of(plan.rhythm, NOW.date()))
    measure_edition(schedule)


if __name__ == "__main__":
    main()
