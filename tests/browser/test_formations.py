"""Three bodies form an organisation by the study's procedure; a complete case is three clicks away."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import TODAY, make_district, make_member, make_organisation, make_user
from tests.factories.closures import make_shop, make_worker
from tests.factories.formations import join, make_formation, moment, use_procedure
from xgz.access import clock
from xgz.models import Formation
from xgz.rules.formation_procedures import PRESETS, Preset
from xgz.rules.formations import FormationState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
PEOPLE = ("欧阳方舟", "司徒映雪", "上官秋白")


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment(TODAY)):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def committee(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


class Hand:
    """Somebody at a page, whose clicks are counted."""

    def __init__(self, page):
        self.page = page
        self.clicks = 0

    def click(self, target):
        self.clicks += 1
        target.click()

    def link(self, name):
        self.click(self.page.get_by_role("main").get_by_role("link", name=name, exact=True))

    def button(self, name):
        self.click(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))


@pytest.mark.parametrize(
    ("preset", "words"),
    [(Preset.NATIONAL, "批准，转备案"), (Preset.THREE_STEPS, "同意，转批准")],
)
def test_a_complete_case_is_approved_from_the_inbox_with_three_clicks(
    committee, signed_in_page, preset, words
):
    case = make_formation(procedure=PRESETS[preset], state=FormationState.STEP_1)
    hand = Hand(signed_in_page(committee, reverse("inbox")))

    hand.click(hand.page.locator(".x-inbox .x-todo-t").first)
    hand.link(words)
    hand.button(words)

    expect(hand.page.get_by_text(f"已办理：{words}")).to_be_visible()
    case.refresh_from_db()
    assert case.state == FormationState.STEP_2
    assert case.decisions.count() == 1
    assert hand.clicks <= 3


@DEVICES
def test_bureau_township_and_department_form_a_joint_branch(
    district, committee, signed_in_page, screenshot, phone
):
    end = "-phone" if phone else ""
    use_procedure(PRESETS[Preset.THREE_STEPS])
    home = make_organisation(district.qingping, name="清平老街党支部")
    shops = [make_shop(district, name=name) for name in ("清平春和茶庄", "清平顺达五金店")]
    for name in PEOPLE:
        make_worker(home, shops[0], name=name, full_on=date(2012, 7, 1))

    bureau = Hand(
        signed_in_page(
            make_user(Role.BUREAU, district.bureau), reverse("formation-list"), phone=phone
        )
    )
    bureau.link("提出组建")
    bureau.page.get_by_label("列入单位").fill("清平春和茶庄\n清平顺达五金店")
    screenshot(bureau.page, f"formation-new{end}", full_page=True)
    bureau.button("提出组建")
    screenshot(bureau.page, f"formation-begun{end}", full_page=True)
    for name in ("清平春和茶庄", "清平顺达五金店"):
        row = bureau.page.get_by_role("row", name=name)
        bureau.click(row.get_by_role("link", name="登记谈话"))
        bureau.page.get_by_label("同意", exact=True).check()
        bureau.page.get_by_label("谈话情况").fill("愿意提供场地，希望活动放在傍晚")
        screenshot(bureau.page, f"formation-talk{end}", full_page=True)
        bureau.button("登记谈话")
    bureau.click(bureau.page.locator(".x-actbar").get_by_role("link", name="落实活动场所"))
    bureau.page.get_by_label("共用场所").check()
    bureau.page.get_by_role("textbox", name="位置").fill("清平农贸市场二楼会议室")
    bureau.button("落实活动场所")
    address = bureau.page.url

    township = Hand(signed_in_page(committee, reverse("inbox"), phone=phone))
    township.click(township.page.locator(".x-inbox .x-todo-t").first)
    township.click(township.page.locator("#barred").get_by_role("link", name="列入党员"))
    for name in PEOPLE:
        township.page.get_by_label(name).check()
    screenshot(township.page, f"formation-members{end}", full_page=True)
    township.button("列入党员")
    row = township.page.get_by_role("row", name=PEOPLE[1])
    township.click(row.get_by_role("link", name="定为书记人选"))
    township.button("确定书记人选")
    township.page.get_by_label("无不同意见").check()
    township.button("提交反馈")
    screenshot(township.page, f"formation-filled{end}", full_page=True)

    bureau.page.goto(address)
    expect(bureau.page.get_by_text(PEOPLE[0])).to_have_count(0)
    screenshot(bureau.page, f"formation-masked{end}", full_page=True)
    bureau.link("上报")
    bureau.button("上报")

    township.page.goto(address)
    township.link("同意，转批准")
    screenshot(township.page, f"formation-agree{end}", full_page=True)
    township.button("同意，转批准")

    department = Hand(
        signed_in_page(make_user(Role.ORG_DEPT, district.org_dept), reverse("inbox"), phone=phone)
    )
    department.click(department.page.locator(".x-inbox .x-todo-t").first)
    department.link("批准，办结")
    department.button("批准，办结")
    screenshot(department.page, f"formation-approved{end}", full_page=True)

    expect(department.page.get_by_text("已批准成立").first).to_be_visible()
    assert Formation.objects.get().state == FormationState.APPROVED


@DEVICES
def test_the_pages_are_accessible_and_fit(
    district, committee, signed_in_page, axe, screenshot, phone
):
    end = "-phone" if phone else ""
    blocked = make_formation(procedure=None, complete=False, opener=Role.TOWNSHIP_COMMITTEE)
    join(blocked, make_member(make_organisation(district.liuquan), name=PEOPLE[0]))
    waits = make_formation(procedure=PRESETS[Preset.THREE_STEPS], state=FormationState.STEP_1)
    refused = make_formation(procedure=None, state=FormationState.REFUSED)
    files = ("talk", "room", "unit", "unit-out", "members", "member-out", "secretary")
    addresses = {
        "list": reverse("formation-list"),
        "list-closed": f"{reverse('formation-list')}?list=closed",
        "new": reverse("formation-new"),
        "blocked": reverse("formation-detail", args=[blocked.public_id]),
        "waits": reverse("formation-detail", args=[waits.public_id]),
        "refused": reverse("formation-detail", args=[refused.public_id]),
        "step": reverse("formation-step", args=[waits.public_id, "agree"]),
        **{
            f"file-{what}": reverse("formation-file", args=[blocked.public_id, what])
            for what in files
        },
    }
    faults, wide = {}, []
    for name, address in addresses.items():
        page = signed_in_page(committee, address, phone=phone)
        screenshot(page, f"formation-{name}{end}", full_page=True)
        faults[name] = axe(page)
        if not fits(page):
            wide.append(name)

    assert faults == dict.fromkeys(addresses, [])
    assert wide == []
