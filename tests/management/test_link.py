"""xgz link in the shell: its ground, its refusals, its lines, its row in the audit."""

import csv
import json
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_district, make_user
from xgz.access import clock
from xgz.access.actor import NotPermitted
from xgz.models import AuditEntry
from xgz.rules.id_numbers import check_digit
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NUMBER = "33010619660503123" + check_digit("33010619660503123")


@pytest.fixture
def files(tmp_path):
    roster, registry = tmp_path / "roster.csv", tmp_path / "registry.csv"
    roster.write_text(
        f"序号,姓名,公民身份号码,手机号\n11,张建华,{NUMBER},13800138001\n", encoding="utf-8"
    )
    registry.write_text(
        f"序号,经营者,证件号码,联系电话\n21,李娜,,\n22,張建华,{NUMBER},\n23,章建华,,13800138002\n",
        encoding="utf-8",
    )
    return [
        "--roster",
        str(roster),
        "--registry",
        str(registry),
        "--out",
        str(tmp_path / "pairs.csv"),
    ]


def run(*arguments):
    out, told = StringIO(), StringIO()
    call_command("link", *arguments, stdout=out, stderr=told)
    return out.getvalue()


def lines(files):
    with open(files[-1], encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def basis(tmp_path, **change):
    given = {"basis": "条例第三条", "document": "组〔2026〕1号", "purpose": "找党员"}
    given["expires"] = clock.today().isoformat()
    path = tmp_path / "basis.json"
    path.write_text(json.dumps(given | change, ensure_ascii=False), encoding="utf-8")
    return ["--basis", str(path)]


def test_invented_files_are_compared_without_a_basis_and_leave_no_trace(files):
    told = run(*files, "--synthetic")

    header, *rows = lines(files)
    assert header == ["roster_row", "registry_row", "verdict", "reason"]
    assert rows[0] == ["11", "22", "same", "公民身份号码一致、姓名一致。电话号码缺少或无法比对。"]
    assert {row[0] for row in rows} == {"11"}
    assert told.splitlines()[:3] == ["roster 1", "registry 3", "same 1"]
    assert not AuditEntry.objects.exists()


def test_weights_are_written_where_asked_for_only(files):
    run(*files, "--synthetic", "--weights")

    header, row, *_ = lines(files)
    assert header[-1] == "weight"
    assert float(row[-1]) > 0


def test_without_a_basis_people_are_not_compared(files):
    with pytest.raises(CommandError, match="没有依据不能比对真实人员") as refused:
        run(*files)

    assert refused.value.returncode == 2


def test_invented_files_are_no_ground_in_production(files, tmp_path, settings):
    """The option is refused, not the run: with a basis production compares as well."""
    settings.PROFILE = "production"

    with pytest.raises(CommandError, match="正式环境不接受 --synthetic") as refused:
        run(*files, "--synthetic")

    assert refused.value.returncode == 2
    assert not list(tmp_path.glob("pairs*"))
    run(*files, *basis(tmp_path))
    assert AuditEntry.objects.filter(action="link.run").exists()


def test_basis_and_synthetic_exclude_each_other(files, tmp_path):
    with pytest.raises(CommandError):
        run(*files, *basis(tmp_path), "--synthetic")


def test_only_real_people_need_an_installation(files, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr("xgz.management.base.ensure_ready", lambda *_, **__: made.append(1))

    run(*files, "--synthetic")
    assert not made

    run(*files, *basis(tmp_path))
    assert made


def test_a_run_on_a_basis_leaves_one_row_in_the_audit(files, tmp_path):
    run(*files, *basis(tmp_path))

    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.subject_id) == ("link.run", "")
    assert set(entry.fields) == {
        *("basis", "document", "purpose", "expires", "roster_rows", "registry_rows", "links")
    }


def test_a_basis_file_may_begin_with_a_byte_order_mark(files, tmp_path):
    option, path = basis(tmp_path)
    content = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(content, encoding="utf-8-sig")

    run(*files, option, path)

    assert AuditEntry.objects.filter(action="link.run").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires": "2000-01-01"}, "依据已过有效期"),
        ({"expires": "明年"}, "2026-12-31 这样的日期"),
        ({"document": ""}, "依据文件缺少内容"),
    ],
)
def test_a_basis_that_is_none_is_refused(files, tmp_path, change, words):
    with pytest.raises(CommandError, match=words) as refused:
        run(*files, *basis(tmp_path, **change))

    assert refused.value.returncode == 2
    assert not AuditEntry.objects.exists()


def test_the_day_after_the_last_is_too_late(files, tmp_path):
    yesterday = (clock.today() - timedelta(days=1)).isoformat()

    with pytest.raises(CommandError, match="依据已过有效期"):
        run(*files, *basis(tmp_path, expires=yesterday))


@pytest.mark.parametrize(
    "content", ["[]", "{", "1", "[" * 200_000], ids=["list", "cut", "number", "deep"]
)
def test_a_basis_file_that_is_none_is_refused(files, tmp_path, content):
    path = tmp_path / "basis.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match="依据文件读不出来") as refused:
        run(*files, "--basis", str(path))

    assert refused.value.returncode == 2


@pytest.mark.parametrize("role", [Role.BUREAU, Role.TOWNSHIP_COMMITTEE, Role.STATION_HEAD])
def test_only_the_organization_department_compares_people(files, tmp_path, role):
    district = make_district()
    place = {Role.BUREAU: district.bureau, Role.TOWNSHIP_COMMITTEE: district.qingping}
    user = make_user(role, place.get(role, district.qingping_office))

    with pytest.raises((NotPermitted, CommandError)):
        run(*files, *basis(tmp_path), "--as", user.username)
    assert not AuditEntry.objects.exists()


def test_bad_files_are_refused_and_leave_nothing_behind(files, tmp_path):
    (tmp_path / "registry.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"registry\.csv：") as refused:
        run(*files, "--synthetic")

    assert refused.value.returncode == 2
    assert not list(tmp_path.glob("pairs*"))


def test_a_missing_file_is_refused(files, tmp_path):
    (tmp_path / "roster.csv").unlink()

    with pytest.raises(CommandError, match=r"找不到文件 roster\.csv") as refused:
        run(*files, "--synthetic")

    assert refused.value.returncode == 2


@pytest.mark.parametrize("which", [1, 3])
def test_the_output_never_takes_the_place_of_an_input(files, which):
    source = Path(files[which])
    before = source.read_bytes()
    detour = source.parent / ".." / source.parent.name / source.name

    with pytest.raises(CommandError, match="--out 不能是输入文件") as refused:
        run(*files[:-1], str(detour), "--synthetic")

    assert refused.value.returncode == 2
    assert source.read_bytes() == before


def test_nor_that_of_its_basis(files, tmp_path):
    option, path = basis(tmp_path)
    before = Path(path).read_bytes()

    with pytest.raises(CommandError, match="--out 不能是输入文件"):
        run(*files[:-1], path, option, path)

    assert Path(path).read_bytes() == before


def test_a_file_that_ends_in_part_stays(files, tmp_path):
    neighbour = tmp_path / "pairs.csv.part"
    neighbour.write_text("mine", encoding="utf-8")

    run(*files, "--synthetic")

    assert neighbour.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.glob("pairs*")) == ["pairs.csv", neighbour.name]


def test_the_former_result_stays_where_a_run_fails(files, tmp_path):
    Path(files[-1]).write_text("before", encoding="utf-8")
    (tmp_path / "registry.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")

    with pytest.raises(CommandError):
        run(*files, "--synthetic")

    assert [path.read_text() for path in tmp_path.glob("pairs*")] == ["before"]


def test_row_ids_are_no_formulas_and_others_come_back_as_they_were(files, tmp_path):
    number = "=HYPERLINK(1)"
    roster = f"序号,姓名,公民身份号码\n{number},张建华,{NUMBER}\n"
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    registry = f"序号,经营者,证件号码\nB-007 甲,张建华,{NUMBER}\n"
    (tmp_path / "registry.csv").write_text(registry, encoding="utf-8")

    run(*files, "--synthetic")

    assert lines(files)[1][:3] == [f"'{number}", "B-007 甲", "same"]


def test_the_pairs_are_for_their_owner_alone(files):
    run(*files, "--synthetic")

    assert stat.S_IMODE(Path(files[-1]).stat().st_mode) == 0o600
