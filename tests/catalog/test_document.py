"""docs/services.md says what the catalogue says."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dashboard.catalog import all_services
from dashboard.catalog.document import document
from dashboard.management.commands import services_doc

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "services.md"


def test_the_document_is_not_stale() -> None:
    assert DOCUMENT.read_text() == document(all_services()), "run `make services`"


def test_the_check_fails_for_a_stale_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services_doc, "PATH", tmp_path / "services.md")
    with pytest.raises(CommandError, match="stale"):
        call_command("services_doc", "--check")
    assert not (tmp_path / "services.md").exists()


def test_the_command_writes_what_the_check_accepts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services_doc, "PATH", tmp_path / "services.md")
    call_command("services_doc")
    call_command("services_doc", "--check")


def test_a_threshold_is_written_with_its_unit_and_floor() -> None:
    text = document({"lambda": all_services()["lambda"]})
    assert "| Error rate | above 5 % | 3 of 3 | 20 invocations | critical |" in text
    assert "| Iterator age | above 60 s | 3 of 3 |  | warning |" in text


def test_every_heading_is_linked_from_the_overview() -> None:
    text = DOCUMENT.read_text()
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert [name for name in headings if f"[{name}](#{name.lower().replace(' ', '-')})" not in text] == []
