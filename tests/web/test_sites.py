"""Pages of a site: what is there, photos and how they are sent, money, the district's list."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TODAY, make_organisation, make_user
from tests.factories.closures import the_district
from tests.factories.formations import moment
from tests.factories.sites import make_photo, make_support, phone_photo, see
from xgz.access import clock
from xgz.models import SiteCheck, SiteList, SitePhoto, Support, SupportUse
from xgz.queries.sites import site_of
from xgz.rules.photos import UPLOAD_MAX_BYTES
from xgz.rules.roles import Role
from xgz.rules.sites import BASICS, SiteItem

pytestmark = pytest.mark.django_db
MOST = 30  # queries of a page


@pytest.fixture(autouse=True)
def _today(settings, tmp_path):
    settings.HOME = tmp_path
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def committee(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping, guiding_body=district.qingping_office)


def _get(client, user, page, *args, **query):
    client.force_login(user)
    return client.get(reverse(page, args=args), query)


def _post(client, user, page, *args, **fields):
    client.force_login(user)
    return client.post(reverse(page, args=args), fields, follow=True)


def _main(response):
    """Return the page without frame and menu, its markup and spaces taken out."""
    found = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group()))


class TestChecks:
    def test_all_things_are_ticked_on_one_page(self, client, committee, branch):
        response = _post(
            client, committee, "site-check", branch.public_id, there=[*BASICS], day=TODAY, shown=""
        )

        site = site_of(branch, TODAY)
        assert not {entry.key for entry in site.missing} & {*BASICS}
        assert "场所、标牌、印章已有，其他尚缺" in _main(response)
        assert SiteCheck.objects.count() == len(site.rows)

    def test_a_page_opened_long_ago_takes_nobodys_tick_back(self, client, committee, branch):
        old = _get(client, committee, "site-check", branch.public_id).context["form"]
        for row in site_of(branch, TODAY).rows:
            see(branch, row.entry.key)

        _post(
            client,
            committee,
            "site-check",
            branch.public_id,
            there=[],
            day=TODAY,
            shown=old.initial["shown"],
        )

        assert site_of(branch, TODAY).missing == []

    def test_without_a_change_nothing_is_recorded(self, client, committee, branch):
        for row in site_of(branch, TODAY).rows:
            see(branch, row.entry.key)
        keys = [row.entry.key for row in site_of(branch, TODAY).rows]

        response = _post(
            client,
            committee,
            "site-check",
            branch.public_id,
            there=keys,
            day=TODAY,
            shown=",".join(keys),
        )

        assert "没有改动，不用登记" in _main(response)

    def test_the_organisation_says_how_its_site_stands(self, client, committee, branch):
        page = ("organisation-detail", branch.public_id)
        assert "还没有登记" in _main(_get(client, committee, *page))

        see(branch, SiteItem.PLACE)
        text = _main(_get(client, committee, *page))

        assert "阵地未落实" in text
        assert "缺 标牌" in text or "缺标牌" in text


class TestList:
    def test_whose_site_lacks_something_basic_comes_first(self, client, committee, district):
        lacking = make_organisation(district.qingping, name="清平一支部")
        partly = make_organisation(district.qingping, name="清平二支部")
        lost = make_organisation(district.qingping, name="清平三支部")
        make_organisation(district.liuquan, name="柳泉支部")
        for item in BASICS:
            see(partly, item)
            see(lost, item)
        see(lost, SiteItem.SEAL, is_there=False)

        response = _get(client, committee, "site-list")
        others = _get(client, committee, "site-list", list="basics")
        found = _get(client, committee, "site-list", list="all", q="三支部")

        assert [tab.count for tab in response.context["tabs"]] == [2, 1, 3]
        assert [line.organisation for line in response.context["lines"]] == [lacking, lost]
        assert [entry.key for entry in response.context["lines"][1].missing][0] == SiteItem.SEAL
        assert [line.organisation for line in others.context["lines"]] == [partly]
        assert [line.organisation for line in found.context["lines"]] == [lost]

    def test_where_nothing_is_lacking_it_says_so(self, client, committee, branch):
        for item in BASICS:
            see(branch, item)

        assert "都已落实" in _main(_get(client, committee, "site-list", list="lacking"))
        first = _get(client, committee, "site-list")
        assert [line.organisation for line in first.context["lines"]] == [branch]

    def test_without_any_organisation_it_does_not_say_that_all_have_theirs(self, client, committee):
        page = _main(_get(client, committee, "site-list"))

        assert "您的管理范围内还没有党组织" in page
        assert "都已落实" not in page

    def test_with_organisations_an_empty_list_does_not_say_there_are_none(
        self, client, committee, branch
    ):
        page = _main(_get(client, committee, "site-list", list="basics"))

        assert "没有这样的党组织" in page
        assert "还没有党组织" not in page


class TestPhotos:
    def send(self, client, user, branch, data, name="a.jpg"):
        return _post(
            client,
            user,
            "site-photo-add",
            branch.public_id,
            item=SiteItem.PLAQUE,
            moment="after",
            day=TODAY,
            photo=SimpleUploadedFile(name, data, content_type="text/html"),
        )

    def test_a_photo_is_shown_as_a_picture_and_nothing_else(self, client, committee, branch):
        self.send(client, committee, branch, phone_photo())
        photo = SitePhoto.objects.get()
        address = reverse("site-photo", args=[branch.public_id, photo.public_id])

        page = _get(client, committee, "site-detail", branch.public_id)
        picture = client.get(address)

        assert f'src="{address}"' in page.content.decode()
        assert picture["Content-Type"] == "image/jpeg"
        assert picture["X-Content-Type-Options"] == "nosniff"
        assert picture["Cache-Control"] == "private, no-store"
        assert picture["Content-Disposition"].startswith("inline; filename=")
        assert picture.content.startswith(b"\xff\xd8\xff")
        assert b"PhoneMaker" not in picture.content

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"<script>alert(1)</script>", "只接收 JPEG 或 PNG 照片"),
            (phone_photo()[:4000], "照片不完整或已损坏"),
            (bytes(UPLOAD_MAX_BYTES + 1), "照片超过 10 兆"),
        ],
    )
    def test_what_is_no_photo_is_refused_in_words(self, client, committee, branch, data, words):
        assert words in _main(self.send(client, committee, branch, data))
        assert not SitePhoto.objects.exists()

    def test_who_does_not_see_the_organisation_gets_no_picture(self, client, district, branch):
        photo = make_photo(branch)
        stranger = make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)

        response = _get(client, stranger, "site-photo", branch.public_id, photo.public_id)

        assert response.status_code == 404

    def test_a_photo_has_its_picture_under_its_own_organisation_only(
        self, client, committee, district, branch
    ):
        photo, other = make_photo(branch), make_organisation(district.qingping)

        response = _get(client, committee, "site-photo", other.public_id, photo.public_id)

        assert response.status_code == 404

    def test_it_is_taken_back_after_a_second_question(self, client, committee, branch):
        photo = make_photo(branch)
        page = ("site-photo-remove", branch.public_id, photo.public_id)
        assert "不能恢复" in _main(_post(client, committee, *page))
        assert SitePhoto.objects.exists()

        _post(client, committee, *page, confirmed="yes")

        assert not SitePhoto.objects.exists()
        assert _get(client, committee, "site-photo", *page[1:]).status_code == 404


class TestSupport:
    GIVEN = {
        "kind": "money",
        "source": "dues",
        "amount": "1200.50",
        "day": TODAY,
        "purpose": "制作标牌",
        "thing": "",
        "remark": "",
    }

    def test_money_is_entered_used_and_summed(self, client, committee, branch):
        _post(client, committee, "support-add", branch.public_id, **self.GIVEN)
        row = Support.objects.get()
        response = _post(
            client,
            committee,
            "support-change",
            branch.public_id,
            row.public_id,
            "use",
            amount="200.50",
            day=TODAY,
            purpose="制作标牌",
        )

        assert SupportUse.objects.count() == 1
        text = _main(response)
        assert "1,200.50 元" in text
        assert "1,000.00 元" in text

    def test_a_firm_without_a_remark_is_refused_and_with_one_marked(
        self, client, committee, branch
    ):
        page = ("support-add", branch.public_id)
        refused = _post(client, committee, *page, **self.GIVEN | {"source": "firm"})
        assert "请在备注里写明情况" in _main(refused)

        given = self.GIVEN | {"source": "firm", "remark": "企业自愿，已报镇党委"}
        text = _main(_post(client, committee, *page, **given))

        assert "企业出资" in text
        assert "企业自愿，已报镇党委" in text

    def test_a_correction_keeps_the_old_row_in_sight(self, client, committee, branch):
        row = make_support(branch)
        page = ("support-change", branch.public_id, row.public_id, "correct")
        assert _get(client, committee, *page).context["form"].initial["purpose"] == row.purpose

        given = self.GIVEN | {"amount": "120.50", "reason": "金额写错"}
        text = _main(_post(client, committee, *page, **given))

        assert "已更正、撤回 1 条" in text
        assert "金额写错" in text
        assert _get(client, committee, *page).status_code == 404

    @pytest.mark.parametrize("amount", ["1.234", "abc", "0", "-3"])
    def test_an_amount_that_is_none_is_refused(self, client, committee, branch, amount):
        _post(client, committee, "support-add", branch.public_id, **self.GIVEN | {"amount": amount})

        assert not Support.objects.exists()

    def test_what_is_used_is_never_more_than_is_left(self, client, committee, branch):
        row = make_support(branch)

        response = _post(
            client,
            committee,
            "support-change",
            branch.public_id,
            row.public_id,
            "use",
            amount="1200.51",
            day=TODAY,
            purpose="制作标牌",
        )

        assert "超过余量，现在还剩 1,200.50" in _main(response)


class TestLists:
    def test_the_department_chooses_a_list(self, client, district):
        department = make_user(Role.ORG_DEPT, district.org_dept)
        response = _post(
            client,
            department,
            "site-list-new",
            which="own",
            own="电教设备\n\n标牌",
            valid_from="2027-01-01",
            reason="县委组织部文件",
        )
        assert "电教设备、标牌" in _main(response)

        taken_back = _post(
            client, department, "site-list-withdraw", list=SiteList.objects.get().public_id
        )

        assert "阵地清单已撤回" in taken_back.content.decode()

    def test_a_list_of_nothing_is_refused(self, client, district):
        department = make_user(Role.ORG_DEPT, district.org_dept)

        response = _post(
            client,
            department,
            "site-list-new",
            which="own",
            own=" ",
            valid_from=TODAY,
            reason="县委组织部文件",
        )

        assert "至少要有一项" in _main(response)

    def test_everybody_reads_it(self, client, committee):
        text = _main(_get(client, committee, "site-lists"))

        assert "本区没有另定清单" in text
        assert "另定清单 " not in text.replace("本区没有另定清单", "")


def test_a_page_of_photos_and_money_asks_no_more_than_thirty_questions(client, committee, branch):
    for row in site_of(branch, TODAY).rows:
        see(branch, row.entry.key)
        make_photo(branch, item=row.entry.key)
    for _each in range(5):
        make_support(branch)
    client.force_login(committee)

    for page in ("site-detail", "organisation-detail"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(page, args=[branch.public_id])).status_code == 200
        assert len(queries) <= MOST, (page, len(queries))
