"""How ages and durations are said."""

from datetime import timedelta

_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"))


def say_duration(duration: timedelta) -> str:
    """The two-figure form people use: '42 s', '6 min', '3 h', '2 d'."""
    seconds = max(int(duration.total_seconds()), 0)
    for limit, size, name in _STEPS:
        if seconds < limit:
            return f"{seconds // size} {name}"
    return f"{seconds // 86_400} d"


def say_span(span: timedelta) -> str:
    """How long something lasted, to the minute where that is worth it: '42 s', '1 h 50 min', '2 d 3 h', '12 d'."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 3600:
        return say_duration(span)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    days, hours_left = divmod(hours, 24)
    if days >= 10:
        return f"{days} d"
    parts = ((days, "d"), (hours_left, "h")) if days else ((hours, "h"), (minutes, "min"))
    return " ".join(f"{number} {name}" for number, name in parts if number)


def say_age(age: timedelta) -> str:
    """'6 min ago'; below five seconds 'now'; in the future 'in 3 min'."""
    if age < timedelta(0):
        return f"in {say_duration(-age)}"
    return "now" if age < timedelta(seconds=5) else f"{say_duration(age)} ago"
