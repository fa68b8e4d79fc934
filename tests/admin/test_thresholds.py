"""Admin of thresholds: values as people write them, errors at their field, a preview before saving."""

import pytest
import time_machine
from auditlog.models import LogEntry
from django.test import Client

from dashboard.inventory.models import Resource, Stack
from dashboard.thresholds.models import ThresholdRule
from tests.factories import NOW, make_account, make_points, make_resource, make_stack

LIST, ADD = "/admin/dashboard/thresholdrule/", "/admin/dashboard/thresholdrule/add/"
PREVIEW = "/admin/dashboard/thresholdrule/preview/"
SLOW = {"what": "lambda.duration_p95", "severity": "warning", "above": "900 ms", "for_periods": "2"}


@pytest.fixture
def stack(db: None) -> Stack:
    return make_stack(make_account())


@pytest.fixture
def slow(stack: Stack) -> Resource:
    """A function that was slow for a quarter of an hour, until now."""
    resource = make_resource(stack, "<b>slow</b>")
    make_points(resource, {"requests": [600.0] * 36, "duration_p95": [310.0] * 33 + [2400.0] * 3})
    return resource


def errors_of(desk: Client, **data: str) -> dict[str, list[str]]:
    answer = desk.post(ADD, {**SLOW, **data})
    assert answer.status_code == 200
    found: dict[str, list[str]] = dict(answer.context["adminform"].form.errors)
    return found


def test_a_line_is_typed_as_people_write_it_and_stored_in_the_metrics_unit(desk: Client, stack: Stack) -> None:
    desk.post(ADD, {**SLOW, "stack": str(stack.pk), "above": "1.5 s"})
    rule = ThresholdRule.objects.get()
    assert (rule.service, rule.metric, rule.above, rule.stack) == ("lambda", "duration_p95", 1500, stack)


def test_recovery_absence_and_silence_are_stored_and_said_in_the_list(desk: Client, stack: Stack) -> None:
    desk.post(ADD, {**SLOW, "recover": "0.8 s", "missing": "keep"})
    desk.post(ADD, {**SLOW, "severity": "critical", "condition": "absence", "above": ""})
    found = ThresholdRule.objects.values_list("severity", "condition", "above", "recover", "missing")
    assert sorted(found) == [("critical", "absence", None, None, ""), ("warning", "level", 900, 800, "keep")]
    assert "no data" in desk.get(LIST).content.decode()


def test_what_is_stored_is_shown_as_people_write_it(desk: Client) -> None:
    desk.post(ADD, SLOW | {"above": "1.5 s"})
    page = desk.get(f"{LIST}{ThresholdRule.objects.get().pk}/change/").content.decode()
    assert 'value="1.5 s"' in page
    assert 'value="lambda.duration_p95" selected' in page


@pytest.mark.parametrize(
    ("data", "field", "told"),
    [
        ({"above": "fast"}, "above", "“fast” is not a value."),
        ({"above": "5 %"}, "above", "“%” is no unit of this metric."),
        ({"above": "1 s", "below": "2 s"}, "below", "A band’s lower line lies below its upper one."),
        ({"above": "", "what": "lambda.duration_p99"}, "above", "Nothing is suggested for this metric"),
        ({"of_periods": "5", "for_periods": ""}, "for_periods", "Say in how many of them."),
        ({"of_periods": "5", "for_periods": "6"}, "of_periods", "6 of 5 periods can’t be."),
        ({"for_periods": "31"}, "for_periods", "Three hours are looked at: at most 30 periods."),
        ({"of_periods": "48"}, "of_periods", "Three hours are looked at: at most 30 periods."),
        ({"recover": "950 ms"}, "recover", "The recovery value lies below the line above which it alerts."),
        ({"above": "", "below": "1 s", "recover": "1 s"}, "recover", "above the line below which it alerts."),
        ({"below": "100 ms", "recover": "500 ms"}, "recover", "a recovery value needs a single line."),
        ({"condition": "absence"}, "above", "Absence has no line"),
        ({"condition": "absence", "above": "", "floor": "20"}, "floor", "Where nothing comes there is no volume"),
        (
            {"condition": "limit", "what": "lambda.errors", "above": "80 %"},
            "condition",
            "there is one for Duration p50, Duration p95, Duration p99, Concurrent executions.",
        ),
        ({"condition": "limit", "what": "sns.requests", "above": "80 %"}, "condition", "draw a line instead."),
        ({"condition": "limit", "above": "900 ms"}, "above", "“ms” is no unit of this metric."),
        ({"condition": "rate", "above": "-5 s"}, "above", "An amount is more than zero"),
        ({"condition": "rate", "above": "5 s", "recover": "6 s"}, "recover", "recovers at a smaller amount"),
        ({"condition": "rate", "above": ""}, "above", "Say how much is too much"),
        (
            {"condition": "change_week", "what": "lambda.requests", "above": "50 %"},
            "floor",
            "from one to two is 100 % more and means nothing",
        ),
        ({"condition": "magic"}, "condition", "Select a valid choice."),
        ({"account": "1", "environment": "prod"}, "__all__", "A threshold is for one place"),
    ],
)
def test_bad_input_is_told_at_its_field(
    desk: Client, stack: Stack, data: dict[str, str], field: str, told: str
) -> None:
    if "account" in data:
        data["account"] = str(stack.account_id)
    assert told in str(errors_of(desk, **data)[field])
    assert not ThresholdRule.objects.exists()


def test_a_share_of_counts_needs_a_volume(desk: Client) -> None:
    share = {"what": "eventbridge.error_rate", "above": "10 %"}
    assert "A share needs a volume" in str(errors_of(desk, **share)["floor"])
    desk.post(ADD, {**SLOW, **share, "floor": "20"})
    assert ThresholdRule.objects.get().floor_metric == "requests"


def test_a_place_has_one_rule_per_metric_and_severity(desk: Client, stack: Stack) -> None:
    desk.post(ADD, {**SLOW, "stack": str(stack.pk)})
    assert "change that one" in str(errors_of(desk, stack=str(stack.pk))["__all__"])


def test_the_preview_says_what_would_have_happened(desk: Client, slow: Resource) -> None:
    with time_machine.travel(NOW, tick=False):
        page = desk.get(PREVIEW, SLOW).content.decode()
    assert "Would have alerted <strong>1 time</strong>" in page
    assert "the longest for 15 min" in page
    assert "&lt;b&gt;slow&lt;/b&gt;" in page
    assert "<b>slow" not in page


def test_the_preview_names_what_must_be_mended_first(desk: Client, slow: Resource) -> None:
    page = desk.get(PREVIEW, {**SLOW, "above": "fast"}).content.decode()
    assert "“fast” is not a value." in page


def test_the_preview_of_an_empty_scope_says_so(desk: Client, db: None) -> None:
    assert "No resource is in scope now." in desk.get(PREVIEW, SLOW).content.decode()


def test_the_preview_saves_nothing(desk: Client, slow: Resource) -> None:
    desk.get(PREVIEW, SLOW)
    assert not ThresholdRule.objects.exists()


def test_muting_many_is_in_the_history(desk: Client, db: None) -> None:
    desk.post(ADD, SLOW)
    rule = ThresholdRule.objects.get()
    desk.post(LIST, {"action": "mute", "_selected_action": [rule.pk]})
    rule.refresh_from_db()
    assert rule.muted
    assert list(LogEntry.objects.get_for_object(rule).first().changes_dict) == ["muted"]


def test_the_list_says_line_and_place_in_words(desk: Client, stack: Stack) -> None:
    desk.post(ADD, {**SLOW, "stack": str(stack.pk), "above": "1.5 s"})
    page = desk.get(LIST).content.decode()
    for text in ("Functions: Duration p95", "above 1.5 s", "stack checkout"):
        assert text in page
