"""Rules for stylesheets, templates and vendored files, enforced by reading them."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parts]
STYLESHEETS = [path for path in (STATIC / "css").glob("*.css") if path.name != "tokens.css"]
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
LITERAL_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*[;}])|\b(?:rgb|rgba|hsl|hsla|oklch)\(")
USED_TOKEN = re.compile(r"var\(--([a-z0-9-]+)")
VENDORED = re.compile(r"^\| (\S+) \| \S+ \| \S+ \| \S+ \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("path", STYLESHEETS, ids=named)
def test_colours_are_tokens(path: Path) -> None:
    assert LITERAL_COLOUR.findall(without_comments(path.read_text())) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_scripts_name_no_colours(path: Path) -> None:
    assert re.findall(r"[\"'`]#[0-9a-fA-F]{3,8}[\"'`]|rgba?\(", path.read_text()) == []


@pytest.mark.parametrize("path", STYLESHEETS, ids=named)
def test_used_tokens_exist(path: Path) -> None:
    declared = set(re.findall(r"--([a-z0-9-]+):", (STATIC / "css" / "tokens.css").read_text() + path.read_text()))
    assert set(USED_TOKEN.findall(path.read_text())) <= declared


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_hold_no_inline_style(path: Path) -> None:
    assert re.findall(r"<style|\sstyle=", path.read_text()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_hold_no_inline_script(path: Path) -> None:
    text = path.read_text()
    inline = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag]
    handlers = re.findall(r"<[^>]*\son[a-z]+=", text)
    assert inline + handlers == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_templates_trust_nothing_but_help_texts_of_our_own_fields(path: Path) -> None:
    trusted = re.findall(r"\{\{([^}]*)\|safe", path.read_text())
    assert [text for text in trusted if text.strip() != "field.field.help_text"] == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.parent.name == "parts"], ids=named)
def test_parts_say_what_they_need(path: Path) -> None:
    assert path.read_text().startswith("{# ")


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    sprite = (STATIC / "icons" / "ui.svg").read_text()
    used = {name for path in TEMPLATES for name in re.findall(r'\{% icon "([a-z-]+)"', path.read_text())}
    assert {name for name in used if f'id="{name}"' not in sprite} == set()


def test_sprites_hold_every_name_of_their_lists() -> None:
    for name in ("ui", "services"):
        wanted = set(json.loads((STATIC / "icons" / f"{name}.json").read_text()))
        assert set(re.findall(r'id="([^"]+)"', (STATIC / "icons" / f"{name}.svg").read_text())) == wanted


def test_vendored_files_are_what_they_were() -> None:
    listed = dict(VENDORED.findall((STATIC / "vendor" / "VENDOR.md").read_text()))
    found = {
        str(path.relative_to(STATIC / "vendor")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".md", ".pyc"}
    }
    assert found == listed


def test_vendored_scripts_point_to_no_source_map() -> None:
    assert [path.name for path in (STATIC / "vendor").rglob("*.js") if "sourceMappingURL" in path.read_text()] == []


def test_a_form_is_never_included_without_the_token_that_it_posts() -> None:
    forms = {str(path.relative_to(ROOT / "templates")) for path in TEMPLATES if "csrf_token" in path.read_text()}
    cut_off = [
        (named(path), part)
        for path in TEMPLATES
        for part in re.findall(r'\{% include "([^"]+)"[^%]*\bonly %\}', path.read_text())
        if part in forms
    ]
    assert cut_off == []
