"""An X-Ray that holds a list of traces, answers reads of it, and remembers what it was asked."""

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.aws import AwsError, XraySummaries, XraySummary, XrayTrace
from dashboard.aws.trace_values import XrayRootCause, XrayServiceId
from dashboard.core.windows import Window

NUMBERS = itertools.count(1)
API = XrayServiceId("checkout-api", "AWS::Lambda::Function", "111122223333")
TABLE = XrayServiceId("orders", "AWS::DynamoDB::Table", "111122223333")


def trace_id(at: datetime, number: int) -> str:
    """An id in X-Ray's form."""
    return f"1-{int(at.timestamp()):08x}-{number:024x}"


def a_summary(at: datetime, seconds: float = 0.1, **columns: object) -> XraySummary:
    """A good trace through checkout-api, unless told otherwise."""
    given: dict[str, object] = {
        "id": trace_id(at, next(NUMBERS)),
        "started_at": at,
        "duration": seconds,
        "response_time": seconds,
        "fault": False,
        "error": False,
        "throttle": False,
        "partial": False,
        "url": "https://api.example.com/orders/123?token=secret",
        "method": "POST",
        "status": 200,
        "client_ip": "",
        "user_agent": "",
        "annotations": {},
        "users": (),
        "zones": (),
        "services": (API,),
        "entry": API,
        "fault_causes": (),
        "error_causes": (),
        "slow_causes": (),
        **columns,
    }
    return XraySummary(**given)  # type: ignore[arg-type]


def a_fault(at: datetime, seconds: float = 0.1, **columns: object) -> XraySummary:
    """A trace that failed in the orders table."""
    cause = XrayRootCause((API, TABLE), ("TimeoutError: no answer",))
    given = {"fault": True, "status": 502, "services": (API, TABLE), "fault_causes": (cause,), **columns}
    return a_summary(at, seconds, **given)


@dataclass
class FakeXray:
    """Answers like `aws.Region`; `fails` may raise for a call of an action."""

    traces_there: Sequence[XraySummary] = ()
    documents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    retrievable: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fails: Callable[[str], AwsError | None] = lambda action: None
    asked: list[tuple[Window, str, float]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    retrieved: list[str] = field(default_factory=list)

    def trace_summaries(
        self, window: Window, filter_expression: str = "", *, most: int, share: float = 1.0
    ) -> XraySummaries:
        self.asked.append((window, filter_expression, share))
        self._check("xray:GetTraceSummaries")
        inside = [one for one in self.traces_there if window.start <= one.started_at <= window.end]
        limit = float(found[1]) if (found := re.search(r"responsetime > ([\d.]+)", filter_expression)) else -1.0
        wanted = [one for one in inside if one.fault or one.error or one.throttle or one.response_time > limit]
        drawn = wanted[:: max(round(1 / share), 1)]
        return XraySummaries(tuple(drawn[:most]), len(inside), more=len(drawn) > most)

    def traces(self, ids: Sequence[str]) -> list[XrayTrace]:
        self._check("xray:BatchGetTraces")
        self.fetched += ids
        return _given(self.documents, ids)

    def retrieved_traces(self, ids: Sequence[str], window: Window) -> list[XrayTrace]:
        self._check("xray:StartTraceRetrieval")
        self.retrieved += ids
        return _given(self.retrievable, ids)

    def _check(self, action: str) -> None:
        error = self.fails(action)
        if error:
            raise error


def _given(there: dict[str, tuple[str, ...]], ids: Iterable[str]) -> list[XrayTrace]:
    return [XrayTrace(one, there[one]) for one in ids if one in there]
