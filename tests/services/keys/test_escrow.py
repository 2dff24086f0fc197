import json
from itertools import permutations

import pytest

from tests.factories import TODAY
from tests.factories.self_reports import ANSWERS
from tests.services.imports.worlds import NOW, operator
from xgz.access.actor import NotPermitted, clock_actor
from xgz.files.relay_keys import RelayKeysBroken, new_relay_keys, place_relay_keys
from xgz.models import AuditEntry
from xgz.models.keyring import forget_key_ring, key_ring
from xgz.relay.messages import read_message, sealed_claim
from xgz.relay.store import Claim
from xgz.services.keys.escrow import (
    Escrow,
    EscrowBroken,
    PassphrasesUnfit,
    PassphrasesWrong,
    RelayKeysInTheWay,
    RingInTheWay,
    export_keys,
    place_relay,
    place_ring,
    read_escrow,
)
from xgz.services.self_reports.relaying import relay_keys

pytestmark = pytest.mark.django_db
THREE = ("first passphrase of three", "second passphrase of three", "third passphrase, as it is")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """Keep the form, lower the cost: otherwise each guess takes a quarter of a second."""
    monkeypatch.setattr("xgz.services.keys.escrow._COST", 16)


@pytest.fixture
def escrow(own_keys, tmp_path):
    target = tmp_path / "escrow.json"
    export_keys(actor=operator(), target=target, passphrases=THREE, now=NOW)
    return target


def opened(source, *passphrases):
    return read_escrow(actor=operator(), source=source, passphrases=passphrases)


@pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
def test_any_two_open_it_in_any_order(escrow, pair):
    assert opened(escrow, *(THREE[i] for i in pair)) == Escrow(key_ring(), relay=None)


@pytest.mark.parametrize(
    "given",
    [
        (THREE[0],),
        (THREE[0], THREE[0]),
        (THREE[0], "a guess of the second"),
        (THREE[0] + THREE[1],),
    ],
    ids=["one", "one twice", "a guess", "both as one"],
)
def test_less_than_two_open_nothing(escrow, given):
    with pytest.raises(PassphrasesWrong):
        opened(escrow, *given)


def test_the_file_shows_no_key(escrow):
    text, ring = escrow.read_text(), json.loads((escrow.parent / "keys/keyring.json").read_text())

    assert ring["key_id"] in text
    for key in (*ring["field"].values(), ring["index"], ring["audit"], ring["backup"]):
        assert key not in text
    assert escrow.stat().st_mode & 0o777 == 0o600


def test_a_changed_file_opens_nothing(escrow):
    stored = json.loads(escrow.read_text())
    stored["key_ids"] = ["00000000"]
    escrow.write_text(json.dumps(stored))

    with pytest.raises(PassphrasesWrong):
        opened(escrow, *THREE[:2])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form": "other"}'])
def test_another_file_is_told(tmp_path, text):
    (tmp_path / "other").write_text(text)

    with pytest.raises(EscrowBroken):
        opened(tmp_path / "other", *THREE[:2])


@pytest.mark.parametrize(
    "given",
    [THREE[:2], (*THREE[:2], THREE[0]), (*THREE[:2], "fifteen letters")],
    ids=["two", "one twice", "short"],
)
def test_unfit_passphrases_are_refused(own_keys, tmp_path, given):
    with pytest.raises(PassphrasesUnfit):
        export_keys(actor=operator(), target=tmp_path / "escrow", passphrases=given, now=NOW)
    assert not (tmp_path / "escrow").exists()


def test_nothing_is_overwritten(escrow):
    with pytest.raises(FileExistsError):
        export_keys(actor=operator(), target=escrow, passphrases=THREE, now=NOW)


def test_a_lost_ring_comes_back(escrow, own_keys):
    ring = key_ring()
    own_keys.unlink()

    assert place_ring(actor=operator(), ring=opened(escrow, *THREE[1:]).ring)
    assert key_ring() == ring
    assert own_keys.stat().st_mode & 0o777 == 0o600


def test_a_ring_that_is_there_stays(escrow, own_keys):
    ring = opened(escrow, *THREE[1:]).ring
    assert not place_ring(actor=operator(), ring=ring)
    stored = json.loads(own_keys.read_text())
    own_keys.write_text(json.dumps(stored | {"index": stored["audit"]}))
    forget_key_ring()

    with pytest.raises(RingInTheWay):
        place_ring(actor=operator(), ring=ring)


def test_exports_are_in_the_audit_and_the_operators_alone(escrow):
    assert AuditEntry.objects.filter(action="keys.export").count() == 1
    with pytest.raises(NotPermitted):
        export_keys(actor=clock_actor(TODAY), target=escrow, passphrases=THREE, now=NOW)


# --- the relay's keys ----------------------------------------------------------------------------


@pytest.fixture
def with_relay(own_keys, settings, tmp_path):
    """An escrow file of an installation with a relay, and the relay's keys."""
    keys, target = new_relay_keys(), tmp_path / "escrow.json"
    place_relay_keys(settings.RELAY_KEYS, keys)
    kept = export_keys(actor=operator(), target=target, passphrases=THREE, now=NOW)
    assert kept == Escrow(key_ring(), keys)
    return target, keys


def test_a_restored_site_opens_what_waits_at_the_relay(with_relay, settings):
    escrow, keys = with_relay
    settings.RELAY_KEYS.unlink()
    sealed = sealed_claim(keys.public_box, "code", Claim(ANSWERS, 1), "ABCDEFGHJKMN", NOW)

    relay = opened(escrow, *THREE[1:]).relay
    assert place_relay(actor=operator(), keys=relay)

    assert read_message(relay_keys().box, sealed, NOW).claim.answers == ANSWERS
    assert relay_keys().public_sign == keys.public_sign
    assert settings.RELAY_KEYS.stat().st_mode & 0o777 == 0o600


def test_relay_keys_that_are_there_stay(with_relay, settings):
    escrow, keys = with_relay
    assert not place_relay(actor=operator(), keys=opened(escrow, *THREE[1:]).relay)
    settings.RELAY_KEYS.unlink()
    others = new_relay_keys()
    place_relay_keys(settings.RELAY_KEYS, others)

    with pytest.raises(RelayKeysInTheWay):
        place_relay(actor=operator(), keys=keys)

    assert relay_keys() == others


def test_the_file_shows_no_key_of_the_relay(with_relay):
    escrow, keys = with_relay
    text = escrow.read_text()

    for key in (*keys.as_json().values(), keys.public_box.hex(), keys.public_sign.hex()):
        assert key not in text


def test_broken_relay_keys_are_not_left_out_in_silence(with_relay, settings, tmp_path):
    settings.RELAY_KEYS.write_text("{}")

    with pytest.raises(RelayKeysBroken):
        export_keys(actor=operator(), target=tmp_path / "next", passphrases=THREE, now=NOW)
    assert not (tmp_path / "next").exists()


def test_relay_keys_are_the_operators_alone(with_relay):
    _escrow, keys = with_relay

    with pytest.raises(NotPermitted):
        place_relay(actor=clock_actor(TODAY), keys=keys)
