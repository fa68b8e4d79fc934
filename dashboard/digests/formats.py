"""How numbers, money, dates and durations are written in a digest: by the locale of its schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.core.money import format_money
from dashboard.core.units import Unit, format_value

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class Locale:
    """Signs and orders; words stay English."""

    key: str
    label: str
    decimal: str
    thousands: str
    day: Callable[[date], str]


def _iso(day: date) -> str:
    return day.isoformat()


LOCALES = {
    one.key: one
    for one in (
        Locale("en", "1,234.5 and 23 Nov 2026", ".", ",", lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}"),
        Locale("en-us", "1,234.5 and Nov 23, 2026", ".", ",", lambda day: f"{MONTHS[day.month - 1]} {day.day}, {day.year}"),  # noqa: E501
        Locale("de", "1.234,5 and 23.11.2026", ",", ".", lambda day: f"{day:%d.%m.%Y}"),
        Locale("fr", "1 234,5 and 23/11/2026", ",", NARROW, lambda day: f"{day:%d/%m/%Y}"),
        Locale("sv", "1 234,5 and 2026-11-23", ",", NARROW, _iso),
        Locale("iso", "1 234.5 and 2026-11-23", ".", NARROW, _iso),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes values for one schedule: its locale, its time zone."""

    locale: Locale
    zone: ZoneInfo
    dated: bool = False
    """Whether times need their date: a weekday alone is not enough beyond a week."""

    def value(self, value: float | None, unit: Unit | str) -> str:
        """A measured value with its unit."""
        return self._signs(format_value(value, unit))

    def money(self, amount: Decimal | float, currency: str) -> str:
        """An amount with its currency's code."""
        return self._signs(format_money(amount, currency))

    def count(self, number: int) -> str:
        """A whole number with its thousands set apart."""
        return f"{number:,}".replace(",", self.locale.thousands)

    def change(self, share: float) -> str:
        """'+23 %', '−8 %'; beyond ten times as a factor."""
        if share >= 9:
            return self._signs(f"×{share + 1:.0f}")
        sign = "+" if share > 0 else "−" if share < 0 else "±"
        percent = abs(share) * 100
        return self._signs(f"{sign}{percent:.1f} %" if percent < 1 else f"{sign}{percent:.0f} %")

    def exact_share(self, share: float) -> str:
        """'99.95 %': as many places as objectives are promised with."""
        digits = f"{share * 100:.3f}".rstrip("0").rstrip(".")
        return self._signs(f"{digits} %")

    def day(self, day: date) -> str:
        """'Mon, 23 Nov 2026'."""
        return f"{WEEKDAYS[day.weekday()]}, {self.locale.day(day)}"

    def short_day(self, day: date) -> str:
        """'Mon 23 Nov'."""
        return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"

    def time(self, at: datetime) -> str:
        """'Mon 14:05' in the schedule's zone, 'Mon 23 Nov 14:05' where that needs its date."""
        local = at.astimezone(self.zone)
        day = self.short_day(local.date()) if self.dated else WEEKDAYS[local.weekday()]
        return f"{day} {local:%H:%M}"

    def moment(self, at: datetime) -> str:
        """'Mon, 23 Nov 2026, 08:00'."""
        local = at.astimezone(self.zone)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def _signs(self, text: str) -> str:
        swap = {",": self.locale.thousands, NARROW: self.locale.thousands, ".": self.locale.decimal}
        number, space, unit = text.partition(" ")
        return "".join(swap.get(sign, sign) for sign in number) + space + unit
