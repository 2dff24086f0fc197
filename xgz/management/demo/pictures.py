"""Invented photos of sites: a wall, a plaque or a table of plain shapes, drawn anew each time."""

import io

from PIL import Image, ImageDraw

from xgz.rules.sites import Moment, SiteItem

_SIZE = (640, 480)
_WALL, _FLOOR, _BARE = (226, 221, 208), (150, 128, 104), (196, 190, 178)
_RED, _GOLD, _WOOD, _PAPER = (178, 28, 34), (222, 178, 62), (134, 92, 58), (246, 243, 234)
_BOARD = (236, 230, 210)


def site_picture(item: SiteItem, moment: Moment) -> bytes:
    """Return a photo of a thing of a site as a JPEG; before the work is done the wall is bare."""
    picture = Image.new("RGB", _SIZE, _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 380, 640, 480), fill=_FLOOR)
    if moment is Moment.BEFORE:
        draw.rectangle((250, 70, 390, 340), outline=_BARE, width=6)
    elif item is SiteItem.PLAQUE:
        _plaque(draw)
    else:
        _room(draw)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85)
    return written.getvalue()


def _plaque(draw: ImageDraw.ImageDraw) -> None:
    """Draw an upright board with red strokes where its words would stand."""
    draw.rectangle((256, 56, 396, 352), fill=_GOLD)
    draw.rectangle((266, 66, 386, 342), fill=_BOARD)
    for top in range(84, 324, 34):
        draw.rectangle((300, top, 352, top + 20), fill=_RED)


def _room(draw: ImageDraw.ImageDraw) -> None:
    """Draw a table with chairs before a red wall hanging and a row of books."""
    draw.rectangle((180, 60, 460, 200), fill=_RED)
    draw.rectangle((200, 80, 440, 92), fill=_GOLD)
    for left in range(210, 430, 44):
        draw.rectangle((left, 120, left + 28, 180), fill=_PAPER)
    draw.polygon([(150, 300), (490, 300), (560, 400), (80, 400)], fill=_WOOD)
    for left in (110, 230, 350, 470):
        draw.rectangle((left, 410, left + 60, 460), fill=_WOOD)
