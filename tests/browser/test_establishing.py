"""Committee and station set an organisation up: its list, its site with a photo, its money."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.measures import fits
from tests.factories import TODAY, make_user
from tests.factories.closures import the_district
from tests.factories.establishing import make_establishing, make_instructor, settle
from tests.factories.formations import moment
from tests.factories.sites import make_photo, make_support, phone_photo
from xgz.access import clock
from xgz.models import SitePhoto
from xgz.rules.establishing import EstablishingState
from xgz.rules.roles import Role
from xgz.rules.sites import Moment

pytestmark = pytest.mark.django_db(transaction=True)
DEVICES = pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def committee():
    return make_user(Role.TOWNSHIP_COMMITTEE, the_district().qingping)


@pytest.fixture
def station():
    return make_user(Role.STATION_HEAD, the_district().qingping_office)


@DEVICES
def test_from_the_approval_to_the_site(
    committee, station, signed_in_page, screenshot, axe, phone, tmp_path
):
    suffix = "-phone" if phone else ""
    case = make_establishing(procedure=None)
    make_instructor()
    page = signed_in_page(committee, reverse("establishing-list"), phone=phone)
    page.get_by_role("link", name=case.name).click()
    page.get_by_role("link", name="设立党组织").click()
    page.get_by_label("党组织名称").fill("清平市场联合党支部")
    screenshot(page, f"establishing-set-up{suffix}", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="设立党组织").click()
    expect(page.get_by_role("heading", name="落实清单")).to_be_visible()
    screenshot(page, f"establishing{suffix}", full_page=True)
    assert axe(page) == []
    assert fits(page) or not phone

    page.get_by_role("link", name="登记阵地").first.click()
    page.get_by_role("link", name="登记阵地情况").click()
    for label in ("活动场所", "标牌", "印章"):
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="登记阵地情况").click()
    expect(page.get_by_text("场所、标牌、印章已有，其他尚缺")).to_be_visible()
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(phone_photo())
    page.get_by_role("link", name="上传照片").first.click()
    page.get_by_label("项目").select_option(label="标牌")
    page.get_by_label("整改后").check()
    page.get_by_label("照片", exact=True).set_input_files(photo)
    assert axe(page) == []
    page.get_by_role("button", name="上传照片").click()
    picture = page.get_by_role("img", name="标牌 整改后")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    screenshot(page, f"site{suffix}", full_page=True)
    assert axe(page) == []
    assert fits(page) or not phone

    beside = signed_in_page(
        station, reverse("establishing-detail", args=[case.public_id]), phone=phone
    )
    expect(beside.get_by_text("正式党员")).to_have_count(0)
    beside.get_by_role("link", name="指派指导员").first.click()
    screenshot(beside, f"establishing-instructor{suffix}", full_page=True)


@DEVICES
def test_a_site_with_everything(committee, signed_in_page, screenshot, axe, phone):
    suffix = "-phone" if phone else ""
    case = make_establishing(procedure=None, state=EstablishingState.RUNNING_IN)
    settle(case)
    for when in Moment:
        make_photo(case.organisation, moment=when, taken_on=TODAY)
    make_support(case.organisation)
    make_support(case.organisation, source="firm", remark="企业自愿，已报镇党委")
    assert SitePhoto.objects.count() == 2
    where = [case.organisation.public_id]

    page = signed_in_page(committee, reverse("site-detail", args=where), phone=phone)
    screenshot(page, f"site-full{suffix}", full_page=True)
    assert axe(page) == []
    assert fits(page) or not phone
    page.goto(page.url.replace("/sites/", "/organisations/"))
    expect(page.get_by_role("heading", name="阵地与保障")).to_be_visible()
    assert axe(page) == []
    screenshot(page, f"organisation-site{suffix}", full_page=True)
    page.goto(page.url.split("/organisations/")[0] + reverse("site-lists"))
    assert axe(page) == []
    screenshot(page, f"site-lists{suffix}", full_page=True)
