"""What every entry of the catalogue must keep, so that a new service is tested before anyone writes its test."""

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.catalog import all_services, services
from dashboard.catalog.ratios import PERIOD, ceilings
from dashboard.catalog.shape import Derived, Metered, Metric, Service, Values
from dashboard.core.units import Unit

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    "lambda", "apigateway_rest", "apigateway_http", "apigateway_websocket", "dynamodb", "dynamodb_index", "s3",
    "eventbridge", "kinesis", "firehose", "sqs", "sns", "rds", "aurora", "rds_proxy", "elasticache",
    "elasticache_serverless", "cognito", "waf", "cloudfront", "alb", "step_functions",
}  # fmt: skip
SERVICES = [pytest.param(service, id=key) for key, service in sorted(all_services().items())]
every_service = pytest.mark.parametrize("service", SERVICES)
STATISTIC = re.compile(r"^(Sum|Average|Minimum|Maximum|SampleCount|p\d{2}(\.\d+)?)$")
CONSOLE_VALUES = {"region", "physical_id", "name", "arn", "account_id"}


def keys_of(service: Service) -> list[str]:
    """Keys of metrics, derived ones behind."""
    return [*(one.key for one in service.metrics), *(one.key for one in service.derived)]


class Watched(dict[str, Values]):
    """Metrics that note which of them were asked for."""

    def __init__(self, service: Service) -> None:
        super().__init__({one.key: np.ones(1) for one in service.metrics})
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def billed_by(service: Service) -> set[str]:
    """Keys of the metrics that the bill is estimated from."""
    values = Watched(service)
    service.billing.usage(Metered(values, {}, 1, 1.0))
    return values.asked


def unit_of(service: Service, key: str) -> Unit:
    known: tuple[Metric | Derived, ...] = (*service.metrics, *service.derived)
    return next(one.unit for one in known if one.key == key)


def test_every_promised_service_has_an_entry() -> None:
    assert set(all_services()) >= PROMISED


@pytest.mark.parametrize("name", [one.name for one in pkgutil.iter_modules(services.__path__)])
def test_a_file_is_named_after_its_key(name: str) -> None:
    module = importlib.import_module(f"{services.__name__}.{name}")
    assert module.SERVICE.key == name.rstrip("_")


@every_service
def test_keys_are_unique(service: Service) -> None:
    keys = keys_of(service)
    assert len(keys) == len(set(keys))


@every_service
def test_no_metric_is_asked_for_twice(service: Service) -> None:
    asked = [(one.name, one.statistic, tuple(sorted(one.dimensions.items()))) for one in service.metrics]
    assert len(asked) == len(set(asked))


@every_service
def test_charts_figures_and_signals_name_real_metrics(service: Service) -> None:
    signals = service.signals
    named = {
        *(key for chart in service.charts for key in chart.metrics),
        *service.figures,
        *signals.saturation,
        *filter(None, (signals.traffic, signals.errors, signals.latency)),
    }
    assert named - set(keys_of(service)) == set()


@every_service
def test_thresholds_and_their_floors_name_real_metrics(service: Service) -> None:
    named = {one.metric for one in service.thresholds} | {one.floor[0] for one in service.thresholds if one.floor}
    assert named - set(keys_of(service)) == set()


@every_service
def test_a_derived_metric_needs_what_is_known_before_it(service: Service) -> None:
    known = {one.key for one in service.metrics}
    for derived in service.derived:
        assert set(derived.needs) <= known
        known.add(derived.key)


@every_service
def test_every_collected_metric_is_drawn_or_used(service: Service) -> None:
    used = {key for chart in service.charts for key in chart.metrics}
    used |= {key for derived in service.derived for key in derived.needs}
    used |= billed_by(service)
    unused = {one.key for one in service.metrics} - used
    assert unused == set(), "each costs money at every poll"


@every_service
def test_an_entry_is_complete(service: Service) -> None:
    assert service.label
    assert service.noun
    assert service.namespace.startswith("AWS/")
    assert service.cost_name
    assert all(kind.startswith("AWS::") for kind in service.cfn_types)
    assert service.cfn_types
    assert service.charts
    assert service.thresholds
    assert 2 <= len(service.figures) <= 3
    assert service.signals.traffic or service.signals.saturation


@every_service
def test_its_symbol_exists(service: Service) -> None:
    symbols = set(re.findall(r'id="(\w+)"', (ROOT / "static/icons/services.svg").read_text()))
    assert service.icon in symbols


@every_service
def test_a_title_states_the_question(service: Service) -> None:
    titles = [chart.title for chart in service.charts]
    assert all(title.endswith("?") for title in titles)
    assert len(titles) == len(set(titles))
    assert {chart.kind for chart in service.charts} <= {"line", "area", "percentiles"}


@every_service
def test_statistics_are_cloudwatchs(service: Service) -> None:
    assert [one.statistic for one in service.metrics if not STATISTIC.match(one.statistic)] == []


@every_service
def test_units_fit_what_is_counted(service: Service) -> None:
    added = {Unit.COUNT, Unit.BYTES, Unit.MILLISECONDS}
    assert all(one.unit in added for one in service.metrics if one.statistic == "Sum")
    assert all(one.unit == Unit.COUNT for one in service.metrics if one.statistic == "SampleCount")
    assert all(one.scale > 0 for one in service.metrics)


@every_service
def test_signals_of_all_services_can_be_put_together(service: Service) -> None:
    signals = service.signals
    wanted = dict.fromkeys(signals.saturation, Unit.SHARE)
    wanted |= {signals.traffic: Unit.COUNT, signals.errors: Unit.COUNT, signals.latency: Unit.MILLISECONDS}
    assert {key: unit_of(service, key) for key in wanted if key} == {key: unit for key, unit in wanted.items() if key}


@every_service
def test_percentages_are_kept_as_shares(service: Service) -> None:
    named = [one for one in service.metrics if re.search(r"Utilization|Percentage|HitRa|ErrorRate", one.name)]
    assert all((one.unit, one.scale) == (Unit.SHARE, 0.01) for one in named)


@every_service
def test_a_threshold_has_one_line_and_a_sentence_with_its_value(service: Service) -> None:
    for one in service.thresholds:
        assert (one.above is None) != (one.below is None)
        assert "{value}" in one.says
        assert not one.says.endswith(".")
        assert one.for_periods <= (one.of_periods or one.for_periods)


@every_service
def test_a_share_that_may_be_of_few_has_a_floor(service: Service) -> None:
    rates = [one for one in service.thresholds if re.search(r"error_rate|throttle_share|miss_rate|blocked", one.metric)]
    assert [one.metric for one in rates if one.floor is None] == []


@every_service
def test_a_floor_is_reached_when_nothing_gets_through(service: Service) -> None:
    """A share's floor counts what was tried: a volume of successes alone would hide a total failure."""
    whole = {one.key: {one.key, *one.needs} for one in service.derived}
    for threshold in service.thresholds:
        if threshold.floor and threshold.metric.endswith("throttle_share"):
            throttled = next(need for need in whole[threshold.metric] if "throttles" in need)
            assert throttled in whole.get(threshold.floor[0], {threshold.floor[0]})


@every_service
def test_shares_are_judged_between_nothing_and_everything(service: Service) -> None:
    lines = {
        one.metric: one.above if one.above is not None else one.below
        for one in service.thresholds
        if unit_of(service, one.metric) == Unit.SHARE
    }
    assert {key: line for key, line in lines.items() if line is None or not 0 < line <= 1} == {}


@every_service
def test_the_console_link_asks_for_known_values_only(service: Service) -> None:
    assert set(re.findall(r"{(\w*)}", service.console)) <= CONSOLE_VALUES
    assert service.console.startswith("https://")
    assert ".console.aws.amazon.com/" in service.console.replace("https://console", "https://.console")


def test_global_services_are_listed_where_their_metrics_live() -> None:
    elsewhere = {key: one.list_region for key, one in all_services().items() if one.list_region}
    assert elsewhere == {"cloudfront": "us-east-1", "waf_cloudfront": "us-east-1"}


def test_resources_with_an_entry_point_speak_for_their_stack() -> None:
    entries = {key for key, one in all_services().items() if one.signals.entry}
    assert entries == {"apigateway_rest", "apigateway_http", "apigateway_websocket", "cloudfront", "alb"}


def test_what_runs_without_traffic_never_counts_as_idle() -> None:
    """CloudWatch gets points of these as long as they live: their silence is a fault."""
    steady = {key for key, one in all_services().items() if not one.idles}
    assert steady == {
        "alb_target_group", "aurora", "elasticache", "elasticache_serverless", "firehose", "kinesis", "rds",
        "rds_proxy",
    }  # fmt: skip


@every_service
def test_limited_metrics_agree_with_the_shares_that_are_derived_from_the_same_limits(service: Service) -> None:
    assert set(service.limited) <= {one.key for one in service.metrics}
    limits = {limit.removesuffix("/s"): 50.0 for limit in service.limited.values()} | {PERIOD: 300.0}
    known = ceilings(service.limited, limits)
    for one in service.derived:
        if one.limits and len(one.needs) == 1 and one.unit == Unit.SHARE:
            (metric,) = one.needs
            share = float(one.compute({metric: np.array([known[metric] / 4])}, limits)[0])
            assert share == pytest.approx(0.25) or share == pytest.approx(0.75)  # of what is left, for free memory
