"""A photo as a phone makes it, what was seen of a site, and what an organisation was given."""

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from PIL import Image

from tests.factories.district import TODAY
from xgz.models import Organisation, SiteCheck, SitePhoto, Support
from xgz.models.fields import new_public_id
from xgz.rules.sites import ITEM_LABELS, Moment, SiteItem
from xgz.rules.supports import SupportKind, SupportSource
from xgz.services.sites.photo_files import SEALED_SUFFIX, remove_picture, store_picture

_ORIENTATION, _MAKER, _GPS = 0x0112, 0x010F, 0x8825


def phone_photo(
    size: tuple[int, int] = (1200, 900), *, form: str = "JPEG", turned: int = 1, **values: Any
) -> bytes:
    """Return a photo with the maker of the phone and the place in its metadata.

    turned: the orientation a phone notes (6: held upright).
    """
    noted = Image.Exif()
    noted[_ORIENTATION], noted[_MAKER] = turned, "PhoneMaker"
    noted.get_ifd(_GPS).update({1: "N", 2: (25.0, 3.0, 9.0)})
    written = io.BytesIO()
    if form == "JPEG":
        values |= {"exif": noted, "comment": b"a comment of the phone"}
    Image.new("RGB", size, (200, 30, 30)).save(written, form, **values)
    return written.getvalue()


PICTURE = phone_photo((160, 120))


def see(
    organisation: Organisation, item: str, *, is_there: bool = True, seen_on: date = TODAY
) -> SiteCheck:
    """Let somebody have looked at one thing of a site."""
    return SiteCheck.objects.create(
        organisation=organisation,
        item=item,
        label=ITEM_LABELS.get(SiteItem(item), item),
        is_there=is_there,
        seen_on=seen_on,
        recorded_at=_at(seen_on),
    )


def make_photo(organisation: Organisation, **values: Any) -> SitePhoto:
    """Make a photo of the plaque with its sealed picture."""
    public_id = new_public_id()
    remove_picture(f"{public_id}{SEALED_SUFFIX}")  # of a world that draws the same ids again
    defaults: dict[str, Any] = {
        "public_id": public_id,
        "organisation": organisation,
        "item": SiteItem.PLAQUE,
        "label": ITEM_LABELS[SiteItem.PLAQUE],
        "moment": Moment.AFTER,
        "taken_on": TODAY,
        "stored_name": store_picture(PICTURE, public_id),
        "width": 160,
        "height": 120,
        "size": len(PICTURE),
        "added_at": _at(TODAY),
    }
    return SitePhoto.objects.create(**defaults | values)


def make_support(organisation: Organisation, **values: Any) -> Support:
    """Make 1,200.50 yuan of returned dues, given today."""
    defaults: dict[str, Any] = {
        "organisation": organisation,
        "kind": SupportKind.MONEY,
        "source": SupportSource.DUES,
        "amount": Decimal("1200.50"),
        "given_on": TODAY,
        "purpose": "制作标牌",
        "entered_at": _at(TODAY),
    }
    return Support.objects.create(**defaults | values)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(3), tzinfo=UTC)
