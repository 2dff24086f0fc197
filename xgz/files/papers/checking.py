"""Whether a district's Word file can be a template: judged in a child, by what it may hold (PA-9).

Run as `python -m xgz.files.papers.checking`. The tags are judged on the parsed template, not on
their text: whatever is not a known field, a loop over a known list or a condition on one is refused.
"""

import base64
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from xgz.files.child import child_environment
from xgz.files.papers.fields import FIELD_LABELS, LISTS, samples
from xgz.files.papers.tags import used_fields
from xgz.files.papers.word import fill, limit_self
from xgz.rules.papers.kinds import PAPERS, PaperKind
from xgz.rules.papers.templates import (
    ENTRIES_MAX,
    ENTRY_MAX_BYTES,
    TEMPLATE_MAX_BYTES,
    UNPACKED_MAX_BYTES,
    TemplateFault,
    TemplateRefused,
    needed_fields,
)

_F = TemplateFault
_WALL_SECONDS = 30
_ACTIVE = ("vbaproject", "vbadata", "embeddings/", "activex/", "oleobject", "afchunk", ".bin")
_CODES = re.compile(r"(?:PAGE|NUMPAGES)(?:\s+\\\*\s+\w+)*", re.IGNORECASE)
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def check_template(template: bytes, kind: PaperKind) -> None:
    """Raise TemplateRefused unless the file can be a template of this kind; judged in a child."""
    if not 0 < len(template) <= TEMPLATE_MAX_BYTES:
        raise TemplateRefused(_F.SIZE)
    request = {"template": base64.b64encode(template).decode(), "kind": kind.value}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "xgz.files.papers.checking"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            timeout=_WALL_SECONDS,
            check=False,
        )
        answer = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise TemplateRefused(_F.BROKEN) from None
    if answer["fault"]:
        raise TemplateRefused(TemplateFault(answer["fault"]), answer["detail"])


def judge(template: bytes, kind: PaperKind) -> None:
    """Raise TemplateRefused unless the file can be a template; opens it, so in the child alone."""
    parts = _unpacked(template)
    for name, content in parts.items():
        _check_part(name, content)
    _check_types(parts)
    if _MAIN not in parts[_TYPES].decode("utf-8", "replace"):
        raise TemplateRefused(_F.PACKAGE)
    used = used_fields(template)
    if missing := sorted(needed_fields(kind) - used):
        raise TemplateRefused(_F.MISSING_FIELD, missing[0])
    if not used & {"title", "titles"}:
        raise TemplateRefused(_F.MISSING_FIELD, "title")
    _check_shows(template, kind, used)


def _unpacked(template: bytes) -> dict[str, bytes]:
    """Return the parts of the package, none of them larger than a template needs."""
    try:
        with zipfile.ZipFile(BytesIO(template)) as package:
            entries = package.infolist()
            names = [entry.filename for entry in entries]
            whole = sum(entry.file_size for entry in entries)
            odd = any(e.flag_bits & 1 or e.file_size > ENTRY_MAX_BYTES for e in entries)
            if odd or len(names) > ENTRIES_MAX or whole > UNPACKED_MAX_BYTES:
                raise TemplateRefused(_F.PACKAGE)
            if len(set(names)) < len(names) or any(".." in name for name in names):
                raise TemplateRefused(_F.PACKAGE)
            parts = {name: package.read(name) for name in names if not name.endswith("/")}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, RuntimeError):
        raise TemplateRefused(_F.PACKAGE) from None
    if not {"word/document.xml", _TYPES} <= set(parts):
        raise TemplateRefused(_F.PACKAGE)
    return parts


def _check_part(name: str, content: bytes) -> None:
    lower = name.lower()
    if any(mark in lower for mark in _ACTIVE):
        raise TemplateRefused(_F.ACTIVE, name)
    if lower.endswith(_PICTURES):
        return
    if not lower.endswith((".xml", ".rels")):
        raise TemplateRefused(_F.ACTIVE, name)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\x00" in content:
        raise TemplateRefused(_F.XML, name)
    for element in _elements(name, content):
        _check_element(name, element)
    for code in _field_codes(name, content):
        if not _CODES.fullmatch(code.strip()):
            raise TemplateRefused(_F.FIELD_CODE, code.strip()[:40])


def _check_types(parts: Mapping[str, bytes]) -> None:
    """Refuse a part that is XML by its declared type alone: Word would read what nobody looked into."""
    endings = {name.lower().rpartition(".")[2] for name in parts}
    for element in _elements(_TYPES, parts[_TYPES]):
        ending = element.get("Extension", "xml").lower()
        named = element.get("PartName") or f".{ending if ending in endings else 'xml'}"
        kind = element.get("ContentType", "").strip().lower()
        if not named.lower().endswith((".xml", ".rels")) and not kind.startswith("image/"):
            raise TemplateRefused(_F.ACTIVE, named)


def _check_element(name: str, element: Any) -> None:
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if element.get("TargetMode", "").lower() == "external" or _fetches(element):
        raise TemplateRefused(_F.EXTERNAL, name)
    if tag in {"object", "control", "altChunk", "OLEObject"}:
        raise TemplateRefused(_F.ACTIVE, name)


def _fetches(element: Any) -> bool:
    """Test whether an element names a picture or page by its address, as drawings of old Word do."""
    return any(
        key.rpartition("}")[2].lower() in {"href", "althref", "src"} and not value.startswith("#")
        for key, value in element.attrib.items()
    )


def _elements(name: str, content: bytes) -> Iterator[Any]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        yield from etree.fromstring(content, parser).iter()
    except etree.XMLSyntaxError:
        raise TemplateRefused(_F.XML, name) from None


def _field_codes(name: str, content: bytes) -> Iterator[str]:
    """Yield the codes of fields; those in pieces are put together between their begin and end."""
    pieces: list[str] = []
    for element in _elements(name, content):
        if element.tag == f"{_WORD}fldSimple":
            yield element.get(f"{_WORD}instr", "")
        elif element.tag == f"{_WORD}instrText":
            pieces.append(element.text or "")
        elif element.tag == f"{_WORD}fldChar" and pieces:
            yield "".join(pieces)
            pieces = []
    if pieces:
        yield "".join(pieces)


def _check_shows(template: bytes, kind: PaperKind, used: frozenset[str]) -> None:
    """Fill it with marks of our own: what it uses has to be read in the document that comes out."""
    values, marks = samples(PAPERS[kind].form)
    try:
        made = fill(template, values)
    except Exception:  # whatever the template of somebody else breaks on
        raise TemplateRefused(_F.BROKEN) from None
    text = _text_of(made)
    for name in sorted(used & (set(FIELD_LABELS) | set(LISTS))):
        if not any(mark in text for mark in marks[name]):
            raise TemplateRefused(_F.LOST, name)


def _text_of(made: bytes) -> str:
    """Return everything that is read in a document, its heads and feet with it."""
    texts = []
    for name, content in _unpacked(made).items():
        if name.startswith("word/") and name.endswith(".xml"):
            texts += [e.text or "" for e in _elements(name, content) if e.tag == f"{_WORD}t"]
    return "".join(texts)


def main() -> None:
    """Read one request, answer it, exit."""
    request = json.loads(sys.stdin.buffer.read())
    limit_self()
    answer = {"fault": "", "detail": ""}
    try:
        judge(base64.b64decode(request["template"]), PaperKind(request["kind"]))
    except TemplateRefused as refused:
        answer = {"fault": refused.fault.value, "detail": refused.detail}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
