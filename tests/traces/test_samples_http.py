"""From the simulated AWS over HTTP to search, root causes and a whole trace."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from dashboard import aws, tasks
from dashboard.access.roles import EVERYTHING
from dashboard.aws import ErrorKind, Meter
from dashboard.core.windows import Window
from dashboard.inventory.models import Account
from dashboard.inventory.read import connection_of
from dashboard.polls.models import ApiUsage
from dashboard.traces.collect import collect_samples
from dashboard.traces.collect.graph import Collected
from dashboard.traces.models import TraceChunk, TraceDocument
from dashboard.traces.read import TraceQuery, document, root_causes, search
from dashboard.traces.sampling import SampleChoices
from dashboard.traces.write import want_document
from tests.simulated_aws import PRODUCTION, SimulatedAws

pytestmark = pytest.mark.django_db
REGION = "eu-west-1"
DATA = "444455556666"
ONE_SPAN = SampleChoices(backfill=timedelta(minutes=5))


@pytest.fixture
def account(simulated_aws: SimulatedAws) -> Account:
    return Account.objects.create(name="production", account_id=PRODUCTION, regions=[REGION])


def run(
    account: Account, now: datetime, meter: Meter | None = None, region: str = REGION, choices: SampleChoices = ONE_SPAN
) -> Collected:
    here = aws.open(connection_of(account), region, meter)
    return collect_samples(account, region, aws=here, now=now, choices=choices)


def last_hour(now: datetime) -> Window:
    return Window(now - timedelta(hours=1), now)


def test_a_span_of_the_world_is_kept_in_part_and_priced(account: Account, simulated_aws: SimulatedAws) -> None:
    meter = Meter()
    came = run(account, timezone.now(), meter)
    chunk = TraceChunk.objects.get()
    assert (came.errors, came.points) == ([], chunk.traces)
    assert 0 < chunk.traces <= ONE_SPAN.per_span < chunk.seen
    usage = meter.by_action()["xray:GetTraceSummaries"]
    assert usage.cost >= chunk.seen * Decimal("0.0000005")
    assert usage.calls == simulated_aws.calls()["xray:GetTraceSummaries"]
    assert TraceDocument.objects.count() >= ONE_SPAN.documents_per_span


def test_the_planted_deploy_is_found_by_root_causes(account: Account) -> None:
    now = timezone.now()
    run(account, now)
    query = TraceQuery(result="fault", url="checkout.shop.example.com/v1/orders")
    causes = root_causes(EVERYTHING, last_hour(now), query)
    assert causes.enough
    assert ("annotation.payment_provider", "paylane") in {(one.key, one.value) for one in causes.candidates}
    assert "fraud.shieldline.example" in causes.blame[0].exception


def test_a_found_trace_can_be_opened(account: Account) -> None:
    now = timezone.now()
    run(account, now, choices=SampleChoices(backfill=timedelta(minutes=5), documents_per_span=0))
    row = search(EVERYTHING, last_hour(now), TraceQuery(result="fault", most=1)).rows[0]
    assert not TraceDocument.objects.exists()
    pk = want_document(account, row.region, row.id, now)
    assert pk
    tasks.fetch_trace(pk)
    found = document(EVERYTHING, row.id)
    assert found
    assert found.error == ""
    assert found.waterfall
    assert found.waterfall.fault
    assert ApiUsage.objects.get(api="xray:BatchGetTraces").calls == 1


def test_a_wish_survives_a_broker_that_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.fetch_trace, "apply_async", refuse)
    tasks.queue_trace(1)


def test_an_account_with_transaction_search_gives_its_whole_traces_too(simulated_aws: SimulatedAws) -> None:
    role = f"arn:aws:iam::{DATA}:role/StackdeckReadOnly"
    account = Account.objects.create(
        name="data", account_id=DATA, regions=[REGION], method="role", role_arn=role, external_id="made-by-us"
    )
    now = timezone.now()
    run(account, now)
    row = search(EVERYTHING, last_hour(now), TraceQuery(most=1)).rows[0]
    TraceDocument.objects.all().delete()
    pk = want_document(account, row.region, row.id, now)
    assert pk
    tasks.fetch_trace(pk)
    found = document(EVERYTHING, row.id)
    assert found
    assert (found.error, bool(found.segments)) == ("", True)
    assert simulated_aws.calls()["xray:StartTraceRetrieval"] == 1


def test_what_would_pass_the_cap_is_not_asked(account: Account, simulated_aws: SimulatedAws) -> None:
    came = run(account, timezone.now(), Meter(Decimal(0)))
    assert [error.kind for error in came.errors] == [ErrorKind.CAPPED]
    assert "xray:GetTraceSummaries" not in simulated_aws.calls()
    assert not TraceChunk.objects.exists()


@pytest.mark.parametrize("kind", ["throttle", "empty", "truncated"])
def test_a_bad_answer_stores_nothing_and_the_next_run_asks_again(
    account: Account, simulated_aws: SimulatedAws, kind: str
) -> None:
    now = timezone.now()
    simulated_aws.fault(kind, service="xray", operation="GetTraceSummaries", times=8)
    assert not run(account, now).ok
    assert not TraceChunk.objects.exists()
    simulated_aws.clear_faults()
    assert run(account, now).ok
