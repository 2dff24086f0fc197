"""Make the Word templates the program ships (xgz/files/papers/templates) to GB/T 9704-2012.

`python tools/paper_templates.py` writes them anew; the files are committed. What may stand between
the braces is the closed list of xgz/files/papers/fields.py.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from xgz.rules.papers.kinds import FORM_COLUMNS, PaperForm

FOLDER = Path(__file__).resolve().parents[1] / "xgz" / "files" / "papers" / "templates"
FANG, HEI, SONG, TITLE = "仿宋_GB2312", "黑体", "宋体", "方正小标宋简体"
LINE = Pt(28.95)  # 22 lines in 225 mm
RED = RGBColor(0xD7, 0x00, 0x0F)
_LEFT, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
_CENTRE, _BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
ROSTER_WIDTHS = [14, 28, 14, 20, 23, 24, 23, 23, 26, 58]
BALLOT_WIDTHS = [42, 72, 42]


def new_document(*, wide: bool = False) -> Any:
    """Return an empty document with the page, the grid and the numbered foot of the standard."""
    document = Document()
    for paragraph in list(document.paragraphs):
        paragraph._element.getparent().remove(paragraph._element)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    top, bottom, left, right = (28, 26, 22, 22) if wide else (37, 35, 28, 26)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(bottom - 12)
    style = document.styles["Normal"]
    style.font.size = Pt(12 if wide else 16)
    set_font(style.element.get_or_add_rPr(), FANG)
    _set_pitch(section, style.element.get_or_add_rPr())
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    _number_pages(document, section)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    document.core_properties.created = document.core_properties.modified = now
    document.core_properties.author = document.core_properties.comments = ""
    return document


def set_font(properties: Any, name: str) -> None:
    """Set all four font names of run properties: w:eastAsia is the one Chinese is drawn in."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), name)


def add(
    place: Any,
    text: str,
    *,
    font: str = FANG,
    size: float = 16,
    align: Any = _BOTH,
    indent: bool = False,
    left: float = 0,
    colour: Any = None,
    leading: Any = LINE,
    keep: bool = False,
) -> Any:
    """Add one paragraph. indent: two characters in the first line; left: characters from the left."""
    paragraph = place.add_paragraph()
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, leading
    form.keep_with_next = keep
    if indent or left:
        _indent(paragraph, first=2 if indent else 0, left=left, size=size)
    write(paragraph, text, font=font, size=size, colour=colour)
    return paragraph


def write(paragraph: Any, text: str, *, font: str, size: float, colour: Any = None) -> None:
    """Add a run to a paragraph."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    set_font(run._element.get_or_add_rPr(), font)


def tag(place: Any, text: str) -> None:
    """Add a paragraph that holds a tag alone; it disappears with it."""
    add(place, "{%p " + text + " %}")


def title(document: Any) -> None:
    tag(document, "for item in titles")
    add(document, "{{ item }}", font=TITLE, size=22, align=_CENTRE, leading=Pt(33), keep=True)
    tag(document, "endfor")


def lines(document: Any) -> None:
    tag(document, "for line in lines")
    tag(document, "if line.is_heading")
    add(document, "{{ line.text }}", font=HEI, indent=True, keep=True)
    tag(document, "else")
    add(document, "{{ line.text }}", indent=True)
    tag(document, "endif")
    tag(document, "endfor")


def head(document: Any) -> None:
    """Add the red head, or the number alone where there is none."""
    tag(document, "if organ")
    add(document, "{{ organ }}", font=TITLE, size=36, align=_CENTRE, colour=RED, leading=Pt(52))
    add(document, "")
    tag(document, "if is_upward")
    number = add(document, "　{{ number }}\t签发人：", align=_LEFT)
    number.paragraph_format.tab_stops.add_tab_stop(Mm(94))
    _red_line(number)
    tag(document, "else")
    _red_line(add(document, "{{ number }}", align=_CENTRE))
    tag(document, "endif")
    add(document, "")
    tag(document, "else")
    tag(document, "if number")
    add(document, "{{ number }}", align=_RIGHT)
    add(document, "")
    tag(document, "endif")
    tag(document, "endif")


def letter() -> Any:
    document = new_document()
    head(document)
    title(document)
    add(document, "")
    tag(document, "if to")
    add(document, "{{ to }}：")
    tag(document, "endif")
    lines(document)
    tag(document, "if attached")
    add(document, "", keep=True)
    tag(document, "for item in attached")
    add(document, "{{ item }}", left=2, keep=True)
    tag(document, "endfor")
    tag(document, "endif")
    add(document, "", keep=True)
    # Both are centred on the middle of a date that ends four characters from the edge.
    for text, keep in (("\t{{ by }}", True), ("\t{{ day }}", False)):
        signed = add(document, text, align=_LEFT, keep=keep)
        signed.paragraph_format.tab_stops.add_tab_stop(Mm(110), WD_TAB_ALIGNMENT.CENTER)
    return document


def roster() -> Any:
    document = new_document(wide=True)
    title(document)
    head = add(document, "填报单位：{{ by }}\t{{ day }}", size=12, leading=Pt(26))
    head.paragraph_format.tab_stops.add_tab_stop(Mm(253), WD_TAB_ALIGNMENT.RIGHT)
    cells = [f"{{{{ row.{number} }}}}" for number in range(len(ROSTER_WIDTHS))]
    table(document, ROSTER_WIDTHS, cells, list(FORM_COLUMNS[PaperForm.ROSTER]), size=12)
    foot = add(
        document,
        "{{ note }}\t填表人：　　　　　　审核人：　　　　　　（盖章）",
        size=12,
        leading=Pt(30),
    )
    foot.paragraph_format.tab_stops.add_tab_stop(Mm(253), WD_TAB_ALIGNMENT.RIGHT)
    return document


def ballot() -> Any:
    document = new_document()
    title(document)
    add(document, "")
    cells = ["{{ row.0 }}", "{{ row.1 }}", "{{ row.2 }}"]
    table(document, BALLOT_WIDTHS, cells, list(FORM_COLUMNS[PaperForm.BALLOT]), height=13)
    add(document, "")
    add(document, "填写说明", font=HEI)
    lines(document)
    add(document, "")
    add(document, "{{ by }}　", align=_RIGHT)
    add(document, "{{ note }}　", align=_RIGHT)
    return document


def minutes() -> Any:
    document = new_document()
    title(document)
    add(document, "")
    table(document, [48, 108], ["{{ row.0 }}", "{{ row.1 }}"], [], aligned=(_CENTRE, _LEFT))
    add(document, "")
    lines(document)
    add(document, "", keep=True)
    add(document, "{{ note }}")
    return document


def table(
    document: Any,
    widths: list[int],
    cells: list[str],
    header: list[str],
    *,
    size: float = 16,
    height: float = 9,
    aligned: tuple[Any, ...] = (),
) -> None:
    """Add the table of a form: a header that is repeated on every page, and a row for each of rows."""
    rows = [header] * bool(header) + [["{%tr for row in rows %}"], cells, ["{%tr endfor %}"]]
    made = document.add_table(len(rows), len(widths), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for place, texts in enumerate(rows):
        row = made.rows[place]
        row.height = Mm(height)
        for column, cell in enumerate(row.cells):
            cell.width = Mm(widths[column])
            cell.vertical_alignment = 1
            text = texts[column] if column < len(texts) else ""
            paragraph = cell.paragraphs[0]
            paragraph.alignment = aligned[column] if aligned else _CENTRE
            font = HEI if texts is header else FANG
            write(paragraph, text, font=font, size=size)
    if header:
        repeated = OxmlElement("w:tblHeader")
        made.rows[0]._tr.get_or_add_trPr().append(repeated)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)


def _set_pitch(section: Any, properties: Any) -> None:
    """22 lines of 28 characters by fixed line spacing and a little less space between characters.

    A document grid would say the same, but programs measure it differently.
    """
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")  # a quarter of a point: 28 characters in 156 mm
    properties.insert_element_before(
        spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def _indent(paragraph: Any, *, first: int, left: float, size: float) -> None:
    """Indent by characters, and by points for programs that do not know characters."""
    indent = paragraph._element.get_or_add_pPr().get_or_add_ind()
    for name, count in (("firstLine", first), ("left", left)):
        if count:
            indent.set(qn(f"w:{name}Chars"), str(int(count * 100)))
            indent.set(qn(f"w:{name}"), str(int(count * size * 20)))


def _red_line(paragraph: Any) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "D7000F")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _number_pages(document: Any, section: Any) -> None:
    """— 1 — in 四号宋体, outside: right on odd pages, left on even ones, a character from the edge."""
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((section.footer, _RIGHT), (section.even_page_footer, _LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        form = paragraph.paragraph_format
        form.right_indent = Pt(14) if align == _RIGHT else None
        form.left_indent = Pt(14) if align == _LEFT else None
        write(paragraph, "— ", font=SONG, size=14)
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            run = paragraph.add_run()
            run.font.size = Pt(14)
            set_font(run._element.get_or_add_rPr(), SONG)
            piece = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                piece.set(qn("w:fldCharType"), kind)
            piece.text = text or None
            run._element.append(piece)
        write(paragraph, " —", font=SONG, size=14)


def save(document: Any, path: Path) -> None:
    """Write a document so that the same content gives the same bytes."""
    raw = BytesIO()
    document.save(raw)
    with ZipFile(raw) as package, ZipFile(path, "w", ZIP_DEFLATED) as out:
        for name in sorted(
            package.namelist(), key=lambda each: (each != "[Content_Types].xml", each)
        ):
            if name.startswith("docProps/thumbnail"):
                continue
            content = package.read(name)
            if name == "_rels/.rels":
                content = _without_thumbnail(content)
            info = ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            out.writestr(info, content)


def _without_thumbnail(content: bytes) -> bytes:
    tree = etree.fromstring(content)
    for relation in list(tree):
        if "thumbnail" in relation.get("Type", ""):
            tree.remove(relation)
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for make in (letter, roster, ballot, minutes):
        save(make(), FOLDER / f"{make.__name__}.docx")


if __name__ == "__main__":
    main()
