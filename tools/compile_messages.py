"""Compile each translation catalogue (django.po) that is newer than its compiled form (django.mo).

With polib, so that no machine needs the gettext programs.
"""

from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]


def is_stale(source: Path, compiled: Path) -> bool:
    """Test whether the compiled catalogue is missing or no newer than its source."""
    return not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime


def with_plurals(catalogue: polib.POFile) -> polib.POFile:
    """Return the catalogue with a twin of each text for counted lookups.

    Chinese has one form, and our English texts read well for one and for many.
    """
    whole = polib.POFile()
    whole.metadata = {**catalogue.metadata, "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for entry in catalogue:
        forms = {0: entry.msgstr, 1: entry.msgstr}
        whole.append(entry)
        whole.append(
            polib.POEntry(msgid=entry.msgid, msgid_plural=entry.msgid, msgstr_plural=forms)
        )
    return whole


if __name__ == "__main__":
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if is_stale(source, compiled):
            catalogue = polib.pofile(str(source), check_for_duplicates=True)
            with_plurals(catalogue).save_as_mofile(str(compiled))
