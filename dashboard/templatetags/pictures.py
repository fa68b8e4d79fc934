"""Icons, sparklines and relative times for templates."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dashboard.catalog import all_services
from dashboard.core import sparkline as lines
from dashboard.core.times import say_age
from dashboard.core.units import Unit

register = template.Library()

RANGES = (
    ("1h", "1 h", "Last hour"),
    ("3h", "3 h", "Last 3 hours"),
    ("12h", "12 h", "Last 12 hours"),
    ("24h", "24 h", "Last 24 hours"),
    ("7d", "7 d", "Last 7 days"),
    ("30d", "30 d", "Last 30 days"),
)
COMPARISONS = (("", "No comparison"), ("previous", "Previous period"), ("week", "Same time last week"))
DEFAULT_RANGE = "3h"


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A symbol of icons/ui.svg; hidden from screen readers, because a word always stands beside it."""
    return _symbol("icons/ui.svg", name, f"icon {extra}".strip())


@register.simple_tag
def service_icon(key: str) -> SafeString:
    """The symbol of an AWS service by its catalogue key, or one of our own (stack, custom, other)."""
    service = all_services().get(key)
    return _symbol("icons/services.svg", service.icon if service else key or "other", "icon service-icon")


@cache
def _symbol(sprite: str, name: str, classes: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        static(sprite),
        name,
    )


@register.simple_block_tag(takes_context=True)
def remember(context: Context, content: str, name: str) -> str:
    """Print the content, and keep it as `name`: the title stands in the head and in the heading."""
    context[name] = content
    return content


@register.inclusion_tag("parts/sparkline.html")
def sparkline(
    values: Sequence[float | None] | None, tone: str = "", label: str = "", wide: bool = False
) -> dict[str, Any]:
    """An inline SVG of recent values; None is a gap. `label` says what it shows to those who can't see it."""
    picture = lines.draw(list(values or ()), width=160 if wide else 96, height=32 if wide else 24)
    return {"picture": picture, "tone": tone, "label": label}


@register.filter
def ago(at: datetime | None) -> str:
    """'6 min ago' for an aware datetime; blank for None."""
    return say_age(timezone.now() - at) if at else ""


@register.filter
def exact(at: datetime | None) -> str:
    """Day and time in the reader's zone with UTC behind it, for hovering."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    universal = at.astimezone(UTC)
    if local.utcoffset() == universal.utcoffset():
        return f"{universal:%a %d %b %Y, %H:%M:%S} UTC"
    return f"{local:%a %d %b %Y, %H:%M:%S} {local.tzname()} ({universal:%H:%M} UTC)"


@register.filter
def absolute(at: datetime | None) -> str:
    """Short absolute time in the reader's zone: '14:05' today, '22 Nov 14:05' otherwise."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local.day} {local:%b %H:%M}"


@register.filter
def local_input(at: datetime | None) -> str:
    """The value of a datetime-local input, in the reader's zone; blank for None."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at else ""


@register.filter
def as_percent(share: float | None) -> str:
    """12 for 0.123: whole percent without sign, one decimal below 10."""
    if share is None:
        return ""
    percent = abs(share) * 100
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}".removesuffix(".0")


@register.filter
def as_change(share: float | None) -> str:
    """A change as people say it: '12 %'; from tenfold on '16 times'."""
    if share is None:
        return ""
    return f"{share + 1:,.0f} times" if share >= 9 else f"{as_percent(share)} %"


@register.filter
def as_json(value: object) -> str:
    """JSON for a data attribute; autoescaping makes it safe there."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Unit):
        return value.value
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    return str(value)


@register.filter
def cut_middle(text: str, length: int = 28) -> str:
    """Shorten a long identifier in its middle, where it tells least."""
    text = str(text)
    if len(text) <= length:
        return text
    tail = (length - 1) // 2
    return f"{text[: length - 1 - tail]}…{text[-tail:]}"


@register.filter
def epoch(at: datetime | None) -> str:
    """Whole epoch seconds."""
    return str(int(at.timestamp())) if at else ""


@register.inclusion_tag("parts/time_control.html", takes_context=True)
def time_control(context: Mapping[str, Any]) -> dict[str, Any]:
    """The header's range, comparison and refresh controls, as the address says."""
    request: HttpRequest = context["request"]
    chosen = request.GET.get("range", DEFAULT_RANGE)
    compare = request.GET.get("compare", "")
    names = {key: name for key, _, name in RANGES}
    return {
        "request": request,
        "ranges": RANGES,
        "comparisons": COMPARISONS,
        "chosen": chosen,
        "compare": compare,
        "compare_label": dict(COMPARISONS).get(compare, ""),
        "label": names.get(chosen) or _custom_label(request),
        "short": {key: short for key, short, _ in RANGES}.get(chosen, "Custom"),
        "start": _moment(request.GET.get("from")),
        "end": _moment(request.GET.get("to")),
    }


def _moment(text: str | None) -> datetime | None:
    """An aware datetime from epoch seconds in the address; None when it isn't a number."""
    try:
        return datetime.fromtimestamp(int(text or ""), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _custom_label(request: HttpRequest) -> str:
    start, end = _moment(request.GET.get("from")), _moment(request.GET.get("to"))
    if start is None or end is None:
        return "Last 3 hours"
    return f"{absolute(start)} – {absolute(end)}"


@register.inclusion_tag("parts/filter_bar.html", takes_context=True)
def filter_bar(context: Mapping[str, Any]) -> dict[str, Any]:
    """Account, environment and team as chips; the selection is what the address says."""
    request: HttpRequest = context["request"]
    groups = []
    for group in context.get("filters") or ():
        picked = set(request.GET.getlist(group["name"]))
        options = [{**option, "picked": str(option["value"]) in picked} for option in group["options"]]
        groups.append({**group, "options": options, "picked": [option for option in options if option["picked"]]})
    return {"request": request, "groups": groups, "any_picked": any(group["picked"] for group in groups)}
