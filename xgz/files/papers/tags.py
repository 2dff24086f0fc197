"""What a template asks for, read off its parsed tags: a closed grammar (PA-9)."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from xgz.files.papers.fields import CELLS_MAX, FIELD_LABELS, FLAGS, LINE_FIELDS, LINE_FLAGS, LISTS
from xgz.rules.papers.templates import TemplateFault, TemplateRefused

_ROW_FIELDS = frozenset(f"row.{number}" for number in range(CELLS_MAX))
_PLAIN = frozenset({"item"})  # an entry that is text itself


def used_fields(template: bytes) -> frozenset[str]:
    """Return the fields and lists a template uses. Raises TemplateRefused for any other tag.

    Read as docxtpl reads it, so tags that Word has cut into pieces count as what they become.
    """
    used: set[str] = set()
    for source in _sources(template):
        used |= _used_in(source)
    return frozenset(used)


def _sources(template: bytes) -> Iterable[str]:
    from docxtpl import DocxTemplate
    from lxml import etree

    paper = DocxTemplate(BytesIO(template))
    paper.init_docx()
    for part in paper.docx.part.package.iter_parts():
        name = str(part.partname).lower()
        if not name.endswith(".xml"):
            continue
        blob = part.blob
        if b"{" in blob:
            tree = etree.fromstring(blob, etree.XMLParser(resolve_entities=False))
            yield paper.patch_xml(etree.tostring(tree, encoding="unicode"))


def _used_in(source: str) -> set[str]:
    from jinja2 import Environment, TemplateSyntaxError

    try:
        tree = Environment(autoescape=True).parse(source)
    except TemplateSyntaxError as fault:
        raise TemplateRefused(TemplateFault.TAG, (fault.message or "")[:80]) from None
    used: set[str] = set()
    _walk(tree.body, {}, used)
    return used


def _walk(nodes: Iterable[Any], entries: Mapping[str, str], used: set[str]) -> None:
    """Judge nodes. entries: names of the loops around them, with the list each runs over."""
    from jinja2 import nodes as jinja

    for node in nodes:
        if isinstance(node, jinja.Output):
            for each in node.nodes:
                if not isinstance(each, jinja.TemplateData):
                    _value(each, entries, used)
        elif isinstance(node, jinja.For):
            _walk(node.body, {**entries, **_loop(node, used)}, used)
        elif isinstance(node, jinja.If):
            _condition(node.test, entries)
            for branch in node.elif_:
                _condition(branch.test, entries)
                _walk(branch.body, entries, used)
            _walk([*node.body, *node.else_], entries, used)
        else:
            raise TemplateRefused(TemplateFault.TAG, type(node).__name__)


def _loop(node: Any, used: set[str]) -> dict[str, str]:
    """Return the entry a loop brings: only `for line in lines` and the like."""
    name, target = _dotted(node.iter), _dotted(node.target)
    if node.else_ or node.test or node.recursive or LISTS.get(name) != target:
        raise TemplateRefused(TemplateFault.TAG, f"for {target} in {name}")
    used.add(name)
    return {target: name}


def _value(node: Any, entries: Mapping[str, str], used: set[str]) -> None:
    name = _dotted(node)
    if name in FIELD_LABELS:
        used.add(name)
        return
    head = name.partition(".")[0]
    if head not in entries or name not in LINE_FIELDS | _ROW_FIELDS | _PLAIN:
        raise TemplateRefused(TemplateFault.UNKNOWN_FIELD, name[:40])


def _condition(node: Any, entries: Mapping[str, str]) -> None:
    name = _dotted(node)
    if name in FLAGS or name in FIELD_LABELS or name in LISTS:
        return
    if name in LINE_FLAGS and "line" in entries:
        return
    raise TemplateRefused(TemplateFault.UNKNOWN_FIELD, name[:40])


def _dotted(node: Any) -> str:
    """Return a name, or a name and one part of it. Raises TemplateRefused for any other expression."""
    from jinja2 import nodes as jinja

    if isinstance(node, jinja.Name):
        return node.name
    if isinstance(node, jinja.Getattr) and isinstance(node.node, jinja.Name):
        return f"{node.node.name}.{node.attr}"
    if isinstance(node, jinja.Getitem) and isinstance(node.node, jinja.Name):
        place = node.arg
        if isinstance(place, jinja.Const) and isinstance(place.value, int):
            return f"{node.node.name}.{place.value}"
    raise TemplateRefused(TemplateFault.TAG, type(node).__name__)
