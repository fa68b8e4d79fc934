"""Run the benchmarks, print a table, write bench/results.json.

python -m bench [--quick] [GROUP …]
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.databases import environment

FOLDER = Path(__file__).parent
GROUPS: dict[str, tuple[str, ...]] = {
    "collecting": ("sqlite",),
    "storing": ("sqlite", "postgresql"),
    "reading": ("sqlite", "postgresql"),
    "pages": ("sqlite",),
    "memory": ("sqlite",),
    "graph": ("sqlite", "postgresql"),
    "traces": ("sqlite", "postgresql"),
    "layout": ("sqlite",),
    "alerts": ("sqlite", "postgresql"),
    "digests": ("sqlite", "postgresql"),
    "map": ("sqlite",),
    "spend": ("sqlite", "postgresql"),
    "burn": ("sqlite",),
    "settled": ("sqlite",),
    "judging": ("sqlite",),
}


def run_group(group: str, engine: str, *, quick: bool) -> list[dict[str, Any]]:
    """Run one group in a process of its own on a fresh database; its results in order."""
    with environment(engine) as variables:
        if variables is None:
            print(f"  {group}: {engine} is not available, left out")
            return []
        command = [sys.executable, "-m", f"bench.{group}", *(["--quick"] if quick else [])]
        finished = subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]


def line_of(result: dict[str, Any]) -> str:
    """One row of the printed table."""
    ratio = "" if result["ratio"] is None else f"{result['ratio']:.3g}×"
    verdict = {True: "met", False: "MISSED", None: ""}[result["met"]]
    value = f"{result['value']:,.4g} {result['unit']}"
    return f"{result['id']:<28}{value:>26}  {ratio:>8}  {result['goal']:<18}{verdict:<8}{result['versus']}"


def write_down(results: list[dict[str, Any]], *, keep: bool) -> None:
    """Write bench/results.json; a run of some groups keeps the figures of the others."""
    path = FOLDER / "results.json"
    taken = {result["id"] for result in results}
    others = json.loads(path.read_text()) if keep and path.exists() else []
    kept = [result for result in others if result["id"] not in taken]
    path.write_text(json.dumps(kept + results, indent=2) + "\n")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--quick", action="store_true", help="small data, few repetitions: does it run?")
    chosen = parser.parse_args()
    unknown = set(chosen.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no such group: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    results: list[dict[str, Any]] = []
    for group in chosen.groups or GROUPS:
        for engine in GROUPS[group]:
            print(f"{group}, {engine} …", flush=True)
            found = run_group(group, engine, quick=chosen.quick)
            results.extend(found)
            print("\n".join(line_of(result) for result in found), flush=True)
    write_down(results, keep=bool(chosen.groups))
    print(f"{len(results)} figures, written to bench/results.json")


if __name__ == "__main__":
    main()
