"""The two sealed lists of an exchange."""

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.exchanges import AGREEMENT, new_key
from xgz.files import exchange_lists
from xgz.files.exchange_lists import (
    ANSWER_ROW,
    REQUEST_ROW,
    AnswerHead,
    AskedRow,
    RequestHead,
    file_digest,
    number_answered,
    open_answer,
    open_request,
    seal_answer,
    seal_request,
)
from xgz.files.sealed_envelope import new_box_keys, open_shared, seal_shared, seal_to
from xgz.rules.exchange.identities import Flag, IdentityKey
from xgz.rules.exchange.terms import ROWS_STEP, ExchangeRefused, Refusal

KEY = new_key()
PRIVATE, PUBLIC = new_box_keys()
HEAD = RequestHead("n" * 32, "2026-11-23", "2026-12-23", AGREEMENT, PUBLIC)
REPLY = AnswerHead("n" * 32, "d" * 64)


def some_rows(count):
    known = [IdentityKey.ID, IdentityKey.SOUND_PHONE]
    return [AskedRow(os.urandom(16), {k: os.urandom(16) for k in known}) for _ in range(count)]


def reply(count):
    return seal_answer(KEY, REPLY, PUBLIC, [(os.urandom(16), Flag.SAME)] * count)


def reason_of(call):
    with pytest.raises(ExchangeRefused) as refused:
        call()
    return refused.value.reason


@pytest.mark.parametrize("count", [0, 1, 250])
def test_a_request_is_read_as_it_was_written(count):
    rows = some_rows(count)

    assert open_request(KEY, seal_request(KEY, HEAD, rows)) == (HEAD, rows)


def test_an_answer_is_read_as_it_was_written():
    flags = [(os.urandom(16), flag) for flag in Flag]
    sealed = seal_answer(KEY, REPLY, PUBLIC, flags)

    number, inner = number_answered(KEY, sealed)

    assert number == REPLY.number
    assert open_answer(PRIVATE, inner) == (REPLY, flags)


def test_keys_that_are_not_known_look_like_others():
    """Two rows that know nothing hold different bytes: nobody counts the unknown ones by them."""
    row = AskedRow(bytes(16), {})
    first, second = (exchange_lists._request_row(row) for _ in range(2))

    assert len(first) == REQUEST_ROW
    assert first[:18] == second[:18] == bytes(18)
    assert first[18:] != second[18:]
    assert bytes(16) not in first[18:]


@settings(max_examples=30)
@given(one=st.integers(1, 5 * ROWS_STEP), other=st.integers(1, 5 * ROWS_STEP))
def test_sizes_tell_the_rows_in_steps_of_a_hundred_and_nothing_else(one, other):
    sizes = [(len(seal_request(KEY, HEAD, some_rows(n))), len(reply(n))) for n in (one, other)]
    # The head takes the room of some rows itself, so that a step may begin a few rows earlier.
    apart = abs(one - other) // ROWS_STEP

    for (mine, theirs), width in zip(
        zip(*sizes, strict=True), (REQUEST_ROW, ANSWER_ROW), strict=True
    ):
        step = width * ROWS_STEP
        assert (mine - theirs) % step == 0
        assert abs(mine - theirs) // step in {apart, apart + 1}


def test_flags_and_known_keys_do_not_change_the_size():
    full = [AskedRow(os.urandom(16), {k: os.urandom(16) for k in IdentityKey})] * 150
    bare = [AskedRow(os.urandom(16), {})] * 150
    one, other = ([(os.urandom(16), flag)] * 150 for flag in (Flag.SAME, Flag.NONE))

    assert len(seal_request(KEY, HEAD, full)) == len(seal_request(KEY, HEAD, bare))
    assert len(seal_answer(KEY, REPLY, PUBLIC, one)) == len(seal_answer(KEY, REPLY, PUBLIC, other))


def test_the_answer_opens_for_the_asking_side_alone():
    """The shared key alone, which both offices hold, does not open the flags."""
    number, inner = number_answered(KEY, reply(1))
    opened = open_shared(KEY.secret, "exchange answer", reply(1))

    assert inner != opened.clear
    assert reason_of(lambda: open_answer(new_box_keys()[0], inner)) is Refusal.FOREIGN_KEY


def test_lists_are_not_taken_for_each_other():
    request = seal_request(KEY, HEAD, some_rows(1))

    assert reason_of(lambda: open_request(KEY, reply(1))) is Refusal.OTHER_KIND
    assert reason_of(lambda: number_answered(KEY, request)) is Refusal.OTHER_KIND
    assert reason_of(lambda: open_answer(PRIVATE, request)) is Refusal.OTHER_KIND


def test_another_key_a_change_and_a_cut_are_told_apart():
    sealed = seal_request(KEY, HEAD, some_rows(1))
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert reason_of(lambda: open_request(new_key(), sealed)) is Refusal.FOREIGN_KEY
    assert reason_of(lambda: open_request(KEY, changed)) is Refusal.BROKEN
    assert reason_of(lambda: open_request(KEY, sealed[:-1])) is Refusal.BROKEN
    assert reason_of(lambda: open_request(KEY, b"a,b\n1,2\n")) is Refusal.NOT_SEALED


def said(**changes):
    head = {"version": 1, "number": "n" * 32, "box": PUBLIC.hex()}
    head |= {"made": "2026-11-23", "expires": "2026-12-23"}
    return head | {"agreement": AGREEMENT.as_json()} | changes


@pytest.mark.parametrize(
    ("clear", "reason"),
    [
        (b"", Refusal.BROKEN),
        (b"[]\n", Refusal.BROKEN),
        (b"{}", Refusal.BROKEN),
        (b"no json\n", Refusal.BROKEN),
        (json.dumps(said(version=2)).encode() + b"\n", Refusal.OTHER_VERSION),
        (json.dumps({"version": 1}).encode() + b"\n", Refusal.BROKEN),
        (json.dumps(said(box="00")).encode() + b"\n", Refusal.BROKEN),
        (json.dumps(said(box="zz")).encode() + b"\n", Refusal.BROKEN),
        (json.dumps(said(agreement=None)).encode() + b"\n", Refusal.BASIS_UNREADABLE),
        (json.dumps(said()).encode() + b"\nhalf a row", Refusal.BROKEN),
        (b"[" * 200_000 + b"\n", Refusal.BROKEN),
        *(
            (json.dumps(said(**change)).encode() + b"\n", Refusal.BROKEN)
            for change in (
                {"number": ""},
                {"number": "n" * 33},
                {"number": "n\0"},
                {"made": "m"},
                {"expires": "e"},
                {"expires": "2026-11-22"},
                {"expires": "2026-12-24"},  # the thirty-first day
                {"made": "9999-12-30", "expires": "9999-12-31"},
                {"made": "2026-12-30", "expires": "2027-01-01"},  # after the agreement's last day
            )
        ),
        *(
            (
                json.dumps(said(agreement=AGREEMENT.as_json() | {"basis": words})).encode() + b"\n",
                Refusal.BASIS_INCOMPLETE,
            )
            for words in ("\0", "\ud800")
        ),
    ],
)
def test_a_holder_of_the_key_cannot_make_us_stumble(clear, reason):
    sealed = seal_shared(KEY.secret, "exchange request", clear)

    assert reason_of(lambda: open_request(KEY, sealed)) is reason


def test_a_request_may_live_up_to_its_last_day():
    sealed = seal_shared(
        KEY.secret, "exchange request", json.dumps(said()).encode() + b"\n", step=1
    )

    assert open_request(KEY, sealed)[0] == HEAD


@pytest.mark.parametrize("number", ["n" * 33, "\0", ""])
def test_an_answer_of_no_number_is_for_no_request(number):
    sealed = seal_shared(KEY.secret, "exchange answer", b"", {"number": number})

    assert number_answered(KEY, sealed)[0] == ""


@pytest.mark.parametrize(
    "clear",
    [
        b"",
        b"[" * 200_000 + b"\n",
        b"{}\n",
        b'{"number": "n", "digest": "d"}\nhalf',
        b'{"number": "n", "digest": "d"}\n' + b"\x09" * 17,
    ],
    ids=["empty", "deep", "no head", "half a row", "no flag"],
)
def test_an_answer_of_another_form_is_broken(clear):
    inner = seal_to(PUBLIC, "exchange flags", clear)

    assert reason_of(lambda: open_answer(PRIVATE, inner)) is Refusal.BROKEN


def test_the_digest_of_a_file_is_its_own():
    assert file_digest(b"a") != file_digest(b"b")
    assert len(file_digest(b"")) == 64
