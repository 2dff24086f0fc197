"""Pages of full numbers: asking, showing, who reads of it, who is stopped (RV-1 to RV-7)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories import (
    make_business,
    make_district,
    make_member,
    make_organisation,
    make_user,
)
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.models import AuditEntry, Member, Reveal, Sighting, sealing
from xgz.models.fields import new_public_id
from xgz.rules.allowances import LIMITS, Purpose
from xgz.rules.reveals import ALARM_PEOPLE, MOST_PEOPLE, Mark
from xgz.rules.roles import Role
from xgz.rules.sign_in import FRESH_MINUTES

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, 10, tzinfo=UTC)  # 11:00 of a Monday here
ID_NUMBER, PHONE = "36099919680402241X", "13800006021"
WORDS = "通知本人参加组织生活会"
ASKED = {"reason": "contact", "words": WORDS}
LINK = "查看完整号码"


class Clock:
    """A clock the test sets."""

    def __init__(self):
        self.moment = NOW

    def __call__(self):
        return self.moment

    def wait(self, **time):
        self.moment += timedelta(**time)


@pytest.fixture(autouse=True)
def watch():
    reader = Clock()
    with clock.showing(reader):
        yield reader


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def branch(district):
    return make_organisation(district.qingping)


@pytest.fixture
def member(branch):
    return make_member(branch, id_number=ID_NUMBER, phone=PHONE)


@pytest.fixture
def shop(district):
    business = make_business(township=district.qingping, office=district.qingping_office)
    business.owner_id_sealed = sealing.seal("business.owner_id", business.public_id, ID_NUMBER)
    business.phone_sealed = sealing.seal("business.phone", business.public_id, PHONE)
    business.save()
    return business


@pytest.fixture
def clerk(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


def of(subject, field="phone"):
    name = "reveal-member" if isinstance(subject, Member) else "reveal-business"
    return reverse(name, args=[subject.public_id, field])


def look(client, user, subject, field="phone", **values):
    sign_in(client, user)
    return client.post(of(subject, field), ASKED | values)


def sign_in(client, user):
    """Sign in on a browser that nobody used before."""
    client.cookies.clear()
    client.force_login(user)


@pytest.mark.parametrize(("field", "value"), [("id_number", ID_NUMBER), ("phone", PHONE)])
def test_the_value_stands_on_a_page_of_its_own_and_nowhere_else(
    client, member, clerk, field, value
):
    sent = look(client, clerk, member, field)
    page = client.get(sent["Location"])
    text = page.content.decode()

    row = Reveal.objects.get()
    assert sent["Location"] == reverse("reveal-shown", args=[row.public_id])
    assert sent.content == b""
    assert text.count(value) == 1
    assert "到 11:05 为止" in text
    assert page["Cache-Control"] == "no-store"
    assert page["Refresh"] == f"300;url={reverse('member-detail', args=[member.public_id])}"
    title = re.search(r"<title>(.*?)</title>", text, re.S).group(1)
    for word in (value, "方柏梁"):
        assert word not in title
    for word in ("<script>", "style="):
        assert word not in text
    for session in Session.objects.all():
        assert value not in str(session.get_decoded())


def test_the_detail_leads_to_each_value_and_back(client, member, clerk):
    sign_in(client, clerk)
    detail = reverse("member-detail", args=[member.public_id])

    text = client.get(detail).content.decode()

    for field in ("id_number", "phone"):
        assert of(member, field) in text
    assert of(member, "address") not in text  # none is known
    assert detail in client.get(of(member)).content.decode()


@pytest.mark.parametrize(
    ("role", "phone", "number"),
    [
        (Role.BUREAU, True, True),
        (Role.STATION_HEAD, True, True),
        (Role.TOWNSHIP_COMMITTEE, True, True),
        (Role.SOCIAL_WORK_DEPT, False, False),
    ],
)
def test_the_page_of_a_business_leads_where_the_role_may(
    client, district, shop, role, phone, number
):
    place = {
        Role.BUREAU: district.bureau,
        Role.STATION_HEAD: district.qingping_office,
        Role.TOWNSHIP_COMMITTEE: district.qingping,
        Role.SOCIAL_WORK_DEPT: district.social_work,
    }[role]
    sign_in(client, make_user(role, place))

    text = client.get(reverse("business-detail", args=[shop.public_id])).content.decode()

    assert (of(shop) in text, of(shop, "id_number") in text) == (phone, number)


def test_a_visit_needs_the_owners_phone(client, district, shop):
    sent = look(client, make_user(Role.STATION_HEAD, district.qingping_office), shop)

    assert PHONE in client.get(sent["Location"]).content.decode()


def test_when_the_time_is_over_it_is_asked_again(client, member, clerk, watch):
    address = look(client, clerk, member)["Location"]

    watch.wait(minutes=4, seconds=59)
    assert PHONE in client.get(address).content.decode()
    watch.wait(seconds=1)
    gone = client.get(address)

    assert (gone.status_code, gone["Location"]) == (302, of(member))
    assert PHONE not in client.get(of(member)).content.decode()


def test_the_same_value_twice_within_its_time_is_one_look(client, member, clerk, watch):
    first = look(client, clerk, member)
    watch.wait(minutes=1)

    again = look(client, clerk, member)
    form = client.get(of(member))

    assert again["Location"] == form["Location"] == first["Location"]
    assert Reveal.objects.count() == 1


def test_nobody_else_opens_it(client, district, member, clerk):
    address = look(client, clerk, member)["Location"]
    other = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)

    sign_in(client, other)

    assert client.get(address).status_code == 404


def test_whoever_lost_the_right_meanwhile_sees_nothing_more(client, member, clerk):
    address = look(client, clerk, member)["Location"]
    clerk.role_assignments.update(valid_to=NOW.date() - timedelta(days=1))

    assert client.get(address).status_code == 403


def test_who_it_is_has_to_be_proved_again(client, member, clerk, watch):
    sign_in(client, clerk)
    watch.wait(minutes=FRESH_MINUTES)

    answers = [client.get(of(member)), client.post(of(member), ASKED)]

    for answer in answers:
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("confirm-identity"))
    assert not Reveal.objects.exists()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"words": "联系本人"}, "至少 8 个字"),
        ({"reason": ""}, "请选择一项"),
        ({"words": "联系本人13800006021核对"}, "不要写证件号码"),
    ],
)
def test_a_poor_reason_is_refused_in_plain_words(client, member, clerk, sent, text):
    answer = look(client, clerk, member, **sent)

    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert not Reveal.objects.exists()


def test_the_page_says_when_the_day_is_used_up(client, branch, clerk):
    most = LIMITS[Purpose.REVEAL].most
    for number in range(most):
        look(client, clerk, make_member(branch, id_number=f"36099919680402{number:04}"))

    answer = look(client, clerk, make_member(branch, id_number="369999196804020000"))

    assert "11-24 11:00 以后可以再查看" in answer.content.decode()
    assert Reveal.objects.count() == most


def test_the_case_it_is_for_can_be_named(client, branch, clerk):
    member = make_member(branch, id_number=ID_NUMBER)
    case = make_transfer(member=member)
    sign_in(client, clerk)

    assert case.number in client.get(of(member)).content.decode()
    look(client, clerk, member, case=case.public_id)

    assert Reveal.objects.get().case_id == case.public_id


def test_a_member_reads_which_office_looked_and_why_but_not_who(client, branch, member, clerk):
    look(client, clerk, member, "id_number")
    other = make_member(branch, id_number="36099919680402250X")
    look(client, clerk, other, "phone")

    sign_in(client, make_user(Role.MEMBER, branch.body, member=member))
    page = client.get(reverse("reveals-of-me"))
    text = page.content.decode()

    assert len(page.context["lines"]) == 1
    for words in ("2026-11-23 11:00", "清平镇党委", "乡镇（街道）党委", "公民身份号码", "联系本人"):
        assert words in text
    for words in (str(clerk), WORDS):
        assert words not in text
    assert (
        reverse("reveals-of-me")
        in client.get(reverse("member-detail", args=[member.public_id])).content.decode()
    )


def test_an_owner_reads_of_the_own_business_alone(client, district, shop, member, clerk):
    look(client, make_user(Role.BUREAU, district.bureau), shop)
    look(client, clerk, member)

    sign_in(client, make_user(Role.OWNER, district.qingping, business=shop))
    page = client.get(reverse("reveals-of-me"))

    (line,) = page.context["lines"]
    assert (line.unit, line.field, line.business) == ("县市场监督管理局", "联系电话", shop.name)


def test_the_supervisors_see_their_own_line(client, district, member, shop, clerk):
    station = make_user(Role.STATION_HEAD, district.qingping_office)
    look(client, clerk, member)
    look(client, station, shop)
    seen = {}
    for role, body in ((Role.ORG_DEPT, district.org_dept), (Role.BUREAU, district.bureau)):
        sign_in(client, make_user(role, body))
        page = client.get(reverse("reveal-watch"))
        seen[role] = [(line.row.looker, line.row.whom) for line in page.context["lines"]]
        assert WORDS in page.content.decode()
        assert "方柏梁" not in page.content.decode()
        assert PHONE not in page.content.decode()

    assert seen == {
        Role.ORG_DEPT: [(str(clerk), "方*")],
        Role.BUREAU: [(str(station), shop.name)],
    }


def test_a_look_in_the_evening_stands_out_for_a_week(client, district, member, clerk, watch):
    watch.wait(hours=10)  # nine in the evening
    look(client, clerk, member)
    department = make_user(Role.ORG_DEPT, district.org_dept)
    sign_in(client, department)

    page = client.get(reverse("reveal-watch"))
    (line,) = page.context["lines"]
    assert line.row.marks == (Mark.AFTER_HOURS,)
    assert page.context["lookers"][0].marked == 1

    watch.wait(days=7)
    sign_in(client, department)
    assert client.get(reverse("reveal-watch")).context["lines"] == []


def test_a_relative_of_the_looker_stands_out(client, district, branch):
    """Who looks is known by the own line of the roster, where the account names one."""
    own, kin = (
        make_member(branch, name=name, id_number=f"36099919680402{number}")
        for name, number in (("方柏梁", 2401), ("方知秋", 2402))
    )
    for person in (own, kin):
        address = sealing.seal("member.address", person.public_id, "清平县清平镇和平路12号")
        Member.objects.filter(pk=person.pk).update(address_sealed=address)
    looker = make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)
    looker.role_assignments.create(
        role=Role.MEMBER, body=branch.body, member=own, valid_from=NOW.date()
    )
    look(client, looker, kin)
    sign_in(client, make_user(Role.ORG_DEPT, district.org_dept))

    (line,) = client.get(reverse("reveal-watch")).context["lines"]

    assert set(line.row.marks) == {Mark.RELATED, Mark.HOUSEHOLD}


# --- pulling the roster page by page (RV-5) ------------------------------------------------------


def roster(branch, number):
    ids = [new_public_id() for _ in range(number)]
    Member.objects.bulk_create(
        Member(
            public_id=key,
            key_digest=key,
            name_sealed=sealing.seal("member.name", key, "方柏梁"),
            member_class="full",
            formal_org=branch,
        )
        for key in ids
    )
    return ids


def test_the_roster_cannot_be_pulled_by_whichever_pages(client, district, branch, watch):
    """Lists, details, an organisation, a letter: all stop at the same three hundred."""
    ids = roster(branch, 420)
    department = make_user(Role.ORG_DEPT, district.org_dept)
    sign_in(client, department)
    pulled, stopped = set(), 0

    def pull(address):
        nonlocal stopped
        answer = client.get(address)
        if answer.status_code == 429:
            stopped += 1
            assert "方柏梁" not in answer.content.decode()
            assert "超过 300 名，请过一小时再查看" in answer.content.decode()
            return
        assert answer.status_code == 200
        pulled.update(key for key in ids if f"/members/{key}/" in answer.content.decode())

    for page in (1, 2):
        pull(reverse("member-list") + f"?size=100&page={page}")
    for key in ids[200:295]:
        pull(reverse("member-detail", args=[key]))
    pull(reverse("member-list") + "?size=100&page=3&sort=-name")
    pull(reverse("organisation-detail", args=[branch.public_id]))
    for key in ids[295:420]:
        pull(reverse("member-detail", args=[key]))

    assert stopped > 0
    assert ALARM_PEOPLE < len(pulled) <= MOST_PEOPLE
    assert Sighting.objects.filter(user=department).values("member").distinct().count() <= 300
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("sighting.alarm") == actions.count("sighting.refused") == 1

    watch.wait(minutes=76)
    sign_in(client, department)
    assert client.get(reverse("member-list") + "?size=100&page=4").status_code == 200


def test_the_security_administrator_is_told(client, district, branch):
    roster(branch, ALARM_PEOPLE)
    user = make_user(Role.ORG_DEPT, district.org_dept)
    sign_in(client, user)
    for page in (1, 2):
        client.get(reverse("member-list") + f"?size=100&page={page}")

    sign_in(client, make_user(Role.SECURITY_ADMIN, district.administration))
    page = client.get(reverse("reveal-alarms"))

    assert [(row.actor, refused) for row, refused in page.context["lines"]] == [(user, False)]
    assert reverse("reveal-alarms") in page.content.decode()


def test_masked_names_and_the_own_line_do_not_count(client, district, branch):
    own = make_member(branch)
    roster(branch, 5)
    for user in (
        make_user(Role.SOCIAL_WORK_DEPT, district.social_work),
        make_user(Role.MEMBER, branch.body, member=own),
    ):
        sign_in(client, user)
        assert client.get(reverse("member-list")).status_code == 200

    assert not Sighting.objects.exists()


def test_a_letter_names_one_person(client, branch, member, clerk):
    case = make_transfer(member=member)
    sign_in(client, clerk)

    page = client.get(reverse("transfer-letter", args=[case.public_id])).content.decode()

    for words in ("58岁", f"党员联系电话：{PHONE}"):
        assert words in page
    assert page.count(ID_NUMBER) == 2
    assert list(Sighting.objects.values_list("member", "user")) == [(member.pk, clerk.pk)]
