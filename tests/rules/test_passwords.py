import pytest

from xgz.rules.passwords import PasswordFault, classes_of, faults_of
from xgz.rules.sign_in import PASSWORD_PROFILES

MLPS3, NIST = PASSWORD_PROFILES["mlps3"], PASSWORD_PROFILES["nist"]
NAMES = ("zhangsan", "清平镇", "清平", "QP")


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Harvest-2031", []),
        ("Harvest-203", [PasswordFault.TOO_SHORT]),
        ("harvest-moon-hills", [PasswordFault.CLASSES]),
        ("harvest-moon-2031", []),
        ("Harvest moon 稻", []),
        ("Xy1" * 42 + "Ab", []),
        ("Xy1" * 42 + "Abc", [PasswordFault.TOO_LONG]),
        ("Aa1Aa1Aa1Aa1", [PasswordFault.REPEATED]),
        ("Zhangsan-2031x", [PasswordFault.WORD]),
        ("Rice 2031 清平 hills", [PasswordFault.WORD]),
        ("Woaini5201314", [PasswordFault.WORD]),
        ("Dangyuan-2031x", [PasswordFault.WORD]),
        ("Rice-5201314-hills", [PasswordFault.WORD]),
        ("QP Harvest 2031", []),
    ],
)
def test_passwords_of_the_default_profile(password, faults):
    assert faults_of(password, MLPS3, names=NAMES) == faults


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("harvest moon ov", []),
        ("harvest moon o", [PasswordFault.TOO_SHORT]),
        ("harvest moon over zhangsan", [PasswordFault.WORD]),
    ],
)
def test_passwords_of_the_profile_without_classes(password, faults):
    assert faults_of(password, NIST, names=NAMES) == faults


@pytest.mark.parametrize(
    ("password", "classes"),
    [("abc", 1), ("abC", 2), ("abC1", 3), ("abC1 ", 4), ("稻", 1), ("稻1", 2), ("", 0), ("１", 1)],
)
def test_classes_of_characters(password, classes):
    assert classes_of(password) == classes
