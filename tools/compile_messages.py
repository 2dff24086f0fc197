"""Compile each translation catalogue (django.po) that is newer than its compiled form (django.mo).

With polib, so that no machine needs the gettext programs.
"""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]


def is_stale(source: Path, compiled: Path) -> bool:
    """Test whether the compiled catalogue is missing or no newer than its source."""
    return not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime


if __name__ == "__main__":
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if is_stale(source, compiled):
            polib.pofile(str(source), check_for_duplicates=True).save_as_mofile(str(compiled))
