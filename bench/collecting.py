"""collect.parse, collect.samples and collect.cycle, against a canned CloudWatch in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from datetime import timedelta

import boto3

from bench import dataset
from bench.endpoint import endpoint
from bench.measure import Result, median, report, side_by_side
from dashboard import aws
from dashboard.aws import MetricQuery
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.metrics.collect import collect
from dashboard.metrics.collect.sources import blocks_of
from dashboard.metrics.models import Block, Series

LATENCY = 0.150
CALLS_PER_SECOND = 50
"""CloudWatch's quota per account and region."""
PROCESSES = 2


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def ask_boto3(client: object, series: list[Series], window: Window) -> int:
    """The same call by boto3 as it is; returns how many values came."""
    queries = [
        {
            "Id": f"q{index}",
            "MetricStat": {
                "Metric": {
                    "Namespace": one.namespace,
                    "MetricName": one.name,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in one.dimensions.items()],
                },
                "Period": dataset.PERIOD,
                "Stat": one.statistic,
            },
        }
        for index, one in enumerate(series)
    ]
    answer = client.get_metric_data(  # type: ignore[attr-defined]
        MetricDataQueries=queries, StartTime=window.start, EndTime=window.end
    )
    return sum(len(result["Values"]) for result in answer["MetricDataResults"])


def measure_parse(series: list[Series], times: int) -> None:
    """CPU of one call of 500 series × 12 values: ours, validated and laid out as arrays, beside boto3 as it is."""
    window = Window(dataset.NOW.replace(minute=0) - timedelta(hours=1), dataset.NOW.replace(minute=0))
    batch = series[:500]
    queries = [MetricQuery(one.namespace, one.name, one.dimensions, one.statistic) for one in batch]
    region = aws.open(dataset.CONNECTION, dataset.REGION)
    client = boto3.client("cloudwatch", region_name=dataset.REGION)
    ours, other = side_by_side(
        [
            lambda: region.metric_data(queries, window, dataset.PERIOD),
            lambda: ask_boto3(client, batch, window),
        ],
        times,
        time.process_time,
    )
    ratio = ours / other
    report(
        Result(
            "collect.parse",
            ours * 1000,
            "ms CPU",
            f"boto3 as it is: {other * 1000:.0f} ms",
            ratio,
            "≤ 0.35×",
            ratio <= 0.35,
        )
    )


def measure_samples(account: Account, series: list[Series], times: int) -> None:
    """Samples per second end to end (asked, parsed, stored) beside boto3 that throws its answers away."""
    region = aws.open(dataset.CONNECTION, dataset.REGION)
    client = boto3.client("cloudwatch", region_name=dataset.REGION)
    minutes = iter(range(5, 100_000, 5))
    brought: list[int] = []

    def ours() -> None:
        now = dataset.NOW + timedelta(minutes=next(minutes))
        brought.append(collect(account, dataset.REGION, "metrics_5m", 0, aws=region, now=now).points)

    def boto3_loop() -> None:
        end = dataset.NOW.replace(minute=0)
        window = Window(end - timedelta(minutes=20), end)
        for start in range(0, 5000, 500):
            ask_boto3(client, series[start : start + 500], window)

    ours_takes, other = side_by_side([ours, boto3_loop], times)
    sent = brought[-1]
    report(
        Result(
            "collect.samples", sent / ours_takes, "samples/s", f"boto3 loop, not stored: {sent / other:,.0f}",
            other / ours_takes, "", None,
        )
    )  # fmt: skip


def measure_cycle(calls: int, times: int) -> None:
    """Wall time in which two worker processes poll all series once, beside what the quota alone takes."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.worker", str(number), str(PROCESSES)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ),
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    minutes = iter(range(5, 100_000, 5))

    def cycle() -> None:
        at = (dataset.NOW + timedelta(days=2, minutes=next(minutes))).isoformat()
        for worker in workers:
            print(at, file=worker.stdin, flush=True)
        for worker in workers:
            if not worker.stdout or worker.stdout.readline().strip() != "done":
                raise RuntimeError("A worker of the benchmark failed.")

    try:
        takes = median(cycle, times)
    finally:
        for worker in workers:
            if worker.stdin:
                worker.stdin.close()
            worker.wait()
    quota = calls / CALLS_PER_SECOND + LATENCY
    ratio = takes / quota
    report(
        Result(
            "collect.cycle", takes, "s", f"quota alone: {quota:.2f} s for {calls} calls", ratio, "≤ 1.5×", ratio <= 1.5
        )
    )


def main(quick: bool) -> None:
    """Measure all three."""
    account = dataset.make_account()
    series = dataset.make_series(account, 5_000 if quick else 20_000)
    Block.objects.update(asked_until=dataset.epoch(dataset.NOW))
    if len(blocks_of(account, dataset.REGION, "metrics_5m", 0)) != 10:
        raise RuntimeError("A part is not ten blocks any more: say so in this benchmark.")
    os.environ["AWS_MAX_ATTEMPTS"] = "1"
    with endpoint(free_port(), 0.0) as url:
        os.environ["AWS_ENDPOINT_URL"] = url
        measure_parse(series, 3 if quick else 15)
        measure_samples(account, series, 2 if quick else 7)
    with endpoint(free_port(), LATENCY) as url:
        os.environ["AWS_ENDPOINT_URL"] = url
        measure_cycle(len(series) // 500, 2 if quick else 9)


if __name__ == "__main__":
    main("--quick" in sys.argv)
