"""One account in one region, as the rest of the product sees AWS."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, ParamSpec, TypeVar

from dashboard.aws import (
    alarms,
    budgets,
    classify,
    cloudformation,
    cloudwatch,
    costs,
    listing,
    price_list,
    sessions,
    topics,
    xray,
)
from dashboard.aws.alarm_values import AlarmChange, ListedAlarm
from dashboard.aws.budget_values import AwsBudget, BudgetPeriod
from dashboard.aws.calls import Caller
from dashboard.aws.cost_values import CostAnomaly, CostDay, CostForecast, Granularity, GroupKey, PriceItem
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.meter import Meter
from dashboard.aws.trace_values import XrayGroup, XrayService, XraySummaries, XrayTrace
from dashboard.aws.values import CfnEvent, CfnResource, CfnStack, ListedMetric, MetricAnswer, MetricQuery
from dashboard.catalog.shape import Call, Identity, Item, Service
from dashboard.core.connection import Connection
from dashboard.core.windows import Window

P = ParamSpec("P")
R = TypeVar("R")


def reads(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a method that reads answers: whatever it stumbles over in one is an AwsError too."""

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(method)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(*args, **kwargs)
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                raise classify.invalid(action, f"{type(error).__name__}, {error}, while reading it") from error

        return guarded

    return decorate


class Region:
    """Typed calls in one account and region: reads, and one write. Each raises AwsError alone when AWS fails."""

    def __init__(self, connection: Connection, region: str, meter: Meter) -> None:
        self.name = region
        self.connection = connection
        self.meter = meter
        self._caller = Caller(connection, region, meter)

    def identity(self) -> str:
        """The id of the account that the credentials belong to."""
        answer = self._caller.call("sts", "get_caller_identity", {}, ("Account",), region=sessions.GLOBAL_REGION)
        return str(answer["Account"])

    @reads("ec2:DescribeRegions")
    def enabled_regions(self) -> list[str]:
        """Regions that the account has enabled; this one alone where asking is not allowed."""
        try:
            answer = self._caller.call(
                "ec2", "describe_regions", {"AllRegions": False}, ("Regions",), region=sessions.GLOBAL_REGION
            )
        except AwsError as error:
            if error.kind in {ErrorKind.ACCESS_DENIED, ErrorKind.SERVICE}:
                return [self.name]
            raise
        return sorted(str(one["RegionName"]) for one in answer["Regions"])

    @reads("cloudformation:DescribeStacks")
    def stacks(self) -> list[CfnStack]:
        """Every CloudFormation stack that exists, nested ones too."""
        return cloudformation.stacks(self._caller)

    @reads("cloudformation:ListStackResources")
    def stack_resources(self, stack_arn: str) -> list[CfnResource]:
        """Resources of one stack."""
        return cloudformation.stack_resources(self._caller, stack_arn)

    @reads("cloudformation:DescribeStackEvents")
    def stack_events(self, stack_arn: str, since: datetime) -> list[CfnEvent]:
        """History of one stack, newest first, until `since`."""
        return cloudformation.stack_events(self._caller, stack_arn, since)

    def template(self, stack_arn: str) -> str | Mapping[str, Any]:
        """The stack's template: text when it is YAML, a mapping when it is JSON."""
        return cloudformation.template(self._caller, stack_arn)

    def action(self, call: Call) -> str:
        """The IAM action that allows a call of the catalogue."""
        return self._caller.action(call.client, call.method)

    def list_service(self, service: Service) -> list[Item]:
        """Every resource of a service, as listing items."""
        return listing.list_items(self._caller, service.listing)

    def detail(self, service: Service, key: str, identity: Identity, item: Item) -> Any:
        """One detail of a resource; None where it is not configured."""
        return listing.detail(self._caller, service.details[key], identity, item)

    def region_detail(self, service: Service, key: str) -> Any:
        """One detail that all resources of a service share."""
        return listing.ask(self._caller, service.region_details[key], {})

    @reads("tag:GetResources")
    def tagged(self) -> dict[str, dict[str, str]]:
        """Tags by ARN, of resources that are tagged or once were."""
        pages = self._caller.pages(
            "resourcegroupstaggingapi", "get_resources", {"ResourcesPerPage": 100}, ("ResourceTagMappingList",)
        )
        return {
            one["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in one.get("Tags", ())}
            for page in pages
            for one in page["ResourceTagMappingList"]
        }

    def metric_data(self, queries: Sequence[MetricQuery], window: Window, period: int) -> MetricAnswer:
        """Points of up to 500 queries in a window."""
        return cloudwatch.metric_data(self._caller, queries, window, period)

    @reads("cloudwatch:ListMetrics")
    def list_metrics(self, namespace: str, *, recently_active: bool = True, name: str = "") -> list[ListedMetric]:
        """Metrics of a namespace that exist."""
        return cloudwatch.list_metrics(self._caller, namespace, recently_active=recently_active, name=name)

    @reads("cloudwatch:DescribeAlarms")
    def alarms(self) -> list[ListedAlarm]:
        """CloudWatch alarms, metric and composite ones."""
        return alarms.alarms(self._caller)

    @reads("cloudwatch:DescribeAlarmHistory")
    def alarm_changes(self, name: str, since: datetime) -> list[AlarmChange]:
        """The newest changes of an alarm's state, at most a hundred, newest first; blank: of any alarm."""
        return alarms.alarm_changes(self._caller, name, since)

    @reads("xray:GetServiceGraph")
    def service_graph(self, window: Window, group: str = "") -> list[XrayService]:
        """Who called whom in a window of at most six hours."""
        return xray.service_graph(self._caller, window, group)

    @reads("xray:GetGroups")
    def trace_groups(self) -> list[XrayGroup]:
        """X-Ray groups, the default one among them."""
        return xray.groups(self._caller)

    @reads("xray:GetTraceSegmentDestination")
    def trace_destination(self) -> str:
        """Where traces are kept: 'XRay', or 'CloudWatchLogs' with Transaction Search."""
        return xray.segment_destination(self._caller)

    @reads("xray:GetTraceSummaries")
    def trace_summaries(
        self, window: Window, filter_expression: str = "", *, most: int, share: float = 1.0
    ) -> XraySummaries:
        """Up to `most` traces of a window of at most a day, in short; `share` below 1 asks for a sample."""
        return xray.trace_summaries(self._caller, window, filter_expression, most=most, share=share)

    @reads("xray:BatchGetTraces")
    def traces(self, ids: Sequence[str]) -> list[XrayTrace]:
        """Whole traces, as far as X-Ray has them."""
        return xray.traces(self._caller, ids)

    @reads("xray:ListRetrievedTraces")
    def retrieved_traces(self, ids: Sequence[str], window: Window) -> list[XrayTrace]:
        """Whole traces of an account with Transaction Search; all started within the window."""
        return xray.retrieved_traces(self._caller, ids, window)

    @reads("ce:GetCostAndUsage")
    def costs(
        self,
        start: date,
        end: date,
        *,
        by: Sequence[GroupKey] = (),
        granularity: Granularity = "DAILY",
        where: Mapping[str, Any] | None = None,
    ) -> list[CostDay]:
        """Costs from `start` until before `end` by at most two keys; each page costs a cent."""
        return costs.costs(self._caller, start, end, by=by, granularity=granularity, where=where)

    @reads("ce:GetCostForecast")
    def cost_forecast(self, start: date, end: date, *, granularity: Granularity, level: int = 80) -> list[CostForecast]:
        """What AWS expects, with an interval of so many percent; empty where it can't tell yet."""
        return costs.cost_forecast(self._caller, start, end, granularity=granularity, level=level)

    @reads("ce:GetAnomalies")
    def cost_anomalies(self, start: date, end: date) -> list[CostAnomaly]:
        """Unusual spend that AWS found, by the day on which it ended or was last seen; at most 90 days back."""
        return costs.cost_anomalies(self._caller, start, end)

    @reads("ce:ListCostAllocationTags")
    def cost_tags(self) -> list[str]:
        """Keys of the tags that costs can be grouped by."""
        return costs.cost_tags(self._caller, datetime.now(UTC).date())

    @reads("budgets:ViewBudget")
    def budgets(self) -> list[AwsBudget]:
        """Budgets of the account, with their notifications."""
        return budgets.budgets(self._caller, self.connection.account_id or self.identity())

    @reads("budgets:ViewBudget")
    def budget_history(self, name: str) -> list[BudgetPeriod]:
        """Past periods of a budget and its current one, oldest first."""
        return budgets.budget_history(self._caller, self.connection.account_id or self.identity(), name)

    @reads("pricing:GetProducts")
    def price_list(self, service_code: str, region_code: str) -> Iterator[PriceItem]:
        """Products of a service (such as 'AWSLambda') in a region with their prices on demand, all read at once."""
        return iter(list(price_list.price_list(self._caller, service_code, region_code)))

    @reads("sns:Publish")
    def publish(
        self, topic: str, *, subject: str, text: str, attributes: Mapping[str, str], group: str, deduplication: str
    ) -> str:
        """Publish one message to an SNS topic; returns its id. `group` and `deduplication` serve FIFO topics."""
        return topics.publish(
            self._caller,
            topic,
            subject=subject,
            text=text,
            attributes=attributes,
            group=group,
            deduplication=deduplication,
        )


def open_region(connection: Connection, region: str, meter: Meter | None = None) -> Region:
    """One account in one region; calls are written on the meter."""
    return Region(connection, region, meter or Meter())
