"""Importing a file: a dry run says what would change, and nothing is half done."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command

from dashboard.inventory.models import Stack
from dashboard.thresholds.models import ThresholdRule
from tests.factories import NOW, make_account, make_points, make_resource, make_stack

FILE = """version: 1
thresholds:
- metric: lambda.error_rate
  severity: critical
  stack: 000000000001/eu-west-1/checkout
  above: 20 %
- metric: lambda.duration_p95
  severity: warning
  resource: 000000000001/eu-west-1/checkout-api
  above: 1.5 s
  for: 2 of 3
"""


@pytest.fixture
def stack(db: None) -> Stack:
    stack = make_stack(make_account())
    make_resource(stack)
    return stack


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "thresholds.yaml"
    path.write_text(FILE)
    return path


def run(*arguments: str) -> str:
    printed = StringIO()
    call_command("thresholds", *arguments, stdout=printed)
    return printed.getvalue()


def test_a_dry_run_says_what_would_change_and_changes_nothing(stack: Stack, file: Path) -> None:
    assert run("import", str(file), "--dry-run") == (
        "added lambda.duration_p95 warning for resource 000000000001/eu-west-1/checkout-api: "
        "above unset → 1.5 s, for unset → 2, of unset → 3\n"
        "added lambda.error_rate critical for stack 000000000001/eu-west-1/checkout: above unset → 20 %\n"
        "2 would change, 2 in the file.\n"
    )
    assert not ThresholdRule.objects.exists()


def test_what_was_imported_is_exported_as_it_was(stack: Stack, file: Path) -> None:
    run("import", str(file))
    assert (
        run("export").splitlines()
        == sorted(FILE.splitlines()[:2], reverse=True) + FILE.splitlines()[6:] + FILE.splitlines()[2:6]
    )


def test_importing_twice_changes_nothing(stack: Stack, file: Path) -> None:
    run("import", str(file))
    assert run("import", str(file)) == "0 changed, 2 in the file.\n"


def test_a_change_is_told_with_old_and_new_value(stack: Stack, file: Path) -> None:
    run("import", str(file))
    file.write_text(FILE.replace("20 %", "30 %"))
    assert "changed lambda.error_rate critical" in (told := run("import", str(file)))
    assert "above 20 % → 30 %" in told
    assert ThresholdRule.objects.get(metric="error_rate").above == pytest.approx(0.3)


def test_what_the_file_does_not_name_stays(stack: Stack, file: Path) -> None:
    ThresholdRule.objects.create(service="sqs", metric="age", severity="warning", above=900)
    run("import", str(file))
    assert ThresholdRule.objects.filter(service="sqs").exists()


def test_pruning_removes_what_the_file_does_not_name(stack: Stack, file: Path) -> None:
    ThresholdRule.objects.create(service="sqs", metric="age", severity="warning", above=900)
    assert "removed sqs.age warning" in run("import", str(file), "--prune")
    assert not ThresholdRule.objects.filter(service="sqs").exists()


def test_a_place_that_is_not_here_stops_everything(stack: Stack, file: Path) -> None:
    file.write_text(FILE.replace("eu-west-1/checkout\n", "eu-west-1/gone\n"))
    with pytest.raises(CommandError, match=r"line 3, stack: no stack .* is known here; it is written as account id"):
        run("import", str(file))
    assert not ThresholdRule.objects.exists()


def test_a_file_that_is_not_there_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="can’t be read"):
        run("import", "/nowhere/thresholds.yaml")


def test_an_import_is_in_the_history(stack: Stack, file: Path) -> None:
    run("import", str(file))
    assert LogEntry.objects.get_for_objects(ThresholdRule.objects.all()).count() == 2


def test_a_preview_says_what_each_threshold_would_have_done_and_changes_nothing(stack: Stack, file: Path) -> None:
    slow = [310.0] * 30 + [2400.0] * 3 + [310.0] * 3
    make_points(stack.resources.get(), {"requests": [600.0] * 36, "duration_p95": slow})
    with time_machine.travel(NOW, tick=False):
        told = run("preview", str(file))
    assert told == (
        "lambda.error_rate critical for stack 000000000001/eu-west-1/checkout: no history of it yet, 1 in scope.\n"
        "lambda.duration_p95 warning for resource 000000000001/eu-west-1/checkout-api: would have alerted once since "
        "2026-02-24 12:00 UTC, the longest for 15 min.\n"
    )
    assert not ThresholdRule.objects.exists()
