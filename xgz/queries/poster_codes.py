"""Codes of posters as they stand in addresses: signed, so that none can be made up (SR-2)."""

from datetime import date, datetime
from hmac import compare_digest

from xgz.models import PosterCode, sealing
from xgz.relay.codes import ValidCode, digest_of

_ID_LENGTH = 12
_SIGN_LENGTH = 16  # hexadecimal digits: 64 bits
_PURPOSE = "self_report.code"


def signed(public_id: str) -> str:
    """Return the text of a code as it stands in an address."""
    return public_id + sealing.digest(_PURPOSE, public_id)[:_SIGN_LENGTH]


def code_of(text: str) -> PosterCode | None:
    """Return the code behind a text of an address, with its poster; None for one made up.

    A wrong signature asks the database nothing.
    """
    public_id = text[:_ID_LENGTH]
    if not text.isascii() or not compare_digest(text, signed(public_id)):
        return None
    rows = PosterCode.objects.select_related("poster__area", "poster__market", "poster__business")
    return rows.filter(public_id=public_id).first()


def is_open(code: PosterCode, day: date, at: datetime | None = None) -> bool:
    """Test whether a claim could be sent by a code on a day; both its days count.

    at: the moment of sending, for what is fetched later; a poster taken down after it is no hurdle.
    """
    revoked = code.poster.revoked_at
    hangs = revoked is None or (at is not None and at < revoked)
    return hangs and code.valid_from <= day <= code.valid_to


def valid_codes(today: date) -> list[ValidCode]:
    """Return every code that works today or will, as the relay is told of them (SR-9)."""
    rows = PosterCode.objects.filter(poster__revoked_at__isnull=True, valid_to__gte=today)
    places = rows.select_related("poster__area", "poster__market", "poster__business")
    return [
        ValidCode(
            digest=digest_of(signed(code.public_id)),
            where=code.poster.place,
            handler=code.poster.area.name,
            valid_from=code.valid_from,
            valid_to=code.valid_to,
        )
        for code in places.order_by("pk")
    ]
