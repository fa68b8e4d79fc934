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


def say_age(age: timedelta) -> str:
    """'6 min ago'; below five seconds 'now'; in the future 'in 3 min'."""
    if age < timedelta(0):
        return f"in {say_duration(-age)}"
    return "now" if age < timedelta(seconds=5) else f"{say_duration(age)} ago"
