"""Papers as PDF and Word: the standard's page, every character of a name, nothing typed is run."""

import io
import re
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests.factories.papers import RARE, every_paper
from xgz.files.papers.fields import values_of
from xgz.files.papers.pdf import FontMissing, paper_pdf
from xgz.files.papers.word import NotMade, fill, paper_word, shipped_template
from xgz.rules.papers.document import Line
from xgz.rules.papers.kinds import PaperForm, PaperKind

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CRAFTED = [
    "{{ 7*7 }}",
    "{% for x in y %}",
    "<w:p><w:r/></w:p>",
    "&amp;<b>三</b>",
    '#import "x": *',
    '#panic("x")',
    "$a$ @b `c` \\ #sys.inputs",
    "]]> --> ${x}",
]


def parts_of(made):
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        return {name: package.read(name) for name in package.namelist()}


def text_of(made):
    tree = etree.fromstring(parts_of(made)["word/document.xml"])
    return "\n".join(
        "".join(each.text or "" for each in paragraph.iter(f"{W}t"))
        for paragraph in tree.iter(f"{W}p")
    )


def characters_of(pdf):
    """Return the characters the PDF's fonts say they draw (ToUnicode)."""
    found = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            body = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"begincmap" not in body:
            continue
        for _glyph, code in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", body):
            found |= set(bytes.fromhex(code.decode()).decode("utf-16-be", "ignore"))
    return found


def boxes_of(pdf):
    return [
        (round(float(width)), round(float(height)))
        for width, height in re.findall(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", pdf)
    ]


@pytest.mark.parametrize("kind", PaperKind)
def test_every_paper_is_drawn_on_a4(kind):
    made = paper_pdf(every_paper()[kind])

    upright = kind is not PaperKind.ROSTER
    assert set(boxes_of(made)) == {(595, 842) if upright else (842, 595)}


@pytest.mark.parametrize(
    "kind", [PaperKind.ROSTER, PaperKind.BALLOT, PaperKind.MINUTES, PaperKind.RESULT]
)
def test_every_character_of_a_rare_name_is_there(kind):
    document = every_paper()[kind]

    assert set(RARE) <= characters_of(paper_pdf(document))
    assert set(RARE) <= set(text_of(paper_word(document, shipped_template(document.form))))


def test_a_character_no_font_has_is_said_not_left_blank():
    with pytest.raises(FontMissing):
        paper_pdf(replace(every_paper()[PaperKind.REPLY], to="单位\U0001f9ff"))


def test_a_folder_of_fonts_that_is_not_there_changes_nothing(tmp_path):
    assert paper_pdf(every_paper()[PaperKind.REPLY], str(tmp_path)).startswith(b"%PDF-")


@pytest.mark.parametrize("text", CRAFTED)
def test_what_somebody_typed_is_text_in_both(text):
    document = replace(
        every_paper()[PaperKind.REQUEST],
        title_parts=(text,),
        to=text,
        lines=(Line(text), Line(text, is_heading=True)),
        attachments=(text,),
        by=text,
    )

    assert paper_pdf(document)
    said = text_of(paper_word(document, shipped_template(PaperForm.LETTER))).split("\n")
    assert said.count(text) == 4  # the title, the two lines, the body that signs
    assert f"附件：{text}" in said
    assert f"{text}：" in said


@pytest.mark.parametrize("kind", PaperKind)
def test_the_word_file_says_what_the_paper_says(kind):
    document = every_paper()[kind]

    said = text_of(paper_word(document, shipped_template(document.form)))

    for line in document.lines:
        assert line.text in said
    for row in document.rows:
        assert all(cell in said for cell in row)
    assert document.title in said.replace("\n", "")
    assert document.number in said
    assert "{" not in said


def test_the_page_of_the_standard():
    document = etree.fromstring(parts_of(shipped_template(PaperForm.LETTER))["word/document.xml"])
    margin, size = document.find(f".//{W}pgMar"), document.find(f".//{W}pgSz")
    twips = {name: int(margin.get(f"{W}{name}")) for name in ("top", "bottom", "left", "right")}

    # 37, 35, 28 and 26 mm on 210 x 297 mm, in twentieths of a point.
    for side, mm in {"top": 37, "bottom": 35, "left": 28, "right": 26}.items():
        assert abs(twips[side] - mm / 25.4 * 1440) <= 1
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    # Fixed lines of 28.95 pt: 22 of them in the 225 mm between the margins.
    leading = {s.get(f"{W}line") for s in document.iter(f"{W}spacing") if s.get(f"{W}line")}
    assert "579" in leading
    assert int((16838 - twips["top"] - twips["bottom"]) / 579) == 22


@pytest.mark.parametrize("form", PaperForm)
def test_chinese_is_drawn_in_the_fonts_offices_have(form):
    parts = parts_of(shipped_template(form))
    document = etree.fromstring(parts["word/document.xml"])
    fonts = {
        run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia")
        for run in document.iter(f"{W}r")
        if run.find(f"{W}t") is not None
    }

    assert None not in fonts
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体"} <= fonts
    foot = "".join(parts[name].decode() for name in parts if "/footer" in name)
    assert 'w:eastAsia="宋体"' in foot
    assert "PAGE" in foot


def test_pages_are_numbered_outside():
    parts = parts_of(shipped_template(PaperForm.LETTER))

    assert b"evenAndOddHeaders" in parts["word/settings.xml"]
    feet = [parts[name].decode() for name in parts if "/footer" in name]
    assert sorted(re.search(r'w:jc w:val="(\w+)"', foot)[1] for foot in feet) == ["left", "right"]


def test_the_red_head_stands_only_where_there_is_one():
    papers = every_paper()
    shipped = shipped_template(PaperForm.LETTER)

    with_head = parts_of(paper_word(papers[PaperKind.REPLY], shipped))["word/document.xml"]
    without = parts_of(paper_word(papers[PaperKind.RESULT], shipped))["word/document.xml"]
    assert b"D7000F" in with_head
    assert b"D7000F" not in without


def test_a_place_for_the_signer_is_kept_where_it_goes_up():
    papers = every_paper()
    shipped = shipped_template(PaperForm.LETTER)

    assert "签发人：" in text_of(paper_word(papers[PaperKind.REQUEST], shipped))
    assert "签发人：" not in text_of(paper_word(papers[PaperKind.REPLY], shipped))


@pytest.mark.parametrize("kind", [PaperKind.REPLY, PaperKind.ROSTER])
def test_the_same_paper_gives_the_same_bytes_and_tells_no_time(kind):
    document = every_paper()[kind]
    template = shipped_template(document.form)

    word, pdf = paper_word(document, template), paper_pdf(document)

    assert paper_word(document, template) == word
    assert paper_pdf(document) == pdf
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}
    assert b"2026-10-10" in pdf


def test_a_file_that_is_no_word_file_makes_nothing():
    with pytest.raises(NotMade):
        paper_word(every_paper()[PaperKind.REPLY], b"PK\x03\x04")


def test_a_field_that_is_not_there_is_no_blank():
    values = values_of(every_paper()[PaperKind.REPLY])
    del values["title"], values["titles"]

    with pytest.raises(Exception, match="titles"):
        fill(shipped_template(PaperForm.LETTER), values)


def test_the_shipped_templates_are_what_the_tool_makes(tmp_path, monkeypatch):
    from tools import paper_templates

    shipped = paper_templates.FOLDER
    monkeypatch.setattr(paper_templates, "FOLDER", tmp_path)
    paper_templates.main()

    made = {path.name: parts_of(path.read_bytes()) for path in tmp_path.iterdir()}
    assert made == {path.name: parts_of(path.read_bytes()) for path in Path(shipped).iterdir()}


def texts_on_last_page(pdf):
    """Return how many pages there are, and how many pieces of text the last one shows."""
    objects = dict(re.findall(rb"(?:^|\n)(\d+) 0 obj\r?\n(.*?)\r?\nendobj", pdf, re.DOTALL))
    pages = [body for body in objects.values() if b"/Type/Page/" in body]
    drawn = objects[re.search(rb"/Contents (\d+)", pages[-1]).group(1)]
    stream = zlib.decompress(
        re.search(rb"stream\r?\n(.*?)\r?\nendstream", drawn, re.DOTALL).group(1)
    )
    return len(pages), len(re.findall(rb"\bBT\b", stream))


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (PaperKind.REQUEST, 6),  # a sentence, the closing word, who signs, two of the day, the page
        (PaperKind.MINUTES, 3),  # a sentence, who signs, the page number
        (PaperKind.ROSTER, 13),  # ten cells of a person, two parts of the foot, the page number
    ],
)
def test_a_signature_never_stands_alone_on_a_page(kind, least):
    document, counts = every_paper()[kind], set()
    for more in range(24):
        longer = replace(
            document,
            lines=(*[Line("甲" * 20)] * more, *document.lines[-2:]) if document.lines else (),
            rows=document.rows[-1:] * (more + 1) if kind is PaperKind.ROSTER else document.rows,
        )
        pages, texts = texts_on_last_page(paper_pdf(longer))
        counts.add(pages)
        assert pages == 1 or texts >= least

    assert counts >= {1, 2}
