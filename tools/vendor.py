"""Copy the pinned front-end files out of node_modules (after `npm ci`) and list them with licences.

Run by `make vendor`. The copies are committed: neither set-up nor production needs npm.
"""

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LISTING = ROOT / "xgz" / "static" / "vendor" / "LICENCES.md"
ASSETS = [  # npm package, file in it, where it goes
    ("@tabler/core", "dist/css/tabler.min.css", "xgz/static/vendor/tabler.min.css"),
    ("leaflet", "dist/leaflet.js", "xgz/static/vendor/leaflet.js"),
    ("leaflet", "dist/leaflet.css", "xgz/static/vendor/leaflet.css"),
    # Named by the stylesheet: collectstatic fails where one of them is missing.
    ("leaflet", "dist/images/layers.png", "xgz/static/vendor/images/layers.png"),
    ("leaflet", "dist/images/layers-2x.png", "xgz/static/vendor/images/layers-2x.png"),
    ("leaflet", "dist/images/marker-icon.png", "xgz/static/vendor/images/marker-icon.png"),
    ("leaflet", "LICENSE", "xgz/static/vendor/leaflet-LICENCE.txt"),
    ("axe-core", "axe.min.js", "tests/browser/vendor/axe.min.js"),
]
# ManifestStaticFilesStorage follows these comments to map files that are not copied, and fails.
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*")
INTRODUCTION = """# Third-party front-end files

Written by `make vendor`, which copies them from the npm packages pinned in package-lock.json and
only removes source-map comments. Copyright notices stand at the head of each file; the licences of
Tabler and Leaflet are in tabler-LICENCE.txt and leaflet-LICENCE.txt. axe-core is used by the browser
tests alone and never served. htmx is not here: the Python package django-htmx brings it.

| package | version | licence | file | sha256 |
|---|---|---|---|---|
"""


def copy(package: str, source: str, target: str) -> str:
    """Copy one file without its source-map comment; return its line of the listing."""
    folder = ROOT / "node_modules" / package
    about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    content = (folder / source).read_bytes()
    if target.endswith((".js", ".css")):
        content = SOURCE_MAP.sub(b"\n", content)
    (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / target).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return f"| {package} | {about['version']} | {about['license']} | {target} | {digest} |\n"


if __name__ == "__main__":
    rows = [copy(*asset) for asset in ASSETS]
    LISTING.write_text(INTRODUCTION + "".join(rows), encoding="utf-8")
