"""Posters: one page of A4, a code a phone reads, no blanks where a character is missing (SR-1)."""

import re
from dataclasses import replace

import pytest

from xgz.files.posters import FontMissing, PosterSheet, poster_pdf

ADDRESS = "https://self.example.cn/r/abcdefghijkl0123456789abcdef/"
SHEET = PosterSheet(
    title="扫码登记",
    invitation="想在身边参加活动、办理关系转接？",
    alternative="登记页面的二维码",
    place="清平农贸市场 北门",
    lines=("填不填由您自己决定。", "可以拍下来回家再扫。"),
    foot="处理单位：清平镇党委",
    address=ADDRESS,
)


def test_one_page_of_a4():
    made = poster_pdf(SHEET)

    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page[^s]", made)) == 1
    width, height = map(
        float, re.search(rb"/MediaBox\s*\[0 0 ([0-9.]+) ([0-9.]+)\]", made).groups()
    )
    assert (round(width), round(height)) == (595, 842)


def test_rare_characters_of_names_of_places_are_there():
    assert poster_pdf(replace(SHEET, place="䶮㛃堃镇市场"))


def test_a_character_no_font_has_is_said_not_left_blank():
    with pytest.raises(FontMissing):
        poster_pdf(replace(SHEET, place="市场\U0001f9ff"))


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "*粗*_斜_", '"); #read("/etc/hostname")', "\\ #sys.inputs", "@x <y> $z$"],
)
def test_what_somebody_typed_is_text(text):
    assert poster_pdf(replace(SHEET, place=text))
