"""The key two offices share."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.exchanges import AGREEMENT
from xgz.files.exchange_key import Digester, ExchangeKey, key_from, new_key_text, read_key
from xgz.rules.exchange.terms import ExchangeRefused, Refusal

RAW = bytes(range(32))


def refused(content):
    with pytest.raises(ExchangeRefused) as found:
        key_from(content)
    return found.value.reason


def test_a_key_file_holds_its_agreement(tmp_path):
    path = tmp_path / "key"
    path.write_text(new_key_text(AGREEMENT), encoding="utf-8")

    key = read_key(path)

    assert key.agreement == AGREEMENT
    assert len(key.secret) == 32


def test_no_two_keys_are_alike():
    one, other = (key_from(new_key_text(AGREEMENT).encode()) for _ in range(2))

    assert one.secret != other.secret
    assert one.key_id != other.key_id


@pytest.mark.parametrize("field", ["basis", "document", "purpose", "expires"])
def test_changing_a_word_of_the_agreement_makes_another_key(field):
    said = json.loads(new_key_text(AGREEMENT))
    other = said | {"agreement": said["agreement"] | {field: "2027-12-31"}}

    one, changed = (key_from(json.dumps(text).encode()) for text in (said, other))

    assert one.secret != changed.secret
    assert one.agreement != changed.agreement


@pytest.mark.parametrize(
    "content",
    [RAW, RAW.hex().encode(), RAW.hex().upper().encode() + b"\n", base64.b64encode(RAW) + b"\n"],
    ids=["bytes", "hexadecimal", "with an end of line", "base64"],
)
def test_a_bare_key_carries_no_agreement(content):
    assert key_from(content) == key_from(RAW)
    assert key_from(content).agreement is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"password",
        RAW[:-1],
        RAW + b"x",
        RAW.hex()[:-2].encode(),
        base64.b64encode(RAW[:-1]),
        b"{}",
        b'{"form": "another"}',
        b"[" * 60_000,
        json.dumps({"form": "xgz exchange key 1", "key": "AAAA", "agreement": {}}).encode(),
        json.dumps({"form": "xgz exchange key 1", "key": 7}).encode(),
    ],
    ids=lambda content: content[:20].decode(errors="replace") + str(len(content)),
)
def test_anything_else_is_no_key(content):
    assert refused(content) is Refusal.KEY_UNREADABLE


def test_a_key_without_its_agreement_is_refused():
    said = json.loads(new_key_text(AGREEMENT))
    del said["agreement"]

    assert refused(json.dumps(said).encode()) is Refusal.BASIS_UNREADABLE


def test_a_missing_or_huge_file_is_no_key(tmp_path):
    (tmp_path / "huge").write_bytes(b"0" * 70_000)

    for name in ("missing", "huge"):
        with pytest.raises(ExchangeRefused) as found:
            read_key(tmp_path / name)
        assert found.value.reason is Refusal.KEY_UNREADABLE


@given(st.text(), st.text(), st.integers(0, 6), st.integers(0, 6))
def test_digests_agree_where_kind_and_text_do(one, other, kind, another):
    digester = Digester(ExchangeKey(RAW, None), "n")
    alike = (one.encode(errors="replace"), kind) == (other.encode(errors="replace"), another)

    assert (digester.digest(kind, one) == digester.digest(another, other)) is alike
    assert len(digester.digest(kind, one)) == 16


def test_digests_of_two_requests_or_keys_share_nothing():
    key = ExchangeKey(RAW, None)
    made = {
        Digester(key, "1").digest(0, "x"),
        Digester(key, "2").digest(0, "x"),
        Digester(replace(key, secret=bytes(32)), "1").digest(0, "x"),
    }

    assert len(made) == 3
