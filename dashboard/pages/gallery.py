"""Page: every component with made-up content, for developers (DEBUG) and admins."""

import json
import math
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.access.roles import ADMIN, has_role

STATES = ("ok", "warning", "critical", "info", "unknown", "gone", "paused", "running")
STEP = 300
POINTS = 144
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudwatch:GetMetricData"}]}


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components; 404 to everybody else."""
    if not settings.DEBUG and not has_role(request.user, ADMIN):
        raise Http404
    now = timezone.now().replace(second=0, microsecond=0)
    start = now - timedelta(seconds=STEP * POINTS)
    context = {
        "now": now,
        "start": start,
        "states": STATES,
        "markers": _markers(now),
        "tiles": _tiles(now),
        "charts": _charts(start),
        "rows": _rows(),
        "entries": _entries(now),
        "fresh": {
            "new": {"at": now - timedelta(minutes=1), "state": "fresh", "source": "CloudWatch"},
            "old": {"at": now - timedelta(minutes=34), "state": "stale", "reason": "throttled", "source": "CloudWatch"},
            "never": {"at": None, "state": "never", "reason": "access denied", "source": "CloudFront"},
        },
        "facts": _facts(),
        "steps": _steps(),
        "missing": [
            "eu-west-1: CloudFront metrics – access denied to cloudfront:ListDistributions",
            "us-east-1: 12 series are older than 10 min – throttled",
        ],
        "goes": [
            "42 resources and their history",
            "1,204 series with 63 days of points",
            "the external id of its role",
        ],
        "menu": [{"label": "Poll now", "url": "#", "icon": "refresh"}, {"label": "Pause", "url": "#", "icon": "pause"}],
        "budget": {"actual": 520, "forecast": 910, "cap": 800, "today": 740},
        "policy": json.dumps(POLICY, indent=2),
        "identifier": "arn:aws:lambda:eu-central-1:210987654321:function:checkout-api-production-handle-payment",
    }
    return render(request, "gallery/page.html", context)


def _wave(level: float, swing: float, phase: float = 0.0, bump: float = 0.0) -> list[float | None]:
    """A day-like curve with an optional jump in its last third and a gap where nothing came."""
    values: list[float | None] = []
    for position in range(POINTS):
        noise = math.sin(position * 2.7 + phase) * swing * 0.18 + math.sin(position * 7.1 + phase) * swing * 0.09
        jump = bump if position > POINTS * 0.72 else 0.0
        values.append(round(max(level + swing * math.sin(position / 21 + phase) + noise + jump, 0.0), 4))
    values[40:46] = [None] * 6
    return values


def _markers(now: datetime) -> list[dict[str, Any]]:
    at = now - timedelta(seconds=STEP * POINTS * 0.29)
    return [
        {"at": int(at.timestamp()), "label": "checkout #482", "detail": "UPDATE_COMPLETE, 12 resources", "url": "#"},
        {
            "at": int((now - timedelta(hours=9)).timestamp()),
            "label": "orders #97",
            "detail": "UPDATE_COMPLETE",
            "url": "#",
        },
    ]


def _chart(
    key: str, title: str, kind: str, unit: str, *, start: datetime, lines: list[Any], **more: Any
) -> dict[str, Any]:
    """A chart that brings its own points; `lines` are (label, role, values)."""
    described = [{"id": f"{key}-{label}", "label": label, "role": role} for label, role, _ in lines]
    series = [{"id": f"{key}-{label}", "values": values} for label, _, values in lines]
    points = {"start": int(start.timestamp()), "step": STEP, "series": series}
    return {"id": key, "title": title, "kind": kind, "unit": unit, "series": described, "points": points} | more


def _charts(start: datetime) -> list[dict[str, Any]]:
    latency = [
        ("p50", "p50", _wave(120, 30)),
        ("p95", "p95", _wave(310, 60, 0.4, 1900)),
        ("p99", "p99", _wave(620, 110, 0.9, 2600)),
    ]
    requests = [("GET", "", _wave(4200, 1500)), ("POST", "", _wave(2100, 800, 0.5)), ("PUT", "", _wave(900, 300, 1.0))]
    errors = [("5xx", "errors", _wave(2, 1.4, 0.0, 46)), ("throttles", "throttles", _wave(6, 5, 2.0))]
    none: list[float | None] = [None] * POINTS
    return [
        _chart(
            "latency",
            "How slow are answers?",
            "percentiles",
            "milliseconds",
            start=start,
            lines=latency,
            threshold={"value": 1500, "above": True, "label": "p95 above 1.5 s"},
            url="https://console.aws.amazon.com/",
        ),
        _chart("requests", "How busy is it?", "area", "count", start=start, lines=requests),
        _chart(
            "failing",
            "How many requests fail?",
            "line",
            "count",
            start=start,
            lines=errors,
            note="from CloudWatch, 1 min ago",
        ),
        _chart(
            "cost",
            "What does it cost?",
            "cost",
            "USD",
            start=start,
            lines=[("estimate", "cost", _wave(1.2, 0.4, 0.0, 0.9))],
        ),
        _chart("memory", "How full is memory?", "line", "bytes", start=start, lines=[("used", "", _wave(9.1e8, 2e8))]),
        _chart("idle", "How old is the oldest message?", "line", "seconds", start=start, lines=[("age", "", none)]),
    ]


def _tiles(now: datetime) -> list[dict[str, Any]]:
    stale = {"at": now - timedelta(minutes=34), "state": "stale", "reason": "throttled", "source": "CloudWatch"}
    return [
        {
            "label": "Unhealthy stacks",
            "value": "2",
            "tone": "critical",
            "detail": "3 degraded, 9 healthy",
            "href": "#tables",
        },
        {
            "label": "Requests",
            "value": "12.3 k",
            "unit": "/min",
            "history": _wave(40, 12),
            "trend": {"share": 0.08, "good": None, "versus": "the previous 3 h"},
        },
        {
            "label": "Error rate",
            "value": "4.2",
            "unit": "%",
            "tone": "warning",
            "history": _wave(2, 1, 0, 6),
            "trend": {"share": 1.6, "good": False, "versus": "the previous 3 h"},
        },
        {
            "label": "p95 latency",
            "value": "310",
            "unit": "ms",
            "history": _wave(310, 40),
            "trend": {"share": -0.12, "good": True, "versus": "the previous 3 h"},
        },
        {"label": "Iterator age", "value": None, "detail": "not collected"},
        {"label": "Cost today", "value": "18.40", "unit": "USD", "history": _wave(3, 1), "fresh": stale},
    ]


def _rows() -> list[dict[str, Any]]:
    names = (
        "checkout-api",
        "orders",
        "catalogue-search",
        "media-pipeline",
        "identity",
        "billing",
        "notifications",
        "reports",
    )
    states = ("critical", "critical", "warning", "ok", "ok", "ok", "unknown", "ok")
    reasons = (
        "p95 2.4 s, usually 310 ms, since 14:05",
        "SQS orders-work: oldest message 41 min",
        "cache hit ratio 31 %, usually 92 %",
        "",
        "",
        "",
        "no data since 12:10",
        "",
    )
    return [
        {
            "name": name,
            "state": state,
            "reason": reason,
            "requests": 9000 / (at + 1),
            "latency": 2400 / (at + 1),
            "history": _wave(30, 9, at, 40 if state == "critical" else 0),
        }
        for at, (name, state, reason) in enumerate(zip(names, states, reasons, strict=True))
    ]


def _entries(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "at": now - timedelta(minutes=6),
            "icon": "critical",
            "tone": "critical",
            "title": "Checkout API is slow",
            "detail": "p95 2.4 s, usually 310 ms, 6 min after deploy #482",
            "url": "#",
        },
        {
            "at": now - timedelta(minutes=12),
            "icon": "deploy",
            "tone": "info",
            "title": "checkout deployed",
            "detail": "UPDATE_COMPLETE, 12 resources changed",
            "url": "#",
        },
        {
            "at": now - timedelta(hours=2),
            "icon": "ok",
            "tone": "ok",
            "title": "orders recovered",
            "detail": "after 42 min",
            "url": "#",
        },
        {
            "at": now - timedelta(days=1),
            "icon": "cost",
            "tone": "warning",
            "title": "Spend 23 % above normal",
            "detail": "Lambda in eu-central-1",
            "url": "#",
        },
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {"label": "Runtime", "value": "python3.13"},
        {"label": "Memory", "value": "512 MiB"},
        {"label": "Timeout", "value": "30 s", "detail": "p99 uses 87 % of it"},
        {"label": "Reserved concurrency", "value": None},
        {"label": "Dead-letter queue", "value": "orders-dlq", "href": "#"},
        {"label": "Tracing", "value": True},
    ]


def _steps() -> list[dict[str, Any]]:
    return [
        {"title": "Credentials", "state": "done", "detail": "Account 210987654321, default chain"},
        {"title": "Permissions", "state": "failed", "detail": "cloudwatch:GetMetricData is missing"},
        {"title": "Regions and cost", "state": "current", "detail": "3 regions, about 4.10 USD per month"},
        {"title": "First charts", "state": "todo"},
    ]
