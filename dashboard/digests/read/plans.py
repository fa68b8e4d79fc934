"""A schedule as a plain value: everything that composing asks of it, read once."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.digests.formats import LOCALES, Writer
from dashboard.digests.models import Edition, Schedule
from dashboard.digests.periods import Cadence, Due, Rhythm
from dashboard.digests.sections import EVERY
from dashboard.digests.words.phrases import listed

DATED_AFTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule says. Empty sets mean 'all'."""

    schedule_id: int
    name: str
    rhythm: Rhythm
    locale: str
    quiet: str
    sections: tuple[str, ...]
    accounts: frozenset[int]
    account_numbers: tuple[str, ...]
    environments: frozenset[str]
    teams: frozenset[int]
    team_names: tuple[str, ...]
    stacks: frozenset[int]
    scope: str
    """The same in words."""

    @property
    def of_stacks(self) -> bool:
        """Whether it is about some stacks alone."""
        return bool(self.environments or self.teams or self.stacks)

    def writer(self, due: Due) -> Writer:
        """How values are written in the digest of a period."""
        locale = LOCALES.get(self.locale, LOCALES["en"])
        return Writer(locale, ZoneInfo(self.rhythm.zone), dated=due.length.days > DATED_AFTER_DAYS)


def plan_of(schedule: Schedule) -> Plan:
    """Read a schedule; three queries."""
    accounts = list(schedule.only_accounts.values_list("pk", "account_id", "name"))
    teams = list(schedule.only_teams.values_list("pk", "name"))
    stacks = list(schedule.only_stacks.values_list("pk", "name"))
    environments = [str(one) for one in schedule.only_environments]
    named = (
        ("account", [name for _, _, name in accounts]),
        ("environment", environments),
        ("stacks of team", [name for _, name in teams]),
        ("stack", [name for _, name in stacks]),
    )
    return Plan(
        schedule_id=schedule.pk,
        name=schedule.name,
        rhythm=rhythm_of(schedule),
        locale=schedule.locale,
        quiet=schedule.quiet,
        sections=tuple(key for key in schedule.sections if key in EVERY),
        accounts=frozenset(pk for pk, _, _ in accounts),
        account_numbers=tuple(number for _, number, _ in accounts),
        environments=frozenset(environments),
        teams=frozenset(pk for pk, _ in teams),
        team_names=tuple(name for _, name in teams),
        stacks=frozenset(pk for pk, _ in stacks),
        scope=", ".join(f"{what} {listed(names, 5)}" for what, names in named if names),
    )


def rhythm_of(schedule: Schedule) -> Rhythm:
    """When it is due."""
    days = frozenset(day for day in schedule.days if isinstance(day, int))
    return Rhythm(Cadence(schedule.cadence), days, schedule.at, schedule.time_zone)


def newest_edition(schedule: Schedule) -> Due | None:
    """The last digest that was made; None before the first."""
    row = Edition.objects.filter(schedule=schedule).order_by("-date").first()
    return Due(row.date, row.starts_at, row.ends_at) if row else None
