import pytest

from xgz.rules.lead_names import names_differ


@pytest.mark.parametrize(
    ("told", "written", "differ"),
    [
        ("王秀蓝", "张花", True),
        ("王秀蓝", "王秀蓝", False),
        ("王 秀蓝", "王秀兰", False),  # sounds the same
        ("王秀蓝", "王秀华", True),  # another character
        ("王秀蓝", "王春梅", True),
        ("王秀蓝", "秀蓝", False),
        ("王*", "王秀蓝", False),
        ("王*", "张花", True),
        ("", "张花", False),
    ],
)
def test_which_names_may_be_one_persons(told, written, differ):
    assert names_differ(told, written) is differ
