"""One account in one region, as the rest of the product sees AWS."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from dashboard.aws import classify, cloudformation, cloudwatch, listing, sessions
from dashboard.aws.calls import Caller
from dashboard.aws.errors import AwsError, ErrorKind
from dashboard.aws.meter import Meter
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
    """Typed reads of one account and region. Every method raises AwsError, and nothing else, when AWS fails."""

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


def open_region(connection: Connection, region: str, meter: Meter | None = None) -> Region:
    """One account in one region; calls are written on the meter."""
    return Region(connection, region, meter or Meter())
