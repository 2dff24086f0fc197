"""xgz plan: from two files to a third, or a refusal that writes nothing."""

import io
import json
import math

import pytest
from django.core.management import CommandError, call_command

HEAD = "business_id,x_m,y_m,town,market,trade,members,full_members"
GOOD = f"{HEAD}\na,0,0,甲镇,东市,零售,1,1\nb,600,0,甲镇,,,1,1\nc,0,600,甲镇,,,2,1\nd,9000,0,甲镇,,,1,1\n"


def run(folder, businesses, branches=None, *options):
    paths = {"businesses": folder / "b.csv", "out": folder / "groups.csv"}
    paths["businesses"].write_bytes(
        businesses if isinstance(businesses, bytes) else businesses.encode()
    )
    if branches is not None:
        paths["branches"] = folder / "e.csv"
        paths["branches"].write_text(branches, encoding="utf-8")
    arguments = [f"--{name}={path}" for name, path in paths.items()]
    out = io.StringIO()
    call_command("plan", *arguments, *options, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue()), paths["out"].read_bytes().decode()


def refused(folder, businesses, branches=None, *options):
    with pytest.raises(CommandError) as refusal:
        run(folder, businesses, branches, *options)
    assert refusal.value.returncode == 2
    assert not (folder / "groups.csv").exists()
    return str(refusal.value)


def test_groups_and_summary(tmp_path):
    summary, written = run(tmp_path, GOOD)

    assert written == "business_id,group_id,hub_id\na,G00001,a\nb,G00001,a\nc,G00001,a\nd,,\n"
    assert summary.pop("seconds") >= 0
    assert summary == {
        "covered": 4,
        "upper_bound": 4,
        "groups": 1,
        "mean_distance_m": 450.0,
        "left_out": 1,
        "is_optimal": True,
        "ended_early": False,
    }


def test_existing_branches_are_joined(tmp_path):
    branches = "branch_id,x_m,y_m,town,members\nE1,9000,100,甲镇,49\n"

    summary, written = run(tmp_path, GOOD, branches)

    assert written.endswith("d,branch:E1,branch:E1\n")
    assert (summary["covered"], summary["groups"]) == (5, 2)
    assert run(tmp_path, GOOD, branches, "--branch-max=49")[0]["covered"] == 4


def test_degrees_are_turned_into_metres(tmp_path):
    north = 599 / (math.pi / 180 * 6_367_400)  # about the meridian radius at 30 degrees north
    rows = [(120.0, 30.0), (120.0, 30.0 + north), (120.0, 30.0 - north)]
    lines = [f"{n},{lon!r},{lat!r},甲镇,1,1" for n, (lon, lat) in enumerate(rows)]
    text = "\n".join(["business_id,lon,lat,town,members,full_members", *lines, ""])

    assert run(tmp_path, text)[0]["covered"] == 3
    assert run(tmp_path, text, None, "--radius-m=590")[0]["covered"] == 0


def test_gb18030_and_other_columns_are_read(tmp_path):
    text = GOOD.replace(HEAD, f" {HEAD.upper()} ").replace("\n", ",备注\n")

    assert run(tmp_path, text.encode("gb18030"))[0]["covered"] == 4


def test_twice_the_same_bytes(tmp_path):
    assert run(tmp_path, GOOD)[1] == run(tmp_path, GOOD)[1]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,0,0,甲镇,,,1,1", "business_id 与前面的行重复"),
        (",0,0,甲镇,,,1,1", "business_id 为空"),
        ("x,0,0,,,,1,1", "town 为空"),
        ("x,,0,甲镇,,,1,1", "x_m 为空"),
        ("x,东,0,甲镇,,,1,1", "x_m 不是数字"),
        ("x,nan,0,甲镇,,,1,1", "x_m 超出范围"),
        ("x,0,inf,甲镇,,,1,1", "y_m 超出范围"),
        ("x,0,0,甲镇,,,-1,0", "members 应为不小于 0 的整数"),
        ("x,0,0,甲镇,,,1.5,1", "members 应为不小于 0 的整数"),
        ("x,0,0,甲镇,,,1,2", "正式党员人数多于党员总人数"),
        ("branch:x,0,0,甲镇,,,1,1", "business_id 不能以 branch: 开头"),
        ("x,0,0,甲镇", "这一行的列数少于表头"),
    ],
)
def test_a_wrong_row_refuses_the_file(tmp_path, row, words):
    told = refused(tmp_path, GOOD + row + "\n")

    assert told == f"文件有 1 行不能用，没有写出结果：\n第 6 行：{words}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "文件是空的"),
        (HEAD + "\n", "没有数据行"),
        ("business_id,town\nx,甲镇\n", "表头缺少以下列：members、full_members、x_m、y_m。"),
        (HEAD + ",members\n", "表头中有重复的列：members。"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path, text, words):
    assert words in refused(tmp_path, text)


def test_the_first_faults_are_told_and_all_are_counted(tmp_path):
    told = refused(tmp_path, HEAD + "\n" + "x,0,0,,,,1,1\n" * 12).splitlines()

    assert told[0] == "文件有 12 行不能用，没有写出结果："
    assert (len(told), told[-1]) == (12, "…")


def test_coordinates_of_both_files_are_of_one_kind(tmp_path):
    branches = "branch_id,lon,lat,town,members\nE1,120,30,甲镇,4\n"

    assert "坐标要用同一种" in refused(tmp_path, GOOD, branches)


@pytest.mark.parametrize(
    "option",
    [
        "--radius-m=-1",
        "--radius-m=nan",
        "--min-full=0",
        "--max-members=2",
        "--branch-max=-1",
        "--max-units=-1",
        "--seed=-1",
        "--time-limit=0",
        "--time-limit=inf",
    ],
)
def test_a_wrong_option_is_refused(tmp_path, option):
    assert option.partition("=")[0] in refused(tmp_path, GOOD, None, option)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("plan", f"--businesses={tmp_path}/x.csv", f"--out={tmp_path}/g.csv")

    assert (str(refusal.value), refusal.value.returncode) == ("找不到文件 x.csv。", 2)


def test_no_folder_for_the_result_is_told_before_the_work(tmp_path):
    (tmp_path / "b.csv").write_text(GOOD, encoding="utf-8")

    with pytest.raises(CommandError) as refusal:
        call_command("plan", f"--businesses={tmp_path}/b.csv", f"--out={tmp_path}/no/g.csv")

    assert refusal.value.returncode == 1


@pytest.mark.parametrize("which", ["businesses", "branches"])
def test_the_result_never_takes_the_place_of_an_input(tmp_path, which):
    paths = {"businesses": tmp_path / "b.csv", "branches": tmp_path / "e.csv"}
    paths["businesses"].write_text(GOOD, encoding="utf-8")
    paths["branches"].write_text(
        "branch_id,x_m,y_m,town,members\nE1,9,1,甲镇,4\n", encoding="utf-8"
    )
    before = {name: path.read_bytes() for name, path in paths.items()}
    arguments = [f"--{name}={path}" for name, path in paths.items()]

    with pytest.raises(CommandError) as refusal:
        call_command("plan", *arguments, f"--out={tmp_path}/./{paths[which].name}")

    assert (str(refusal.value), refusal.value.returncode) == ("--out 不能是输入文件。", 2)
    assert {name: path.read_bytes() for name, path in paths.items()} == before


def test_ids_are_no_formulas_and_others_come_back_as_they_were(tmp_path):
    text = GOOD.replace("\na,", "\n=1+1,").replace("\nb,", "\nB-007 甲,")

    written = run(tmp_path, text)[1].splitlines()[1:]

    assert [line.split(",")[0] for line in written] == ["'=1+1", "B-007 甲", "c", "d"]
    assert {line.split(",")[2] for line in written} == {"'=1+1", ""}
