import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xgz.files.sealed_envelope import (
    MAGIC,
    STEP,
    EnvelopeBroken,
    ForeignKey,
    NotAnEnvelope,
    WrongPurpose,
    key_id,
    new_box_keys,
    new_shared_key,
    open_shared,
    open_with,
    read_header,
    seal_shared,
    seal_to,
)

SHARED = b"s" * 32
PRIVATE, PUBLIC = new_box_keys()
FACTS = {"request": "r-1", "expires": "2026-11-02"}
FORMS = {
    "shared": (lambda clear, **more: seal_shared(SHARED, "trial", clear, FACTS, **more)),
    "box": (lambda clear, **more: seal_to(PUBLIC, "trial", clear, FACTS, **more)),
}
OPENERS = {
    "shared": (lambda sealed, purpose="trial": open_shared(SHARED, purpose, sealed)),
    "box": (lambda sealed, purpose="trial": open_with(PRIVATE, purpose, sealed)),
}
both_forms = pytest.mark.parametrize("form", FORMS)


@both_forms
@pytest.mark.parametrize("size", [0, 1, STEP - 9, STEP - 8, STEP - 7, 3 * STEP])
def test_what_went_in_comes_out(form, size):
    clear = os.urandom(size)

    opened = OPENERS[form](FORMS[form](clear))

    assert opened.clear == clear
    assert opened.facts == FACTS


@both_forms
def test_zeros_at_the_end_are_kept(form):
    assert OPENERS[form](FORMS[form](b"\x00\x80\x00\x00")).clear == b"\x00\x80\x00\x00"


@both_forms
@given(one=st.integers(0, 4 * 512), other=st.integers(0, 4 * 512))
def test_the_size_tells_no_more_than_its_step(form, one, other):
    steps = [-(-(size + 8) // 512) for size in (one, other)]
    sizes = [len(FORMS[form](b"x" * size, step=512)) for size in (one, other)]

    assert (sizes[0] == sizes[1]) is (steps[0] == steps[1])
    assert (sizes[1] - sizes[0]) == (steps[1] - steps[0]) * 512


@both_forms
def test_nothing_of_it_is_readable_and_no_two_are_alike(form):
    first, second = (FORMS[form](b"330183199001011234" * 1000) for _ in range(2))

    assert b"330183199001011234" not in first
    assert first[-STEP:] != second[-STEP:]


@both_forms
def test_every_changed_byte_is_found(form):
    sealed = FORMS[form](b"clear", step=64)

    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises((NotAnEnvelope, WrongPurpose, ForeignKey, EnvelopeBroken)):
            OPENERS[form](changed)


@both_forms
def test_every_cut_is_found(form):
    sealed = FORMS[form](b"clear", step=64)

    for length in range(len(sealed)):
        with pytest.raises((NotAnEnvelope, EnvelopeBroken)):
            OPENERS[form](sealed[:length])
    with pytest.raises(EnvelopeBroken):
        OPENERS[form](sealed + b"\x00")


@both_forms
def test_a_changed_fact_is_found(form):
    sealed = FORMS[form](b"clear")

    with pytest.raises(EnvelopeBroken):
        OPENERS[form](sealed.replace(b"2026-11-02", b"2036-11-02"))


@both_forms
def test_another_purpose_is_refused(form):
    with pytest.raises(WrongPurpose):
        OPENERS[form](FORMS[form](b"clear"), purpose="other")


def test_another_key_is_refused_by_its_id():
    with pytest.raises(ForeignKey, match=key_id(SHARED)):
        open_shared(new_shared_key(), "trial", FORMS["shared"](b"clear"))
    with pytest.raises(ForeignKey, match=key_id(PUBLIC)):
        open_with(new_box_keys()[0], "trial", FORMS["box"](b"clear"))


def test_the_sender_cannot_open_what_went_into_the_box():
    """Only the private half opens; the public half that sealed it does not."""
    with pytest.raises(ForeignKey):
        open_with(PUBLIC, "trial", FORMS["box"](b"clear"))


def test_one_form_is_not_taken_for_the_other():
    with pytest.raises(WrongPurpose):
        open_shared(SHARED, "trial", FORMS["box"](b"clear"))
    with pytest.raises(WrongPurpose):
        open_with(PRIVATE, "trial", FORMS["shared"](b"clear"))


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"kind": "shared"},
        {"kind": "shared", "purpose": "trial", "key": "k", "step": 1, "salt": "zz", "facts": {}},
        {"kind": "shared", "purpose": "trial", "key": "k", "step": 1, "salt": "", "facts": 3},
    ],
)
def test_a_header_of_another_shape_is_no_envelope(said):
    text = json.dumps(said).encode()
    with pytest.raises(NotAnEnvelope):
        read_header(MAGIC + len(text).to_bytes(4, "big") + text)


def test_a_header_nested_without_end_is_no_envelope():
    text = b"[" * 60_000
    with pytest.raises(NotAnEnvelope):
        read_header(MAGIC + len(text).to_bytes(4, "big") + text)


def test_the_header_is_read_without_a_key():
    header = read_header(seal_to(PUBLIC, "trial", b"clear", FACTS, step=64))

    assert (header.kind, header.purpose, header.step) == ("box", "trial", 64)
    assert header.key_id == key_id(PUBLIC)
    assert header.facts == FACTS


def test_the_id_of_a_key_says_nothing_of_the_key():
    assert key_id(SHARED) != key_id(SHARED[:-1] + b"t")
    assert SHARED.hex()[:16] not in key_id(SHARED)
