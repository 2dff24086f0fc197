"""How personal values look to those who may not read them in full."""


def mask_name(name: str) -> str:
    """Return the surname and stars: 张* for any given name (length is not shown)."""
    return f"{name[0]}*" if name else ""


def mask_id_number(number: str) -> str:
    """Return the first six and the last four characters of an 18-digit number, stars between."""
    if len(number) < 15:
        return "*" * len(number)
    return f"{number[:6]}********{number[-4:]}"


def mask_phone(number: str) -> str:
    """Return 138****1234; short numbers keep their last two digits."""
    if len(number) >= 11:
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(len(number) - 2, 0) + number[-2:]


def mask_address(address: str) -> str:
    """Return the first six characters (county and township) and stars for the rest."""
    return f"{address[:6]}****" if len(address) > 6 else address
