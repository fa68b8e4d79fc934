"""Cost Explorer's forecast: the usual weekday, with the trend of the last weeks, and how far days lay from that."""

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import NormalDist, mean, stdev
from typing import Any

from dashboard.demo.answers.cost_requests import charges, invalid, period
from dashboard.demo.answers.costs import daily_costs
from dashboard.demo.errors import AnswerError
from dashboard.demo.handlers import Answer, Asked, answers
from dashboard.demo.world.billing.bill import UNSETTLED_DAYS, day_after, month_after
from dashboard.demo.world.billing.charges import CREDIT, REFUND, SUPPORT, TAX, UPFRONT

METRICS = frozenset({"UNBLENDED_COST", "AMORTIZED_COST", "BLENDED_COST", "NET_UNBLENDED_COST", "NET_AMORTIZED_COST"})
_WEEKS = 4
_LONGEST = {"DAILY": 93, "MONTHLY": 18 * 31}
"""Days: three months, eighteen months."""
_LEVELS = range(51, 100)
_ONCE = frozenset({TAX, SUPPORT, CREDIT, REFUND, UPFRONT})


@answers("ce", "GetCostForecast")
def get_cost_forecast(asked: Asked) -> Answer:
    """From today on; where costs are missing it says so, as for an account that is too young."""
    start, end = period(asked)
    granularity, level = str(asked.get("Granularity")), int(asked.get("PredictionIntervalLevel", 80))
    _check(asked, start, end, granularity, level)
    usual, error = _usual(asked)
    reach = NormalDist().inv_cdf(0.5 + level / 200)
    results = []
    while start < end:
        following = start + timedelta(days=1) if granularity == "DAILY" else month_after(start)
        days = [start + timedelta(days=number) for number in range((min(following, end) - start).days)]
        results.append(_result(days, usual, reach * error * len(days) ** 0.5))
        start = following
    total = sum(float(one["MeanValue"]) for one in results)
    return {"Total": {"Amount": _text(total), "Unit": "USD"}, "ForecastResultsByTime": results}


def _check(asked: Asked, start: date, end: date, granularity: str, level: int) -> None:
    """Raises AnswerError for a request that AWS refuses."""
    if granularity not in _LONGEST:
        raise invalid(f"{granularity} granularity is not supported for forecasts")
    if start < day_after(asked.now) - timedelta(days=1):
        raise invalid("Start time must be equal to or later than the current date")
    if (end - start).days > _LONGEST[granularity]:
        raise invalid("Forecasts reach three months ahead by the day, and eighteen months by the month")
    if asked.get("Metric") not in METRICS:
        raise invalid(f"Metric {asked.get('Metric')} is not supported")
    if level not in _LEVELS:
        raise invalid("Prediction interval level must be between 51 and 99")


def _usual(asked: Asked) -> tuple[Mapping[int, float], float]:
    """US dollars by weekday, and the error of a day, from the last settled weeks."""
    end = day_after(asked.now) - timedelta(days=1 + UNSETTLED_DAYS)
    start = end - timedelta(weeks=_WEEKS)
    found = [one for one in charges(asked, start, end) if one.record_type not in _ONCE]
    by_day = daily_costs(found)
    if len(by_day) < 7 * _WEEKS:
        raise AnswerError("DataUnavailableException", "Insufficient amount of historical data to generate forecast")
    usual = {weekday: mean(by_day[day] for day in by_day if day.weekday() == weekday) for weekday in range(7)}
    off = stdev(by_day[day] - usual[day.weekday()] for day in by_day)
    return usual, off


def _result(days: list[date], usual: Mapping[int, float], reach: float) -> dict[str, Any]:
    expected = sum(usual[day.weekday()] for day in days)
    return {
        "TimePeriod": {"Start": days[0].isoformat(), "End": (days[-1] + timedelta(days=1)).isoformat()},
        "MeanValue": _text(expected),
        "PredictionIntervalLowerBound": _text(max(expected - reach, 0.0)),
        "PredictionIntervalUpperBound": _text(expected + reach),
    }


def _text(amount: float) -> str:
    return f"{amount:.10f}"
