"""Pages of the district's procedure: in force and to come, a new one in words first, taken back."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from tests.factories import make_user
from tests.factories.closures import the_district
from tests.factories.formations import make_formation
from xgz.access import clock
from xgz.models import Body, FormationProcedure
from xgz.queries.formations import procedure_on
from xgz.rules.bodies import BodyKind
from xgz.rules.formation_procedures import PRESETS, Preset, Stage, Way
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 10, 3, tzinfo=UTC)
TODAY = date(2026, 10, 10)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def organiser(client):
    user = make_user(Role.ORG_DEPT, the_district().org_dept)
    client.force_login(user)
    return user


def _row(number, stage, role, days, *, way="approve", unit="working", beside=(), beside_days=""):
    row = {"stage": stage, "way": way, "role": role, "days": days, "unit": unit}
    row |= {f"beside_{place}": each for place, each in enumerate(beside, start=1)}
    row["beside_days"] = beside_days
    return {f"{name}_{number}": value for name, value in row.items()}


REVIEW = _row(1, "review", "station_head", 5, beside=("association", "bureau"), beside_days=3)
DECIDE = _row(2, "decide", "township_committee", 30, unit="calendar")
OWN = {**REVIEW, **DECIDE, "valid_from": str(TOMORROW), "reason": "县委组织部文件"}


def _text(response):
    found = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


def _change(client, query="", **given):
    return client.post(reverse("procedure-change") + query, given)


def test_where_nothing_was_entered_the_default_stands_with_what_is_shipped(client, organiser):
    page = client.get(reverse("procedure-list"))

    text = _text(page)
    assert "本区没有另行确定，执行默认程序" in text
    assert [line.limit for line in page.context["steps"]] == ["30 个自然日", "10 个工作日"]
    assert [key for key, *_ in page.context["presets"]] == [preset.value for preset in Preset]
    assert reverse("procedure-change") in page.content.decode()


def test_who_may_not_change_it_reads_it(client):
    client.force_login(make_user(Role.STATION_HEAD, the_district().qingping_office))

    page = client.get(reverse("procedure-list")).content.decode()

    assert reverse("procedure-change") not in page
    assert client.get(reverse("procedure-change")).status_code == 403


def test_a_shipped_procedure_fills_the_form(client, organiser):
    page = client.get(reverse("procedure-change") + "?from=three_steps")

    roles = [row.role.value() for row in page.context["form"].rows]
    assert roles == ["bureau", "township_committee", "org_dept", None]
    now = client.get(reverse("procedure-change")).context["form"].rows
    assert [row.days.value() for row in now] == [30, 10, None, None]


def test_own_steps_are_shown_in_words_and_kept_when_confirmed(client, organiser):
    make_formation(procedure=None)

    shown = _change(client, **OWN)

    text = _text(shown)
    assert not FormationProcedure.objects.exists()
    assert "党建工作指导站站长" in text
    assert "个私协会、市场监管局小个专党委（3 个工作日）" in text
    assert "30 个自然日" in text
    assert "现有 1 件在办事项按原来的程序办完" in text
    back = _change(client, back="yes", **OWN).context["form"]
    assert [row.days.value() for row in back.rows][:2] == ["5", "30"]
    _change(client, confirmed="yes", **OWN)

    first, second = procedure_on(TOMORROW)
    assert (first.stage, first.role, first.beside) == (
        Stage.REVIEW,
        Role.STATION_HEAD,
        (Role.ASSOCIATION, Role.BUREAU),
    )
    assert (second.way, second.days) == (Way.APPROVE, 30)
    assert procedure_on(TODAY) == PRESETS[Preset.NATIONAL]
    page = client.get(reverse("procedure-list"))
    assert [line.entry.reason for line in page.context["coming"]] == ["县委组织部文件"]
    assert "未起用" in _text(page)


def test_a_row_left_empty_between_two_is_no_step(client, organiser):
    given = OWN | {"stage_1": "", "role_1": "", "days_1": "", "beside_1_1": ""}
    given |= {"beside_2_1": "", "beside_days_1": ""}

    _change(client, confirmed="yes", **given)

    assert [step.role for step in procedure_on(TOMORROW)] == [Role.TOWNSHIP_COMMITTEE]


def test_a_kind_of_body_the_district_has_not_is_told(client, organiser):
    Body.objects.filter(kind=BodyKind.ASSOCIATION).update(kind=BodyKind.ADMINISTRATION)

    assert "全区现在没有“个私协会”这类机构" in _text(_change(client, **OWN))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"role_1": ""}, "第一环节：请补填：单位；不设这一环节的，整行留空。"),
        ({"stage_2": "", "days_2": ""}, "第二环节：请补填：办理内容、期限；"),
        ({"days_2": "91"}, "第二环节：期限为 1 至 90 天。"),
        ({"days_2": "十"}, "请填写整数。"),
        ({"beside_days_1": ""}, "第一环节：一个环节最多两个协同单位"),
        ({"role_1": "township_committee"}, "第二环节：同一单位只能有一个环节。"),
        ({"role_2": "bureau"}, "第二环节：只有组织条线能批准成立党组织。"),
        ({"stage_2": "review"}, "要有一个环节批准成立。"),
        ({"stage_1": "decide", "role_1": "org_dept"}, "第二环节：批准之后只能备案，不能再审批。"),
        ({"stage_2": "propose"}, "第二环节：提出只能是第一个环节。"),
        ({"valid_from": "2026-10-09"}, "起用日期不能早于今天。"),
        ({"reason": ""}, "请填写这一项。"),
        ({"reason": "13800000000123"}, "说明里不要写证件号码、手机号等号码。"),
        ({"role_1": "owner"}, "没有这个选项，请重新选择。"),
    ],
)
def test_what_is_wrong_is_said_of_its_step(change, told, client, organiser):
    page = _change(client, confirmed="yes", **(OWN | change))

    assert told in _text(page)
    assert not FormationProcedure.objects.exists()


def test_nothing_entered_says_that_a_step_is_needed(client, organiser):
    page = _change(client, valid_from=str(TOMORROW), reason="文件")

    assert "至少要有一个环节。" in _text(page)


def test_the_number_of_a_fault_is_that_of_its_row(client, organiser):
    third = _row(3, "decide", "bureau", 5)
    page = _change(client, valid_from=str(TOMORROW), reason="文件", **third)

    assert "第三环节：只有组织条线能批准成立党组织。" in _text(page)


def test_refusals_of_the_service_are_sentences(client, organiser):
    same = _row(1, "decide", "township_committee", 30, unit="calendar")
    same |= _row(2, "decide", "org_dept", 10, way="file")
    given = same | {"valid_from": str(TOMORROW), "reason": "文件", "confirmed": "yes"}
    assert "与当天本来的程序相同" in _text(_change(client, **given))

    _change(client, confirmed="yes", **OWN)
    other = OWN | {"days_1": "6", "confirmed": "yes"}
    assert "这一天已经有一个程序起用" in _text(_change(client, **other))


def test_a_coming_one_is_taken_back_and_stays_in_the_history(client, organiser):
    _change(client, confirmed="yes", **OWN)
    row = FormationProcedure.objects.get()
    address = reverse("procedure-withdraw")

    page = client.post(address, {"procedure": row.public_id}, follow=True)

    text = _text(page)
    assert "已撤回，继续执行原来的程序。" in text
    assert "2026-10-10 撤回" in text
    again = client.post(address, {"procedure": row.public_id}, follow=True)
    assert "已经起用或已撤回" in _text(again)
    assert "没有找到要撤回的程序" in _text(client.post(address, {}, follow=True))


def test_as_many_questions_however_often_it_was_changed(
    client, organiser, django_assert_max_num_queries
):
    for days in range(1, 6):
        FormationProcedure.objects.create(
            steps=[step.plain() for step in PRESETS[Preset.THREE_STEPS]],
            valid_from=TODAY + timedelta(days=days),
            reason="文件",
            entered_by=organiser,
            entered_at=NOW,
        )
    client.get(reverse("procedure-list"))

    with django_assert_max_num_queries(20):
        client.get(reverse("procedure-list"))
