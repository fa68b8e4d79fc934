"""From findings to alerts, transitions and messages, in one transaction."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.alerts.lifecycle import FLAP
from dashboard.alerts.models import Alert, Silence, Transition
from dashboard.alerts.write import acknowledge, comment, silence
from dashboard.catalog.shape import Severity
from dashboard.core.units import Unit
from dashboard.inventory.models import Account, Resource, Stack
from dashboard.notify.models import Channel, Delivery
from dashboard.thresholds.finding import Outcome
from tests.alerts.conftest import alert_of, finding, judge, told
from tests.factories import NOW, make_deploy, make_resource, make_user

TITLE = "create-order: 16 % of requests fail, above 5 % for 15 min"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def person(db: None) -> User:
    return make_user("olga", "operator")


def kinds(alert: Alert) -> list[str]:
    return [one.kind for one in alert.transitions.all()]


def test_a_broken_threshold_opens_an_alert_and_tells_it(account: Account, function: Resource, channel: Channel) -> None:
    judge(account, finding(function))
    alert = alert_of(function)
    assert (alert.state, alert.value, alert.line, alert.since) == ("open", 0.16, 0.05, NOW - timedelta(minutes=15))
    assert kinds(alert) == ["opened"]
    assert told() == [("opened", TITLE)]


def test_judging_again_tells_nothing_again(account: Account, function: Resource, channel: Channel) -> None:
    judge(account, finding(function))
    judge(account, finding(function, value=0.3), at=LATER)
    assert (Alert.objects.count(), alert_of(function).value, len(told())) == (1, 0.3, 1)


def test_a_breach_that_goes_on_as_silence_is_told_in_the_unit_of_silence(account: Account, function: Resource) -> None:
    judge(account, finding(function))
    judge(account, finding(function, value=1200.0, line=900.0, unit=Unit.SECONDS), at=LATER)
    assert (alert_of(function).value, alert_of(function).unit) == (1200, "seconds")


def test_a_good_period_resolves_and_tells_it(account: Account, function: Resource, channel: Channel) -> None:
    judge(account, finding(function))
    judge(account, finding(function, Outcome.HOLDS), at=LATER)
    assert (alert_of(function).state, alert_of(function).resolved_at) == ("resolved", LATER)
    assert [event for event, _ in told()] == ["opened", "resolved"]


def test_missing_data_keeps_an_alert_open(account: Account, function: Resource, channel: Channel) -> None:
    judge(account, finding(function))
    judge(account, finding(function, Outcome.UNKNOWN), at=LATER)
    assert (alert_of(function).state, len(told())) == ("open", 1)


def test_what_comes_back_soon_is_the_same_alert_told_anew(
    account: Account, function: Resource, channel: Channel, person: User
) -> None:
    judge(account, finding(function))
    acknowledge(alert_of(function), person, NOW)
    judge(account, finding(function, Outcome.HOLDS), at=LATER)
    judge(account, finding(function), at=LATER + FLAP)
    alert = alert_of(function)
    assert (alert.state, alert.reopened) == ("open", 1)
    assert kinds(alert) == ["opened", "acknowledged", "resolved", "reopened"]
    assert [event for event, _ in told()] == ["opened", "acknowledged", "resolved", "opened"]


def test_a_muted_threshold_resolves_its_alert_and_says_why(account: Account, function: Resource) -> None:
    judge(account, finding(function))
    judge(account, finding(function, metric="throttles"), at=LATER)
    last = Alert.objects.get(metric="error_rate").transitions.last()
    assert last is not None
    assert last.text == "Its threshold was muted or removed."


def test_an_alert_of_a_resource_that_is_gone_is_resolved(account: Account, function: Resource) -> None:
    judge(account, finding(function))
    Resource.objects.update(gone_at=NOW)
    judge(account, at=LATER)
    assert alert_of(function).state == "resolved"


def test_a_caller_that_suffers_is_put_down_to_what_it_calls(
    account: Account, function: Resource, api: Resource, channel: Channel
) -> None:
    judge(account, finding(function), finding(api))
    assert alert_of(api).cause == alert_of(function)
    (delivery,) = Delivery.objects.all()
    assert delivery.title == TITLE
    assert delivery.message["sentences"] == ["Along with it:\n– shop-api: 16 % of requests fail, above 5 % for 15 min"]


def test_forty_alerts_of_one_stack_are_one_message(account: Account, stack: Stack, channel: Channel) -> None:
    broken = [make_resource(stack, f"function-{number}") for number in range(40)]
    judge(account, *(finding(one) for one in broken))
    assert (Alert.objects.count(), Delivery.objects.count()) == (40, 1)


def test_what_outlasts_its_cause_stands_for_itself(
    account: Account, function: Resource, api: Resource, channel: Channel
) -> None:
    judge(account, finding(function), finding(api))
    judge(account, finding(function, Outcome.HOLDS), finding(api), at=LATER)
    assert alert_of(api).cause is None
    assert [event for event, _ in told()] == ["opened", "resolved", "opened"]


def test_a_deploy_shortly_before_is_told(account: Account, function: Resource, stack: Stack, channel: Channel) -> None:
    deploy = make_deploy(stack, timedelta(minutes=18))
    judge(account, finding(function))
    assert alert_of(function).deploy == deploy
    assert Delivery.objects.get().message["sentences"] == ["It began 3 min after a deploy of checkout."]


def test_a_message_leads_to_alert_chart_and_traces(account: Account, function: Resource, channel: Channel) -> None:
    judge(account, finding(function, runbook="https://wiki.example.org/orders"))
    links = {one["label"]: one["url"] for one in Delivery.objects.get().message["links"]}
    assert list(links) == ["Alert", "Acknowledge", "Runbook", "Chart", "Traces", "AWS console"]
    assert links["Chart"].partition("?")[0].endswith(f"/resources/{function.pk}/")
    assert f"stack={function.stack_id}" in links["Traces"]


def test_a_silence_holds_back_the_message_until_it_ends(
    account: Account, function: Resource, channel: Channel, person: User
) -> None:
    silence(Silence(reason="Load test", starts_at=NOW, ends_at=LATER, resource=function), person, NOW)
    judge(account, finding(function))
    assert (alert_of(function).state, told()) == ("open", [])
    judge(account, finding(function), at=LATER)
    assert told() == [("opened", TITLE)]


def test_what_ends_within_a_silence_is_never_told(
    account: Account, function: Resource, channel: Channel, person: User
) -> None:
    silence(Silence(reason="Load test", starts_at=NOW, ends_at=LATER, stack=function.stack), person, NOW)
    judge(account, finding(function))
    judge(account, finding(function, Outcome.HOLDS), at=LATER)
    assert told() == []


def test_acknowledging_takes_what_was_put_down_to_it_along(
    account: Account, function: Resource, api: Resource, channel: Channel, person: User
) -> None:
    judge(account, finding(function), finding(api))
    assert acknowledge(alert_of(function), person, NOW)
    assert {one.state for one in Alert.objects.all()} == {"acknowledged"}
    (acknowledged,) = Delivery.objects.filter(event="acknowledged")
    assert acknowledged.message["sentences"] == ["olga has it."]


def test_an_alert_is_acknowledged_once(account: Account, function: Resource, channel: Channel, person: User) -> None:
    judge(account, finding(function))
    assert acknowledge(alert_of(function), person, NOW)
    assert not acknowledge(alert_of(function), person, NOW)
    assert [event for event, _ in told()] == ["opened", "acknowledged"]


def test_a_comment_stays_with_the_alert(account: Account, function: Resource, person: User) -> None:
    judge(account, finding(function))
    comment(alert_of(function), "Provider confirmed it.", person, LATER)
    last = alert_of(function).transitions.last()
    assert last is not None
    assert (last.kind, last.text, last.person) == (Transition.Kind.COMMENTED, "Provider confirmed it.", person)


def test_a_warning_and_a_critical_one_of_the_same_metric_are_two_alerts(account: Account, function: Resource) -> None:
    judge(account, finding(function), finding(function, severity=Severity.WARNING))
    assert Alert.objects.count() == 2


def test_keeping_a_hundred_alerts_takes_as_many_queries_as_one(
    account: Account, stack: Stack, function: Resource
) -> None:
    judge(account, finding(function))
    with CaptureQueriesContext(connection) as one:
        judge(account, finding(function), at=LATER)
    more = [make_resource(stack, f"function-{number}") for number in range(99)]
    judge(account, finding(function), *(finding(each) for each in more))
    with CaptureQueriesContext(connection) as hundred:
        judge(account, finding(function), *(finding(each) for each in more), at=LATER)
    assert len(hundred) == len(one)
