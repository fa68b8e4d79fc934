"""Documents agree with the code: every setting is documented, and every documented setting exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]*)` \|", re.MULTILINE)
LINK = re.compile(r"(?:\[[^\]]*\]\(|src(?:set)?=\")([^)\"\s]+)")
# Addresses elsewhere, and examples of templates.
EXTERNAL = re.compile(r"://|^\{%")
# Read by libraries, the Makefile or the tests, not by config/; documented all the same.
READ_ELSEWHERE = {
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_PORT",
    "MAIL_PORT",
    "TEST_POSTGRES_URL",
    "TEST_WORKERS",
    "REQUIRE_ALL",
    "PYTHON",
}


def variables_read() -> set[str]:
    """Names that config/ asks the environment for."""
    names: set[str] = set()
    for path in (ROOT / "config").glob("*.py"):
        if path.stem == "settings_test":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and _asks(node.func):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    names.add(first.value)
    return names


def _asks(function: ast.expr) -> bool:
    """Whether a call is env.<type>(…) or secret(…)."""
    if isinstance(function, ast.Name):
        return function.id == "secret"
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "env"


def test_every_setting_is_documented() -> None:
    assert variables_read() - set(ROW.findall(CONFIGURATION.read_text())) == set()


def test_every_documented_setting_exists() -> None:
    assert set(ROW.findall(CONFIGURATION.read_text())) - variables_read() - READ_ELSEWHERE == set()


@pytest.mark.parametrize(
    "path", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = {target.split("#")[0] for target in LINK.findall(path.read_text()) if not EXTERNAL.search(target)}
    assert [target for target in targets if target and not (path.parent / target).exists()] == []
