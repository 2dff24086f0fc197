"""Pages of transfers: the lists, the proposal, the steps with both accounts, the letter on paper."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.factories import (
    TODAY,
    make_business,
    make_coverage,
    make_district,
    make_member,
    make_organisation,
    make_user,
    seat_of,
)
from tests.factories.transfers import OUTSIDE, make_transfer, moment, take
from xgz.access import clock
from xgz.models import AuditEntry, Member, Organisation, Reveal, Transfer
from xgz.rules.roles import Role
from xgz.rules.transfers import TransferAction, TransferState

pytestmark = pytest.mark.django_db
A, S = TransferAction, TransferState
DAY = timedelta(days=1)
ID = "36099919680402241X"
NAME = "欧阳方舟"


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment(TODAY)):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def home(district):
    return make_organisation(district.qingping, name="清平商圈党支部")


@pytest.fixture
def target(district):
    return make_organisation(district.liuquan, name="柳泉商会党支部")


@pytest.fixture
def member(home):
    return make_member(home, name=NAME, id_number=ID, sex="male", ethnicity="汉族")


@pytest.fixture
def sender(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.qingping)


@pytest.fixture
def receiver(district):
    return make_user(Role.TOWNSHIP_COMMITTEE, district.liuquan)


@pytest.fixture
def case(member, target):
    return make_transfer(member=member, to_org=target)


def _get(client, user, page, *args, **query):
    client.force_login(user)
    return client.get(reverse(page, args=args), query)


def _post(client, user, page, *args, **fields):
    client.force_login(user)
    return client.post(reverse(page, args=args), fields, follow=True)


def _step(client, user, case, action, **fields):
    return _post(client, user, "transfer-step", case.public_id, action, **fields)


def _offers(page):
    return {offer.action for offer in page.context["offers"]}


MARKET_LINE = [Role.BUREAU, Role.STATION_HEAD, Role.INSTRUCTOR, Role.ASSOCIATION, Role.OWNER]


@pytest.mark.parametrize("role", [*MARKET_LINE, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN])
def test_no_other_line_enters_the_room(client, district, case, member, role):
    links = {"business": make_business()} if role is Role.OWNER else {}
    user = make_user(role, seat_of(role, district), **links)

    pages = [
        _get(client, user, "transfer-list"),
        _get(client, user, "transfer-propose"),
        _get(client, user, "transfer-propose-member", member.public_id),
        _get(client, user, "transfer-detail", case.public_id),
        _get(client, user, "transfer-step", case.public_id, "accept"),
        _get(client, user, "transfer-letter", case.public_id),
    ]

    assert {page.status_code for page in pages} == {403}
    assert all(NAME not in page.content.decode() for page in pages)
    assert "关系转接" not in _get(client, user, "home").content.decode()


def test_a_transfer_out_of_sight_is_not_found(client, district, case):
    user = make_user(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body)

    for name in ("transfer-detail", "transfer-letter"):
        assert _get(client, user, name, case.public_id).status_code == 404
    assert _get(client, user, "transfer-step", case.public_id, "accept").status_code == 404
    assert NAME not in _get(client, user, "transfer-list", list="under-way").content.decode()


@pytest.mark.parametrize(
    ("tab", "at_sender", "at_receiver"),
    [
        ("", True, True),
        ("to-do", False, True),
        ("under-way", True, False),
        ("coming", False, True),
        ("pocket", False, False),
        ("done", False, False),
        ("no such", True, True),
    ],
)
def test_the_lists_of_both_sides(client, case, sender, receiver, tab, at_sender, at_receiver):
    shown = [
        NAME in _get(client, user, "transfer-list", list=tab).content.decode()
        for user in (sender, receiver)
    ]

    assert shown == [at_sender, at_receiver]


def test_the_menu_leads_there(client, sender):
    page = _get(client, sender, "home").content.decode()

    assert "找与转" in page
    assert f'href="{reverse("transfer-list")}"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"q": "清平转"}, True),
        ({"q": "转接-2026 商会"}, True),
        ({"q": NAME}, False),
        ({"state": "issued"}, True),
        ({"state": "draft"}, False),
        ({"reason": "workplace"}, True),
        ({"reason": "closure"}, False),
        ({"expires": "30"}, False),
        ({"expires": "no such"}, True),
    ],
)
def test_the_filter(client, case, sender, query, found):
    page = _get(client, sender, "transfer-list", list="under-way", **query)

    assert bool(page.context["rows"]) is found


def test_sorting_by_the_last_day(client, home, target, sender):
    late = make_transfer(from_org=home, to_org=target, valid_days=60)
    early = make_transfer(from_org=home, to_org=target, valid_days=10)

    def order(sort):
        page = _get(client, sender, "transfer-list", list="under-way", sort=sort)
        return [row.transfer for row in page.context["rows"]]

    assert order("expires") == [early, late]
    assert order("-expires") == [late, early]


def test_the_list_takes_as_many_queries_for_three_rows_as_for_one(
    client, home, target, receiver, django_assert_max_num_queries
):
    client.force_login(receiver)
    seen = []
    for number in (1, 2):
        for _each in range(number):
            make_transfer(from_org=home, to_org=target)
        with django_assert_max_num_queries(30) as queries:
            assert client.get(reverse("transfer-list")).status_code == 200
        seen.append(len(queries))

    assert seen[0] == seen[1] <= 30


# proposing


def test_the_member_is_found_by_name_without_the_name_in_an_address(client, member, sender):
    make_member(member.formal_org, name="许一宁")

    page = _post(client, sender, "transfer-propose", name="方舟")

    text = page.content.decode()
    assert NAME in text
    assert "许一宁" not in text
    assert page.request["QUERY_STRING"] == ""
    assert reverse("transfer-propose-member", args=[member.public_id]) in text


def test_only_people_in_reach_are_found(client, target, receiver, member):
    make_member(target, name=NAME, status="deceased")
    make_member(target, name=NAME, member_class="activist")

    page = _post(client, receiver, "transfer-propose", name=NAME)

    assert page.context["rows"] == []
    assert "没有找到" in page.content.decode()


def test_a_proposal_from_the_members_page(client, member, target, sender):
    url = reverse("transfer-propose-member", args=[member.public_id])
    assert url in _get(client, sender, "member-detail", member.public_id).content.decode()
    fields = {"reason": "workplace", "channel": "carried", "find": "柳泉 商会"}

    searched = _post(
        client, sender, "transfer-propose-member", member.public_id, **fields, search="yes"
    )
    sent = _post(
        client,
        sender,
        "transfer-propose-member",
        member.public_id,
        **fields,
        to_org=target.public_id,
        dues_paid_to="2026-10-31",
        opinion="到柳泉开店",
    )

    text = searched.content.decode()
    assert "柳泉商会党支部（柳泉镇党委）" in text
    assert "x-field-error" not in text
    assert '<option value="workplace" selected>' in text
    case = Transfer.objects.get()
    assert sent.redirect_chain[-1][0] == reverse("transfer-detail", args=[case.public_id])
    assert (case.to_org, case.state) == (target, S.DRAFT)
    text = _get(client, sender, "member-detail", member.public_id).content.decode()
    assert url not in text
    assert reverse("transfer-detail", args=[case.public_id]) in text


def test_searching_for_nothing_known_says_so(client, member, sender):
    page = _post(
        client, sender, "transfer-propose-member", member.public_id, find="火星", search="yes"
    )

    assert "没有找到，请换个词查找" in page.content.decode()


@pytest.mark.parametrize("both", [False, True])
def test_a_proposal_names_one_destination(client, member, target, sender, both):
    places = {"to_org": target.public_id, "to_outside": OUTSIDE} if both else {}

    page = _post(
        client,
        sender,
        "transfer-propose-member",
        member.public_id,
        reason="other",
        channel="carried",
        **places,
    )

    assert "二者选一" in page.content.decode()
    assert not Transfer.objects.exists()


def test_a_second_proposal_is_refused_with_a_link(client, case, member, sender):
    page = _post(
        client,
        sender,
        "transfer-propose-member",
        member.public_id,
        reason="other",
        channel="carried",
        to_outside=OUTSIDE,
    )

    text = page.content.decode()
    assert "已有一件没有办结的转接" in text
    assert reverse("transfer-detail", args=[case.public_id]) in text
    assert Transfer.objects.count() == 1


def test_nothing_is_chosen_beforehand(client, member, sender):
    text = _get(client, sender, "transfer-propose-member", member.public_id).content.decode()

    assert text.count('<option value="" selected>请选择</option>') == 2


def test_who_is_offered_a_proposal_on_the_members_page(client, district, home, member):
    activist = make_member(home, member_class="activist")
    secretary = make_user(Role.BRANCH_SECRETARY, home.body)
    social = make_user(Role.SOCIAL_WORK_DEPT, district.social_work)
    own = make_user(Role.MEMBER, home.body, member=member)

    def offered(user, who):
        return "转接组织关系" in _get(client, user, "member-detail", who.public_id).content.decode()

    assert offered(secretary, member)
    assert not offered(secretary, activist)
    assert not offered(social, member)
    assert not offered(own, member)


# both accounts, from the draft to the end


def test_from_the_draft_to_acceptance(client, member, home, target, sender, receiver):
    case = make_transfer(state=None, member=member, to_org=target)
    assert _offers(_get(client, sender, "transfer-detail", case.public_id)) == {"issue", "withdraw"}
    assert _offers(_get(client, receiver, "transfer-detail", case.public_id)) == set()

    shown = _get(client, sender, "transfer-step", case.public_id, "issue").content.decode()
    issued = _step(
        client, sender, case, "issue", valid_days="30", channel="confidential_mail", version="0"
    )

    assert 'value="90"' in shown
    assert "清平转〔2026〕1号" in issued.content.decode()
    assert Member.objects.get(pk=member.pk).formal_org == home
    page = _get(client, receiver, "transfer-detail", case.public_id)
    assert _offers(page) == {"accept", "return"}
    assert NAME in page.content.decode()
    shown = _get(client, receiver, "transfer-step", case.public_id, "accept").content.decode()
    assert f'<option value="{target.public_id}" selected>' in shown
    _step(client, receiver, case, "accept", to_org=target.public_id, version="1")
    assert Member.objects.get(pk=member.pk).formal_org == target
    case.refresh_from_db()
    assert (case.state, case.accepted_on) == (S.ACCEPTED, TODAY)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [("0", "不能小于 1"), ("91", "有效期只能是 1 至 90 天"), ("", "请填写这一项")],
)
def test_a_letters_days_are_checked(client, member, target, sender, days, sentence):
    case = make_transfer(state=None, member=member, to_org=target)

    page = _step(client, sender, case, "issue", valid_days=days, channel="carried")

    assert sentence in page.content.decode()
    assert Transfer.objects.get().state == S.DRAFT


def test_an_incomplete_letter_says_what_is_missing(client, home, target, sender):
    case = make_transfer(state=None, member=make_member(home, id_number=""), to_org=target)

    shown = _get(client, sender, "transfer-detail", case.public_id).content.decode()
    refused = _step(client, sender, case, "issue", valid_days="90", channel="carried")

    assert "还差 1 项" in shown
    assert "TR-7" in shown
    assert "请先核对：公民身份号码" in refused.content.decode()


def test_a_return_wants_its_reason_and_gives_the_case_back(client, case, sender, receiver):
    refused = _step(client, receiver, case, "return", opinion="")
    assert "x-field-error" in refused.content.decode()
    assert Transfer.objects.get().state == S.ISSUED

    _step(client, receiver, case, "return", opinion="党费证明不全")

    page = _get(client, sender, "transfer-detail", case.public_id)
    assert _offers(page) == {"issue", "withdraw"}
    assert "党费证明不全" in page.content.decode()


def test_a_letter_of_91_days_ago_before_the_daily_run(
    client, member, home, target, sender, receiver
):
    """It is on the pocket list, the receiver is offered late acceptance, which takes it off."""
    case = make_transfer(member=member, to_org=target, today=TODAY - 91 * DAY)
    for user in (sender, receiver):
        text = _get(client, user, "transfer-list", list="pocket").content.decode()
        assert NAME in text
        assert "过期 1 天" in text

    page = _get(client, receiver, "transfer-detail", case.public_id)

    assert _offers(page) == {"accept_late"}
    text = page.content.decode()
    assert "不得拒收" in text
    assert all(rule in text for rule in ("TR-2", "TR-3", "TR-10"))
    sent = _step(
        client,
        receiver,
        case,
        "accept_late",
        to_org=target.public_id,
        opinion="外出务工，未及时报到",
        version=page.context["case"].version,
    )
    assert "已办理" in sent.content.decode()
    assert Member.objects.get(pk=member.pk).formal_org == target
    for user in (sender, receiver):
        text = _get(client, user, "transfer-list", list="pocket").content.decode()
        assert NAME not in text


def test_the_last_day_still_counts_on_the_page(client, member, target, receiver):
    case = make_transfer(member=member, to_org=target, today=TODAY - 90 * DAY)

    page = _get(client, receiver, "transfer-detail", case.public_id)

    assert _offers(page) == {"accept", "return"}
    assert "今天到期" in page.content.decode()
    assert NAME not in _get(client, receiver, "transfer-list", list="pocket").content.decode()


def test_a_step_page_opened_on_the_last_day_and_sent_on_the_next(client, member, target, receiver):
    """What was accepting yesterday is accepting late today: nothing is written, the page says so."""
    case = make_transfer(member=member, to_org=target, today=TODAY - 91 * DAY)

    page = _step(client, receiver, case, "accept", to_org=target.public_id, version=case.version)

    assert Transfer.objects.get().state == S.EXPIRED
    assert page.redirect_chain
    assert Member.objects.get(pk=member.pk).formal_org != target


def test_six_months_after_the_first_letter(client, member, target, sender):
    case = make_transfer(
        state=S.RETURNED,
        member=member,
        to_org=target,
        issued_on=TODAY.replace(month=5),
        today=TODAY.replace(month=6),
    )

    text = _get(client, sender, "transfer-detail", case.public_id).content.decode()

    assert "TR-4" in text
    assert "系统只作提示，不作任何认定" in text


def test_out_of_the_district(client, member, sender):
    case = make_transfer(state=None, member=member, to_outside=OUTSIDE)
    page = _get(client, sender, "transfer-detail", case.public_id)
    assert _offers(page) == {"send_out", "withdraw"}

    _step(client, sender, case, "send_out", valid_days="30", channel="carried")
    refused = _step(client, sender, case, "record_receipt", accepted_on="2026-11-24")
    _step(client, sender, case, "record_receipt", accepted_on="2026-11-23")

    assert "回执日期不能早于" in refused.content.decode()
    member.refresh_from_db()
    assert (member.status, member.formal_org) == ("moved_out", None)
    page = _get(client, sender, "transfer-detail", case.public_id)
    assert NAME in page.content.decode()  # the stub stays with the sender


def test_a_target_that_is_gone_is_replaced_by_the_receiver(
    client, district, member, target, case, receiver
):
    heir = make_organisation(district.liuquan)
    Organisation.objects.filter(pk=target.pk).update(state="dissolved", dissolved_on=TODAY)

    text = _get(client, receiver, "transfer-detail", case.public_id).content.decode()
    _step(client, receiver, case, "accept", to_org=heir.public_id)

    assert "TR-8" in text
    assert Member.objects.get(pk=member.pk).formal_org == heir


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"formal_org": None}, "组织关系已经不在转出党组织"),
        ({"status": "deceased"}, "党员已不在册"),
    ],
)
def test_a_member_who_changed_meanwhile_is_not_accepted(
    client, member, target, case, receiver, change, sentence
):
    Member.objects.filter(pk=member.pk).update(**change)

    page = _step(client, receiver, case, "accept", to_org=target.public_id)

    assert sentence in page.content.decode()
    assert Transfer.objects.get().state == S.ISSUED


@pytest.mark.parametrize("action", ["accept", "return", "accept_late"])
def test_the_sender_does_not_take_the_receivers_steps(client, case, sender, action):
    assert _step(client, sender, case, action, opinion="代办").status_code == 403
    assert Transfer.objects.get().state == S.ISSUED


def test_a_step_the_state_does_not_offer(client, case, sender):
    assert _get(client, sender, "transfer-step", case.public_id, "issue").status_code == 409
    assert _get(client, sender, "transfer-step", case.public_id, "erase").status_code == 404


# the letter on paper


def test_the_letter_has_three_parts_and_is_written_down(client, member, target, sender):
    case = make_transfer(member=member, to_org=target, dues_paid_to=TODAY.replace(day=1))

    page = _get(client, sender, "transfer-letter", case.public_id)

    text = re.sub(r"\s+", "", page.content.decode())
    for words in ("存根", "介绍信", "回执"):
        assert words in text
    assert text.count("清平转〔2026〕1号") >= 3
    assert "柳泉镇党委：" in text
    assert f"{NAME}同志（男，58岁，汉族，公民身份号码{ID}），系中共正式党员" in text
    assert "组织关系由清平商圈党支部转往柳泉商会党支部" in text
    assert "党费已交至2026年11月" in text
    assert "有效期90天，至2027年2月21日止" in text
    assert "2026年11月23日" in text
    assert AuditEntry.objects.filter(action="transfer.letter", actor=sender).count() == 1
    assert NAME not in re.search(r"<title>.*</title>", page.content.decode()).group()


def test_the_letter_stays_chinese_for_an_english_reader(client, case, sender):
    client.cookies["django_language"] = "en"

    assert "系中共正式党员" in re.sub(
        r"\s+", "", _get(client, sender, "transfer-letter", case.public_id).content.decode()
    )


def test_the_letter_is_for_the_sender_alone(client, district, case, home, member, receiver):
    for user in (
        receiver,
        make_user(Role.ORG_DEPT, district.org_dept),
        make_user(Role.BRANCH_SECRETARY, home.body),
        make_user(Role.MEMBER, home.body, member=member),
    ):
        page = _get(client, user, "transfer-letter", case.public_id)
        assert page.status_code in (403, 200)
        # The seat of 清平镇 is empty here: the department answers for it, nobody else does.
        assert (page.status_code == 200) is (user.role_assignments.get().role == Role.ORG_DEPT)


@pytest.mark.parametrize(
    ("state", "there"), [(S.DRAFT, False), (S.RETURNED, True), (S.WITHDRAWN, False)]
)
def test_a_letter_that_is_not_there_is_not_found(client, member, target, sender, state, there):
    case = make_transfer(state=state, member=member, to_org=target)

    page = _get(client, sender, "transfer-letter", case.public_id)

    assert page.status_code == (200 if there else 404)


def test_a_withdrawn_letter_is_void(client, case, sender):
    take(case, A.WITHDRAW)

    text = _get(client, sender, "transfer-detail", case.public_id).content.decode()

    assert "2026-11-23 作废" in text
    assert "查看介绍信存根" in text
    stub = _get(client, sender, "transfer-letter", case.public_id).content.decode()
    assert '<p class="x-letter-mark">作废</p>' in stub
    assert ID not in stub


def test_no_full_number_stands_on_the_page_of_a_case(client, case, sender, receiver):
    for user in (sender, receiver):
        assert ID not in _get(client, user, "transfer-detail", case.public_id).content.decode()


def test_no_name_stands_in_a_title(client, case, sender, member):
    for name, args in (
        ("transfer-detail", [case.public_id]),
        ("transfer-list", []),
        ("transfer-propose-member", [member.public_id]),
    ):
        page = _get(client, sender, name, *args).content.decode()
        assert NAME not in re.search(r"<title>.*</title>", page).group()


def test_the_detail_takes_few_queries(client, case, sender, django_assert_max_num_queries):
    client.force_login(sender)

    with django_assert_max_num_queries(60):
        assert client.get(reverse("transfer-detail", args=[case.public_id])).status_code == 200


# a letter that no longer counts


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (S.ISSUED, ""),
        (S.SENT_OUT, ""),
        (S.ACCEPTED, "已接收"),
        (S.EXPIRED, "已过期"),
        (S.RETURNED, "已退回"),
    ],
)
def test_a_letter_is_printed_whole_only_while_it_is_valid(
    client, member, target, sender, state, mark
):
    case = make_transfer(state=state, member=member, to_org=target)

    page = _get(client, sender, "transfer-letter", case.public_id).content.decode()
    detail = _get(client, sender, "transfer-detail", case.public_id).content.decode()

    assert (ID in page) is not bool(mark)
    assert ("x-letter-mark" in page) is bool(mark)
    assert f'<p class="x-letter-mark">{mark}</p>' in page or not mark
    assert ("查看介绍信存根" in detail) is bool(mark)
    assert ("打印介绍信" in detail) is not bool(mark)
    assert "360999********241X" in page or not mark


def _later(client, user, case, **span):
    """Open the letter that long after signing in."""
    client.force_login(user)
    with clock.showing(lambda: moment(TODAY) + timedelta(**span)):
        return client.get(reverse("transfer-letter", args=[case.public_id]))


def test_a_whole_letter_asks_again_who_it_is_after_ten_minutes(client, case, sender):
    asked = _later(client, sender, case, minutes=10)

    address = reverse("transfer-letter", args=[case.public_id])
    query = urlencode({"next": address})
    assert asked.headers["Location"] == f"{reverse('confirm-identity')}?{query}"
    assert not AuditEntry.objects.filter(action="transfer.letter").exists()
    assert not Reveal.objects.exists()

    page = _later(client, sender, case, minutes=9, seconds=59)
    assert ID in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert Reveal.objects.filter(member=case.member).count() == 2


def test_a_stub_with_masked_numbers_asks_nothing(client, member, target, sender):
    case = make_transfer(state=S.ACCEPTED, member=member, to_org=target)

    assert _later(client, sender, case, minutes=29).status_code == 200


def test_who_may_not_see_a_letter_is_not_asked_who_it_is(client, district, case, receiver):
    stranger = make_user(Role.BRANCH_SECRETARY, make_organisation(district.qingping).body)

    assert _later(client, receiver, case, minutes=11).status_code == 403
    assert _later(client, stranger, case, minutes=11).status_code == 404


def test_a_letter_past_its_last_day_is_marked_before_the_daily_run(client, member, target, sender):
    case = make_transfer(member=member, to_org=target, today=TODAY - 91 * DAY)

    page = _get(client, sender, "transfer-letter", case.public_id).content.decode()

    assert '<p class="x-letter-mark">已过期</p>' in page
    assert ID not in page


def test_a_letter_to_a_place_outside_names_it_once(client, member, sender):
    case = make_transfer(state=S.SENT_OUT, member=member)

    page = _get(client, sender, "transfer-letter", case.public_id).content.decode()

    assert f"转往{OUTSIDE}。" in page
    assert f"{OUTSIDE}（{OUTSIDE}）" not in page


def test_the_remark_on_who_decides_is_for_the_district_only(client, case, sender, home):
    outside = make_transfer(from_org=home, to_outside=OUTSIDE)

    shown = [
        "转入地党委接收后生效" in _get(client, sender, "transfer-detail", each).content.decode()
        for each in (case.public_id, outside.public_id)
    ]

    assert shown == [True, False]


# what the step pages say


@pytest.mark.parametrize(
    ("state", "action", "side"),
    [
        (S.DRAFT, "issue", "sender"),
        (S.ISSUED, "accept", "receiver"),
        (S.ISSUED, "return", "receiver"),
        (S.ISSUED, "withdraw", "sender"),
        (S.EXPIRED, "accept_late", "receiver"),
        (S.SENT_OUT, "record_receipt", "sender"),
    ],
)
def test_a_step_page_names_the_member(
    client, member, target, sender, receiver, state, action, side
):
    case = make_transfer(state=state, member=member, to_org=target)
    user = {"sender": sender, "receiver": receiver}[side]

    text = _get(client, user, "transfer-step", case.public_id, action).content.decode()

    case.refresh_from_db()
    assert f"<dd>{NAME}</dd>" in text
    assert f"<dd>{case.from_org.name}</dd>" in text
    assert f"<dd>{case.destination}</dd>" in text
    assert f"<dd>{case.letter_number or '尚未开具'}</dd>" in text
    assert ID not in text


def test_an_incomplete_letter_greys_the_button_and_says_who_completes_it(
    client, home, target, sender
):
    case = make_transfer(state=None, member=make_member(home, id_number=""), to_org=target)
    whole = make_transfer(state=None, from_org=home, to_org=target)

    barred, offered = (
        _get(client, sender, "transfer-detail", each.public_id) for each in (case, whole)
    )

    assert 'disabled aria-describedby="barred"' in barred.content.decode()
    assert "由组织部门重新导入党员名册补齐" in barred.content.decode()
    for page, is_link in ((barred, False), (offered, True)):
        each = page.context["case"]
        url = reverse("transfer-step", args=[each.public_id, "issue"])
        assert (f'href="{url}"' in page.content.decode()) is is_link
        withdraw = reverse("transfer-step", args=[each.public_id, "withdraw"])
        assert f'href="{withdraw}"' in page.content.decode()


@pytest.mark.parametrize(("status", "warned"), [("cancelled", True), ("in_business", False)])
def test_a_target_without_businesses_is_a_warning(
    client, member, target, sender, receiver, status, warned
):
    make_coverage(target, business=make_business(status=status))
    searched = _post(
        client,
        sender,
        "transfer-propose-member",
        member.public_id,
        find="柳泉商会",
        search="yes",
    )
    case = make_transfer(state=None, member=member, to_org=target)
    issuing = _get(client, sender, "transfer-step", case.public_id, "issue")
    withdrawing = _get(client, sender, "transfer-step", case.public_id, "withdraw")
    _step(client, sender, case, "issue", valid_days="30", channel="carried")
    accepting = _get(client, receiver, "transfer-step", case.public_id, "accept")
    _step(client, receiver, case, "accept", to_org=target.public_id)

    for page in (searched, issuing, accepting):
        assert ("所覆盖的单位已全部退出" in page.content.decode()) is warned
        assert ("OR-9" in page.content.decode()) is warned
    assert "OR-9" not in withdrawing.content.decode()
    assert (f"{target.name}（所覆盖单位已全部退出）" in accepting.content.decode()) is warned
    assert Transfer.objects.get().state == S.ACCEPTED


def test_no_second_proposal_is_offered(client, case, member, sender):
    text = _get(client, sender, "transfer-propose-member", member.public_id).content.decode()

    assert "已有一件没有办结的转接" in text
    assert reverse("transfer-detail", args=[case.public_id]) in text
    assert 'name="reason"' not in text


def test_accepting_what_was_withdrawn_says_so(client, case, target, receiver):
    shown = case.version
    take(case, A.WITHDRAW)

    page = _step(client, receiver, case, "accept", to_org=target.public_id, version=shown)

    text = page.content.decode()
    assert "这件事项已有新的进展（现为“已撤回”），您这次提交没有生效" in text
    assert Transfer.objects.get().state == S.WITHDRAWN
