"""Collect every Chinese text the program shows and keep locale/en in step with it.

`python tools/messages.py` adds new texts at the end, untranslated, and drops those no longer used;
tests/test_messages.py fails while a translation is missing.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
_CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "N_"}
_TABLES = (
    "_LABELS",
    "_TEXTS",
    "_FORMULAS",
    "_WORDS",
    "_ADVICE",
    "PARAMETERS",
    "DEFAULTS",
    "YEARS",
)  # Chinese constants that pages translate
_CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
_TEMPLATE_CALL = re.compile(
    r"""\bn?gettext\(\s*(?:u?(?P<a>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))"""
    r"""(?:\s*,\s*u?(?P<b>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?"""
    r"""|\b_\(\s*(?P<c>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
)


def python_texts(path: Path) -> Iterator[str]:
    """Yield the texts of gettext calls, and the Chinese texts of constants named as _TABLES says."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in _CALLS:
            yield from _constants(node.args[:2])
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            is_kind = isinstance(node.value, ast.Call) and _called(node.value) == "CaseKind"
            if node.value and (is_kind or any(n.endswith(_TABLES) for n in names)):
                yield from (t for t in _constants(ast.walk(node.value)) if _CHINESE.search(t))


def template_texts(path: Path) -> Iterator[str]:
    """Yield the texts of translate and blocktranslate tags, as Django will look them up."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for match in _TEMPLATE_CALL.finditer(source):
        for name in ("a", "b", "c"):
            if match[name]:
                yield ast.literal_eval(match[name])


def all_texts() -> set[str]:
    """Return every text to translate."""
    texts = {t for p in (ROOT / "xgz").rglob("*.py") for t in python_texts(p)}
    texts |= {t for p in (ROOT / "xgz" / "templates").rglob("*.html") for t in template_texts(p)}
    return {text for text in texts if _CHINESE.search(text)}


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _constants(nodes: object) -> Iterator[str]:
    for node in nodes:  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def main() -> None:
    """Bring the catalogue in step and say how many translations are still missing."""
    catalogue, texts = polib.pofile(str(CATALOGUE), wrapwidth=78), all_texts()
    for entry in [each for each in catalogue if each.msgid not in texts]:
        catalogue.remove(entry)
    known = {entry.msgid for entry in catalogue}
    catalogue.extend(polib.POEntry(msgid=text) for text in sorted(texts - known))
    catalogue.save()
    sys.stdout.write(
        f"{len(catalogue)} texts, {len(catalogue.untranslated_entries())} untranslated\n"
    )


if __name__ == "__main__":
    main()
