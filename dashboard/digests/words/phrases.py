"""Phrases that several sections use."""


def plural(number: int, word: str) -> str:
    """'1 alert', '2 alerts'."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(names: list[str], most: int = 3) -> str:
    """'a, b and c', 'a, b, c and 4 more'."""
    shown = names[:most]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return shown[0] if len(shown) == 1 else " and ".join([", ".join(shown[:-1]), shown[-1]]) if shown else ""
