"""When a schedule sends, in words."""

from datetime import date

from dashboard.digests.periods import Cadence, Rhythm

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING, WEEKEND = frozenset(range(5)), frozenset({5, 6})


def say_rhythm(rhythm: Rhythm) -> str:
    """'Mondays to Fridays at 08:00, Europe/Berlin'."""
    return f"{_when(rhythm)} at {rhythm.at:%H:%M}, {rhythm.zone}"


def _when(rhythm: Rhythm) -> str:
    if rhythm.cadence is Cadence.MONTHLY:
        return "First working day of the month"
    if rhythm.days == WORKING | WEEKEND:
        return "Every day"
    if rhythm.days == WORKING:
        return "Mondays to Fridays"
    return ", ".join(f"{DAYS[day]}s" for day in sorted(rhythm.days) if day < len(DAYS)) or "Never"


def say_date(day: date) -> str:
    """'Monday, 23 November 2026'."""
    return f"{DAYS[day.weekday()]}, {day.day} {day:%B} {day.year}"
