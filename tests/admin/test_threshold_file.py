"""Thresholds as a file in the admin: download, what would change, errors with their line, and the history of a rule."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboard.thresholds.models import ThresholdRule

PAGE, DOWNLOAD = "/admin/dashboard/thresholdrule/file/", "/admin/dashboard/thresholdrule/download/"
LIST = "/admin/dashboard/thresholdrule/"
FILE = """version: 1
thresholds:
- metric: lambda.duration_p95
  severity: warning
  above: 900 ms
  for: 3
"""


@pytest.fixture
def rule(db: None) -> ThresholdRule:
    return ThresholdRule.objects.create(service="sqs", metric="age", severity="critical", above=600)


def changes(desk: Client, **data: object) -> list[str]:
    """What would change, a line each."""
    return [str(one) for _, one, _ in desk.post(PAGE, {"text": FILE, **data}).context["found"]]


def test_what_is_downloaded_changes_nothing_when_it_is_brought_back(desk: Client, rule: ThresholdRule) -> None:
    text = desk.get(DOWNLOAD).content.decode()
    assert "metric: sqs.age" in text
    assert changes(desk, text=text, prune="on") == []


def test_a_file_says_what_it_would_change_and_changes_nothing(desk: Client, rule: ThresholdRule) -> None:
    assert changes(desk) == ["added lambda.duration_p95 warning: above unset → 900 ms, for unset → 3"]
    assert ThresholdRule.objects.get() == rule


def test_what_the_file_does_not_name_is_removed_only_when_asked_for(desk: Client, rule: ThresholdRule) -> None:
    assert [one.split()[0] for one in changes(desk, prune="on")] == ["added", "removed"]


def test_a_file_can_be_uploaded(desk: Client, rule: ThresholdRule) -> None:
    assert len(changes(desk, text="", file=SimpleUploadedFile("thresholds.yaml", FILE.encode()))) == 1


def test_what_was_looked_at_is_applied(desk: Client, rule: ThresholdRule) -> None:
    seen = desk.post(PAGE, {"text": FILE}).context["seen"]
    assert desk.post(PAGE, {"text": FILE, "seen": seen}).headers["Location"] == LIST
    assert ThresholdRule.objects.get(service="lambda").above == 900


def test_what_changed_meanwhile_is_looked_at_again(desk: Client, rule: ThresholdRule) -> None:
    seen = desk.post(PAGE, {"text": FILE}).context["seen"]
    ThresholdRule.objects.create(service="lambda", metric="duration_p95", severity="warning", above=500)
    answer = desk.post(PAGE, {"text": FILE, "seen": seen})
    assert "Thresholds were changed meanwhile" in answer.content.decode()
    assert ThresholdRule.objects.get(service="lambda").above == 500


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        (FILE.replace("900 ms", "soon"), 5, "above"),
        (FILE.replace("warning", "awful"), 4, "severity"),
        (FILE.replace("lambda.duration_p95", "lambda.speed").replace("900 ms", "900"), 3, "metric"),
        (f"{FILE}  team: Nobody\n", 3, "team"),
        ("version: [", 1, ""),
        ("[" * 20_000, 1, ""),
    ],
)
def test_an_error_names_its_line_and_field(desk: Client, rule: ThresholdRule, text: str, line: int, field: str) -> None:
    answer = desk.post(PAGE, {"text": text})
    assert [(one.line, one.field) for one in answer.context["problems"]] == [(line, field)]
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b""])
def test_what_is_no_text_is_refused_at_its_field(desk: Client, rule: ThresholdRule, content: bytes) -> None:
    answer = desk.post(PAGE, {"file": SimpleUploadedFile("thresholds.yaml", content)})
    assert answer.context["form"].errors


def test_the_form_shows_who_changed_the_rule_and_how(desk: Client, rule: ThresholdRule) -> None:
    rule.above = 900
    rule.save()
    html = desk.get(f"{LIST}{rule.pk}/change/").content.decode()
    assert "Changes so far" in html
    assert "600.0" in html
    assert "900" in html


def test_the_list_leads_to_the_file(desk: Client, rule: ThresholdRule) -> None:
    assert PAGE in desk.get(LIST).content.decode()
