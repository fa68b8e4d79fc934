"""Series are made for metrics that exist, of resources that exist, and for nothing else."""

from collections.abc import Callable

import pytest

from dashboard.aws import ListedMetric
from dashboard.catalog.shape import Call, Identity, Listing, Metric, Service, Signals
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, CustomMetric, Resource, Stack
from dashboard.metrics.collect import sync_series
from dashboard.metrics.models import Series
from tests.metrics.conftest import NOW
from tests.metrics.fake_region import FakeRegion

MakeResource = Callable[..., Resource]
LISTING = Listing(Call("x", "list_x"), "X", lambda item: Identity("", ""))


def service(key: str, namespace: str, *metrics: Metric, metric_region: str = "") -> Service:
    return Service(
        key=key, label=key, noun=key, icon=key, namespace=namespace, cfn_types=(), cost_name="", listing=LISTING,
        dimensions=lambda found: {}, metrics=metrics, charts=(), signals=Signals(), actions=(), console="",
        metric_region=metric_region,
    )  # fmt: skip


QUEUES = service(
    "queues",
    "T/Queue",
    Metric("sent", "Sent", "Sum", Unit.COUNT),
    Metric("failed", "Failed", "Sum", Unit.COUNT, absent_is_zero=True),
    Metric("get", "Latency", "p99", Unit.MILLISECONDS, dimensions={"Operation": "Get"}),
)
STORES = service("stores", "T/Store", Metric("size", "Size", "Average", Unit.BYTES, period=86_400))
EDGES = service("edges", "T/Edge", Metric("hits", "Hits", "Sum", Unit.COUNT), metric_region="us-east-1")


@pytest.fixture(autouse=True)
def three_services(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {one.key: one for one in (QUEUES, STORES, EDGES)}
    for module in ("dashboard.metrics.collect.series", "dashboard.metrics.collect.points"):
        monkeypatch.setattr(f"{module}.all_services", lambda: found)


def sync(account: Account, aws: FakeRegion, region: str = "eu-west-1") -> int:
    return sync_series(account, region, aws, NOW).created  # type: ignore[arg-type]


def listed(namespace: str, name: str, **dimensions: str) -> ListedMetric:
    return ListedMetric(namespace, name, dimensions)


def keys(**filters: object) -> set[str]:
    return set(Series.objects.filter(**filters).values_list("metric", flat=True))


def test_only_metrics_that_exist_become_series(account: Account, make_resource: MakeResource) -> None:
    make_resource("queues", dimensions={"QueueName": "a"})
    aws = FakeRegion(
        listed=[
            listed("T/Queue", "Sent", QueueName="a"),
            listed("T/Queue", "Failed", QueueName="another"),
            listed("T/Queue", "Latency", Operation="Get", QueueName="a"),
        ]
    )
    assert sync(account, aws) == 2
    assert keys() == {"sent", "get"}
    assert sync(account, aws) == 0


def test_an_error_counter_is_asked_for_once_it_has_been_seen(account: Account, make_resource: MakeResource) -> None:
    make_resource("queues", dimensions={"QueueName": "a"})
    sent = listed("T/Queue", "Sent", QueueName="a")
    sync(account, FakeRegion(listed=[sent]))
    assert sync(account, FakeRegion(listed=[sent, listed("T/Queue", "Failed", QueueName="a")])) == 1
    assert keys() == {"sent", "failed"}


def test_a_new_namespace_is_listed_as_of_a_fortnight_and_later_as_of_hours(
    account: Account, make_resource: MakeResource
) -> None:
    make_resource("queues", dimensions={"QueueName": "a"})
    aws = FakeRegion(listed=[listed("T/Queue", "Sent", QueueName="a")])
    sync(account, aws)
    sync(account, aws)
    assert aws.listings == [("T/Queue", False, ""), ("T/Queue", True, "")]


def test_daily_metrics_have_their_own_period_and_are_listed_by_name(
    account: Account, make_resource: MakeResource
) -> None:
    make_resource("stores", dimensions={"BucketName": "b"})
    aws = FakeRegion(listed=[listed("T/Store", "Size", BucketName="b")])
    sync(account, aws)
    assert Series.objects.get().block.period == 86_400
    assert ("T/Store", False, "Size") in aws.listings


def test_metrics_that_live_in_one_region_are_looked_for_there(account: Account, make_resource: MakeResource) -> None:
    make_resource("edges", dimensions={"Id": "e"}, region="eu-west-1")
    aws = FakeRegion(listed=[listed("T/Edge", "Hits", Id="e")])
    assert sync(account, aws, "eu-west-1") == 0
    assert sync(account, aws, "us-east-1") == 1
    assert Series.objects.get().block.region == "us-east-1"


def test_a_gone_resource_is_not_asked_for_until_it_is_back(account: Account, make_resource: MakeResource) -> None:
    queue = make_resource("queues", dimensions={"QueueName": "a"})
    aws = FakeRegion(listed=[listed("T/Queue", "Sent", QueueName="a")])
    sync(account, aws)
    Resource.objects.filter(pk=queue.pk).update(gone_at=NOW)
    sync(account, aws)
    assert keys(active=True) == set()
    Resource.objects.filter(pk=queue.pk).update(gone_at=None)
    sync(account, aws)
    assert keys(active=True) == {"sent"}


def test_another_resolution_moves_a_stacks_series(account: Account, stack: Stack, make_resource: MakeResource) -> None:
    make_resource("queues", dimensions={"QueueName": "a"})
    make_resource("stores", dimensions={"BucketName": "b"})
    aws = FakeRegion(listed=[listed("T/Queue", "Sent", QueueName="a"), listed("T/Store", "Size", BucketName="b")])
    sync(account, aws)
    Stack.objects.filter(pk=stack.pk).update(resolution=60)
    sync(account, aws)
    assert dict(Series.objects.values_list("metric", "block__period")) == {"sent": 60, "size": 86_400}


def test_declared_metrics_make_a_resource_per_combination_of_dimensions(account: Account, stack: Stack) -> None:
    CustomMetric.objects.create(
        account=account, namespace="Shop", name="Orders", dimension_names=["Country"], statistic="Sum", stack=stack
    )
    aws = FakeRegion(
        listed=[
            listed("Shop", "Orders", Country="DE"),
            listed("Shop", "Orders", Country="FR"),
            listed("Shop", "Orders"),
        ]
    )
    assert sync(account, aws) == 2
    assert set(Resource.objects.values_list("service", "name", "stack")) == {
        ("custom", "DE", stack.pk), ("custom", "FR", stack.pk)
    }  # fmt: skip
    assert sync(account, aws) == 0


def test_what_is_no_longer_declared_is_no_longer_asked_for(account: Account) -> None:
    declared = CustomMetric.objects.create(account=account, namespace="Shop", name="Orders", statistic="Sum")
    aws = FakeRegion(listed=[listed("Shop", "Orders")])
    sync(account, aws)
    assert Stack.objects.get().source == "unassigned"
    declared.delete()
    sync(account, aws)
    assert keys(active=True) == set()
