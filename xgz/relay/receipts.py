"""Receipt codes: sixty bits drawn at random, in signs that are not read for others."""

import secrets

from xgz.rules.self_reports import RECEIPT_ALPHABET, RECEIPT_LENGTH


def new_receipt() -> str:
    """Return a fresh receipt code."""
    return "".join(secrets.choice(RECEIPT_ALPHABET) for _place in range(RECEIPT_LENGTH))
