"""Skeletons of charts: styles and layout per kind and theme, built and validated by plotly once per process.

The page gets a skeleton once, cached; afterwards only numbers travel.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import etag
from ninja import Router
from ninja.decorators import decorate_view

from dashboard.core.tokens import Tokens, parse

router = Router(tags=["Charts"])

Kind = Literal["line", "area", "percentiles", "bars", "cost"]
Theme = Mapping[str, str]
KINDS: tuple[Kind, ...] = ("line", "area", "percentiles", "bars", "cost")
STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
PALETTE = 8
"""How many palette colours the tokens have."""
ROLES = {
    "p50": ("chart-p50", 1.5),
    "p90": ("chart-p95", 1.5),
    "p95": ("chart-p95", 2.0),
    "p99": ("chart-p99", 1.5),
    "errors": ("chart-errors", 2.0),
    "throttles": ("chart-throttles", 2.0),
    "traffic": ("chart-traffic", 1.8),
    "cost": ("chart-cost", 2.0),
}
"""Role of a series to its colour token and line width in px."""


@cache
def tokens() -> Tokens:
    """The stylesheet's tokens, read once."""
    return parse(STYLESHEET.read_text())


@cache
def build(kind: Kind) -> bytes:
    """JSON of one kind's skeleton in both themes."""
    both = {"light": _skeleton(kind, tokens().light), "dark": _skeleton(kind, tokens().dark)}
    return orjson.dumps({"kind": kind, **both})


def _skeleton(kind: Kind, theme: Theme) -> dict[str, Any]:
    """Everything about a chart but its numbers; plotly refuses a property or value that it doesn't know."""
    surface = theme["surface"]
    palette = [_trace(kind, theme[f"chart-{number}"], surface, 1.8) for number in range(1, PALETTE + 1)]
    if kind == "cost":
        palette.insert(0, _trace(kind, theme["chart-cost"], surface, 2.0))
    return {
        "roles": {role: _trace(kind, theme[token], surface, width) for role, (token, width) in ROLES.items()},
        "palette": palette,
        "layout": _layout(kind, theme),
        "threshold": _threshold(theme),
        "thresholdLabel": _label(
            theme, "warning-text", x=0, xanchor="left", yanchor="bottom", bgcolor=theme["surface"]
        ),
        "breach": _breach(theme),
        "marker": _marker(theme),
        "markerLabel": _label(theme, "chart-marker", y=1, xanchor="center", yanchor="bottom"),
    }


def _trace(kind: Kind, colour: str, surface: str, width: float) -> dict[str, Any]:
    from plotly import graph_objects  # noqa: PLC0415 - loaded when a chart is first asked for, not at start

    if kind in ("bars", "cost"):
        bar = graph_objects.Bar(marker={"color": colour, "line": {"width": 0}}, hoverinfo="none")
        return dict(bar.to_plotly_json())
    line = graph_objects.Scatter(
        mode="lines",
        line={"color": colour, "width": width, "shape": "linear", "simplify": True},
        connectgaps=False,
        hoverinfo="none",
        **({"fill": "tozeroy", "fillcolor": _mix(colour, surface)} if kind == "area" else {}),
    )
    return dict(line.to_plotly_json())


def _mix(colour: str, surface: str) -> str:
    """The colour at a third of its strength on the card, opaque: stacked areas are painted from the total down."""
    channels = (
        round(0.35 * int(colour[start : start + 2], 16) + 0.65 * int(surface[start : start + 2], 16))
        for start in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _layout(kind: Kind, theme: Theme) -> dict[str, Any]:
    from plotly import graph_objects  # noqa: PLC0415 - see _trace

    axis = {
        "color": theme["chart-axis"],
        "gridcolor": theme["chart-grid"],
        "linecolor": theme["chart-grid"],
        "zeroline": False,
        "tickfont": {"size": 11},
        "ticks": "",
    }
    layout = graph_objects.Layout(
        autosize=True,
        margin={"l": 56, "r": 10, "t": 8, "b": 26},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": theme["font-sans"].replace('"', ""), "size": 12, "color": theme["text"]},
        showlegend=False,
        hovermode=False,
        dragmode="zoom",
        selectdirection="h",
        newselection={"line": {"color": theme["accent"]}},
        barmode="stack",
        bargap=0.15,
        xaxis={**axis, "type": "date", "showgrid": False, "showline": True, "automargin": False},
        yaxis={**axis, "fixedrange": True, "rangemode": "normal" if kind in ("line", "percentiles") else "tozero"},
    )
    return dict(layout.to_plotly_json())


def _shape(**properties: Any) -> dict[str, Any]:
    from plotly import graph_objects  # noqa: PLC0415 - see _trace

    return dict(graph_objects.layout.Shape(**properties).to_plotly_json())


def _threshold(theme: Theme) -> dict[str, Any]:
    line = {"color": theme["warning-shape"], "width": 1.3, "dash": "dash"}
    return _shape(type="line", xref="paper", x0=0, x1=1, yref="y", line=line, layer="above")


def _breach(theme: Theme) -> dict[str, Any]:
    colour = theme["critical-shape"]
    return _shape(
        type="rect",
        xref="x",
        yref="paper",
        y0=0,
        y1=1,
        line={"width": 0},
        fillcolor=colour,
        opacity=0.12,
        layer="below",
    )


def _marker(theme: Theme) -> dict[str, Any]:
    line = {"color": theme["chart-marker"], "width": 1.2, "dash": "dot"}
    return _shape(type="line", xref="x", yref="paper", y0=0, y1=1, line=line, layer="above")


def _label(theme: Theme, token: str, **place: Any) -> dict[str, Any]:
    from plotly import graph_objects  # noqa: PLC0415 - see _trace

    note = graph_objects.layout.Annotation(
        showarrow=False,
        font={"size": 10.5, "color": theme[token]},
        borderpad=1,
        **({"xref": "paper", "yref": "y"} if "x" in place else {"xref": "x", "yref": "paper"}),
        **place,
    )
    return dict(note.to_plotly_json())


def _version(request: HttpRequest, kind: Kind) -> str:
    """The skeleton's own sum, so that a changed stylesheet is noticed."""
    return f'"{hashlib.sha256(build(kind)).hexdigest()[:16]}"'


@router.get("/{kind}", summary="Styles and layout of one kind of chart")
@decorate_view(etag(_version))
def read_figure(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Traces' styles per role, palette, layout and shapes, for the light and the dark theme."""
    response = HttpResponse(build(kind), content_type="application/json")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
