"""Pages of comparisons: tasks, the review one by one, lists with their next steps."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    make_district,
    make_import,
    make_organisation,
    make_report,
    make_user,
    seat_of,
)
from tests.factories.matching import (
    NOW,
    PDF,
    make_owner,
    make_pair,
    make_task,
    make_tie,
    make_twins,
)
from xgz.access import clock
from xgz.models import (
    AuditEntry,
    Job,
    Lead,
    MatchingTask,
    MatchPair,
    MemberWorkplace,
    Report,
    SelfReportWindow,
    sealing,
)
from xgz.rules.jobs import JobState
from xgz.rules.matching import LEAD_WITHIN, Decision, OwnerList, TaskState
from xgz.rules.roles import Role
from xgz.services.matching import sweep_matching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: NOW):
        yield


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def village(district):
    return make_organisation(district.qingping)


@pytest.fixture
def clerk(client, district):
    user = make_user(Role.ORG_DEPT, seat_of(Role.ORG_DEPT, district))
    client.force_login(user)
    return user


def window(area):
    SelfReportWindow.objects.create(
        area=area, opens_on=date(2026, 9, 1), closes_on=date(2026, 9, 30), entered_at=NOW
    )


def form(district, **values):
    whole = {
        "legal_basis": "条例第二十九条",
        "document_number": "清组发〔2026〕8号",
        "purpose": "find",
        "expires_on": "2027-05-31",
        "areas": [district.qingping.public_id],
        "assessment": SimpleUploadedFile("评估.pdf", PDF, "application/pdf"),
    }
    return whole | values


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def review(task, purpose="find", pair=None):
    query = f"?purpose={purpose}" + (f"&pair={pair.public_id}" if pair else "")
    return reverse("matching-review", args=[task.public_id]) + query


def decide(client, pair, decision, version=None, purpose="find"):
    address = reverse("matching-decide", args=[pair.task.public_id, pair.public_id])
    version = pair.version if version is None else version
    data = {"decision": decision, "version": version, "purpose": purpose}
    return client.post(address, data, follow=True)


def test_from_an_empty_list_to_pairs(client, clerk, district, village):
    window(district.qingping)
    make_twins(village, district.qingping, name="石有余")
    assert "还没有比对任务" in text_of(client.get(reverse("matching-list")))

    shown = client.post(reverse("matching-new"), form(district), follow=True)
    task = MatchingTask.objects.get()
    assert "开始比对" in text_of(shown)
    client.post(reverse("matching-step", args=[task.public_id, "start"]))

    shown = text_of(client.get(reverse("matching-detail", args=[task.public_id])))
    assert "待复核" in shown
    assert "石有余" not in shown
    assert "石有余" in text_of(client.get(review(task)))


def test_what_is_missing_is_said_in_words_and_the_start_refused(client, clerk, district):
    data = form(district, document_number="", assessment="")
    shown = text_of(client.post(reverse("matching-new"), data, follow=True))
    task = MatchingTask.objects.get()

    for words in ("没有文件编号", "没有上传个人信息保护影响评估", "自主报到期还没有结束"):
        assert words in shown
    assert "没有写明法律依据" not in shown
    assert "开始比对" not in shown
    address = reverse("matching-step", args=[task.public_id, "start"])
    refused = text_of(client.post(address, follow=True))
    assert "不能开始：没有文件编号；" in refused
    assert not Job.objects.exists()


def test_a_wrong_assessment_is_refused_in_words(client, clerk, district):
    wrong = SimpleUploadedFile("评估.pdf", b"MZ program")

    shown = text_of(client.post(reverse("matching-new"), form(district, assessment=wrong)))

    assert "影响评估只收 PDF 或 Word" in shown
    assert not MatchingTask.objects.exists()


def test_papers_are_completed_later_and_the_assessment_comes_back(client, clerk, district):
    window(district.qingping)
    client.post(reverse("matching-new"), form(district, legal_basis=""))
    task = MatchingTask.objects.get()
    address = reverse("matching-edit", args=[task.public_id])
    assert "清组发〔2026〕8号" in text_of(client.get(address))

    client.post(address, form(district, assessment=""))

    task.refresh_from_db()
    assert task.state == TaskState.READY
    answer = client.get(reverse("matching-assessment", args=[task.public_id]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="matching.assessment").count() == 1


def test_a_running_comparison_shows_how_far_it_is_and_is_stopped(client, clerk, district, settings):
    settings.JOBS_AT_ONCE = False
    window(district.qingping)
    task = make_task(district.qingping, state=TaskState.READY, finished_at=None)
    client.post(reverse("matching-step", args=[task.public_id, "start"]))
    Job.objects.update(state=JobState.RUNNING, done=40, total=100)

    shown = text_of(client.get(reverse("matching-detail", args=[task.public_id])))
    assert 'value="40" max="100"' in shown
    assert "停止比对" in shown

    client.post(reverse("matching-step", args=[task.public_id, "cancel"]))
    task.refresh_from_db()
    assert task.state == TaskState.READY


def test_without_a_purpose_it_is_asked_for_and_nothing_is_chosen(client, clerk, district, village):
    member, business = make_twins(village, district.qingping, name="石有余")
    task = make_task(district.qingping)
    make_pair(task, member, business)

    shown = text_of(client.get(reverse("matching-review", args=[task.public_id])))

    assert "选明用途" in shown
    assert not re.search(r'value="[a-z]+" selected', shown)
    assert "石有余" not in shown


def test_a_pair_side_by_side_with_what_differs_marked(client, clerk, district, village):
    member, business = make_twins(village, district.qingping, name="石有余")
    type(business).objects.filter(pk=business.pk).update(owner_name="石有鱼")
    business.refresh_from_db()
    task = make_task(district.qingping)
    pair = make_pair(task, member, business, reason="公民身份号码一致；姓名一字之差。")

    shown = text_of(client.get(review(task)))

    assert "公民身份号码一致；姓名一字之差。" in shown
    assert "石有<mark>余</mark>" in shown
    assert "两处地方" not in shown
    assert "石有<mark>鱼</mark>" in shown
    assert member.id_number not in shown
    assert member.phone not in shown
    assert f"{member.id_number[:6]}********{member.id_number[-4:]}" in shown
    assert reverse("reveal-member", args=[member.public_id, "id_number"]) in shown
    assert reverse("reveal-business", args=[business.public_id, "phone"]) in shown
    assert [f'data-key="{key}"' in shown for key in "123"] == [True] * 3
    assert pair.public_id in shown


def test_home_and_shop_in_two_places_are_no_difference(client, clerk, district, village):
    member, business = make_twins(village, district.qingping)
    home = sealing.seal("member.address", member.public_id, "清平镇南河村12号")
    type(member).objects.filter(pk=member.pk).update(address_sealed=home)
    type(business).objects.filter(pk=business.pk).update(address="清平镇新街8号")
    task = make_task(district.qingping)
    make_pair(task, member, business)

    shown = text_of(client.get(review(task)))

    assert "两处地方，不算不一致" in shown
    assert "清平镇新街8号" in shown
    assert "不一致" not in shown.replace("不算不一致", "").replace("没有不一致", "")


def test_one_after_the_other_until_nothing_waits(client, clerk, district, village):
    task = make_task(district.qingping)
    names = ("石有余", "甘棠", "阮小满")
    pairs = [make_pair(task, *make_twins(village, district.qingping, name=n)) for n in names]

    shown = text_of(decide(client, pairs[0], "yes"))
    assert "已记为“是同一人”" in shown
    assert "甘棠" in shown
    shown = text_of(decide(client, pairs[1], "later"))
    assert "阮小满" in shown
    shown = text_of(decide(client, pairs[2], "no"))
    assert "甘棠" in shown  # what was put off comes back

    shown = text_of(decide(client, pairs[1], "no", version=1))
    assert "没有待复核的了" in shown
    assert "落实 3 条" in shown


def test_the_last_decision_and_any_other_are_taken_back(client, clerk, district, village):
    task = make_task(district.qingping)
    pairs = [make_pair(task, *make_twins(village, district.qingping)) for _ in range(3)]
    decide(client, pairs[0], "yes")
    shown = text_of(decide(client, pairs[1], "no"))
    assert reverse("matching-undo", args=[task.public_id, pairs[1].public_id]) in shown
    listed = client.get(reverse("matching-decided", args=[task.public_id]) + "?purpose=find")
    assert text_of(listed).count("/undo/") == 2

    for pair in pairs[:2]:
        address = reverse("matching-undo", args=[task.public_id, pair.public_id])
        shown = client.post(address, {"version": 1, "purpose": "find"}, follow=True)
        assert "已撤销" in text_of(shown)

    assert not MatchPair.objects.exclude(decision=Decision.OPEN).exists()


def test_two_clerks_at_one_pair(client, clerk, district, village):
    task = make_task(district.qingping)
    pair = make_pair(task, *make_twins(village, district.qingping))
    decide(client, pair, "no")

    shown = text_of(decide(client, pair, "yes", version=0))

    assert "这一条刚才已有人处理" in shown
    pair.refresh_from_db()
    assert pair.decision == Decision.NO


def test_rivals_stand_together_and_an_owner_is_taken_once(client, clerk, district, village):
    task = make_task(district.qingping)
    member, business = make_twins(village, district.qingping, name="石有余")
    other, shop = make_twins(village, district.qingping, name="甘棠")
    first = make_pair(task, member, business)
    rival = make_pair(task, other, business)
    make_pair(task, member, shop)

    shown = text_of(client.get(review(task, pair=first)))
    assert "同一经营者的另一名党员" in shown
    assert "同一党员的另一家店" in shown

    decide(client, first, "yes")
    shown = text_of(client.get(review(task, pair=rival)))
    assert "已确认为另一名党员" in shown
    assert 'value="yes"' not in shown
    assert "一名经营者只能对应一人" in text_of(decide(client, rival, "yes"))


@pytest.mark.parametrize("page", ["queue", "none", "pair", "decided"])
def test_every_page_of_people_is_written_down(client, clerk, district, village, page):
    task = make_task(district.qingping)
    pair = make_pair(task, *make_twins(village, district.qingping, name="石有余"))
    if page == "decided":
        decide(client, pair, "no")
    address = {
        "queue": review(task),
        "none": f"{review(task)}&pair=none",
        "pair": review(task, pair=pair),
        "decided": reverse("matching-decided", args=[task.public_id]) + "?purpose=find",
    }[page]

    readings = AuditEntry.objects.filter(action="matching.read", outcome="done")
    before = readings.count()

    assert "石有余" in text_of(client.get(address))

    assert readings.count() == before + 1


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "1" * 12, "٣"])
def test_a_version_that_is_none_takes_nothing_back(client, clerk, district, village, version):
    task = make_task(district.qingping)
    pair = make_pair(task, *make_twins(village, district.qingping))
    decide(client, pair, "no")
    address = reverse("matching-undo", args=[task.public_id, pair.public_id])

    answer = client.post(address, {"version": version, "purpose": "find"})

    assert answer.status_code == 302
    pair.refresh_from_db()
    assert pair.decision == Decision.NO


@pytest.mark.parametrize("junk", ["%00", "none", "a" * 500, "%ED%A0%80"])
def test_a_pair_that_is_none_leads_to_the_next(client, clerk, district, village, junk):
    task = make_task(district.qingping)
    make_pair(task, *make_twins(village, district.qingping, name="石有余"))

    answer = client.get(f"{review(task)}&pair={junk}")

    assert answer.status_code == 200
    assert "石有余" in text_of(answer)


@pytest.mark.parametrize("junk", ["\x00", "a" * 500, "abcdefghijk1"])
def test_a_member_that_is_none_makes_no_lead(client, clerk, district, junk):
    business = make_owner(district.qingping)
    address = reverse("owner-list-lead", args=[OwnerList.SHOULD_MOVE, business.public_id])

    assert client.post(address, {"purpose": "find", "member": junk}).status_code == 404


def test_carrying_out_says_what_it_does_and_does_it(client, clerk, district, village):
    task = make_task(district.qingping)
    yes = make_pair(task, *make_twins(village, district.qingping))
    decide(client, yes, "yes")
    address = reverse("matching-carry-out", args=[task.public_id])
    asked = text_of(client.get(f"{address}?purpose=find"))
    assert "还没有落实" in asked
    assert not Lead.objects.exists()

    shown = text_of(client.post(address, {"purpose": "find"}, follow=True))

    assert "需要走访核实的 1 人将在一天内逐一转为线索" in shown
    assert not Lead.objects.exists()
    sweep_matching(now=NOW + LEAD_WITHIN)
    assert Lead.objects.count() == 1
    assert not MatchPair.objects.exists()


def test_a_member_who_left_is_passed_over(client, clerk, district, village):
    task = make_task(district.qingping)
    gone, business = make_twins(village, district.qingping, name="石有余")
    make_pair(task, gone, business)
    make_pair(task, *make_twins(village, district.qingping, name="甘棠"))
    type(gone).objects.filter(pk=gone.pk).update(status="deceased")

    shown = text_of(client.get(review(task)))

    assert "甘棠" in shown
    assert "石有余" not in shown


def test_a_pair_put_off_is_shown_after_many_that_cannot_be(client, clerk, district, village):
    """Also when the open ones lead in a circle, and at no cost for each of them."""
    task = make_task(district.qingping)
    make_pair(task, *make_twins(village, district.qingping, name="石有余"), decision=Decision.LATER)
    counts = []
    for _ in range(2):
        for _ in range(3):
            gone, business = make_twins(village, district.qingping, name="甘棠")
            make_pair(task, gone, business)
            type(gone).objects.filter(pk=gone.pk).update(status="deceased")
        client.get(review(task))
        with CaptureQueriesContext(connection) as asked:
            assert "石有余" in text_of(client.get(review(task)))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_pairs_that_cannot_be_shown_are_swept(client, clerk, district, village):
    task = make_task(district.qingping, expires_on=date(2027, 5, 31))
    kept = make_pair(task, *make_twins(village, district.qingping))
    decided = make_twins(village, district.qingping)
    make_pair(task, *decided, decision=Decision.YES)
    for decision in (Decision.OPEN, Decision.LATER):
        gone, business = make_twins(village, district.qingping)
        make_pair(task, gone, business, decision=decision)
        type(gone).objects.filter(pk=gone.pk).update(status="deceased")
    type(decided[0]).objects.filter(pk=decided[0].pk).update(status="deceased")

    sweep_matching(now=NOW)

    assert set(task.pairs.values_list("decision", flat=True)) == {Decision.OPEN, Decision.YES}
    assert kept in task.pairs.all()
    assert task.pairs.count() == 2
    rows = AuditEntry.objects.filter(action="matching.delete_pairs")
    assert rows.count() == 1
    sweep_matching(now=NOW)
    assert rows.count() == 1


@pytest.mark.parametrize("which", list(OwnerList))
def test_a_list_is_shown_for_a_purpose_and_each_reading_written_down(
    client, clerk, district, village, which
):
    make_task(district.qingping)
    member, business = make_twins(village, district.qingping, name="石有余")
    make_report(business, owner_is_member="no")
    make_tie(member, business)
    address = reverse("owner-list", args=[which])

    bare = text_of(client.get(address))
    shown = text_of(client.get(f"{address}?purpose=find"))

    assert "请先选明查看用途" in bare
    assert "石有余" not in bare
    assert ("石有余" in shown) is (which is not OwnerList.UNKNOWN)
    assert AuditEntry.objects.filter(action="matching.read_list").count() == 1


NO_TASK = [
    {"expires_on": date(2026, 11, 22)},
    {"purpose": "form"},
    {"state": TaskState.READY, "finished_at": None},
    {"state": TaskState.EXPIRED},
]


@pytest.mark.parametrize("which", [OwnerList.UNKNOWN, OwnerList.UNDECLARED])
@pytest.mark.parametrize("values", [None, *NO_TASK], ids=str)
def test_a_list_after_a_comparison_is_refused_without_one_that_holds(
    client, clerk, district, which, values
):
    if values is not None:
        make_task(district.qingping, **values)
    address = reverse("owner-list", args=[which])

    shown = text_of(client.get(f"{address}?purpose=find"))

    assert "这一用途还没有比对过，或比对任务已到期" in shown
    assert reverse("matching-new") in shown
    assert "现在没有" not in shown
    export = reverse("owner-list-export", args=[which])
    refused = client.get(f"{export}?purpose=find", follow=True)
    assert "这一用途还没有比对过" in text_of(refused)
    assert refused.redirect_chain == [(address, 302)]
    rows = AuditEntry.objects.filter(action="matching.read_list")
    assert list(rows.values_list("outcome", flat=True)) == ["refused"] * 2


@pytest.mark.parametrize("which", [OwnerList.UNKNOWN, OwnerList.UNDECLARED])
def test_the_last_day_of_a_task_still_carries_its_lists(client, clerk, district, which):
    make_task(district.qingping, expires_on=date(2026, 11, 23))

    shown = text_of(client.get(reverse("owner-list", args=[which]) + "?purpose=find"))

    assert "现在没有" in shown
    assert "这一用途还没有比对过" not in shown


def test_a_township_is_told_who_makes_the_task(client, district):
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))

    shown = text_of(client.get(reverse("owner-list", args=[OwnerList.UNKNOWN]) + "?purpose=find"))

    assert "比对任务由组织部门建立" in shown
    assert reverse("matching-new") not in shown


@pytest.mark.parametrize("has_task", [False, True])
def test_who_should_have_moved_stands_without_a_comparison_and_says_so(
    client, clerk, district, village, has_task
):
    member, business = make_twins(village, district.qingping, name="石有余")
    MemberWorkplace.objects.create(member=member, business=business, valid_from=date(2026, 1, 1))
    if has_task:
        make_task(district.qingping)

    shown = text_of(
        client.get(reverse("owner-list", args=[OwnerList.SHOULD_MOVE]) + "?purpose=find")
    )

    assert "石有余" in shown
    assert ("只按名册写明的工作单位列出" in shown) is not has_task


def test_next_steps_of_who_should_have_moved(client, clerk, district, village):
    member, business = make_twins(village, district.qingping, name="石有余")
    MemberWorkplace.objects.create(member=member, business=business, valid_from=date(2026, 1, 1))
    address = reverse("owner-list", args=[OwnerList.SHOULD_MOVE])

    shown = text_of(client.get(f"{address}?purpose=belong"))
    assert reverse("transfer-propose-member", args=[member.public_id]) in shown
    assert reverse("member-change", args=[member.public_id, "activity"]) in shown

    post = reverse("owner-list-lead", args=[OwnerList.SHOULD_MOVE, business.public_id])
    for _ in range(2):  # the second time there is one already, and the answer is the same
        data = {"purpose": "belong", "member": member.public_id}
        assert "一天内转为线索" in text_of(client.post(post, data, follow=True))
    assert not Lead.objects.exists()
    sweep_matching(now=NOW + LEAD_WITHIN)
    assert Lead.objects.count() == 1


def test_a_line_that_left_the_list_makes_no_lead(client, clerk, district, village):
    member, business = make_twins(village, district.qingping)

    post = reverse("owner-list-lead", args=[OwnerList.SHOULD_MOVE, business.public_id])
    data = {"purpose": "belong", "member": member.public_id}

    assert "已不在名单上" in text_of(client.post(post, data, follow=True))
    assert not Lead.objects.exists()


def test_a_list_leaves_as_a_masked_file_for_a_purpose_in_words(client, clerk, district, village):
    source = make_import(kind="roster", uploaded_at=NOW - timedelta(days=400))
    member, business = make_twins(village, district.qingping, name="石有余")
    MemberWorkplace.objects.create(member=member, business=business, source_import=source)
    address = reverse("owner-list-export", args=[OwnerList.SHOULD_MOVE]) + "?purpose=belong"
    assert "用途" in text_of(client.get(address))

    client.post(address, {"purpose": "县委组织部核对应转未转名单", "names": "masked"})

    report = Report.objects.get()
    assert (report.persons, report.rows, report.is_masked) == (1, 1, True)
    assert report.made_at is not None


@pytest.mark.parametrize("page", ["review", "decided", "list", "detail"])
def test_pages_cost_the_same_however_many_pairs(client, clerk, district, village, page):
    task = make_task(district.qingping)
    addresses = {
        "review": review(task),
        "decided": reverse("matching-decided", args=[task.public_id]) + "?purpose=find",
        "list": reverse("matching-list"),
        "detail": reverse("matching-detail", args=[task.public_id]),
    }
    counts = []
    for number in (2, 12):
        for _ in range(number):
            make_pair(task, *make_twins(village, district.qingping), decision=Decision.LATER)
            make_task(district.qingping)
        client.get(addresses[page])
        with CaptureQueriesContext(connection) as asked:
            assert client.get(addresses[page]).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 40


@pytest.mark.parametrize(
    ("state", "times"),
    [(TaskState.DRAFT, 1), (TaskState.READY, 1), (TaskState.FAILED, 1), (TaskState.DONE, 0)],
)
def test_a_task_asks_once_for_its_townships_and_their_windows(
    client, clerk, district, state, times
):
    window(district.qingping)
    task = make_task(district.qingping, district.liuquan, state=state)
    address = reverse("matching-detail", args=[task.public_id])
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        shown = text_of(client.get(address))

    assert ("有乡镇（街道）的自主报到期还没有结束" in shown) is bool(times)
    assert shown.count("自主报到期未结束") == times
    queries = [each["sql"] for each in asked]
    assert sum('FROM "xgz_selfreportwindow"' in sql for sql in queries) == times
    assert sum('"xgz_matchingtask_areas"' in sql for sql in queries) == 1


def test_nobody_is_named_in_an_address_a_title_or_the_trail(client, clerk, district, village):
    member, business = make_twins(village, district.qingping, name="石有余")
    task = make_task(district.qingping)
    pair = make_pair(task, member, business)
    shown = client.get(review(task))
    decide(client, pair, "yes")

    title = re.search(r"<title>(.*?)</title>", text_of(shown)).group(1)
    assert "石有余" not in title
    assert member.public_id not in review(task, pair=pair)
    assert "石有余" not in repr(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("role", "is_told"),
    [
        (Role.ORG_DEPT, True),
        (Role.TOWNSHIP_COMMITTEE, True),
        (Role.SOCIAL_WORK_DEPT, False),
    ],
)
def test_a_members_page_names_the_own_shop_to_the_organization_line(
    client, district, village, role, is_told
):
    member, business = make_twins(village, district.qingping)
    make_tie(member, business)
    client.force_login(make_user(role, seat_of(role, district)))

    shown = text_of(client.get(reverse("member-detail", args=[member.public_id])))

    assert (business.name in shown) is is_told
    assert ("经营者（比对确认）" in shown) is is_told
