"""memory: what a worker holds after many polls beside what it held after some. The short form: 2,000 series."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from bench import dataset
from bench.collecting import free_port
from bench.endpoint import endpoint
from bench.measure import Result, report
from dashboard import aws
from dashboard.metrics.collect import collect
from dashboard.metrics.models import Block
from dashboard.metrics.write import seal

SERIES = 2000
POLLS_A_DAY = 288


def resident() -> float:
    """Memory of this process, MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main(few: int, many: int) -> None:
    """Poll and seal as a worker does, `many` times, and look twice."""
    account = dataset.make_account()
    dataset.make_series(account, SERIES)
    Block.objects.update(asked_until=dataset.epoch(dataset.NOW))
    early = 0.0
    with endpoint(free_port(), 0.0) as url:
        os.environ["AWS_ENDPOINT_URL"] = url
        for turn in range(1, many + 1):
            now = dataset.NOW + timedelta(minutes=5 * turn)
            collect(account, dataset.REGION, "metrics_5m", 0, aws=aws.open(dataset.CONNECTION, dataset.REGION), now=now)
            if turn % (POLLS_A_DAY // 6) == 0:
                seal(now)
            if turn == few:
                early = resident()
    ratio = resident() / early
    report(
        Result(
            "memory", resident(), "MiB", f"after {few} polls: {early:.0f} MiB; now {many}, {SERIES:,} series", ratio,
            "≤ 1.1×", ratio <= 1.1,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(*((10, 40) if "--quick" in sys.argv else (50, 500)))
