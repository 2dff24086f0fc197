"""A committee drafts a request and a roster, looks, issues, and finds both in the register."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import make_user
from tests.factories.case_papers import make_issued, make_paper_case, make_template, rename
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.papers import RARE
from xgz.access import clock
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.roles import Role
from xgz.services import papers

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


@DEVICES
def test_a_paper_from_draft_to_register(signed_in_page, screenshot, axe, phone):
    district = the_district()
    case = make_paper_case()
    rename(case.secretary, RARE)
    clerk = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    mark = "-phone" if phone else ""
    page = signed_in_page(clerk, reverse("formation-detail", args=[case.public_id]), phone=phone)

    page.get_by_role("button", name="起草关于成立党组织的请示").click()
    expect(page.get_by_text("清平党〔2026〕　号")).to_be_visible()
    screenshot(page, f"paper-draft{mark}", full_page=True)
    assert axe(page) == []
    page.get_by_role("link", name="印发", exact=True).click()
    screenshot(page, f"paper-issue{mark}")
    assert axe(page) == []
    page.get_by_role("button", name="印发", exact=True).click()
    expect(page.get_by_text("清平党〔2026〕1号").first).to_be_visible()

    page.goto(page.url.split("/papers/")[0] + reverse("formation-detail", args=[case.public_id]))
    page.get_by_role("button", name="起草党员花名册").click()
    expect(page.get_by_text(RARE)).to_be_visible()
    screenshot(page, f"paper-roster{mark}", full_page=True)
    assert axe(page) == []
    with page.expect_download() as word:
        page.get_by_role("link", name="下载 Word").click()
    assert word.value.suggested_filename.endswith("党员花名册.docx")
    page.goto(page.url.split("/papers/")[0] + reverse("formation-detail", args=[case.public_id]))
    screenshot(page, f"formation-papers{mark}", full_page=True)
    assert axe(page) == []


@DEVICES
def test_the_register_and_a_void_number(signed_in_page, screenshot, axe, phone):
    district = the_district()
    case, paper, actor = make_issued()
    make_issued()
    papers.void_paper(
        actor=actor, case=case, paper=paper, reason="单位名称有误，已重发", now=moment()
    )
    make_issued(PaperKind.REQUEST, make_paper_case(opener=Role.BUREAU))
    department = make_user(Role.ORG_DEPT, district.org_dept)

    page = signed_in_page(department, reverse("paper-register"), phone=phone)

    expect(page.get_by_text("作废", exact=True)).to_be_visible()
    screenshot(page, "paper-register-phone" if phone else "paper-register", full_page=True)
    assert axe(page) == []


@DEVICES
def test_the_store_of_templates(signed_in_page, screenshot, axe, phone):
    district = the_district()
    template = make_template()
    mark = "-phone" if phone else ""
    judge = make_user(Role.ORG_DEPT, district.org_dept)

    page = signed_in_page(judge, reverse("paper-templates"), phone=phone)
    screenshot(page, f"paper-templates{mark}", full_page=True)
    assert axe(page) == []
    page.goto(
        page.url.rsplit("/papers/", 1)[0] + reverse("paper-template", args=[template.public_id])
    )
    screenshot(page, f"paper-template{mark}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="同意使用").click()
    expect(page.get_by_text("使用中")).to_be_visible()
    admin = make_user(Role.SYSTEM_ADMIN, district.administration)
    page = signed_in_page(admin, reverse("paper-template-propose"), phone=phone)
    screenshot(page, f"paper-template-propose{mark}")
    assert axe(page) == []
