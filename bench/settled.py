"""settled.*: what live cost said of days against what the bill says of them, for each service that is modelled.

The product itself reads the simulated account: a month of usage from CloudWatch, the month's bill from Cost Explorer.
"""

import io
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - models need a set-up Django
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.measure import Result, report  # noqa: E402
from dashboard.management import parts  # noqa: E402
from dashboard.management.demo_accounts import connect_accounts  # noqa: E402
from dashboard.management.environment import simulated_aws  # noqa: E402
from dashboard.management.processes import Group  # noqa: E402
from dashboard.polls.models import TRACE_SOURCES, Target  # noqa: E402
from dashboard.spend.models import BurnTally  # noqa: E402
from tests.processes.servers import START, free_port, listens  # noqa: E402

MOST = 0.10
MONTH = timedelta(days=32)
QUICK = ("eu-central-1",)
WHOLE = ("eu-west-1", "eu-central-1", "us-east-1")


@contextmanager
def simulated() -> Iterator[None]:
    """The simulated AWS, in a process of its own; this one asks it alone."""
    with tempfile.TemporaryDirectory(prefix="stackdeck-bench-") as folder:
        nothing, port, mail_port = Path(folder) / "empty", free_port(), free_port()
        nothing.touch()
        group = Group(Path(folder) / "log")
        os.environ.update(simulated_aws(f"http://127.0.0.1:{port}", nothing))
        try:
            group.start(parts.simulated_aws({**os.environ, "VAR_DIR": folder}, port, mail_port))
            group.wait_until(lambda: listens(port), "The simulated AWS", START)
            yield
        finally:
            group.stop()


def errors() -> dict[str, list[tuple[float, float, int]]]:
    """By service, of each account: error after correction, error before it, and the settled days it is of."""
    found: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for calibration in BurnTally.objects.values_list("calibration", flat=True):
        for service, one in calibration.items():
            found[service].append((float(one["error"]), float(one["raw_error"]), int(one["days"])))
    return found


def main() -> None:
    """Collect once, and compare."""
    settings.BACKFILL = MONTH
    with simulated(), redirect_stdout(io.StringIO()) as said:
        connect_accounts(timezone.now(), QUICK if "--quick" in sys.argv else WHOLE)
        Target.objects.filter(source__in=(*TRACE_SOURCES, Target.Source.ALARMS)).delete()
        call_command("discover")
        call_command("collect")
    sys.stderr.write(said.getvalue() if not BurnTally.objects.exists() else "")
    for service, several in sorted(errors().items()):
        error, raw, days = max(several)
        name = service.lower().replace(" ", "_")
        versus = f"{days} settled days; {raw:.1%} before correction".replace("%", " %")
        report(Result(f"settled.{name}", error * 100, "% off", versus, goal="≤ 10 %", met=error <= MOST))


if __name__ == "__main__":
    main()
