"""What the relay seals and what it believes: nothing opens without the key, nothing changed holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xgz.files.relay_keys import (
    RelayKeysBroken,
    RelayKeysMissing,
    new_relay_keys,
    place_relay_keys,
    read_relay_keys,
)
from xgz.files.sealed_envelope import new_box_keys, seal_to
from xgz.relay import messages
from xgz.relay.box import Box, BoxFull, BoxNotReady, PublicKeys
from xgz.relay.codes import ListRefused, ValidCode, digest_of, read_list, signed_list
from xgz.relay.messages import (
    MessageRefused,
    SealedForAnother,
    read_message,
    sealed_claim,
    sealed_wish,
)
from xgz.relay.store import Claim, Key, Wish
from xgz.rules.self_reports import Answers, RequestTopic

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
ANSWERS = Answers("方柏梁", "13800006021", "老家石桥村", "002X", "晚上七点以后")
CODE = "aaaabbbbcccc0123456789abcdef"
PRIVATE, PUBLIC = new_box_keys()
SIGN = Ed25519PrivateKey.generate()
WORDS = (ANSWERS.name, ANSWERS.phone, ANSWERS.branch, ANSWERS.last_four, ANSWERS.reach)


def _claim(at=NOW, **values):
    return sealed_claim(PUBLIC, CODE, Claim(ANSWERS, 1), "ABCDEFGHJKMN", at)


def test_a_claim_goes_in_and_comes_out_whole():
    said = read_message(PRIVATE, _claim(), NOW)

    assert said.claim == Claim(ANSWERS, 1)
    assert (said.code, said.receipt, said.at, said.wish) == (CODE, "ABCDEFGHJKMN", NOW, None)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(RequestTopic.WITHDRAWAL, key=Key("ABCDEFGHJKMN", "6021")),
        Wish(RequestTopic.COMPLAINT, "没人联系", Key("ABCDEFGHJKMN", "6021")),
        Wish(RequestTopic.NOT_ME, "", phone="13800006021"),
    ],
)
def test_so_does_a_wish(wish):
    assert read_message(PRIVATE, sealed_wish(PUBLIC, wish, NOW), NOW).wish == wish


def test_two_claims_are_of_one_size_and_never_alike():
    other = sealed_claim(PUBLIC, CODE, Claim(Answers("张三", "13900001111"), 1), "X" * 12, NOW)

    assert len(_claim()) == len(other)
    assert _claim() != _claim()
    assert read_message(PRIVATE, _claim(), NOW).id != read_message(PRIVATE, _claim(), NOW).id


def test_nothing_stands_in_clear():
    sealed = _claim()
    for word in (*WORDS, CODE, "ABCDEFGHJKMN"):
        assert word.encode() not in sealed


def test_a_changed_or_cut_piece_is_refused_at_every_place():
    sealed = _claim()
    for place in {*range(0, len(sealed), 97), len(sealed) - 1}:
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(MessageRefused):
            read_message(PRIVATE, changed, NOW)
    for length in (0, 10, len(sealed) // 2, len(sealed) - 1):
        with pytest.raises(MessageRefused):
            read_message(PRIVATE, sealed[:length], NOW)


def test_a_piece_for_another_key_is_told_from_a_broken_one():
    with pytest.raises(SealedForAnother):
        read_message(
            PRIVATE, sealed_claim(new_box_keys()[1], CODE, Claim(ANSWERS, 1), "X", NOW), NOW
        )


def test_pieces_for_another_purpose_or_of_another_form_are_refused():
    for sealed in (
        seal_to(PUBLIC, "something else", b"{}"),
        seal_to(PUBLIC, messages.PURPOSE, b"{}"),
        seal_to(PUBLIC, messages.PURPOSE, b"[]"),
        seal_to(PUBLIC, messages.PURPOSE, b"\xff"),
    ):
        with pytest.raises(MessageRefused):
            read_message(PRIVATE, sealed, NOW)


@pytest.mark.parametrize(
    ("late", "taken"),
    [
        (timedelta(days=45), True),
        (timedelta(days=45, seconds=1), False),
        (timedelta(minutes=-10), True),
        (timedelta(minutes=-10, seconds=-1), False),
    ],
)
def test_too_old_or_from_beyond_the_present(late, taken):
    sealed = _claim(NOW - late)
    if taken:
        assert read_message(PRIVATE, sealed, NOW)
        return
    with pytest.raises(MessageRefused):
        read_message(PRIVATE, sealed, NOW)


def _code(code=CODE):
    return ValidCode(digest_of(code), "办事大厅", "清平镇党委", date(2026, 11, 1), date(2027, 5, 1))


def _signed(made_at=NOW, key=SIGN, codes=None):
    return signed_list(key.private_bytes_raw(), codes or [_code()], made_at)


def test_a_signed_list_finds_its_codes_and_holds_none_in_clear():
    signed = _signed()
    found = read_list(SIGN.public_key().public_bytes_raw(), signed)

    assert found.find(CODE) == _code()
    assert found.find(CODE[:-1] + "0") is None
    assert CODE.encode() not in signed


def test_a_list_that_was_changed_or_signed_by_another_is_refused():
    public = SIGN.public_key().public_bytes_raw()
    signed = _signed()
    for wrong in (
        _signed(key=Ed25519PrivateKey.generate()),
        signed.replace(b'"list": "e', b'"list": "f'),
        b"",
        b"{}",
        b"[1]",
    ):
        assert wrong != signed
        with pytest.raises(ListRefused):
            read_list(public, wrong)


@pytest.fixture
def box(tmp_path):
    made = Box(tmp_path)
    keys = PublicKeys(PUBLIC, SIGN.public_key().public_bytes_raw())
    (tmp_path / "keys.json").write_text(keys.as_text())
    return made


def test_a_box_without_keys_or_list_is_not_ready(tmp_path):
    for ask in (Box(tmp_path).keys, Box(tmp_path).codes):
        with pytest.raises(BoxNotReady):
            ask()
    (tmp_path / "keys.json").write_text('{"box": "aa", "sign": "bb"}')
    with pytest.raises(BoxNotReady):
        Box(tmp_path).keys()


def test_only_a_newer_list_takes_the_place_of_one(box):
    box.take_list(_signed(NOW))
    for older in (_signed(NOW), _signed(NOW - timedelta(seconds=1))):
        with pytest.raises(ListRefused):
            box.take_list(older)
    box.take_list(_signed(NOW + timedelta(seconds=1)))
    assert box.codes().made_at == NOW + timedelta(seconds=1)


def test_names_reach_nothing_but_pieces(box):
    box.put(b"sealed")
    (name,) = box.names()
    assert box.read(name) == b"sealed"
    for foreign in ("../keys.json", "keys.json", "/etc/hostname", "..sealed", "../x.sealed", ""):
        with pytest.raises(FileNotFoundError):
            box.read(foreign)
        box.drop(foreign)
    assert (box.folder / "keys.json").exists()
    box.drop(name)
    box.drop(name)
    assert box.names() == []


def test_a_folder_or_a_link_named_like_a_piece_is_none(box, tmp_path):
    box.put(b"sealed")
    (name,) = box.names()
    (box.pieces / "aa.sealed").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"no piece")
    (box.pieces / "bb.sealed").symlink_to(tmp_path / "elsewhere")

    assert box.names() == [name]
    for other in ("aa.sealed", "bb.sealed"):
        with pytest.raises(FileNotFoundError):
            box.read(other)
        box.drop(other)
    assert (tmp_path / "elsewhere").exists()


def test_a_full_box_takes_no_more(box, monkeypatch):
    monkeypatch.setattr("xgz.relay.box.MOST_PIECES", 2)
    box.put(b"1")
    box.put(b"2")
    with pytest.raises(BoxFull):
        box.put(b"3")


def test_keys_are_placed_once_and_closed_to_others(tmp_path):
    path, keys = tmp_path / "keys" / "relay.json", new_relay_keys()
    with pytest.raises(RelayKeysMissing):
        read_relay_keys(path)

    assert place_relay_keys(path, keys)
    assert not place_relay_keys(path, new_relay_keys())

    assert read_relay_keys(path) == keys
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"box": "AAAA", "sign": "AAAA"}', "\u20ac"])
def test_a_broken_file_is_neither_read_nor_replaced(tmp_path, text):
    path = tmp_path / "relay.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RelayKeysBroken):
        read_relay_keys(path)
    assert not place_relay_keys(path, new_relay_keys())
    assert path.read_text(encoding="utf-8") == text
