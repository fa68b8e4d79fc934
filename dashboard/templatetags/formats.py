"""Values, money, counts and durations for templates; a value that is not there says so."""

from datetime import timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.core import units
from dashboard.core.money import format_money
from dashboard.core.times import say_duration
from dashboard.core.units import Unit

register = template.Library()


@register.filter
def figure(value: float | None, unit: str) -> str | SafeString:
    """A value with its unit; 'no data' is set apart from figures, so that it is never read as one."""
    text = units.format_value(value, unit)
    return format_html('<span class="none">{}</span>', text) if text == units.NO_DATA else text


@register.filter
def whole(number: int) -> str:
    """A count with all its digits: '12 345', thousands set apart by a narrow space."""
    return f"{number:,}".replace(",", "\u202f")


@register.filter
def sortable(value: float | None) -> str:
    """A value for data-value: the exact number; blank for what is not there."""
    return "" if units.format_value(value, Unit.COUNT) == units.NO_DATA else repr(float(value or 0))


@register.filter
def rate(value: float | None) -> str | SafeString:
    """A number per minute."""
    text = units.format_value(value, Unit.COUNT)
    return figure(None, Unit.COUNT) if text == units.NO_DATA else f"{text} /min"


@register.filter
def counted(value: float | None) -> str | SafeString:
    """A plain count: '12.3 k'."""
    return figure(value, Unit.COUNT)


@register.filter
def money(amount: Decimal | float | None, currency: str = "USD") -> str | SafeString:
    """An amount with its currency's code: '3.42 USD'."""
    return figure(None, Unit.COUNT) if amount is None else format_money(amount, currency)


@register.filter
def amount(value: Decimal | float) -> str:
    """An amount without its currency, for tiles that write that beside it."""
    return format_money(value, "").strip()


@register.filter
def exactly(value: Decimal) -> str:
    """An amount with all its digits, for data-value: '0.0000312'."""
    return f"{value:f}"


@register.filter
def duration(value: timedelta | float | None) -> str:
    """'6 min' for a timedelta or seconds; blank for None."""
    if value is None:
        return ""
    return say_duration(value if isinstance(value, timedelta) else timedelta(seconds=value))


@register.filter
def kept_units(text: str) -> str:
    """A sentence whose percentages do not break between number and sign."""
    return text.replace(" %", "\u00a0%")


@register.filter
def plural(count: int, noun: str) -> str:
    """'1 stack', '3 stacks'; the noun's plural may follow behind a comma: 'query,queries'."""
    singular, _, several = noun.partition(",")
    return f"{count} {singular if count == 1 else several or singular + 's'}"


@register.filter
def within(name: str, stack_name: str) -> str:
    """A resource's name without that of its stack, with which CloudFormation begins it."""
    for separator in "-_":
        if name.lower().startswith(f"{stack_name}{separator}".lower()) and len(name) > len(stack_name) + 1:
            return name[len(stack_name) + 1 :]
    return name


@register.filter
def without_name(sentence: str, name: str) -> str:
    """A sentence about a resource, for a place that names it already: 'p95 2.4 s' for 'checkout p95 2.4 s'."""
    rest = sentence.removeprefix(name).lstrip(" :,–—")
    return rest[:1].upper() + rest[1:] if rest and rest != sentence and not rest.startswith("p9") else rest
