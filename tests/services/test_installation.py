import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_district, make_import, make_member, make_organisation
from xgz.models import Member, SealedList
from xgz.models.keyring import KeyRingBroken, KeyRingMissing, forget_key_ring
from xgz.services.installation import WrongKeys, ensure_ready

pytestmark = pytest.mark.django_db


def swap(path, text):
    path.write_text(text, encoding="utf-8")
    forget_key_ring()


def test_the_same_keys_open_the_database_again(own_keys):
    ensure_ready()
    ensure_ready()

    assert SealedList.objects.count() == 4  # a canary each: field, index, audit and backup key


def test_an_empty_database_gets_new_keys(own_keys):
    own_keys.unlink()
    forget_key_ring()

    ensure_ready()

    assert own_keys.exists()


@pytest.mark.parametrize("has_canary", [True, False], ids=["canary", "rows only"])
def test_lost_keys_are_never_replaced(own_keys, has_canary):
    make_import()
    if has_canary:
        ensure_ready()
    own_keys.unlink()
    forget_key_ring()

    with pytest.raises(KeyRingMissing):
        ensure_ready()
    assert not own_keys.exists()


@pytest.mark.parametrize("has_canary", [True, False], ids=["canary", "members only"])
def test_foreign_keys_are_refused(own_keys, has_canary):
    make_member(make_organisation(make_district().qingping))
    if has_canary:
        ensure_ready()
    ring = json.loads(own_keys.read_text(encoding="utf-8"))
    ring["field"] = {ring["key_id"]: "AAAAAAAAAAAAAAAAAAAAAA=="}
    swap(own_keys, json.dumps(ring))

    with pytest.raises(WrongKeys):
        ensure_ready()
    with pytest.raises(CommandError, match="不是一套"):
        call_command("coverage")
    assert Member.objects.count() == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"], ids=["empty", "cut", "list", "no keys"])
def test_a_damaged_key_ring_is_said_in_plain_words(own_keys, text):
    ensure_ready()
    swap(own_keys, text)

    with pytest.raises(KeyRingBroken):
        ensure_ready()
    with pytest.raises(CommandError, match="已损坏"):
        call_command("coverage")
