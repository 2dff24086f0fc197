"""What a district's own Word file may hold: known fields, loops and conditions, nothing active."""

import io
import zipfile

import pytest

from xgz.files.papers.checking import check_template, judge
from xgz.files.papers.tags import used_fields
from xgz.files.papers.word import shipped_template
from xgz.rules.papers.kinds import PAPERS, PaperForm, PaperKind
from xgz.rules.papers.templates import (
    ENTRIES_MAX,
    TEMPLATE_MAX_BYTES,
    TemplateFault,
    TemplateRefused,
)

F, K = TemplateFault, PaperKind
SHIPPED = shipped_template(PaperForm.LETTER)
OPENING = b"<w:body>"


def altered(change=None, **parts):
    """Return the shipped letter with its text changed, or with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as package, zipfile.ZipFile(out, "w", 8) as made:
        for name in package.namelist():
            content = package.read(name)
            if name == "word/document.xml" and change is not None:
                content = change(content)
            if name not in parts:
                made.writestr(name, content)
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def with_text(text):
    run = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode()
    return altered(lambda content: content.replace(OPENING, OPENING + run, 1))


def fault_of(template, kind=K.REPLY):
    try:
        judge(template, kind)
    except TemplateRefused as refused:
        return refused.fault
    return None


@pytest.mark.parametrize("kind", PaperKind)
def test_the_shipped_ones_pass(kind):
    check_template(shipped_template(PAPERS[kind].form), kind)


def test_a_letter_head_of_ones_own_passes():
    assert fault_of(with_text("机密 {{ by }} {{ title }} {{ day }}")) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ secret }}", F.UNKNOWN_FIELD),
        ("{{ line.text }}", F.UNKNOWN_FIELD),
        ("{{ title.__class__ }}", F.UNKNOWN_FIELD),
        ("{{ ''.__class__.__mro__ }}", F.TAG),
        ("{{ title|upper }}", F.TAG),
        ("{{ title() }}", F.TAG),
        ("{{ 7*7 }}", F.TAG),
        ("{{ [].append(1) }}", F.TAG),
        ("{% set x = 1 %}", F.TAG),
        ("{% import 'x' as y %}", F.TAG),
        ("{% for line in title %}{% endfor %}", F.TAG),
        ("{% for x in lines %}{% endfor %}", F.TAG),
        ("{% for line in lines if line.is_heading %}{% endfor %}", F.TAG),
        ("{% for i in range(9) %}{% endfor %}", F.TAG),
        ("{% if 1 == 1 %}{% endif %}", F.TAG),
        ("{% if secret %}{% endif %}", F.UNKNOWN_FIELD),
        ("{% if line.is_heading %}{% endif %}", F.UNKNOWN_FIELD),
        ("{% for line in lines %}", F.TAG),
        ("{% colspan 2 %}", F.TAG),
        ("{% cellbg title %}", F.TAG),
    ],
)
def test_other_tags_are_refused(text, fault):
    template = with_text(text.replace("<", "&lt;").replace("'", "&apos;"))

    assert fault_of(template) in {fault, F.TAG}
    with pytest.raises(TemplateRefused):
        used_fields(template)


def test_a_tag_cut_into_pieces_is_seen():
    pieces = (
        b"<w:p><w:r><w:t>{</w:t></w:r><w:r><w:t>{ sec</w:t></w:r><w:r><w:t>ret }}</w:t></w:r></w:p>"
    )

    assert fault_of(altered(lambda c: c.replace(OPENING, OPENING + pieces, 1))) is F.UNKNOWN_FIELD


@pytest.mark.parametrize(
    "name", ["word/footer1.xml", "word/header9.xml", "word/footnotes.xml", "docProps/core.xml"]
)
def test_a_tag_outside_the_text_is_never_run(name):
    """It is refused, or the part is none the document uses, and is not filled."""
    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as package:
        there = name in package.namelist()
        content = package.read(name) if there else b""
    if there:
        evil = content.replace(b"</w:p>", b"<w:r><w:t>{{ secret }}</w:t></w:r></w:p>", 1)
        evil = evil.replace(
            b"</cp:coreProperties>", b"<cp:x>{{ secret }}</cp:x></cp:coreProperties>"
        )
        assert fault_of(altered(**{name: evil})) is not None
    else:
        assert fault_of(altered(**{name: b"<a>{{ secret }}</a>"})) in {None, F.UNKNOWN_FIELD}


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("word/vbaProject.bin", b"x", F.ACTIVE),
        ("word/embeddings/sheet.xlsx", b"x", F.ACTIVE),
        ("word/activeX/activeX1.xml", b"<a/>", F.ACTIVE),
        ("word/afchunk.htm", b"<a/>", F.ACTIVE),
        ("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', F.XML),
        ("word/x.xml", b"<a>", F.XML),
        ("word/x.xml", b"<object/>", F.ACTIVE),
        (
            "word/_rels/x.xml.rels",
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            b'<Relationship Id="r" Type="t" Target="http://example.cn/" TargetMode="External"/>'
            b"</Relationships>",
            F.EXTERNAL,
        ),
        ("../evil.xml", b"<a/>", F.PACKAGE),
        ("word/big.xml", b" " * (5 * 1024 * 1024), F.PACKAGE),
    ],
    ids=lambda value: str(value)[:24],
)
def test_active_external_and_huge_parts_are_refused(name, content, fault):
    assert fault_of(altered(**{name: content})) is fault


CORE = "docProps/core.xml"
TYPES = "[Content_Types].xml"
TITLE = b"<dc:title/>"
EVIL = "<dc:title>{{ secret }}</dc:title>"


def shipped_part(name):
    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as package:
        return package.read(name)


def with_core(written, encoding):
    text = shipped_part(CORE).replace(TITLE, written.encode(), 1).decode()
    return text.replace("encoding='UTF-8'", f"encoding='{encoding}'", 1).encode(encoding)


@pytest.mark.parametrize(
    "core",
    [
        with_core(EVIL.replace("{", "&#123;").replace("}", "&#x7d;"), "utf-8"),
        with_core(EVIL, "utf-8"),
        with_core(EVIL, "cp037"),
        with_core(EVIL, "utf-7"),
        with_core(EVIL, "utf-16"),
    ],
    ids=["reference", "plain", "cp037", "utf-7", "utf-16"],
)
def test_a_tag_is_seen_however_its_braces_are_written(core):
    assert fault_of(altered(**{CORE: core})) in {F.UNKNOWN_FIELD, F.XML}


@pytest.mark.parametrize(
    "name", ["word/footer1.png", "word/footer1.dat", "word/footer1", "word/footer1.XMLX"]
)
def test_a_part_that_is_text_by_its_type_alone_is_refused(name):
    """Word goes by the declared type: a foot named as a picture would be read, fields and all."""
    types = shipped_part(TYPES).replace(b"/word/footer1.xml", f"/{name}".encode())
    links = shipped_part("word/_rels/document.xml.rels").replace(
        b'"footer1.xml"', f'"{name.removeprefix("word/")}"'.encode()
    )
    parts = {
        TYPES: types,
        "word/_rels/document.xml.rels": links,
        name: shipped_part("word/footer1.xml"),
    }

    assert fault_of(altered(**parts)) is F.ACTIVE


def test_pictures_may_not_be_text_by_default_either():
    types = shipped_part(TYPES).replace(b'"image/jpeg"', b'"application/xml"')

    assert fault_of(altered(**{TYPES: types, "word/media/x.jpeg": b"<a/>"})) is F.ACTIVE


def test_a_letter_head_with_a_picture_passes():
    types = shipped_part(TYPES).replace(
        b'<Default Extension="xml"',
        b'<Default Extension="png" ContentType="image/png"/><Default Extension="xml"',
    )

    assert fault_of(altered(**{TYPES: types, "word/media/image1.png": b"\x89PNG"})) is None


def test_too_many_parts_are_refused():
    parts = {f"word/x{number}.xml": b"<a/>" for number in range(ENTRIES_MAX)}

    assert fault_of(altered(**parts)) is F.PACKAGE


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 no archive"])
def test_what_is_no_word_file_is_refused(data):
    with pytest.raises(TemplateRefused):
        check_template(data, K.REPLY)


def test_the_largest_file_is_looked_at_and_one_byte_more_is_not():
    with pytest.raises(TemplateRefused) as more:
        check_template(b"x" * (TEMPLATE_MAX_BYTES + 1), K.REPLY)
    with pytest.raises(TemplateRefused) as most:
        check_template(b"x" * TEMPLATE_MAX_BYTES, K.REPLY)

    assert (more.value.fault, most.value.fault) == (F.SIZE, F.PACKAGE)


@pytest.mark.parametrize("code", ["INCLUDETEXT C:/x", "DDEAUTO c cmd", "HYPERLINK x", "PAGE x"])
def test_field_codes_but_page_numbers_are_refused(code):
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    half = len(code) // 2
    cut = "".join(f"<w:r><w:instrText>{c}</w:instrText></w:r>" for c in (code[:half], code[half:]))
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    field = f"<w:p>{begin}{cut}{end}</w:p>".encode()

    assert fault_of(altered(lambda c: c.replace(OPENING, OPENING + field, 1))) is F.FIELD_CODE


@pytest.mark.parametrize("attribute", ["o:href", "src", "o:althref"])
def test_a_drawing_that_names_its_picture_by_an_address_is_refused(attribute):
    drawing = (
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office">'
        f'<v:imagedata {attribute}="https://example.invalid/a.png"/></v:shape></w:pict></w:r></w:p>'
    ).encode()

    assert fault_of(altered(lambda c: c.replace(OPENING, OPENING + drawing, 1))) is F.EXTERNAL


def test_a_macro_document_under_another_name_is_refused():
    def macro(content):
        return content.replace(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled")

    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as package:
        types = package.read("[Content_Types].xml")

    assert fault_of(altered(**{"[Content_Types].xml": macro(types)})) is F.PACKAGE


@pytest.mark.parametrize("field", ["number", "by", "day", "to"])
def test_a_needed_field_may_not_be_missing(field):
    tag = f"{{{{ {field} }}}}".encode()

    assert fault_of(altered(lambda c: c.replace(tag, b""))) is F.MISSING_FIELD


def test_a_field_that_would_not_be_read_is_refused():
    """The special form takes the run away, and the words with it."""
    assert fault_of(with_text("{{r note }}")) is F.LOST


def test_the_answer_of_the_child_names_the_field():
    with pytest.raises(TemplateRefused) as refused:
        check_template(with_text("{{ secret }}"), K.REPLY)

    assert (refused.value.fault, refused.value.detail) == (F.UNKNOWN_FIELD, "secret")
