"""Column types and identifiers shared by all tables."""

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    TextColumn = models.CharField[str, str]
    LongTextColumn = models.TextField[str, str]
else:
    TextColumn, LongTextColumn = models.CharField, models.TextField

PATH_DIGITS = 5  # one segment of a body's path; 99,999 children each


def choices(labels: Mapping[Any, str]) -> list[tuple[str, Any]]:
    """Return a table of the rules room as choices whose labels follow the reader's language."""
    return [(str(value), gettext_lazy(label)) for value, label in labels.items()]


def new_public_id() -> str:
    """Return a random identifier of 12 characters (60 bits) for use in addresses."""
    return base64.b32encode(os.urandom(8))[:12].decode().lower()


class PublicIdField(TextColumn):
    """The name of a row in addresses and sealed values; never its row number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("unique", True)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", new_public_id)
        super().__init__(*args, **kwargs)


class PathField(TextColumn):
    """A path of fixed-width digits: the subtree of a body is one range of it.

    PostgreSQL compares it byte by byte (collation C); under a Chinese collation neither the
    upper bound nor the index would hold.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters: Any = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def subtree_bounds(path: str) -> tuple[str, str]:
    """Return the half-open range [lower, upper) that holds `path` and everything below it."""
    head, last = path[:-PATH_DIGITS], path[-PATH_DIGITS:]
    return path, head + str(int(last) + 1).zfill(PATH_DIGITS)


class SealedField(LongTextColumn):
    """A personal value as SM4-GCM ciphertext; read and written through xgz.models.sealing only.

    Refuses every lookup but isnull: ciphertext is random, so any other comparison is a mistake.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull", "exact"}:
            raise TypeError(f"a sealed column cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)


class DigestField(TextColumn):
    """A keyed digest (HMAC-SM3, 16 bytes in hex) by which a sealed value is found again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 32)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)
