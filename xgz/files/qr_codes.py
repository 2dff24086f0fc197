"""QR codes as drawings that stand in a page or on a sheet; nothing is fetched for them."""

import segno

_QUIET_ZONE = 2  # modules of white around the code; what it stands on has more
_SCALE = 8


def qr_code(address: str) -> segno.QRCode:
    """Return the code of an address. Paper gets folded and dirty: a quarter of it may be lost."""
    return segno.make_qr(address, error="q")


def qr_svg(address: str) -> str:
    """Return the code as an SVG document."""
    return str(qr_code(address).svg_inline(border=_QUIET_ZONE, scale=_SCALE))


def qr_data_uri(address: str) -> str:
    """Return the code as an image that stands in a page itself."""
    return str(qr_code(address).svg_data_uri(border=_QUIET_ZONE, scale=_SCALE))


def qr_inline(address: str) -> str:
    """Return the code as a drawing for a sheet of a page, whose stylesheet gives it its size."""
    return str(
        qr_code(address).svg_inline(border=1, omitsize=True, svgclass="x-qr", lineclass=None)
    )
