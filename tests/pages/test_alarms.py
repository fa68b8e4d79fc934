"""The page of CloudWatch alarms: what do they say, which are dead, what does nobody watch?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboard.access.models import Team
from dashboard.alarms.write import store_alarms
from dashboard.aws import AlarmMetric, ListedAlarm
from dashboard.catalog import service
from dashboard.inventory.models import Resource, Stack
from dashboard.polls.models import Target
from dashboard.thresholds.models import ThresholdRule
from tests.alarms.conftest import listed
from tests.factories import NOW, make_account, make_resource, make_stack, make_target, make_user

QUERIES = 13
Store = Callable[..., None]


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account())


@pytest.fixture
def store(stack: Stack) -> Store:
    """Alarms of the stack's account, read three minutes ago."""

    def once(*alarms: ListedAlarm) -> None:
        make_target(stack.account, "alarms")
        store_alarms(stack.account, "eu-west-1", alarms, NOW)

    return once


@pytest.fixture
def function(stack: Stack) -> Resource:
    return make_resource(stack, "checkout", dimensions={"FunctionName": "checkout"})


def names(client: Client, query: str = "") -> list[str]:
    return [line.row.alarm.name for line in client.get(f"/alarms/{query}").context["lines"]]


def text(client: Client, query: str = "") -> str:
    return " ".join(client.get(f"/alarms/{query}").content.decode().split())


def test_an_alarm_says_what_where_since_when_and_why(page: Client, store: Store, function: Resource) -> None:
    store(listed("errors", function="checkout", state="ALARM", reason="Threshold Crossed: 3 datapoints"))
    (line,) = page.get("/alarms/").context["lines"]
    assert (line.tone, line.label) == ("critical", "In alarm")
    html = text(page)
    for words in (
        "errors", "checkout", "eu-west-1", "1 h ago", "Threshold Crossed: 3 datapoints",
        "Errors (Sum) above 5 for 3 periods of 5 min", "SNS topic ops",
    ):  # fmt: skip
        assert words in html


def test_it_leads_to_the_chart_of_its_metric_and_to_aws(page: Client, store: Store, function: Resource) -> None:
    store(listed("has / odd #name", function="checkout"))
    (line,) = page.get("/alarms/").context["lines"]
    assert line.href.startswith(f"/resources/{function.pk}/#chart-")
    assert line.console == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
        "#alarmsV2:alarm/has%20%2F%20odd%20%23name"
    )


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["loud", "blind", "fine"]),
        ("?show=alarm", ["loud"]),
        ("?show=ok", ["fine"]),
        ("?show=no-data", ["blind"]),
        ("?show=dead", ["blind"]),
        ("?environment=staging", []),
    ],
)
def test_alarms_are_chosen_by_state_death_and_place(page: Client, store: Store, query: str, shown: list[str]) -> None:
    store(listed("fine"), listed("loud", state="ALARM"),
          listed("blind", state="INSUFFICIENT_DATA", since=NOW - timedelta(days=30)))  # fmt: skip
    assert names(page, query) == shown


def test_each_choice_says_how_many_there_are(page: Client, store: Store) -> None:
    store(listed("fine"), listed("loud", state="ALARM"), listed("untold", actions=()))
    choices = page.get("/alarms/?show=dead").context["choices"]
    assert {one["key"]: one["number"] for one in choices} == {"all": 3, "alarm": 1, "ok": 2, "no-data": 0, "dead": 1}
    assert [one["key"] for one in choices if one["picked"]] == ["dead"]


def test_what_can_not_be_shown_is_said(page: Client) -> None:
    answer = page.get("/alarms/?show=everything")
    assert answer.status_code == 400


def test_dead_alarms_stand_together_with_their_reasons(page: Client, store: Store) -> None:
    store(listed("untold", actions=()), listed("fine"))
    html = text(page)
    assert "Dead alarms" in html
    assert "It has no action: nobody is told when it goes off." in html


def test_where_no_alarm_is_dead_nothing_is_said_of_dead_ones(page: Client, store: Store) -> None:
    store(listed("fine"))
    assert "They look like protection" not in text(page)


def test_an_alarm_that_scales_is_no_emergency(page: Client, store: Store) -> None:
    store(listed("low", state="ALARM", actions=("arn:aws:autoscaling:eu-west-1:1:scalingPolicy:x",)))
    (line,) = page.get("/alarms/").context["lines"]
    assert (line.tone, line.label) == ("info", "Scaling")


@pytest.fixture
def bare(stack: Stack) -> Resource:
    """A topic of which every threshold is muted."""
    topic = make_resource(stack, "bare", "sns", dimensions={"TopicName": "bare"})
    for one in service("sns").thresholds:
        ThresholdRule.objects.create(
            service="sns", metric=one.metric, severity=one.severity, muted=True, resource=topic
        )
    return topic


def test_what_nobody_watches_is_named(page: Client, bare: Resource, function: Resource) -> None:
    (line,) = page.get("/alarms/").context["unwatched"]
    assert (line.key, line.number, line.total, [one.name for one in line.named]) == ("sns", 1, 1, ["bare"])
    assert line.add == ""


@pytest.mark.parametrize(("actions", "named"), [(("arn:aws:sns:eu-west-1:1:ops",), 0), ((), 1)])
def test_only_an_alarm_that_works_watches(
    page: Client, store: Store, bare: Resource, actions: tuple[str, ...], named: int
) -> None:
    metric = AlarmMetric("AWS/SNS", "NumberOfNotificationsFailed", {"TopicName": "bare"}, "Sum")
    store(replace(listed("failed"), metrics=(metric,), actions=actions))
    assert len(page.get("/alarms/").context["unwatched"]) == named


def test_admins_add_a_threshold_in_one_click(client: Client, now: None, bare: Resource) -> None:
    client.force_login(make_user("ada", "admin"))
    (line,) = client.get("/alarms/").context["unwatched"]
    form = client.get(line.add)
    assert line.add.startswith("/admin/dashboard/thresholdrule/add/?what=sns.")
    assert form.context["adminform"].form["what"].value().startswith("sns.")


def test_where_all_are_watched_it_says_so(page: Client, function: Resource) -> None:
    assert "Nothing: 1 resource has a threshold in force" in text(page)


def test_a_composite_alarm_says_which_part_made_it_go_off(page: Client, store: Store) -> None:
    reason = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a transitioned to ALARM"
    store(listed("a"), listed("both", rule="ALARM(a)", state="ALARM", reason=reason))
    assert page.get("/alarms/").context["lines"][0].reason == "a transitioned to ALARM"


def test_before_the_first_poll_it_says_so(page: Client, stack: Stack) -> None:
    assert "CloudWatch alarms have not been read yet" in text(page)


def test_an_account_without_alarms_is_told_what_will_be_here(page: Client, store: Store) -> None:
    store()
    assert "No CloudWatch alarms here" in text(page)


def test_a_choice_that_leaves_nothing_offers_all(page: Client, store: Store) -> None:
    store(listed("fine"))
    html = text(page, "?show=alarm")
    assert "No alarm is like that" in html
    assert "Show all" in html


def test_what_could_not_be_read_is_named(page: Client, store: Store) -> None:
    store(listed("fine"))
    Target.objects.update(failures=2, last_error_text="cloudwatch:DescribeAlarms is not allowed.")
    html = text(page)
    assert "Part of this page is missing" in html
    assert "cloudwatch:DescribeAlarms is not allowed." in html
    assert names(page) == ["fine"]


def test_failing_metrics_are_no_matter_of_this_page(page: Client, store: Store, stack: Stack) -> None:
    store(listed("fine"))
    make_target(stack.account, failures=3, last_error_text="Throttled.")
    assert "Part of this page is missing" not in text(page)


def test_alarms_of_other_teams_are_not_there(
    client: Client, now: None, store: Store, stack: Stack, function: Resource
) -> None:
    stack.team = Team.objects.create(name="Payments")
    stack.save()
    other = make_account("Other", 2)
    make_target(other, "alarms", failures=2, last_error_text="Secret of others.")
    store(listed("errors", function="checkout"), listed("elsewhere"))
    client.force_login(make_user("otto", see_all=False, teams=[stack.team]))
    assert names(client) == ["errors"]
    assert "Secret of others." not in text(client)


def test_the_alerts_page_leads_here_and_back(page: Client, store: Store) -> None:
    assert 'href="/alarms/' in page.get("/alerts/?range=1h&account=000000000001").content.decode()
    assert 'href="/alerts/?' in text(page)


def test_the_page_of_a_resource_shows_its_alarms(page: Client, store: Store, function: Resource) -> None:
    store(listed("errors", function="checkout"), listed("other"))
    lines = page.get(f"/resources/{function.pk}/").context["alarms"]
    assert [line.row.alarm.name for line in lines] == ["errors"]


@pytest.mark.parametrize("odd", ["<script>x</script>", '" onmouseover="x', "javascript:x", "{{7*7}}"])
def test_hostile_names_are_text(page: Client, store: Store, odd: str) -> None:
    store(listed(odd, description=odd, reason=odd, state="ALARM", actions=(odd,), rule=f"ALARM({odd})"))
    html = text(page)
    assert "<script>x" not in html
    assert 'onmouseover="x' not in html
    assert 'href="javascript:' not in html


def fill(store: Store, stack: Stack, number: int) -> None:
    for one in range(number):
        make_resource(stack, f"f{one}", dimensions={"FunctionName": f"f{one}"})
        make_resource(stack, f"bus{one}", "sns")
    muted: dict[str, Any] = {"service": "sns", "muted": True}
    for one in service("sns").thresholds:
        ThresholdRule.objects.create(metric=one.metric, severity=one.severity, **muted)
    store(*[listed(f"f{one}", actions=()) for one in range(number)], listed("both", rule="ALARM(f0) OR ALARM(f1)"))


def test_the_number_of_queries_does_not_grow_with_alarms(page: Client, store: Store, stack: Stack) -> None:
    fill(store, stack, 40)
    with CaptureQueriesContext(connection) as queries:
        page.get("/alarms/")
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries.captured_queries)


def test_a_page_that_has_not_changed_is_not_sent_again(page: Client, store: Store) -> None:
    store(listed("fine"))
    tag = page.get("/alarms/").headers["ETag"]
    assert page.get("/alarms/", headers={"If-None-Match": tag}).status_code == 304
