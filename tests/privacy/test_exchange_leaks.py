"""No roster column and no raw number leaves in an exchange (XC-1, XC-3): every byte is looked at."""

import hashlib
import io
import json
import tempfile
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives import hashes
from django.core.management import call_command

from tests.canary.finder import Finder
from tests.canary.people import PEOPLE, secrets
from tests.factories.exchanges import AGREEMENT
from xgz.files.exchange_key import read_key
from xgz.files.exchange_lists import ANSWER_ROW, REQUEST_ROW
from xgz.files.sealed_envelope import open_shared, open_with, read_header
from xgz.models import Exchange, Member, sealing
from xgz.rules.exchange.identities import Flag, IdentityKey
from xgz.rules.exchange.terms import Side
from xgz.rules.members import MemberClass

pytestmark = pytest.mark.django_db
LEADS = PEOPLE[:30]
ROSTER = PEOPLE[10:]
ETHNICITY, SCHOOL, UNIT_CODE = "龘靐族", "爨氏学堂", "92360999MA7JH4BX3R"
MORE = {ETHNICITY: "ethnicity", SCHOOL: "education", UNIT_CODE: "unit code"}


def roster_row(person):
    return {
        "姓名": person.name,
        "性别": "男",
        "民族": ETHNICITY,
        "出生日期": "",
        "公民身份号码": person.id_number,
        "学历": SCHOOL,
        "人员类别": "正式党员",
        "所在党支部": person.unit,
        "工作岗位": person.position,
        "手机号": person.phone,
        "家庭住址": person.address,
        "党籍状态": "正常",
        "单位名称": person.unit,
        "单位统一社会信用代码": UNIT_CODE,
    }


def lead_row(number, person):
    return {
        "序号": f"L{number}",
        "经营者": person.name,
        "证件号码": person.id_number,
        "联系电话": person.phone,
        "住所": person.address,
        "名称": person.unit,
    }


def write_table(path, rows):
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def offices(tmp_path, settings, monkeypatch):
    """Inputs in one folder, what the commands make in another, a home and a temporary folder."""
    made = SimpleNamespace(**{n: tmp_path / n for n in ("inputs", "out", "home", "tmp")})
    for folder in vars(made).values():
        folder.mkdir()
    settings.HOME = made.home
    monkeypatch.setattr(tempfile, "tempdir", str(made.tmp))
    monkeypatch.setenv("TMPDIR", str(made.tmp))
    write_table(made.inputs / "leads.csv", [lead_row(n, p) for n, p in enumerate(LEADS)])
    write_table(made.inputs / "roster.csv", [roster_row(p) for p in ROSTER])
    basis = {k: getattr(AGREEMENT, k) for k in ("basis", "document", "purpose")}
    text = json.dumps(basis | {"expires": "2099-12-31"})
    (made.inputs / "basis.json").write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def finder():
    return Finder(secrets() | MORE)


def run(said, *arguments):
    call_command("exchange", *map(str, arguments), stdout=said, stderr=said)


def exchange(offices, said, *, with_file):
    """Run all four commands; return what an attacker with every key of the exchange can open."""
    key, out, inputs = offices.out / "key", offices.out, offices.inputs
    run(said, "key", "--out", key, "--basis", inputs / "basis.json")
    run(said, "request", inputs / "leads.csv", "--out", out / "request", "--key", key)
    box = bytes.fromhex(Exchange.objects.get(side=Side.ASKED).box_key)
    answer = ["answer", out / "request", "--key", key]
    run(said, *answer, "--look")
    more = ["--roster", inputs / "roster.csv"] if with_file else []
    run(said, *answer, "--out", out / "reply", *more)
    run(said, "accept", out / "reply", "--out", out / "flags.csv", "--key", key)
    shared = read_key(key).secret
    request = open_shared(shared, "exchange request", (out / "request").read_bytes())
    outer = open_shared(shared, "exchange answer", (out / "reply").read_bytes())
    inner = open_with(box, "exchange flags", outer.clear)
    return SimpleNamespace(request=request, outer=outer, inner=inner)


def keep_roster():
    for number, person in enumerate(ROSTER):
        member = Member(key_digest=f"{number:032}", member_class=MemberClass.FULL)
        member.ethnicity, member.education = "汉族", "大专"
        for name in ("name", "id_number", "phone", "address", "position"):
            sealed = sealing.seal(f"member.{name}", member.public_id, getattr(person, name))
            setattr(member, f"{name}_sealed", sealed)
        member.save()


@pytest.mark.parametrize("with_file", [True, False], ids=["roster file", "roster kept here"])
def test_canary_no_value_leaves_even_where_everything_is_opened(offices, finder, with_file):
    said = io.StringIO()
    if not with_file:
        keep_roster()

    opened = exchange(offices, said, with_file=with_file)

    hits = finder.in_folder(offices.out) + finder.in_text(said.getvalue(), "terminal")
    hits += finder.in_folder(offices.home) + finder.in_folder(offices.tmp) + finder.in_database()
    for name, part in vars(opened).items():
        hits += finder.in_bytes(part.clear, name)
        hits += finder.in_text(json.dumps(part.facts), f"{name} facts")
    assert hits == []
    flags = (offices.out / "flags.csv").read_text().splitlines()
    assert flags[0] == "lead,flag"
    expected = ["none"] * 10 + ["same"] * 20
    assert flags[1:] == [f"L{number},{flag}" for number, flag in enumerate(expected)]


def test_canary_the_finder_would_have_found_a_value_that_leaves(offices, finder):
    """The same look at an input, which holds the values, finds them all."""
    found = {hit.what for hit in finder.in_folder(offices.inputs)}

    assert {"ID number of member 0", "phone of member 49", "ethnicity"} <= found
    assert len(found) > 100


def split(clear):
    text, _, body = clear.partition(b"\n")
    return json.loads(text), body


def test_an_answer_holds_ids_and_flags_only(offices):
    opened = exchange(offices, io.StringIO(), with_file=True)
    asked_head, asked = split(opened.request.clear)
    head, body = split(opened.inner.clear)
    leads = [asked[at : at + 16] for at in range(0, len(asked), REQUEST_ROW)]

    assert set(head) == {"version", "number", "digest"}
    assert head["number"] == asked_head["number"]
    assert opened.outer.facts == opened.inner.facts == {"number": head["number"]}
    assert len(body) == ANSWER_ROW * len(LEADS)
    assert [body[at : at + 16] for at in range(0, len(body), ANSWER_ROW)] == leads
    assert {body[at] for at in range(16, len(body), ANSWER_ROW)} <= set(range(len(Flag)))


def test_a_request_holds_ids_and_keyed_digests_only(offices):
    opened = exchange(offices, io.StringIO(), with_file=True)
    head, body = split(opened.request.clear)

    assert set(head) == {"version", "number", "made", "expires", "agreement", "box"}
    assert set(head["agreement"]) == {"basis", "document", "purpose", "expires", "is_synthetic"}
    assert len(body) == REQUEST_ROW * len(LEADS)
    assert 16 + 2 + 16 * len(IdentityKey) == REQUEST_ROW


def unkeyed(value):
    """Return what anybody can make of a value without the key."""
    yield value.encode()
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        yield hashlib.new(name, value.encode()).digest()[:16]
    sm3 = hashes.Hash(hashes.SM3())
    sm3.update(value.encode())
    yield sm3.finalize()[:16]


def test_no_digest_can_be_made_without_the_key(offices):
    opened = exchange(offices, io.StringIO(), with_file=True)
    request = opened.request.clear

    for person in LEADS:
        for value in (person.id_number, f"{person.name}{person.phone}", person.name, person.phone):
            assert not any(digest in request for digest in unkeyed(value))


def test_two_requests_about_the_same_people_share_no_digest(offices):
    key, out = offices.out / "key", offices.out
    said = io.StringIO()
    run(said, "key", "--out", key, "--synthetic")
    digests = []
    for name in ("one", "two"):
        run(said, "request", offices.inputs / "leads.csv", "--out", out / name, "--key", key)
        secret = read_key(key).secret
        body = split(open_shared(secret, "exchange request", (out / name).read_bytes()).clear)[1]
        digests.append({body[at : at + 16] for at in range(0, len(body), REQUEST_ROW)})
        rows = (body[at : at + REQUEST_ROW] for at in range(0, len(body), REQUEST_ROW))
        for row in rows:
            digests[-1] |= {row[at : at + 16] for at in range(18, REQUEST_ROW, 16)}

    assert digests[0].isdisjoint(digests[1])


def test_in_clear_a_file_says_its_number_and_nothing_else(offices):
    exchange(offices, io.StringIO(), with_file=True)

    for name in ("request", "reply"):
        header = read_header((offices.out / name).read_bytes())
        assert set(header.facts) == {"number"}
        assert header.facts["number"] == Exchange.objects.first().number


def test_p19_lists_are_read_where_they_lie_and_never_copied(offices):
    """P19: after all four commands the data and temporary folders hold no file they did not before."""
    before = {path for folder in (offices.home, offices.tmp) for path in folder.rglob("*")}

    exchange(offices, io.StringIO(), with_file=True)

    after = {path for folder in (offices.home, offices.tmp) for path in folder.rglob("*")}
    assert after == before
    assert {path.name for path in offices.out.iterdir()} == {"key", "request", "reply", "flags.csv"}
