"""Secrets stay out of log lines."""

import logging

import pytest

from dashboard.access.redaction import RedactingFormatter, redact


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("assume with ExternalId=4e1b2c7d-aaaa", "4e1b2c7d-aaaa"),
        ("{'external_id': '4e1b2c7d-aaaa', 'name': 'x'}", "4e1b2c7d-aaaa"),
        ('{"password": "hunter2-hunter2"}', "hunter2-hunter2"),
        ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI/K7MDENG"),
        ("X-Amz-Security-Token=FwoGZXIvYXdzEBYaDH", "FwoGZXIvYXdzEBYaDH"),
        ("key AKIAIOSFODNN7EXAMPLE refused", "AKIAIOSFODNN7EXAMPLE"),
        ("redis://:s3cr3t-pw@redis:6379/0 is down", "s3cr3t-pw"),
        ("postgres://stackdeck:s3cr3t-pw@db/stackdeck", "s3cr3t-pw"),
        ("stored gAAAAABm" + "x" * 80, "gAAAAABm" + "x" * 80),
    ],
)
def test_what_looks_like_a_secret_is_hidden(line: str, secret: str) -> None:
    assert secret not in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "Polled shop eu-central-1 metrics_5m: 500 points in 0.41 s",
        "GET https://monitoring.eu-central-1.amazonaws.com/ 200",
        "arn:aws:iam::111122223333:role/stackdeck denied cloudwatch:GetMetricData",
    ],
)
def test_ordinary_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_a_traceback_is_cleaned_too() -> None:
    try:
        raise ValueError("password=hunter2-hunter2")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, (type(error), error, error.__traceback__))
    line = RedactingFormatter("{message}", style="{").format(record)
    assert "Traceback" in line
    assert "hunter2" not in line
