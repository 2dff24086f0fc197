"""Everybody with a number, a phone and an address of an own, and where one of them stands."""

from django.http import HttpResponse

from tests.privacy.worlds import cells_of, is_book
from xgz.models import Business, Member, sealing

# The page that shows one value for five minutes, and the letter that carries it on paper.
WHOLE = frozenset({"reveal-shown", "transfer-letter"})
_ADDRESS = "清平县清平镇和平路12号"


def give_own_numbers() -> list[str]:
    """Give every member and business values that nobody else has, and return them."""
    members = {member: _of_member(at) for at, member in enumerate(Member.objects.order_by("pk"))}
    shops = {shop: _of_business(at) for at, shop in enumerate(Business.objects.order_by("pk"))}
    for noun, rows in (("member", members), ("business", shops)):
        for row, values in rows.items():
            sealed = {
                f"{name}_sealed": sealing.seal(f"{noun}.{name}", row.public_id, value)
                for name, value in values.items()
            }
            type(row)._base_manager.filter(pk=row.pk).update(**sealed)
    return [value for values in [*members.values(), *shops.values()] for value in values.values()]


def _of_member(at: int) -> dict[str, str]:
    return {
        "id_number": f"36099919680402{at:03}X",
        "phone": f"138000061{at:02}",
        "address": f"{_ADDRESS}{at}",
    }


def _of_business(at: int) -> dict[str, str]:
    return {"owner_id": f"36099919700402{at:03}X", "phone": f"139000061{at:02}"}


def shown_in(response: HttpResponse, values: list[str]) -> list[str]:
    """Return which of the values stand in an answer, its headers or its workbook. Reads a stream."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = str(cells_of(body)) if is_book(response) else body.decode(errors="replace")
    text += str(response.headers)
    return [value for value in values if value in text]
