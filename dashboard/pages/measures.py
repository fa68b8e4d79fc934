"""Measures of the product itself, read from its rows at each scrape."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Min, Sum, Value, When
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dashboard.health.models import StackHealth
from dashboard.metrics.models import Series
from dashboard.notify.models import Delivery
from dashboard.notify.read import oldest_wait
from dashboard.polls.models import ApiUsage, Heartbeat, Run, Target

STATE_OF_TARGET = Case(
    When(paused_at__isnull=False, then=Value("paused")),
    When(account__paused_at__isnull=False, then=Value("paused")),
    When(failures__gt=0, then=Value("failing")),
    When(last_success_at=None, then=Value("new")),
    default=Value("ok"),
    output_field=CharField(),
)


class Measures(Collector):
    """Everything at one instant; a handful of aggregate queries, no row per resource."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering must not query the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Read the rows."""
        yield self._targets()
        yield self._lag()
        yield self._heartbeats()
        yield from self._api_usage()
        yield self._points()
        yield self._series()
        yield self._stacks()
        yield from self._outbox()

    def _targets(self) -> Metric:
        family = GaugeMetricFamily("stackdeck_targets", "Poll targets by state.", labels=("source", "state"))
        rows = Target.objects.order_by().values("source", state=STATE_OF_TARGET).annotate(count=Count("pk"))
        for row in rows:
            family.add_metric((row["source"], row["state"]), row["count"])
        return family

    def _lag(self) -> Metric:
        family = GaugeMetricFamily(
            "stackdeck_target_lag_seconds",
            "How long the most overdue target of an account has been due.",
            labels=("account", "source"),
        )
        running = Target.objects.filter(paused_at=None, account__paused_at=None).order_by()
        for row in running.values("account__account_id", "source").annotate(due_at=Min("due_at")):
            lag = max((self.now - row["due_at"]).total_seconds(), 0.0)
            family.add_metric((row["account__account_id"], row["source"]), lag)
        return family

    def _heartbeats(self) -> Metric:
        family = GaugeMetricFamily(
            "stackdeck_heartbeat_age_seconds", "Time since a part was last seen working.", labels=("part",)
        )
        for heartbeat in Heartbeat.objects.all():
            family.add_metric((heartbeat.name,), (self.now - heartbeat.at).total_seconds())
        return family

    def _api_usage(self) -> Iterator[Metric]:
        labels = ("account", "api")
        calls = CounterMetricFamily("stackdeck_aws_calls", "Calls of AWS APIs.", labels=labels)
        throttles = CounterMetricFamily("stackdeck_aws_throttles", "Calls that AWS throttled.", labels=labels)
        cost = CounterMetricFamily("stackdeck_aws_cost_usd", "Price of those calls, USD.", labels=labels)
        rows = ApiUsage.objects.order_by().values("account__account_id", "api")
        for row in rows.annotate(calls=Sum("calls"), throttles=Sum("throttles"), cost=Sum("cost")):
            key = (row["account__account_id"], row["api"])
            calls.add_metric(key, row["calls"])
            throttles.add_metric(key, row["throttles"])
            cost.add_metric(key, float(row["cost"]))
        yield from (calls, throttles, cost)

    def _points(self) -> Metric:
        family = GaugeMetricFamily(
            "stackdeck_points_last_hour", "Points that the last hour's runs brought.", labels=("source",)
        )
        recent = Run.objects.filter(started_at__gte=self.now - timedelta(hours=1)).order_by()
        for row in recent.values("target__source").annotate(points=Sum("points")):
            family.add_metric((row["target__source"],), row["points"])
        return family

    def _series(self) -> Metric:
        family = GaugeMetricFamily("stackdeck_series", "Series, asked for or kept.", labels=("state",))
        asked = Series.objects.filter(active=True).count()
        family.add_metric(("active",), asked)
        family.add_metric(("inactive",), Series.objects.count() - asked)
        return family

    def _stacks(self) -> Metric:
        family = GaugeMetricFamily("stackdeck_stacks", "Stacks by state of health.", labels=("state",))
        rows = StackHealth.objects.filter(stack__gone_at=None).order_by().values("state")
        for row in rows.annotate(count=Count("pk")):
            family.add_metric((row["state"],), row["count"])
        return family

    def _outbox(self) -> Iterator[Metric]:
        wait = GaugeMetricFamily(
            "stackdeck_outbox_oldest_seconds", "How long the message that waits longest could have been sent."
        )
        wait.add_metric((), oldest_wait(self.now).total_seconds())
        family = GaugeMetricFamily("stackdeck_deliveries", "Messages to channels by state.", labels=("state",))
        counts = dict.fromkeys(Delivery.State.values, 0)
        counts |= dict(Delivery.objects.order_by().values_list("state").annotate(count=Count("pk")))
        for state, count in counts.items():
            family.add_metric((state,), count)
        yield from (wait, family)
