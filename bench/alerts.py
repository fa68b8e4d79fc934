"""alerts.*: the list with 10,000 open alerts, and how long a mail takes from the opening of its alert to its arrival.

The latency is that of real processes: this one opens alerts as the judge does, another empties the outbox into a real
SMTP server. Nobody wakes it: it looks every five seconds, as beat has it looked after. That is the worst case of a
healthy installation, in which the opening itself wakes the sender.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import dataset
from bench.measure import Result, median, percentile, report
from dashboard.access.write import create_roles
from dashboard.alerts.models import Alert, Transition
from dashboard.alerts.write import apply_findings
from dashboard.catalog.shape import Severity
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.notify.models import Channel
from dashboard.thresholds.finding import Finding, Outcome, Subject
from tests.smtp import Mailbox, smtp_server

STACKS = 40
PAUSE = 0.25
SENDER = """
import django; django.setup()
import time
from django.utils import timezone
from dashboard.inventory.read import connection_to
from dashboard.notify.send import deliver
while True:
    deliver(timezone.now, connection_to)
    time.sleep({every})
"""
EVERY = 5.0


def resources(number: int) -> list[Resource]:
    """That many functions in stacks of one account."""
    now, account = timezone.now(), dataset.make_account()
    stacks = [dataset.make_stack(account, f"stack-{index:02}") for index in range(STACKS)]
    return Resource.objects.bulk_create(
        Resource(
            account=account, stack=stacks[index % STACKS], region=dataset.REGION, service="lambda", name=f"api-{index}",
            physical_id=f"api-{index}", first_seen_at=now, seen_at=now,
        )
        for index in range(number)
    )  # fmt: skip


def open_many(among: list[Resource]) -> None:
    """An open alert of each, a third of them put down to another."""
    now = timezone.now()
    made = Alert.objects.bulk_create(
        Alert(
            account_id=one.account_id, stack_id=one.stack_id, resource=one, subject=f"resource:{one.pk}",
            name=one.name, metric="error_rate", severity=list(Severity)[index % 3].value, value=0.05, line=0.01,
            reason="5 % of invocations fail.", unit="share", since=now - timedelta(minutes=index % 600),
            opened_at=now, seen_at=now, told_at=now,
        )
        for index, one in enumerate(among)
    )  # fmt: skip
    for effect, cause in zip(made[2::3], made[::3], strict=False):
        effect.cause = cause
    Alert.objects.bulk_update(made[2::3], ["cause"], batch_size=500)
    Transition.objects.bulk_create(Transition(alert=one, at=now, kind="opened") for one in made)


def measure_list(number: int, times: int) -> None:
    """Server time and queries of the first and the last page."""
    open_many(resources(number))
    create_roles()
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bench"))
    last = -(-(number - number // 3) // 100)
    for name, address in (("first", "/alerts/"), ("last", f"/alerts/?page={last}")):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")
        asked = len(queries)
        seconds = median(lambda address=address: client.get(address), times)  # type: ignore[misc]
        label = f"alerts.list_{name}"
        report(Result(label, seconds * 1000, f"ms, {number:,} open", goal="≤ 500 ms", met=seconds <= 0.5))
        report(Result(f"{label}.queries", asked, "queries", goal="≤ 12", met=asked <= 12))


def measure_latency(number: int) -> None:
    """Seconds from the commit of an opening to the end of its mail's arrival."""
    Alert.objects.all().delete()
    account, stack = Account.objects.get(), Stack.objects.order_by("pk")[0]
    among = list(Resource.objects.filter(stack=stack).order_by("pk")[:number])
    Channel.objects.create(kind="email", name="bench", config={"to": ["ops@example.com"]}, per_minute=30_000)
    with smtp_server() as box:
        environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{box.port}"}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        sender = subprocess.Popen([sys.executable, "-c", SENDER.format(every=EVERY)], env=environment)
        try:
            opened = [open_one(account, one) for one in among]
            seconds = arrivals(box, opened)
        finally:
            sender.kill()
            sender.wait()
    for label, share in (("p50", 0.5), ("p95", 0.95)):
        late = percentile(seconds, share)
        report(Result(f"alerts.first_mail_{label}", late, "s", goal="p95 ≤ 30 s", met=late <= 30))


def open_one(account: Account, resource: Resource) -> tuple[str, float]:
    """What tells the mail, and when the alert had been opened. Each alone: what opens together is one message."""
    now = timezone.now()
    subject = Subject(f"resource:{resource.pk}", account.pk, resource.name, None, resource.pk)
    broken = Finding(
        subject, "error_rate", Severity.CRITICAL, Outcome.BROKEN, "5 % fail.", 0.05, 0.01, since=int(now.timestamp())
    )
    apply_findings(account, [broken], now)
    moment = time.time()
    time.sleep(PAUSE)
    return f"{resource.name}: ", moment


def arrivals(box: Mailbox, opened: list[tuple[str, float]]) -> list[float]:
    """Waits for all mails."""
    deadline = time.monotonic() + 60
    while len(box.mails) < len(opened):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(box.mails)} of {len(opened)} mails came.")
        time.sleep(0.05)
    subjects = {str(message_from_bytes(raw, policy=default)["Subject"]): at for at, _, raw in box.mails}
    return [next(came for subject, came in subjects.items() if name in subject) - at for name, at in opened]


def main(*, quick: bool) -> None:
    """Run both."""
    measure_list(300 if quick else 10_000, 3 if quick else 9)
    measure_latency(5 if quick else 60)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
