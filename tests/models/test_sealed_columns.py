"""Every sealed column of every model stands in the registry under the name its values are bound to."""

from importlib import import_module
from inspect import getsource

import pytest
from django.apps import apps

from tests.factories import TODAY
from xgz.models import sealing
from xgz.models.fields import SealedField
from xgz.models.keyring import changing_key_ring, replace_key_ring, with_new_key
from xgz.models.sealed_columns import is_same, name_in, sealed_columns

ROW = "abcdefghijkl"
# No property opens these; the module that does says the name itself.
OPENED_ELSEWHERE = {
    "staged_row.values": "xgz.services.imports.staged_rows",
    "sealed_list.value": "xgz.models.sealed_lists",
}
READERS = {
    "found": "found_id",
    "owner_id": "owner_id_number",
    "owner_member": "owner_is_member",
    "owner_secretary": "owner_is_secretary",
}
STAGED = {"owner_id_sealed": "business.owner_id", "phone_sealed": "business.phone"}


@pytest.fixture
def newer_key(own_keys):
    """Return a function that makes a fresh key the current one."""

    def make():
        with changing_key_ring() as ring:
            replace_key_ring(with_new_key(ring, TODAY))

    return make


def test_no_sealed_field_is_missing():
    fields = {
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    }

    assert fields <= {(column.model, column.attname) for column in sealed_columns()}
    assert len(fields) > 15


@pytest.mark.parametrize(
    "column", sealed_columns(), ids=lambda column: f"{column.model.__name__}.{column.attname}"
)
def test_a_value_sealed_again_opens_to_the_same_text(column, newer_key):
    old = sealing.seal(column.name, ROW, "甄示例 330102199001011234")

    newer_key()
    new = sealing.reseal(column.name, ROW, old)

    assert sealing.key_id_of(new) != sealing.key_id_of(old)
    for sealed in (old, new):
        assert _opened(column, sealed) == "甄示例 330102199001011234"


def _opened(column, sealed):
    """Return what the program itself opens of a row with this value."""
    reader = column.attname.removesuffix("_sealed")
    if column.name in OPENED_ELSEWHERE:
        assert f'"{column.name}"' in getsource(import_module(OPENED_ELSEWHERE[column.name]))
    elif column.model.__name__ == "StagedBusiness":
        assert STAGED[column.attname] == column.name
    else:
        row = column.model(public_id=ROW, **{column.attname: sealed})
        return getattr(row, READERS.get(reader, reader))
    return sealing.unseal(column.name, ROW, sealed)


def test_equal_values_stay_equal(newer_key):
    old = sealing.seal("member.name", ROW, "甄示例")
    other = sealing.seal("member.name", ROW, "甄示例")

    newer_key()

    assert sealing.reseal("member.name", ROW, old) == sealing.reseal("member.name", ROW, old)
    assert sealing.reseal("member.name", ROW, old) != sealing.reseal("member.name", ROW, other)


def test_a_value_is_known_again_while_only_one_of_its_copies_was_sealed_again(newer_key):
    member = apps.get_model("xgz", "Member")(public_id=ROW)
    old = sealing.seal("member.name", ROW, "甄示例")
    another = sealing.seal("member.name", ROW, "甄示例")
    newer_key()

    assert is_same(member, "name_sealed", sealing.reseal("member.name", ROW, old), old)
    assert not is_same(member, "name_sealed", another, old)
    assert not is_same(member, "name_sealed", "甄示例", old)


def test_a_table_is_named_as_the_journal_names_it():
    assert name_in("memberworkplace", "unit_name_sealed") == "workplace.unit_name"
    with pytest.raises(LookupError):
        name_in("member", "birth_date")
