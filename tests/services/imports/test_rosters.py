from datetime import date

import pytest

from tests.factories.rows import credit_code
from tests.services.imports.worlds import business, counts, id_number
from xgz.models import (
    ImportChange,
    Member,
    MemberEvent,
    MemberLink,
    MemberNameDigest,
    MemberWorkplace,
    Organisation,
    StagedRow,
)
from xgz.rules.imports.states import ImportKind
from xgz.rules.organisations import OrgState

pytestmark = pytest.mark.django_db
KIND = ImportKind.ROSTER
PERSON = {
    "姓名": "甄示例",
    "公民身份号码": id_number("1956-03-04"),
    "人员类别": "正式党员",
    "所在党支部": "清平所示例党支部",
    "手机号": "13900000001",
    "党籍状态": "正常",
}


def test_member_is_sealed_and_the_same_again_changes_nothing(take_in):
    first, second = take_in(KIND, PERSON), take_in(KIND, PERSON)

    member = Member.objects.get()
    assert (counts(first), counts(second)) == (
        {"rows": 1, "created": 1},
        {"rows": 1, "unchanged": 1},
    )
    assert (member.name, member.id_number, member.phone) == (
        "甄示例",
        PERSON["公民身份号码"],
        "13900000001",
    )
    assert (member.born_on, member.sex, member.member_class) == (date(1956, 3, 4), "male", "full")
    stored = str(list(Member.objects.values())) + str(
        list(ImportChange.objects.values("before", "after"))
    )
    assert not [
        text for text in ("甄示例", "13900000001", PERSON["公民身份号码"]) if text in stored
    ]
    assert MemberNameDigest.objects.filter(member=member).count() == 5


def test_nothing_personal_stands_in_clear_while_staged(take_in):
    take_in.stage(KIND, PERSON)

    stored = str(list(StagedRow.objects.values()))
    assert (StagedRow.objects.count(), "甄示例" in stored, "清平所" in stored) == (1, False, False)


def test_unknown_branch_becomes_an_unconfirmed_organisation(take_in):
    source = take_in(KIND, PERSON)

    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.state) == ("清平所示例党支部", OrgState.UNCONFIRMED)
    assert source.notes["unconfirmed_organisations"] == ["清平所示例党支部"]


def test_change_of_status_and_branch_keeps_what_was_before(take_in):
    take_in(KIND, PERSON)

    source = take_in(KIND, PERSON | {"党籍状态": "失联", "所在党支部": "河湾示例党支部"})

    event = MemberEvent.objects.get()
    links = {link.organisation.name: link.valid_to for link in MemberLink.objects.all()}
    assert counts(source) == {"rows": 1, "updated": 1}
    assert (event.field, event.before, event.after) == ("status", "normal", "lost_contact")
    assert links == {"清平所示例党支部": date(2026, 11, 22), "河湾示例党支部": None}
    assert Member.objects.get().formal_org.name == "河湾示例党支部"


def test_number_arriving_later_finds_the_person_known_by_name(take_in):
    without = {"姓名": "甄示例", "出生日期": "1956-03-04", "所在党支部": "清平所示例党支部"}
    take_in(KIND, without)

    second, third = take_in(KIND, PERSON), take_in(KIND, without)

    assert (counts(second), counts(third)) == (
        {"rows": 1, "updated": 1},
        {"rows": 1, "unchanged": 1},
    )
    assert Member.objects.get().id_number == PERSON["公民身份号码"]


def test_new_name_is_found_by_the_search_and_the_old_is_not(take_in):
    take_in(KIND, PERSON)
    before = set(MemberNameDigest.objects.values_list("digest", flat=True))

    take_in(KIND, PERSON | {"姓名": "贾实例"})

    after = set(MemberNameDigest.objects.values_list("digest", flat=True))
    assert len(after) == 5
    assert len(before & after) == 1  # the one character both names share


def test_workplace_is_the_business_or_the_unknown_units_sealed_name(take_in):
    take_in(ImportKind.REGISTRY, business(1))
    unit = {"单位名称": "清平镇第1号示例店", "单位统一社会信用代码": credit_code(1)}
    take_in(KIND, PERSON | unit)

    take_in(KIND, PERSON | {"单位名称": "外县某店"})

    places = list(MemberWorkplace.objects.order_by("pk"))
    assert [(p.business is not None, p.unit_name, p.valid_to) for p in places] == [
        (True, "", date(2026, 11, 22)),
        (False, "外县某店", None),
    ]
