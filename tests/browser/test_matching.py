"""A clerk of the organization department: papers, purpose, pairs by keys, undo, carrying out."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_district, make_organisation, make_user
from tests.factories.matching import PDF, make_pair, make_task, make_tie, make_twins
from xgz.access import clock
from xgz.models import (
    Lead,
    MatchingTask,
    MemberWorkplace,
    NotSame,
    OwnerTie,
    SelfReportWindow,
)
from xgz.rules.matching import TaskState
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    district = make_district()
    district.org_dept.clerk = make_user(Role.ORG_DEPT, district.org_dept)
    return district


def test_from_papers_to_leads(district, signed_in_page, screenshot, axe):
    today, village = clock.today(), make_organisation(district.qingping, name="清平镇南河村党支部")
    SelfReportWindow.objects.create(
        area=district.qingping,
        opens_on=today - timedelta(days=40),
        closes_on=today - timedelta(days=1),
        entered_at=clock.now(),
    )
    for name in ("石有余", "甘棠", "阮小满"):
        make_twins(village, district.qingping, name=name)
    page = signed_in_page(district.org_dept.clerk, reverse("matching-list"))
    page.get_by_role("link", name="新建比对任务").first.click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("没有文件编号")).to_be_visible()
    assert axe(page) == []

    page.get_by_role("link", name="补充、修改材料").click()
    page.get_by_label("法律依据").fill("中国共产党党员教育管理工作条例第二十九条")
    page.get_by_label("文件编号").fill("清组发〔2026〕8号")
    page.get_by_label("用途").select_option(label="查找未纳入管理的党员")
    page.get_by_label("到期日").fill((today + timedelta(days=90)).isoformat())
    page.get_by_label("清平镇党委").check()
    page.get_by_label("影响评估").set_input_files(
        {"name": "影响评估.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    assert axe(page) == []
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="开始比对").click()
    expect(page.get_by_role("heading", name="比对结果")).to_be_visible()
    screenshot(page, "matching-task", full_page=True)
    assert axe(page) == []

    page.get_by_label("查看用途").select_option(label="查找未纳入管理的党员")
    page.get_by_role("button", name="复核结果").click()
    expect(page.get_by_role("heading", name="是不是同一个人？")).to_be_visible()
    expect(page.get_by_text(re.compile("待复核 3"))).to_be_visible()
    screenshot(page, "matching-review", full_page=True)
    assert axe(page) == []
    page.keyboard.press("1")
    expect(page.get_by_text(re.compile("待复核 2，以后再定 0，待落实 1"))).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text(re.compile("待复核 1，以后再定 0，待落实 2"))).to_be_visible()
    page.keyboard.press("u")  # the last one back: its pair is shown again
    expect(page.get_by_text(re.compile("待复核 2，以后再定 0，待落实 1"))).to_be_visible()
    page.keyboard.press("2")
    expect(page.get_by_text(re.compile("待复核 1，以后再定 0，待落实 2"))).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_text(re.compile("待复核 0，以后再定 1，待落实 2"))).to_be_visible()
    assert NotSame.objects.count() == 1

    page.get_by_role("link", name="落实 2 条").click()
    assert axe(page) == []
    page.get_by_role("button", name="确认落实").click()
    expect(page.get_by_text("需要走访核实的 1 人将在一天内逐一转为线索")).to_be_visible()
    assert not Lead.objects.exists()
    assert OwnerTie.objects.filter(lead_at__isnull=False).count() == 1
    assert MatchingTask.objects.get().state == TaskState.DONE


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_pair_and_a_list_fit_the_screen(district, signed_in_page, screenshot, axe, phone):
    village = make_organisation(district.qingping)
    task = make_task(district.qingping, expires_on=clock.today() + timedelta(days=30))
    member, business = make_twins(village, district.qingping, name="石有余")
    make_pair(task, member, business)
    make_pair(task, make_twins(village, district.qingping, name="甘棠")[0], business)
    MemberWorkplace.objects.create(
        member=member, business=business, valid_from=clock.today() - timedelta(days=400)
    )
    wide = 390 if phone else 1366
    address = reverse("matching-review", args=[task.public_id]) + "?purpose=find"
    page = signed_in_page(district.org_dept.clerk, address, phone=phone)
    expect(page.get_by_text("同一经营者的另一名党员")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert axe(page) == []

    page.goto(page.url.split("/matching/")[0] + reverse("owner-list", args=["should-move"]))
    page.get_by_label("查看用途").select_option(label="理顺组织关系（应转未转）")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_role("link", name="石有余")).to_be_visible()
    screenshot(page, "should-move-phone" if phone else "should-move", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert axe(page) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_confirmed_owner_is_undone_with_a_reason(
    district, signed_in_page, screenshot, axe, phone
):
    village = make_organisation(district.qingping)
    task = make_task(district.qingping, expires_on=clock.today() + timedelta(days=30))
    for name in ("石有余", "甘棠"):
        make_tie(*make_twins(village, district.qingping, name=name))
    wide = 390 if phone else 1366
    address = reverse("matching-detail", args=[task.public_id])
    page = signed_in_page(district.org_dept.clerk, address, phone=phone)
    page.get_by_label("查看用途").select_option(label="查找未纳入管理的党员")
    page.get_by_role("button", name="看已确认的").click()
    expect(page.get_by_role("heading", name="已确认的")).to_be_visible()
    screenshot(page, "matching-confirmed-phone" if phone else "matching-confirmed", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert axe(page) == []

    page.get_by_role("link", name="石有余 认定有误，解除").click()
    expect(page.get_by_text("还没有解除")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert axe(page) == []
    page.get_by_role("button", name="确认解除").click()
    expect(page.get_by_text("请选择一项。")).to_be_visible()
    screenshot(page, "matching-untie-phone" if phone else "matching-untie", full_page=True)
    assert axe(page) == []
    page.get_by_label("理由").select_option(label="同名的另一个人")
    page.get_by_role("button", name="确认解除").click()

    expect(page.get_by_text("已解除，以后不再提示这两人。")).to_be_visible()
    expect(page.get_by_role("link", name="石有余", exact=True)).not_to_be_visible()
    assert (OwnerTie.objects.count(), NotSame.objects.count()) == (1, 1)


def test_without_script_the_buttons_do_the_same(district, signed_in_page):
    task = make_task(district.qingping, expires_on=clock.today() + timedelta(days=30))
    village = make_organisation(district.qingping)
    pair = make_pair(task, *make_twins(village, district.qingping))
    address = reverse("matching-review", args=[task.public_id]) + "?purpose=find"
    page = signed_in_page(district.org_dept.clerk, address)

    page.get_by_role("button", name=re.compile("^不是同一人")).click()

    expect(page.get_by_text("没有待复核的了")).to_be_visible()
    pair.refresh_from_db()
    assert pair.decision == "no"
