"""Posters: a sheet of A4 with a QR code (SR-1)."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from xgz.files.qr_codes import qr_svg

# Data comes in by sys.inputs, never as source: nothing somebody typed is run.
_SHEET = b"""
#let words = json(bytes(sys.inputs.words))
#set document(title: words.title)
#set page(paper: "a4", margin: (x: 24mm, top: 34mm, bottom: 20mm))
#set text(font: "Noto Sans CJK SC", lang: "zh", region: "cn", size: 17pt)
#set par(leading: 0.9em, spacing: 1.1em)
#align(center)[
  #text(size: 42pt, weight: "bold", words.title)
  #v(4mm)
  #text(size: 22pt, words.invitation)
  #v(12mm)
  #image(bytes(sys.inputs.qr), format: "svg", width: 92mm, alt: words.alternative)
  #v(4mm)
  #text(size: 18pt, weight: "bold", words.place)
  #v(10mm)
  #for line in words.lines [#line \\ ]
  #v(1fr)
  #text(size: 11pt, fill: rgb("#626b78"), words.foot)
]
"""


class FontMissing(Exception):
    """The machine has no font with every character of the sheet (fonts-noto-cjk)."""


@dataclass(frozen=True, slots=True)
class PosterSheet:
    """What stands on a poster, from top to bottom; address: what the code leads to."""

    title: str
    invitation: str
    alternative: str
    place: str
    lines: tuple[str, ...]
    foot: str
    address: str


def poster_pdf(sheet: PosterSheet) -> bytes:
    """Return a poster as PDF/A, one page of A4. Raises FontMissing, rather than print blanks."""
    import typst

    words = {key: value for key, value in asdict(sheet).items() if key != "address"}
    inputs = {"words": json.dumps(words, ensure_ascii=False), "qr": qr_svg(sheet.address)}
    try:
        made, warnings = typst.compile_with_warnings(
            _SHEET,
            format="pdf",
            sys_inputs=inputs,
            font_paths=_fonts(),
            ignore_system_fonts=False,
            pdf_standards="a-2b",
        )
    except typst.TypstError as fault:
        raise FontMissing(fault.message) from fault
    if warnings:
        raise FontMissing("; ".join(str(warning) for warning in warnings))
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


@cache
def _fonts() -> Any:
    """Return the machine's fonts, looked for once."""
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
