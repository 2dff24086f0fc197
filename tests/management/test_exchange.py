"""xgz exchange from the shell: two offices with an empty data folder each, lines and exit codes."""

import io
import json
import stat

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.exchanges import id_number
from tests.factories.leads import make_lead
from xgz.management.exchange_words import refusal_in_words
from xgz.models import AuditEntry, Exchange
from xgz.rules.exchange.terms import FEW_ROWS, MOST_ROWS, ExchangeRefused, Refusal
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
HEAD = "序号,经营者,证件号码,联系电话,名称"
LEADS = [f"A1,方柏梁,{id_number(1)},,示例店", "A2,陶槐序,,+86 139 0571 0002,", "A3,卫楠生,,,"]
ROSTER_HEAD = "姓名,公民身份号码,手机号,出生日期,所在党支部,人员类别"
ROSTER = [
    f"方柏梁,{id_number(1)},,,示例支部,正式党员",
    "陶槐序,,13905710002,1970-01-01,示例支部,正式党员",
    "卫楠生,,13905710003,1971-01-01,示例支部,入党积极分子",
]
BASIS = {"basis": "规定", "document": "1号", "purpose": "核对", "expires": "2099-12-31"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "leads.csv").write_text("\n".join([HEAD, *LEADS]), encoding="utf-8")
    (tmp_path / "roster.csv").write_text("\n".join([ROSTER_HEAD, *ROSTER]), encoding="utf-8")
    (tmp_path / "basis.json").write_text(json.dumps(BASIS), encoding="utf-8")
    return tmp_path


def run(*arguments, err=None):
    out = io.StringIO()
    call_command("exchange", *map(str, arguments), stdout=out, stderr=err or io.StringIO())
    return out.getvalue().splitlines()


def refused(*arguments, code=2):
    """Return the sentence of a refusal that left no row and no new file."""
    kept = AuditEntry.objects.count(), Exchange.objects.count()
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    assert raised.value.returncode == code
    assert (AuditEntry.objects.count(), Exchange.objects.count()) == kept
    return str(raised.value)


def make_key(folder, *more):
    return run("key", "--out", folder / "key", *(more or ("--basis", folder / "basis.json")))


def ask(folder, name="request", *more):
    return run(
        "request", folder / "leads.csv", "--out", folder / name, "--key", folder / "key", *more
    )


def answer(folder, *more, err=None):
    arguments = ("--out", folder / "reply", "--key", folder / "key", *more)
    return run("answer", folder / "request", *arguments, err=err)


def accept(folder):
    return run("accept", folder / "reply", "--out", folder / "flags", "--key", folder / "key")


def test_two_offices_compare_lists(folder):
    words = io.StringIO()
    key = make_key(folder)
    asked = ask(folder)
    answered = answer(folder, "--roster", folder / "roster.csv", err=words)
    accepted = accept(folder)

    assert [line.split(" ")[0] for line in key] == ["key", "expires", "out"]
    assert [line.split(" ")[0] for line in asked] == ["request", "rows", "expires", "out"]
    assert asked[1] == "rows 3"
    counts = ["rows 3", "same 1", "possible 1", "none 1"]
    assert answered == [asked[0], *counts, f"out {folder / 'reply'}"]
    assert accepted == [asked[0], *counts, f"out {folder / 'flags'}"]
    assert (folder / "flags").read_text() == "lead,flag\nA1,same\nA2,possible\nA3,none\n"
    assert "请求比对 3 行。依据：规定（1号）；目的：核对；至 2099-12-31。" in words.getvalue()
    assert f"不足 {FEW_ROWS} 人" in words.getvalue()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        *("exchange.key", "exchange.ask", "exchange.answer", "exchange.accept")
    ]


def test_enough_people_are_asked_about_without_a_warning(folder):
    rows = "\n".join([HEAD, *LEADS, *[f"B{n},卫楠生,,," for n in range(FEW_ROWS - len(LEADS))]])
    (folder / "leads.csv").write_text(rows, encoding="utf-8")
    words = io.StringIO()
    make_key(folder, "--synthetic")
    ask(folder)
    answer(folder, "--look", err=words)

    assert words.getvalue().splitlines()[0] == f"请求比对 {FEW_ROWS} 行，注明是编造的数据。"
    assert "不足" not in words.getvalue()


def test_a_request_is_looked_at_without_being_answered(folder):
    make_key(folder)
    asked = ask(folder)
    kept = AuditEntry.objects.count()

    lines = answer(folder, "--look")

    assert lines[:2] == asked[:2]
    assert [line.split(" ")[0] for line in lines[2:]] == ["made", "expires"]
    assert AuditEntry.objects.count() == kept
    assert not (folder / "reply").exists()
    assert answer(folder, "--roster", folder / "roster.csv")


def test_the_roster_kept_here_is_used_where_none_is_given(folder):
    make_key(folder)
    ask(folder)

    assert answer(folder)[2:5] == ["same 0", "possible 0", "none 3"]


def test_a_bare_key_asks_with_a_basis_beside_it(folder):
    (folder / "key").write_text("5a" * 32)
    leads = ("request", folder / "leads.csv", "--out", folder / "x", "--key", folder / "key")

    assert "没有比对依据" in refused(*leads)
    assert not (folder / "x").exists()
    ask(folder, "request", "--basis", folder / "basis.json")
    answer(folder, "--roster", folder / "roster.csv")
    accept(folder)
    assert (folder / "flags").read_text().count("\n") == 4


def test_a_key_is_not_written_over(folder):
    make_key(folder)
    before = (folder / "key").read_bytes()

    assert "不会覆盖" in refused("key", "--out", folder / "key", "--synthetic")
    assert (folder / "key").read_bytes() == before
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


def test_a_key_others_can_read_is_told_of(folder):
    make_key(folder)
    err = io.StringIO()
    (folder / "key").chmod(0o644)

    run(*("request", folder / "leads.csv", "--out", folder / "r", "--key", folder / "key"), err=err)

    assert "chmod 600 key" in err.getvalue()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "没有比对依据"),
        (("--synthetic", "--basis", "basis.json"), "只能写一个"),
        (("--basis", "broken.json"), "依据读不出来"),
        (("--basis", "list.json"), "依据读不出来"),
        (("--basis", "short.json"), "依据内容不全"),
        (("--basis", "over.json"), "已于 2026-01-01 到期"),
    ],
)
def test_a_key_needs_a_basis(folder, more, words):
    (folder / "broken.json").write_text("{")
    (folder / "list.json").write_text("[]")
    (folder / "short.json").write_text(json.dumps(BASIS | {"document": ""}))
    (folder / "over.json").write_text(json.dumps(BASIS | {"expires": "2026-01-01"}))
    more = [folder / part if part.endswith(".json") else part for part in more]

    assert words in refused("key", "--out", folder / "key", *more)
    assert not (folder / "key").exists()


def test_a_basis_cannot_call_itself_synthetic(folder):
    (folder / "basis.json").write_text(json.dumps({"is_synthetic": True, "expires": "2099-12-31"}))

    assert "依据内容不全" in refused(
        "key", "--out", folder / "key", "--basis", folder / "basis.json"
    )


@pytest.mark.parametrize("verb", ["request", "answer", "accept"])
def test_what_is_missing_is_named(folder, verb):
    make_key(folder)

    missing = (verb, folder / "missing", "--out", folder / "x", "--key", folder / "key")
    assert refused(*missing, code=1) == "找不到文件 missing。"
    no_key = (verb, folder / "leads.csv", "--out", folder / "x", "--key", folder / "missing")
    assert refused(*no_key, code=1) == "找不到文件 missing。"


@pytest.mark.parametrize("verb", ["answer", "accept"])
def test_another_file_is_refused(folder, verb):
    make_key(folder)

    words = refused(verb, folder / "leads.csv", "--out", folder / "x", "--key", folder / "key")

    assert words == "这不是比对请求或回复文件。"
    assert not (folder / "x").exists()


def test_a_list_without_names_is_refused(folder):
    make_key(folder)
    (folder / "leads.csv").write_text("名称,住所\n示例店,某路\n", encoding="utf-8")

    words = refused("request", folder / "leads.csv", "--out", folder / "x", "--key", folder / "key")

    assert "姓名" in words
    assert not (folder / "x").exists()


def test_a_broken_roster_answers_nothing(folder):
    make_key(folder)
    ask(folder)
    (folder / "roster.csv").write_text(f"{ROSTER_HEAD}\n方柏梁,\x00,,,,\n", encoding="utf-8")

    arguments = ("answer", folder / "request", "--out", folder / "reply", "--key", folder / "key")
    refused(*arguments, "--roster", folder / "roster.csv")

    assert not (folder / "reply").exists()


def test_a_list_is_not_read_beyond_what_one_request_holds(folder, monkeypatch):
    monkeypatch.setattr("xgz.management.commands.exchange.MOST_ROWS", 2)
    make_key(folder)

    words = refused("request", folder / "leads.csv", "--out", folder / "x", "--key", folder / "key")

    assert words == f"一份请求最多 {2} 行，请分开提出。"
    assert MOST_ROWS == 200_000


@pytest.mark.parametrize("target", ["leads.csv", "key"])
def test_the_output_never_takes_the_place_of_an_input(folder, target):
    make_key(folder)
    before = (folder / target).read_bytes()

    words = refused(
        "request", folder / "leads.csv", "--out", folder / target, "--key", folder / "key"
    )

    assert words == "--out 不能是输入文件、密钥文件或名册。"
    assert (folder / target).read_bytes() == before


def test_a_folder_that_is_not_there(folder):
    make_key(folder)
    target = folder / "nowhere" / "x"

    words = refused(
        *("request", folder / "leads.csv", "--out", target, "--key", folder / "key"), code=1
    )

    assert words == "无法写入文件，请检查目录和权限。"


def test_answering_asks_where_to(folder):
    make_key(folder)
    ask(folder)

    assert "--out" in refused("answer", folder / "request", "--key", folder / "key", code=1)


def test_what_was_done_before_is_told_with_its_day(folder):
    make_key(folder)
    ask(folder)
    answer(folder)
    accept(folder)
    day = f"{Exchange.objects.first().made_at:%Y-}"

    again = ("answer", folder / "request", "--out", folder / "x", "--key", folder / "key")
    assert refused(*again).startswith(f"这份请求已于 {day}")
    twice = ("accept", folder / "reply", "--out", folder / "x", "--key", folder / "key")
    assert refused(*twice).startswith(f"这份请求的回复已于 {day}")


def test_every_refusal_has_its_words():
    for reason in Refusal:
        words = refusal_in_words(ExchangeRefused(reason, 7))
        assert words.endswith("。")
        assert "%" not in words


def test_leads_kept_here_are_asked_about_where_no_list_is_given(folder):
    lead = make_lead(name="陶槐序", phone="13905710002")
    make_key(folder)

    asked = run("request", "--out", folder / "request", "--key", folder / "key")
    answer(folder, "--roster", folder / "roster.csv")
    accept(folder)

    assert asked[1] == "rows 1"
    assert (folder / "flags").read_text() == f"lead,flag\n{lead.public_id},possible\n"


def test_without_leads_there_is_nothing_to_ask(folder):
    make_key(folder)

    words = refused("request", "--out", folder / "request", "--key", folder / "key")

    assert words == "没有可以比对的行。"


@pytest.mark.parametrize("role", ["bureau", "station_head", "instructor", "association"])
def test_the_market_and_association_lines_are_turned_away(folder, role):
    district = the_district()
    body = {"bureau": district.bureau, "association": district.association}
    user = make_user(Role(role), body.get(role, district.qingping_office))
    make_key(folder)
    ask(folder)
    common = ("--key", folder / "key", "--out", folder / "x", "--as", user.username)

    for start in (("request", folder / "leads.csv"), ("request",), ("answer", folder / "request")):
        assert refused(*start, *common, code=1) == "该账号没有做这件事的权限。"
    answer(folder)
    refused("accept", folder / "reply", *common, code=1)
    assert not (folder / "x").exists()
