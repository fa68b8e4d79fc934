"""Thresholds as a YAML file: round trips, and faults told with line and field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.thresholds.document import Entry, read_document, write_document

HEAD = "version: 1\nthresholds:\n"
ENTRIES = st.builds(
    Entry,
    service=st.just("lambda"),
    metric=st.sampled_from(["duration_p95", "duration_p99"]),
    severity=st.sampled_from(["critical", "warning", "info"]),
    scope=st.just("environment"),
    target=st.text("abcdefgh-12", min_size=1, max_size=12),
    muted=st.booleans(),
    above=st.one_of(st.none(), st.integers(100, 10**7).map(float)),
    recover=st.one_of(st.none(), st.integers(0, 99).map(float)),
    missing=st.sampled_from(["", "unknown", "keep", "breach"]),
    for_periods=st.just(2),
    of_periods=st.one_of(st.none(), st.integers(2, 9)),
    floor=st.one_of(st.none(), st.integers(0, 1000).map(float)),
    hint=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30),
).filter(lambda one: one.muted or one.above is not None)


@given(st.lists(ENTRIES, max_size=5, unique_by=lambda one: one.key))
def test_what_is_written_is_read_as_it_was(entries: list[Entry]) -> None:
    found, problems = read_document(write_document(entries))
    assert problems == []
    assert found == sorted(entries, key=lambda one: one.key)


def test_values_stand_in_the_file_as_people_write_them() -> None:
    text = write_document(
        [
            Entry(
                "lambda", "error_rate", "critical", "stack", "1/eu-west-1/shop", above=0.05, for_periods=3, of_periods=5
            )
        ]
    )
    assert text == (
        "version: 1\nthresholds:\n- metric: lambda.error_rate\n  severity: critical\n  stack: 1/eu-west-1/shop\n"
        "  above: 5 %\n  for: 3 of 5\n"
    )


def test_absence_is_written_by_its_name() -> None:
    absent = Entry("sqs", "sent", "critical", condition="absence", for_periods=3)
    text = write_document([absent])
    assert text == HEAD + "- metric: sqs.sent\n  severity: critical\n  condition: absence\n  for: 3\n"
    assert read_document(text) == ([absent], [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: the file begins with version: and thresholds:"),
        ("version: 2\nthresholds: []", "line 1, version: this version of Stackdeck reads version 1"),
        ("version: 1\nthresholds: 5", "line 2, thresholds: a list of thresholds is wanted"),
        ("version: 1\nthreshold: []", "line 2, threshold: unknown; version, thresholds can stand here"),
        ("version: [1\n", "line 2: this is not YAML"),
        (HEAD + "- lambda", "line 3: a threshold is written as metric:, severity: and more"),
        (HEAD + "- metric: lambda\n  severity: info", "line 3, metric: lambda has no metric “”"),
        (HEAD + "- metric: nothing.errors\n  severity: info", "line 3, metric: “nothing.errors” is no service.metric"),
        (
            HEAD + "- metric: lambda.errors\n  severity: bad",
            "line 4, severity: “bad” is none of critical, warning, info",
        ),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  abve: 3", "line 5, abve: unknown"),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  above: much", "line 5, above: “much” is not a value."),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  above: [3]", "line 5, above: a single value is wanted"),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  for: 6 of 5", "line 6, for: 6 of 5 periods"),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  for: often",
            "line 6, for: “often” is neither",
        ),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  floor: -1",
            "line 6, floor: “-1” is not a number",
        ),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  muted: maybe", "line 5, muted: “maybe” is neither true"),
        (HEAD + "- metric: lambda.duration_p99\n  severity: info", "line 3, above: Nothing is suggested"),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  condition: magic",
            "line 5, condition: “magic” is none of",
        ),
        (HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  missing: gone", "line 6, missing: “gone” is"),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  recover: 4",
            "line 6, recover: The recovery value lies below the line",
        ),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  stack: a\n  team: b",
            "line 6, stack: a threshold is for one place; team is given too",
        ),
        (
            HEAD
            + "- {metric: lambda.errors, severity: info, above: 3}\n"
            + "- {metric: lambda.errors, severity: info, above: 4}",
            "line 4, metric: the same threshold stands in line 3 already",
        ),
        (
            HEAD + "- metric: lambda.errors\n  severity: info\n  above: 3\n  runbook: javascript:alert(1)",
            "line 6, runbook: “javascript:alert(1)” is no address",
        ),
    ],
)
def test_a_fault_is_told_with_line_and_field(text: str, told: str) -> None:
    assert str(read_document(text)[1][0]).startswith(told)


def test_all_faults_are_told_at_once() -> None:
    text = HEAD + "- {metric: lambda.errors, severity: bad}\n- {metric: lambda.errors, severity: info, above: x}"
    assert [problem.line for problem in read_document(text)[1]] == [3, 4]


def test_a_billion_laughs_is_not_unfolded() -> None:
    bomb = "version: 1\na: &a [x, x]\nb: &b [*a, *a]\nthresholds: [*b, *b, *b]"
    assert read_document(bomb)[0] == []
