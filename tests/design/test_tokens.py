"""Contrast of every pair of colours that meet on a page, in both themes, read from the stylesheet itself."""

from pathlib import Path

import pytest

from dashboard.core.tokens import Tokens, contrast, parse

ROOT = Path(__file__).resolve().parents[2]
TOKENS = parse((ROOT / "static" / "css" / "tokens.css").read_text())
STATUSES = ("ok", "warning", "critical", "info", "unknown")
SURFACES = ("canvas", "surface", "surface-sunken", "surface-raised", "surface-hover")
TEXT = [(text, surface) for text in ("text", "text-muted", "text-faint", "accent-text") for surface in SURFACES]
TEXT += [(f"{status}-text", f"{status}-fill") for status in STATUSES]
TEXT += [(f"{status}-text", surface) for status in STATUSES for surface in ("surface", "canvas")]
TEXT += [(text, "surface-selected") for text in ("text", "accent-text")]
TEXT += [(text, f"{status}-fill") for status in STATUSES for text in ("text", "text-muted")]
TEXT += [("text-on-accent", "accent"), ("text-on-accent", "accent-hover"), ("accent-text", "accent-soft")]
TEXT += [("chart-axis", "surface"), ("chart-marker", "surface")]
SHAPES = [(f"{status}-shape", ground) for status in STATUSES for ground in ("surface", f"{status}-fill")]
SHAPES += [(f"chart-{number}", "surface") for number in range(1, 9)]
SHAPES += [(f"chart-{role}", "surface") for role in ("p50", "p95", "p99", "errors", "throttles", "traffic", "cost")]
SHAPES += [("focus", surface) for surface in SURFACES] + [("border-strong", "surface"), ("accent", "surface")]


def of_theme(theme: str) -> dict[str, str]:
    return dict(getattr(TOKENS, theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_has_enough_contrast(theme: str, text: str, ground: str) -> None:
    colours = of_theme(theme)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_have_enough_contrast(theme: str, shape: str, ground: str) -> None:
    colours = of_theme(theme)
    assert contrast(colours[shape], colours[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_strengths_of_the_percentile_family_are_told_apart(theme: str) -> None:
    colours = of_theme(theme)
    steps = [contrast(colours[f"chart-{role}"], colours["surface"]) for role in ("p50", "p95", "p99")]
    assert steps[1] / steps[0] > 1.4
    assert steps[2] / steps[1] > 1.4


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_translucent_colour_has_no_contrast_of_its_own() -> None:
    with pytest.raises(ValueError, match="not an opaque"):
        contrast("#00000080", "#ffffff")


def test_both_themes_are_read_from_one_declaration() -> None:
    tokens = parse(
        ":root { --a: light-dark(#111111, #eeeeee); --b: 4px; --c: 0 1px light-dark(#222222, #333333), 2px; }"
    )
    assert tokens == Tokens(
        {"a": "#111111", "b": "4px", "c": "0 1px #222222, 2px"}, {"a": "#eeeeee", "b": "4px", "c": "0 1px #333333, 2px"}
    )
