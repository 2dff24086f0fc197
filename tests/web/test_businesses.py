"""Pages of businesses: filter, constant queries, who sees contact data, the workbook."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_business,
    make_coverage,
    make_district,
    make_import,
    make_market,
    make_member,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from xgz.models import AuditEntry, Business, InstructorLink, MemberWorkplace, StatusEvent, sealing
from xgz.models.fields import new_public_id
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
OFFICIAL_PHONE, MASKED_PHONE = "13800006021", "138****6021"
ID_NUMBER, MASKED_ID = "360999196804022410", "360999********2410"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def bureau(district):
    return make_user(Role.BUREAU, district.bureau)


def _business(district, **values):
    """Make a business in Qingping with a phone and an owner's number."""
    public_id = new_public_id()
    defaults = {
        "public_id": public_id,
        "township": district.qingping,
        "office": district.qingping_office,
        "phone_sealed": sealing.seal("business.phone", public_id, OFFICIAL_PHONE),
        "owner_id_sealed": sealing.seal("business.owner_id", public_id, ID_NUMBER),
    }
    return make_business(**defaults | values)


def _get(client, user, name="business-list", *args, **query):
    client.force_login(user)
    return client.get(reverse(name, args=args), query)


def _text(response):
    return response.content.decode()


def _book(response):
    import openpyxl  # slow import

    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def _sheet(response):
    return [list(row) for row in _book(response).active.iter_rows(values_only=True)]


def test_an_owner_of_a_market_alone_sees_an_empty_list(client, district):
    make_business()
    page = _get(client, make_user(Role.OWNER, district.qingping, market=make_market()))

    assert (page.status_code, page.context["listing"].total) == (200, 0)
    assert (page.context["totals"].registered, page.context["totals"].operating) == (0, 0)


def test_list_shows_the_row_with_masked_phone_and_totals(client, district, bureau):
    business = _business(district, name="清平老街五金店")
    StatusEvent.objects.create(
        business=business, kind="moved", happened_on=date(2026, 3, 2), status="in_business"
    )

    page = _text(_get(client, bureau))

    for words in ("清平老街五金店", business.credit_code, MASKED_PHONE, "2026-03-02", "在册 1 户"):
        assert words in page
    assert OFFICIAL_PHONE not in page
    assert reverse("business-detail", args=[business.public_id]) in page


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.SOCIAL_WORK_DEPT, "social_work"), (Role.OWNER, "qingping")],
)
def test_list_has_no_phones_for_roles_without_contact(client, district, role, place):
    business = _business(district)
    links = {"business": business} if role is Role.OWNER else {}
    user = make_user(role, getattr(district, place), **links)

    page = _text(_get(client, user))

    assert business.name in page
    assert "联系电话" not in page
    assert MASKED_PHONE not in page


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_are_refused(client, district, role):
    business = _business(district)
    user = make_user(role, district.administration)

    for name, arguments in (
        ("business-list", []),
        ("business-export", []),
        ("business-detail", [business.public_id]),
    ):
        assert _get(client, user, name, *arguments).status_code == 403


def test_list_asks_the_same_queries_for_one_row_and_for_three(client, district, bureau):
    branch = make_organisation(district.qingping)

    def count_queries():
        with CaptureQueriesContext(connection) as queries:
            assert _get(client, bureau).status_code == 200
        return len(queries)

    def add_full_row():
        business = _business(district)
        make_coverage(branch, business=business)
        make_report(business, full_members=3)
        InstructorLink.objects.create(
            instructor=make_user(Role.INSTRUCTOR, district.qingping_office),
            station=district.qingping_office,
            business=business,
            valid_from=date(2026, 1, 1),
        )

    add_full_row()
    count_queries()
    one = count_queries()
    add_full_row()
    add_full_row()
    three = count_queries()

    assert one == three
    assert three <= 30


def test_filter_and_sort_work_together(client, district, bureau):
    _business(district, name="清平大店", staff=20)
    _business(district, name="清平小店", staff=3)
    _business(district, name="清平中店", staff=None)
    make_business(name="柳泉店", township=district.liuquan, staff=9)

    response = _get(
        client, bureau, township=district.qingping.public_id, sort="-staff", status="registered"
    )

    assert [row.business.name for row in response.context["rows"]] == [
        "清平大店",
        "清平小店",
        "清平中店",
    ]
    assert response.context["conditions"] == [str(district.qingping), "在册（未退出）"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"kind": "bakery"}, "没有这个选项，条件未使用。"),
        ({"township": "no-such-place"}, "没有这个选项，条件未使用。"),
        ({"staff_from": "many"}, "应为整数，条件未使用。"),
        ({"staff_to": "-1"}, "应为整数，条件未使用。"),
        ({"staff_from": "9", "staff_to": "2"}, "上限小于下限，条件未使用。"),
    ],
    ids=["kind", "township", "text for a number", "negative", "reversed range"],
)
def test_value_without_sense_shows_its_error_and_filters_nothing(
    client, district, bureau, query, words
):
    _business(district, staff=10)

    response = _get(client, bureau, **query)

    assert words in _text(response)
    assert response.context["listing"].total == 1


def test_township_of_others_is_no_choice(client, district):
    _business(district)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    response = _get(client, user, township=district.liuquan.public_id)

    assert "没有这个选项" in _text(response)
    assert [row.business.township for row in response.context["rows"]] == [district.qingping]


def test_empty_result_names_the_conditions_and_offers_to_drop_one(client, district, bureau):
    _business(district, name="清平店", status="resting")

    response = _get(client, bureau, q="柳泉", status="resting")

    loosened = [(entry.words, entry.url, entry.count) for entry in response.context["loosened"]]
    assert loosened == [
        ("名称或代码含 柳泉", "?status=resting", 1),
        ("歇业", "?q=%E6%9F%B3%E6%B3%89", 0),
    ]
    assert "没有符合条件的经营主体" in _text(response)


@pytest.mark.parametrize(
    ("role", "place", "link"),
    [(Role.BUREAU, "bureau", True), (Role.SOCIAL_WORK_DEPT, "social_work", False)],
)
def test_empty_register_says_what_to_do_first(client, district, role, place, link):
    user = make_user(role, getattr(district, place))

    page = _text(_get(client, user))

    assert "还没有经营主体" in page
    assert ("btn-primary" in page.split("还没有经营主体")[1]) is link


def test_hidden_business_is_not_found(client, district):
    business = make_business(township=district.liuquan)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    assert _get(client, user, "business-detail", business.public_id).status_code == 404


def test_detail_shows_facts_masked_and_the_rule_of_a_missing_row(client, district, bureau):
    business = _business(district, missing_since=date(2026, 11, 1))
    make_report(business, full_members=3, owner_is_member="yes")

    page = _text(_get(client, bureau, "business-detail", business.public_id))

    for words in (business.name, MASKED_PHONE, MASKED_ID, "RG-6", "2026-11-01", "应建未建"):
        assert words in page
    for secret in (OFFICIAL_PHONE, ID_NUMBER, "法定代表人是否党员", "党员名册中"):
        assert secret not in page


@pytest.mark.parametrize(
    ("role", "place", "owner", "roster"),
    [
        (Role.ORG_DEPT, "org_dept", True, True),
        (Role.TOWNSHIP_COMMITTEE, "qingping", True, True),
        (Role.SOCIAL_WORK_DEPT, "social_work", False, True),
        (Role.BUREAU, "bureau", False, False),
        (Role.STATION_HEAD, "qingping_office", False, False),
    ],
)
def test_detail_shows_membership_figures_by_role(client, district, role, place, owner, roster):
    business = _business(district)
    make_report(business, full_members=1, owner_is_member="yes")
    member = make_member(make_organisation(district.qingping))
    MemberWorkplace.objects.create(member=member, business=business)
    user = make_user(role, getattr(district, place))

    page = _text(_get(client, user, "business-detail", business.public_id))

    assert ("法定代表人是否党员" in page) is owner
    assert ("党员名册中写明该单位的有 1 人" in page) is roster


def test_detail_links_only_organisations_in_reach(client, district, bureau):
    business = _business(district)
    guided = make_organisation(district.qingping, guiding_body=district.qingping_office)
    Business.objects.filter(pk=business.pk).update(status="in_business")
    other = make_organisation(district.qingping)
    make_coverage(guided, business=business)
    make_coverage(other, business=business)

    page = _text(_get(client, bureau, "business-detail", business.public_id))

    assert reverse("organisation-detail", args=[guided.public_id]) in page
    assert other.name in page
    assert reverse("organisation-detail", args=[other.public_id]) not in page


def test_export_holds_the_filtered_rows_as_text(client, district, bureau):
    _business(district, name="=HYPERLINK(1)", staff=4)
    make_business(name="柳泉店", township=district.liuquan)

    response = _get(client, bureau, "business-export", township=district.qingping.public_id)

    rows = _sheet(response)
    assert response.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert rows[0][0] == "经营主体名册"
    assert f"条件：{district.qingping}" in rows[1][0]
    assert [row[:2] for row in rows[3:]] == [[1, "=HYPERLINK(1)"]]
    cells = dict(zip(rows[2], rows[3], strict=True))
    assert (cells["从业人数"], cells["联系电话"]) == (4, MASKED_PHONE)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("business-export", "Instructor: Assigned, In a specialised market"),
        ("ledger-export", "Instructor: Assigned; In a specialised market"),
    ],
)
def test_conditions_have_english_signs_in_english(client, bureau, name, words):
    client.cookies["django_language"] = "en"

    rows = _sheet(_get(client, bureau, name, instructor="any", in_market="on"))

    assert words in str(rows[:3])


@pytest.mark.parametrize(
    ("role", "place", "offered"),
    [(Role.BUREAU, "bureau", True), (Role.OWNER, "qingping", False)],
    ids=["bureau", "owner"],
)
def test_the_ledger_is_offered_with_the_filter(client, district, role, place, offered):
    business = _business(district, name="双喜干货行")
    links = {"business": business} if role is Role.OWNER else {}
    user = make_user(role, getattr(district, place), **links)

    text = _text(_get(client, user, q="双喜"))

    address = f"{reverse('ledger-export')}?q=%E5%8F%8C%E5%96%9C"
    assert (f'href="{address}"' in text) is offered


def test_export_leaves_formulas_dead(client, district, bureau):
    _business(district, name="+1+1")

    book = _book(_get(client, bureau, "business-export"))

    assert {cell.data_type for row in book.active.iter_rows(min_row=4) for cell in row} <= {
        "s",
        "n",
        "d",
    }


def test_export_is_recorded_and_stays_in_scope(client, district):
    _business(district)
    make_business(township=district.liuquan)
    user = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    rows = _sheet(_get(client, user, "business-export"))

    assert len(rows) == 4
    entry = AuditEntry.objects.get(action="business.export")
    assert (entry.actor, list(entry.fields)) == (user, ["conditions"])


@pytest.mark.parametrize("role", [Role.OWNER, Role.INSTRUCTOR])
def test_export_is_refused_without_the_right(client, district, role):
    business = _business(district)
    links = {"business": business} if role is Role.OWNER else {}
    user = make_user(role, seat_of(role, district), **links)

    assert _get(client, user, "business-export").status_code == 403
    assert not AuditEntry.objects.filter(action="business.export").exists()


def test_visitor_is_sent_to_sign_in(client):
    response = client.get(reverse("business-list"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("sign-in"))


def test_closing_without_a_stated_day_claims_no_day(client, district, bureau):
    business = _business(district, status="cancelled", status_on=None)
    StatusEvent.objects.create(
        business=business,
        kind="closed",
        happened_on=date(2026, 11, 23),
        status="cancelled",
        source_import=make_import(),
    )

    page = _text(_get(client, bureau, "business-detail", business.public_id))
    listed = _text(_get(client, bureau))
    sheet = _sheet(_get(client, bureau, "business-export"))

    assert "数据中首次见到注销" in page
    assert "首次见到" in listed
    assert sheet[-1][-2] == "数据中首次见到注销"
