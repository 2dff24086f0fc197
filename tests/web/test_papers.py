"""Pages of papers: drafted from the case, issued, taken out, void; the register; the templates."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import make_user
from tests.factories.case_papers import make_draft, make_issued, make_paper_case, make_template
from tests.factories.closures import the_district
from tests.factories.formations import moment, take_as_somebody
from tests.files.test_paper_templates import with_text
from xgz.access import clock
from xgz.models import AuditEntry, CasePaper, Formation, PaperTemplate, Sighting
from xgz.rules.formations import FormationAction
from xgz.rules.papers.kinds import PaperKind, PaperState
from xgz.rules.papers.templates import TemplateState
from xgz.rules.roles import Role
from xgz.services import papers
from xgz.web.papers import register

pytestmark = pytest.mark.django_db
K = PaperKind


@pytest.fixture(autouse=True)
def _today():
    with clock.showing(lambda: moment()):
        yield


@pytest.fixture
def district():
    return the_district()


@pytest.fixture
def committee(client, district):
    client.force_login(make_user(Role.TOWNSHIP_COMMITTEE, district.qingping))
    return client


@pytest.fixture
def department(client, district):
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    return client


@pytest.fixture
def system(client, district):
    client.force_login(make_user(Role.SYSTEM_ADMIN, district.administration))
    return client


def get(client, page, *args, **query):
    return client.get(reverse(page, args=args), query)


def post(client, page, *args, **fields):
    return client.post(reverse(page, args=args), fields, follow=True)


def text(response):
    return response.content.decode()


def test_from_the_case_to_an_issued_paper(committee):
    case = make_paper_case()

    page = text(get(committee, "formation-detail", case.public_id))
    assert "起草关于成立党组织的请示" in page
    page = text(post(committee, "paper-make", "formation", case.public_id, K.REQUEST))
    assert "草稿" in page
    assert "清平党〔2026〕　号" in page
    paper = CasePaper.objects.get()
    assert "请再核对一次" in text(get(committee, "paper-deed", paper.public_id, "issue"))
    page = text(post(committee, "paper-deed", paper.public_id, "issue", confirmed="yes"))

    assert "已印发。" in page
    assert "清平党〔2026〕1号" in page
    assert "2026年11月23日" in page
    page = text(get(committee, "formation-detail", case.public_id))
    assert "清平党〔2026〕1号" in page
    assert "起草关于成立党组织的请示" not in page


def test_a_draft_that_fell_behind_is_filled_anew(committee):
    case, paper, _actor = make_draft()
    Formation.objects.filter(pk=case.pk).update(room_place="另一处")

    page = text(post(committee, "paper-deed", paper.public_id, "issue", confirmed="yes"))
    assert "起草后事项有变化" in page
    page = text(post(committee, "paper-deed", paper.public_id, "renew", confirmed="yes"))

    assert "另一处" in page


def test_an_old_page_does_not_issue_what_somebody_filled_in_since(committee):
    case, paper, actor = make_draft()
    page = text(get(committee, "paper-detail", paper.public_id))
    (address,) = re.findall(r'href="([^"]+/issue/\?seen=[^"]+)"', page)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', text(committee.get(address)))
    Formation.objects.filter(pk=case.pk).update(room_place="另一处")
    papers.renew_paper(
        actor=actor, case=Formation.objects.get(pk=case.pk), paper=paper, now=moment()
    )

    page = text(post(committee, "paper-deed", paper.public_id, "issue", seen=seen))

    assert "草稿已重新填写" in page
    assert CasePaper.objects.get().state == PaperState.DRAFT
    (address,) = re.findall(r'href="([^"]+/issue/\?seen=[^"]+)"', page)
    (seen,) = re.findall(r'name="seen" value="(\w+)"', text(committee.get(address)))
    assert "已印发。" in text(post(committee, "paper-deed", paper.public_id, "issue", seen=seen))


def test_void_asks_for_words_without_numbers_of_people(committee):
    _case, paper, _actor = make_issued()

    for reason in ("", "13800138000 打错"):
        post(committee, "paper-deed", paper.public_id, "void", reason=reason)
        assert CasePaper.objects.get().state == PaperState.ISSUED
    page = text(post(committee, "paper-deed", paper.public_id, "void", reason="单位名称有误"))

    assert "作废：单位名称有误" in page
    register = text(get(committee, "paper-register"))
    assert "清平党〔2026〕1号" in register
    assert "单位名称有误" in register
    assert "其中作废 1 个" in register


def test_a_draft_is_thrown_away_and_the_case_is_shown(committee):
    case, paper, _actor = make_draft()

    response = post(committee, "paper-deed", paper.public_id, "discard", confirmed="yes")

    assert response.redirect_chain[-1][0] == reverse("formation-detail", args=[case.public_id])
    assert not CasePaper.objects.exists()


def test_a_request_stands_after_its_approval(committee):
    case = make_paper_case(opener=Role.BUREAU)
    _case, paper, _actor = make_issued(K.REQUEST, case, "preparer")
    for action in (FormationAction.SEND, FormationAction.AGREE):
        take_as_somebody(Formation.objects.get(pk=case.pk), action)

    assert "请核对后作废" not in text(get(committee, "formation-detail", case.public_id))
    assert "请核对后作废" not in text(get(committee, "paper-detail", paper.public_id))


def test_an_approval_that_is_taken_back_marks_its_reply(committee):
    case = make_paper_case(opener=Role.BUREAU)
    for action in (FormationAction.SEND, FormationAction.AGREE):
        take_as_somebody(Formation.objects.get(pk=case.pk), action)
    _case, paper, _actor = make_issued(K.REPLY, Formation.objects.get(pk=case.pk), "step_1")
    take_as_somebody(Formation.objects.get(pk=case.pk), FormationAction.RETURN)

    assert "请核对后作废：清平党〔2026〕1号" in text(
        get(committee, "formation-detail", case.public_id)
    )
    assert "请核对后作废" in text(get(committee, "paper-detail", paper.public_id))


@pytest.mark.parametrize(("sort", "magic"), [("pdf", b"%PDF-"), ("word", b"PK")])
def test_a_file_is_named_after_the_paper_and_written_down(committee, sort, magic):
    _case, paper, _actor = make_issued(K.ROSTER)

    response = get(committee, "paper-file", paper.public_id, sort)

    assert response.content.startswith(magic)
    assert "utf-8''" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="paper.take", subject_id=paper.public_id).exists()


def test_people_named_on_a_roster_are_counted(committee):
    _case, paper, _actor = make_issued(K.ROSTER)

    page = text(get(committee, "paper-detail", paper.public_id))

    assert Formation.objects.get().secretary.name in page
    assert Sighting.objects.count() == 3


def test_the_market_line_sees_no_roster_and_its_request_names_nobody(client, district):
    case = make_paper_case(opener=Role.BUREAU)
    _case, roster, _actor = make_issued(K.ROSTER, case, "roster")
    _case, request, _actor = make_issued(K.REQUEST, case, "preparer")
    client.force_login(make_user(Role.BUREAU, district.bureau))

    assert get(client, "paper-detail", roster.public_id).status_code == 404
    assert get(client, "paper-file", roster.public_id, "word").status_code == 404
    page = text(get(client, "formation-detail", case.public_id))
    assert "党员花名册" not in page
    page = text(get(client, "paper-detail", request.public_id))
    for row in case.members.all():
        assert row.member.name not in page
    assert not Sighting.objects.exists()


def test_a_station_that_guides_is_not_told_of_papers(client, district):
    case = make_paper_case(opener=Role.BUREAU)
    make_issued(K.REQUEST, case, "preparer")
    client.force_login(make_user(Role.STATION_HEAD, district.qingping_office))

    page = text(get(client, "formation-detail", case.public_id))

    assert 'id="papers"' not in page
    assert "〔2026〕" not in page


@pytest.mark.parametrize("kind", ["nothing", K.BALLOT, K.REPLY])
def test_a_paper_the_case_does_not_have_now_is_not_made(committee, kind):
    case = make_paper_case()

    committee.post(reverse("paper-make", args=["formation", case.public_id, kind]))

    assert not CasePaper.objects.exists()


def test_a_register_without_numbers_says_how_to_begin(committee):
    assert "还没有发文" in text(get(committee, "paper-register"))


def test_the_department_reads_every_bodys_register(department):
    make_issued()
    case = make_paper_case(opener=Role.BUREAU)
    make_issued(K.REQUEST, case, "preparer")

    page = text(get(department, "paper-register"))
    assert "清平镇党委" in page
    assert "县市场监督管理局" in page
    page = text(get(department, "paper-register", body="nowhere", year="1999"))
    assert "1号" in page


def test_a_register_asks_as_often_for_three_as_for_one(committee, django_assert_num_queries):
    def count():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            get(committee, "paper-register")
        return len(asked)

    make_issued()
    count()
    one = count()
    for _ in range(2):
        make_issued()

    assert count() == one


@pytest.mark.parametrize(("size", "shown"), [(2, [1, 2]), (3, [1, 2, 3])], ids=["paged", "whole"])
def test_a_register_shows_so_many_numbers_a_page_and_counts_all(
    committee, monkeypatch, size, shown
):
    monkeypatch.setattr(register, "_SIZES", (size, 10))
    for _ in range(3):
        make_issued()

    page = text(get(committee, "paper-register"))

    assert [number for number in (1, 2, 3) if f"〔2026〕{number}号" in page] == shown
    assert "共 3 个号" in page
    assert ("x-pager" in page) is (size < 3)
    if size < 3:
        rest = text(committee.get(reverse("paper-register"), {"page": "2"}))
        assert "〔2026〕3号" in rest
        assert "〔2026〕1号" not in rest


def test_a_template_goes_from_proposal_to_use(system, district):
    file = SimpleUploadedFile("批复.docx", with_text("本区版头"))
    page = text(post(system, "paper-template-propose", kind=K.REQUEST, file=file))
    assert "已提出" in page
    assert "另一人审核" in page
    template = PaperTemplate.objects.get()

    system.force_login(make_user(Role.SECURITY_ADMIN, district.administration))
    example = get(system, "paper-template-file", template.public_id, "example")
    with zipfile.ZipFile(io.BytesIO(example.content)) as package:
        assert "本区版头" in package.read("word/document.xml").decode()
    page = text(post(system, "paper-template-deed", template.public_id, "approve"))

    assert "以后印发的这种文书用这份模板" in page
    assert "使用中" in text(get(system, "paper-templates"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"not a word file", "不是可用的 Word 文件"),
        (with_text("{{ secret }}"), "系统不认识的字段"),
    ],
    ids=["empty", "other", "field"],
)
def test_a_file_that_is_not_sound_is_refused_with_what_to_change(system, content, said):
    file = SimpleUploadedFile("模板.docx", content)

    page = text(post(system, "paper-template-propose", kind=K.REQUEST, file=file))

    assert said in page
    assert not PaperTemplate.objects.exists()


def test_a_second_proposal_waits_for_the_first(system):
    make_template()

    file = SimpleUploadedFile("模板.docx", with_text("第二份"))
    page = text(post(system, "paper-template-propose", kind=K.REQUEST, file=file))

    assert "已有一份模板待审核" in page


def test_a_template_that_was_judged_is_not_judged_again(department):
    template = make_template(state=TemplateState.RETIRED)

    page = text(post(department, "paper-template-deed", template.public_id, "approve"))

    assert "刚才有人办理过这份模板" in page


@pytest.mark.parametrize("kind", PaperKind)
def test_the_shipped_templates_are_there_to_begin_from(system, kind):
    assert get(system, "paper-shipped", kind).content.startswith(b"PK")
