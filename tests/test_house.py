"""The layout of the house holds: imports run down, pure modules are pure, names and first lines are as agreed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD = ROOT / "dashboard"
SOURCES = sorted(path for top in ("dashboard", "config", "bench") for path in (ROOT / top).rglob("*.py"))
OURS = [path for path in SOURCES if "migrations" not in path.parts]

ROOMS = (
    "access", "alarms", "alerts", "digests", "health", "inventory", "metrics", "notify", "polls", "slos", "spend",
    "thresholds", "traces",
)  # fmt: skip
MAY_TOUCH = ("models", "collect", "read", "write", "send", "__init__")
# Modules of a room that are doors to the framework by nature, each with its reason.
EXEMPT = {
    "access/roles.py": "asks Django's users for their groups and permissions",
    "access/secrets.py": "is a database field",
}
IMPURE = ("django", "celery", "kombu", "boto3", "botocore", "redis", "config")
BANNED = ("utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "services")


def modules_of_rooms() -> Iterator[Path]:
    """Modules of rooms whose name is a noun of their own: those must be pure."""
    for room in ROOMS:
        for path in sorted((DASHBOARD / room).rglob("*.py")):
            parts = path.relative_to(DASHBOARD / room).with_suffix("").parts
            if parts[0] not in MAY_TOUCH and path.relative_to(DASHBOARD).as_posix() not in EXEMPT:
                yield path


def imports_of(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def impurities(names: set[str]) -> set[str]:
    """Those names that a pure module must not import: frameworks, AWS, tables."""
    return {
        name
        for name in names
        if name.split(".")[0] in IMPURE
        or (name.startswith("dashboard.") and set(name.split(".")[2:]) & {"models", "read", "write", "collect", "send"})
        or name == "dashboard.aws"
    }


def clock_readings(path: Path) -> list[int]:
    """Lines that ask the clock: `now` is an argument."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today", "time")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "time", "timezone")
    ]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_run_down_the_house() -> None:
    lint = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


@pytest.mark.parametrize("path", list(modules_of_rooms()), ids=named)
def test_a_module_named_by_a_noun_is_pure(path: Path) -> None:
    assert impurities(imports_of(path)) == set()
    assert clock_readings(path) == []


@pytest.mark.parametrize(
    "path", sorted((DASHBOARD / "catalog").rglob("*.py")) + sorted((DASHBOARD / "core").rglob("*.py")), ids=named
)
def test_core_and_catalogue_are_plain_python(path: Path) -> None:
    assert impurities(imports_of(path)) == set()
    assert clock_readings(path) == []


def test_the_purity_check_sees_what_it_should(tmp_path: Path) -> None:
    planted = tmp_path / "graph.py"
    planted.write_text(
        "import json\nfrom django.db import models\nfrom dashboard.polls.models import Target\nimport boto3\n"
    )
    assert impurities(imports_of(planted)) == {
        "django.db", "django.db.models", "dashboard.polls.models", "dashboard.polls.models.Target", "boto3"
    }  # fmt: skip
    planted.write_text("from datetime import datetime, UTC\nnow = datetime.now(UTC)\n")
    assert clock_readings(planted) == [2]


def test_exemptions_are_of_files_that_exist() -> None:
    assert [name for name in EXEMPT if not (DASHBOARD / name).exists()] == []


def test_no_file_hides_behind_an_empty_name() -> None:
    assert [named(path) for path in OURS if path.stem in BANNED and path.parent.name != "catalog"] == []


@pytest.mark.parametrize("path", OURS, ids=named)
def test_a_module_opens_with_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_nothing_in_the_product_imports_the_demo() -> None:
    knowing = [
        named(path)
        for path in OURS
        if path.is_relative_to(DASHBOARD)
        and not path.is_relative_to(DASHBOARD / "demo")
        and not path.is_relative_to(DASHBOARD / "management")
        and any(name.startswith("dashboard.demo") for name in imports_of(path))
    ]
    assert knowing == []


def test_pure_modules_read_no_settings() -> None:
    doors = ("pages", "api", "admin", "management", "templatetags", "tasks.py", "apps.py", "checks.py", "aws", "access")
    reading = [
        named(path)
        for path in OURS
        if path.is_relative_to(DASHBOARD)
        and path.relative_to(DASHBOARD).parts[0] not in doors
        and not {*path.parts, path.stem} & {"models", "collect", "read", "write", "send"}
        and "django.conf" in imports_of(path)
    ]
    assert reading == []
