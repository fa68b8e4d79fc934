"""Reading the design tokens, so that charts and mail use the stylesheet's own colours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_DECLARATION = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_BOTH_THEMES = re.compile(r"light-dark\(([^,()]+),\s*([^,()]+)\)")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token name (without the dashes) to value, once per theme; tokens without themes are in both."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


def parse(stylesheet: str) -> Tokens:
    """Read the custom properties of a stylesheet; `light-dark(a, b)` becomes a in light and b in dark."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for name, value in _DECLARATION.findall(stylesheet):
        light.setdefault(name, _BOTH_THEMES.sub(lambda both: both.group(1).strip(), value).strip())
        dark.setdefault(name, _BOTH_THEMES.sub(lambda both: both.group(2).strip(), value).strip())
    return Tokens(light, dark)


def contrast(first: str, second: str) -> float:
    """WCAG's contrast ratio of two opaque #rrggbb colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ValueError(f"{colour!r} is not an opaque #rrggbb colour")
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
