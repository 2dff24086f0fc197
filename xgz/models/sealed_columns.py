"""Every column that holds sealed values, and the name each is bound to (KY-3).

A column is bound to "<name of the table>.<column without _sealed>" and to the row's public id. A
table goes by its model's name in words, or by the name below; tests/models/test_sealed_columns.py
proves it for every column of every model.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from xgz.models import sealing
from xgz.models.fields import SealedField

_SUFFIX = "_sealed"
_NAMES = {
    "annualreport": "report",
    "memberworkplace": "workplace",
    "organisationpost": "post",
    "stagedbusiness": "business",  # bound to the business the row will belong to
}


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column: its model, its attribute, and the name its values are bound to."""

    model: type[models.Model]
    attname: str
    name: str


@cache
def sealed_columns() -> tuple[SealedColumn, ...]:
    """Return the sealed columns of every installed model, table by table."""
    return tuple(
        SealedColumn(model, field.attname, _name(model, field.attname))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField) or field.attname.endswith(_SUFFIX)
    )


def name_in(table: str, attname: str) -> str:
    """Return what a column is bound to, by its model's name in lower case. Raises LookupError."""
    return _named()[(table, attname)]


def is_same(row: Any, attname: str, one: object, other: object) -> bool:
    """Test whether two texts of one cell are the same, also where only one was sealed again."""
    if one == other:
        return True
    if not (isinstance(one, str) and isinstance(other, str)):
        return False
    if not (sealing.is_sealed(one) and sealing.is_sealed(other)):
        return False
    name = name_in(_model_name(type(row)), attname)
    try:
        texts = {sealing.reseal(name, row.public_id, text) for text in (one, other)}
    except sealing.SealBroken:
        return False
    return len(texts) == 1


@cache
def _named() -> dict[tuple[str, str], str]:
    return {(_model_name(c.model), c.attname): c.name for c in sealed_columns()}


def _name(model: Any, attname: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
    return f"{_NAMES.get(_model_name(model), words)}.{attname.removesuffix(_SUFFIX)}"


def _model_name(model: type[models.Model]) -> str:
    return model._meta.model_name or ""
