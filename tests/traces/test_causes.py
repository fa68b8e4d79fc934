"""Root causes: what is planted is found, and what is not there is not."""

import json
from datetime import timedelta
from itertools import cycle

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.access.roles import EVERYTHING, Scope
from dashboard.aws import XraySummary
from dashboard.aws.trace_values import XrayRootCause, XrayServiceId, XrayTrace
from dashboard.inventory.models import Account, Stack
from dashboard.traces.read import TraceQuery, root_causes
from dashboard.traces.write.documents import store_documents
from tests.factories import make_account, make_deploy, make_resource, make_stack
from tests.traces.fake_xray import API, a_fault, a_summary
from tests.traces.stored import HOUR, NOW, a_node, ago, store

pytestmark = pytest.mark.django_db
PAY = XrayServiceId("payments", "AWS::Lambda::Function", "000000000001")
OWN = XrayServiceId("checkout-api", "AWS::Lambda::Function", "000000000001")
ANYTHING = TraceQuery()
PROVIDERS = ("stripe", "adyen", "paypal", "klarna")


@pytest.fixture
def account() -> Account:
    return make_account()


def planted(bad: int = 40, good: int = 200, **what: object) -> list[XraySummary]:
    """Good traces of four providers and two versions; bad ones through one of each, unless told otherwise."""
    providers = cycle(PROVIDERS)
    fine = [
        a_summary(ago(55 - index / 5), annotations={"provider": (next(providers),), "version": (str(41 + index % 2),)})
        for index in range(good)
    ]
    given = {"annotations": {"provider": ("adyen",), "version": ("42",)}, "services": (API,), **what}
    return [*fine, *(a_fault(ago(10 - index / 10), **given) for index in range(bad))]


def test_a_planted_annotation_is_found_with_its_shares(account: Account) -> None:
    store(account, planted())
    causes = root_causes(EVERYTHING, HOUR, ANYTHING)
    assert (causes.bad, causes.good, causes.enough) == (40, 200, True)
    first, second, *_ = causes.candidates
    assert (first.kind, first.key, first.value) == ("annotation", "annotation.provider", "adyen")
    assert (first.share_bad, first.share_good) == (1.0, 0.25)
    assert first.lift == pytest.approx(3.9, abs=0.1)
    assert first.parameter == ("annotation", "provider:adyen")
    assert (second.kind, second.parameter) == ("version", ("annotation", "version:42"))
    assert causes.first_bad_at == ago(10)


def test_what_follows_from_failing_is_no_cause(account: Account) -> None:
    store(account, planted())
    keys = {one.key for one in root_causes(EVERYTHING, HOUR, ANYTHING).candidates}
    assert not keys & {"http.status", "fault.node", "fault.exception"}


def test_two_bad_traces_prove_nothing(account: Account) -> None:
    store(account, planted(bad=2))
    causes = root_causes(EVERYTHING, HOUR, ANYTHING)
    assert (causes.enough, list(causes.candidates)) == (False, [])


def test_what_bad_and_good_share_is_no_cause(account: Account) -> None:
    fine = planted(bad=0)
    failed = [a_fault(ago(20), annotations=dict(one.annotations), services=(API,)) for one in fine[:100]]
    store(account, [*fine, *failed])
    causes = root_causes(EVERYTHING, HOUR, ANYTHING)
    assert (causes.enough, list(causes.candidates)) == (True, [])


def test_good_ones_that_were_kept_for_being_slow_are_not_compared_with(account: Account) -> None:
    store(account, planted())
    slow = [a_summary(ago(58), 9.0, annotations={"provider": ("adyen",)}) for _ in range(100)]
    store(account, slow, drawn=False)
    causes = root_causes(EVERYTHING, HOUR, TraceQuery(result="bad"))
    assert causes.good == 200
    assert causes.candidates[0].share_good == 0.25


@pytest.mark.parametrize(
    ("query", "slow_over", "bad"),
    [
        (TraceQuery(result="slow"), 2.0, 30),
        (TraceQuery(result="slow", least_seconds=2.0), None, 30),
        (TraceQuery(result="slow"), 4.0, 0),
        (TraceQuery(), 2.0, 70),
        (TraceQuery(result="fault"), 2.0, 40),
        (TraceQuery(result="throttle"), 2.0, 0),
    ],
)
def test_bad_is_what_the_query_names(account: Account, query: TraceQuery, slow_over: float | None, bad: int) -> None:
    slow = [a_summary(ago(57), 3.0, annotations={"tenant": ("acme",)}) for _ in range(30)]
    store(account, [*planted(), *slow])
    assert root_causes(EVERYTHING, HOUR, query, slow_over=slow_over).bad == bad


def test_slowness_has_causes_too(account: Account) -> None:
    slow = [a_summary(ago(57), 3.0, annotations={"tenant": ("acme",)}) for _ in range(30)]
    store(account, [*planted(bad=0), *slow])
    causes = root_causes(EVERYTHING, HOUR, TraceQuery(result="slow"), slow_over=2.0)
    assert [one.value for one in causes.candidates] == ["acme"]


def test_a_filter_narrows_both_sides(account: Account) -> None:
    store(account, planted())
    causes = root_causes(EVERYTHING, HOUR, TraceQuery(annotations=(("provider", "adyen"),)))
    assert (causes.bad, causes.good) == (40, 50)


def test_what_accounts_call_the_same_is_one_cause(account: Account) -> None:
    store(account, planted())
    store(make_account("Second", 2), planted())
    first = root_causes(EVERYTHING, HOUR, ANYTHING).candidates[0]
    assert (first.value, first.bad) == ("adyen", 80)


class TestDeploys:
    """A deploy is suspect when more of its stack's traces were bad after it than before."""

    @pytest.fixture
    def stack(self, account: Account) -> Stack:
        stack = make_stack(account, "checkout", Team.objects.create(name="blue"))
        a_node(account, "checkout-api", resource=make_resource(stack, "checkout-api"))
        return stack

    def traces(self, account: Account) -> None:
        services = (OWN,)
        good = [a_summary(ago(55 - index / 4), services=services) for index in range(200)]
        store(account, [*good, *(a_fault(ago(20 - index / 5), services=services) for index in range(60))])

    def test_the_one_before_things_went_bad_is_named_with_its_shares(self, account: Account, stack: Stack) -> None:
        self.traces(account)
        deploy = make_deploy(stack, timedelta(minutes=25))
        make_deploy(stack, timedelta(minutes=4))  # too late: it made nothing worse
        (found,) = root_causes(EVERYTHING, HOUR, ANYTHING).deploys
        assert (found.id, found.stack_name) == (deploy.pk, "checkout")
        assert found.before == 0.0
        assert found.after > 0.4

    def test_one_before_the_window_counts_too(self, account: Account, stack: Stack) -> None:
        self.traces(account)
        make_deploy(stack, timedelta(minutes=65))
        (found,) = root_causes(EVERYTHING, HOUR, ANYTHING).deploys
        assert found.before is None

    def test_one_of_a_stack_that_is_not_on_the_way_does_not(self, account: Account, stack: Stack) -> None:
        self.traces(account)
        make_deploy(make_stack(account, "billing"), timedelta(minutes=25))
        assert list(root_causes(EVERYTHING, HOUR, ANYTHING).deploys) == []

    def test_one_of_a_stack_that_may_not_be_seen_does_not(self, account: Account, stack: Stack) -> None:
        self.traces(account)
        billing = make_stack(account, "billing", Team.objects.create(name="red"))
        a_node(account, "orders", "AWS::DynamoDB::Table", make_resource(billing, "orders", "dynamodb"))
        make_deploy(billing, timedelta(minutes=25))
        blue = Scope(everything=False, team_ids=frozenset({stack.team_id or 0}))
        assert list(root_causes(blue, HOUR, ANYTHING).deploys) == []


class TestBlame:
    """Where it went bad: told by summaries of all traces, and by the stored documents of a few."""

    def failing(self, number: int = 10, **columns: object) -> list[XraySummary]:
        cause = XrayRootCause((OWN, PAY), ("TimeoutError: no answer in 3000 ms",))
        given = {"services": (OWN, PAY), "fault_causes": (cause,), **columns}
        return [a_fault(ago(5), **given) for _ in range(number)]

    def test_the_end_of_x_rays_root_cause_is_blamed(self, account: Account) -> None:
        store(account, [*planted(bad=0), *self.failing(30), *self.failing(10, fault_causes=(XrayRootCause((OWN,)),))])
        first, second = root_causes(EVERYTHING, HOUR, ANYTHING).blame
        assert (first.name, first.kind, first.traces, first.share) == ("payments", "fault", 30, 0.75)
        assert first.exception == "TimeoutError: no answer in 3000 ms"
        assert first.parameter == ("fact", "fault.node:payments (AWS::Lambda::Function)")
        assert (second.name, second.traces, second.exception) == ("checkout-api", 10, "")

    def test_it_is_found_in_the_inventory(self, account: Account) -> None:
        resource = make_resource(make_stack(account), "payments")
        node = a_node(account, "payments", resource=resource)
        store(account, [*planted(bad=0), *self.failing()])
        (blame,) = root_causes(EVERYTHING, HOUR, ANYTHING).blame
        assert (blame.node_id, blame.resource_id) == (node.pk, resource.pk)

    def test_documents_tell_the_path_and_the_extra_time(self, account: Account) -> None:
        slow = [a_summary(ago(5), 3.0, services=(OWN, PAY), slow_causes=(XrayRootCause((OWN, PAY)),)) for _ in "abc"]
        usual = a_summary(ago(6), 0.3, services=(OWN, PAY))
        store(account, [*planted(bad=0), *slow, usual])
        traces = [XrayTrace(one.id, segments(one, 2.8)) for one in slow]
        store_documents(account, "eu-west-1", [*traces, XrayTrace(usual.id, segments(usual, 0.1))], NOW, timedelta(1))
        (blame,) = root_causes(EVERYTHING, HOUR, TraceQuery(result="slow"), slow_over=2.0).blame
        assert (blame.name, blame.path, blame.traces) == ("payments", ("checkout-api", "payments"), 3)
        assert blame.seconds == pytest.approx(2.7)

    def test_documents_alone_tell_where_summaries_do_not(self, account: Account) -> None:
        failed = self.failing(6, fault_causes=())
        store(account, [*planted(bad=0), *failed])
        traces = [XrayTrace(one.id, segments(one, 0.05, fault=True)) for one in failed]
        store_documents(account, "eu-west-1", traces, NOW, timedelta(1))
        (blame,) = root_causes(EVERYTHING, HOUR, ANYTHING).blame
        assert (blame.name, blame.path, blame.traces) == ("payments", ("checkout-api", "payments"), 6)

    def test_a_service_that_may_not_be_seen_is_not_named(self, account: Account) -> None:
        blue, red = Team.objects.create(name="blue"), Team.objects.create(name="red")
        a_node(account, "checkout-api", resource=make_resource(make_stack(account, "checkout", blue), "checkout-api"))
        a_node(account, "payments", resource=make_resource(make_stack(account, "billing", red), "payments"))
        failed = self.failing()
        store(account, [*planted(bad=0), *failed])
        store_documents(
            account, "eu-west-1", [XrayTrace(failed[0].id, segments(failed[0], 0.05, fault=True))], NOW, timedelta(1)
        )
        causes = root_causes(Scope(everything=False, team_ids=frozenset({blue.pk})), HOUR, ANYTHING)
        assert causes.bad == 10
        assert "payments" not in repr(causes)
        assert "TimeoutError" not in repr(causes)


def segments(trace: XraySummary, inside: float, *, fault: bool = False) -> tuple[str, ...]:
    """Documents of a call from checkout-api to payments, which takes so long."""
    start = trace.started_at.timestamp()
    answer = {"id": "b" * 16, "name": "payments", "origin": "AWS::Lambda::Function", "parent_id": "c" * 16}
    call = {"id": "c" * 16, "name": "payments", "namespace": "remote", "start_time": start, "end_time": start + inside}
    entry = {"id": "a" * 16, "name": "checkout-api", "origin": "AWS::Lambda::Function", "subsegments": [call]}
    entry |= {"start_time": start, "end_time": start + trace.response_time, "fault": fault}
    answer |= {"start_time": start, "end_time": start + inside, "fault": fault}
    call |= {"fault": fault}
    return tuple(json.dumps({"trace_id": trace.id, **one}) for one in (entry, answer))


def test_a_comparison_takes_few_questions_whatever_is_stored(account: Account) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            root_causes(EVERYTHING, HOUR, ANYTHING)
        return len(asked)

    store(account, planted(bad=10, good=20))
    few = questions()
    store(account, planted(bad=40, good=270))
    assert few == questions() == 6


def test_nothing_is_found_where_nothing_is_stored() -> None:
    causes = root_causes(EVERYTHING, HOUR, ANYTHING)
    assert (causes.bad, causes.enough, causes.first_bad_at) == (0, False, None)
