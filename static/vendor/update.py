"""Vendor the front end's third-party files: unpack npm tarballs, keep what is used, note version, sha256 and licence.

Run `npm pack <name>@<version>` for each package of PACKAGES, then this script with the folder of tarballs.
"""

import hashlib
import io
import json
import re
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent
ICONS = VENDOR.parent / "icons"
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=.*\s*$")


@dataclass(frozen=True)
class Package:
    """One npm package: the tarball's stem and the files to keep, each under its name here."""

    name: str
    tarball: str
    licence: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "plotly.js-basic-dist-min",
        "plotly.js-basic-dist-min",
        "MIT",
        {"plotly-basic.min.js": "plotly/plotly-basic.min.js"},
    ),
    Package(
        "@fontsource-variable/inter",
        "fontsource-variable-inter",
        "OFL-1.1",
        {"files/inter-latin-wght-normal.woff2": "inter/inter-latin.woff2"},
    ),
    Package(
        "@fontsource-variable/jetbrains-mono",
        "fontsource-variable-jetbrains-mono",
        "OFL-1.1",
        {"files/jetbrains-mono-latin-wght-normal.woff2": "jetbrains-mono/jetbrains-mono-latin.woff2"},
    ),
    Package("lucide-static", "lucide-static", "ISC", {}),
)


def read_tarball(path: Path) -> dict[str, bytes]:
    """The files of an npm tarball by their path below `package/`."""
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:
        return {
            member.name.removeprefix("package/"): extracted.read()
            for member in archive
            if member.isfile() and (extracted := archive.extractfile(member))
        }


def keep(package: Package, content: dict[str, bytes]) -> list[str]:
    """Write the package's files and licence; one line of VENDOR.md for each."""
    version = json.loads(content["package.json"])["version"]
    folder = package.tarball.removeprefix("fontsource-variable-").split(".")[0]
    licence = VENDOR / folder / "LICENSE"
    licence.parent.mkdir(exist_ok=True)
    licence.write_bytes(content["LICENSE"])
    lines = [describe(package, version, licence)]
    for source, target in package.files.items():
        path = VENDOR / target
        path.write_bytes(SOURCE_MAP.sub(b"\n", content[source]))
        lines.append(describe(package, version, path))
    return lines


def describe(package: Package, version: str, path: Path) -> str:
    """One row of the table: file, package, version, licence, sha256."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"| {path.relative_to(VENDOR)} | {package.name} | {version} | {package.licence} | {digest} |"


def build_sprite(names: dict[str, str], icons: dict[str, bytes]) -> str:
    """One SVG of symbols; `names` maps the symbol's id to the icon's file name."""
    symbols = []
    for symbol, icon in sorted(names.items()):
        body = re.search(rb"<svg.*?>(.*)</svg>", icons[f"icons/{icon}.svg"], re.DOTALL)
        shapes = re.sub(r"\s+", " ", body.group(1).decode()).strip() if body else ""
        symbols.append(f'<symbol id="{symbol}" viewBox="0 0 24 24">{shapes}</symbol>')
    head = (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round">'
    )
    return head + "\n" + "\n".join(symbols) + "\n</svg>\n"


def main(folder: Path) -> None:
    """Write every vendored file, the icon sprites and VENDOR.md."""
    rows: list[str] = []
    for package in PACKAGES:
        tarball = next(folder.glob(f"{package.tarball}-[0-9]*.tgz"))
        content = read_tarball(tarball)
        rows += keep(package, content)
        if package.name.startswith("plotly"):
            version = json.loads(content["package.json"])["version"]
            rows.append(describe(package, version, VENDOR / "plotly" / "plotly.css"))
        if package.name == "lucide-static":
            for sprite in ("ui", "services"):
                names = json.loads((ICONS / f"{sprite}.json").read_text())
                (ICONS / f"{sprite}.svg").write_text(build_sprite(names, content))
    head = (
        "# Vendored files\n\nWritten by `static/vendor/update.py`; tests/design checks the sums. "
        "plotly.css holds the style rules that Plotly would inject (`dump_plotly_css.py`). "
        "The icon sprites in static/icons are cut from lucide-static.\n\n"
        "| file | package | version | licence | sha256 |\n|---|---|---|---|---|\n"
    )
    (VENDOR / "VENDOR.md").write_text(head + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
