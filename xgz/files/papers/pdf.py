"""Papers as PDF/A by typst; the same words as the Word file, to the layout of the standard (PA-8)."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from xgz.files.papers.fields import values_of
from xgz.rules.papers.document import Document

_SOURCE = Path(__file__).with_name("paper.typ")
# By preference: what offices have, what is free, and last a font with every character of names.
_FAMILIES: dict[str, tuple[str, ...]] = {
    "fang": (
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FangSong",
        "仿宋",
        "STFangsong",
        "FandolFang R",
        "Noto Serif CJK SC",
    ),
    "title": (
        "FZXiaoBiaoSong-B05S",
        "方正小标宋简体",
        "FZXiaoBiaoSong-B05",
        "方正小标宋_GBK",
        "Noto Serif CJK SC",
    ),
    "hei": ("SimHei", "黑体", "FandolHei", "Noto Sans CJK SC"),
    "song": ("SimSun", "宋体", "FandolSong", "Noto Serif CJK SC"),
}
_EVERYTHING = ("Noto Serif CJK SC", "Noto Sans CJK SC")


class FontMissing(Exception):
    """No font of this machine has every character of the paper (fonts-noto-cjk)."""


def paper_pdf(document: Document, fonts_folder: str = "") -> bytes:
    """Return a paper as PDF/A. Raises FontMissing, rather than print blanks.

    fonts_folder: where the office keeps its own fonts, "" for those of the machine alone.
    """
    import typst

    fonts, families = _fonts(fonts_folder)
    inputs = {
        "paper": json.dumps(values_of(document), ensure_ascii=False),
        "fonts": json.dumps(families, ensure_ascii=False),
        "dated": json.dumps(_dated(document)),
    }
    try:
        made, warnings = typst.compile_with_warnings(
            _SOURCE.read_bytes(),
            format="pdf",
            sys_inputs=inputs,
            font_paths=fonts,
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


def _dated(document: Document) -> list[int]:
    """Return the day the PDF bears: the paper's own, never the time of day it was drawn."""
    found = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", document.day)
    return [int(part) for part in found.groups()] if found else [2000, 1, 1]


@cache
def _fonts(folder: str) -> tuple[Any, dict[str, list[str]]]:
    """Return the fonts of the machine and the folder, and which of each kind there are; read once."""
    import typst

    paths: list[Any] = [Path(folder)] if folder else []
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False, font_paths=paths)
    there = set(fonts.families())
    if not there.intersection(_EVERYTHING):
        raise FontMissing(_EVERYTHING[0])
    found = {
        kind: [name for name in dict.fromkeys((*names, *_EVERYTHING)) if name in there]
        for kind, names in _FAMILIES.items()
    }
    return fonts, found
