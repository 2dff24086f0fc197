"""A district's own template: checked, judged by somebody else, used for papers from then on (PA-9)."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from tests.factories import actor_as, make_district
from tests.factories.case_papers import make_draft, make_issued
from tests.factories.formations import moment
from tests.files.test_paper_templates import with_text
from xgz.access.actor import NotPermitted, shell_operator
from xgz.models import PaperTemplate
from xgz.rules.papers.kinds import PaperKind
from xgz.rules.papers.templates import TemplateRefused, TemplateState
from xgz.rules.roles import Role
from xgz.services import papers

pytestmark = pytest.mark.django_db
K, T = PaperKind, TemplateState
NOW = moment()
OWN = with_text("本区版头")


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def admin(district):
    return actor_as(Role.SYSTEM_ADMIN, district.administration)


@pytest.fixture
def judge(district):
    return actor_as(Role.ORG_DEPT, district.org_dept)


def propose(admin, kind=K.REQUEST, content=OWN):
    return papers.propose_template(actor=admin, kind=kind, content=content, now=NOW)


def again(row):
    return type(row).objects.get(pk=row.pk)


def test_a_template_is_used_from_its_approval_on_until_it_is_retired(admin, judge):
    template = propose(admin)
    assert (template.version, template.state) == (1, T.PROPOSED)
    assert template.digest == hashlib.sha256(OWN).hexdigest()
    assert again(make_issued()[1]).template is None

    papers.approve_template(actor=judge, template=template, now=NOW)
    case, paper, actor = make_issued()
    assert again(paper).template == template

    papers.retire_template(actor=judge, template=again(template), now=NOW)
    assert again(make_issued()[1]).template is None
    taken = papers.take_paper(
        actor=actor, case=case, paper=again(paper), taken_as=papers.TakenAs.WORD, now=NOW
    )
    assert taken.template == OWN


def test_an_approved_one_takes_the_place_of_the_one_before(admin, judge):
    first = propose(admin)
    papers.approve_template(actor=judge, template=first, now=NOW)
    second = propose(admin)

    papers.approve_template(actor=judge, template=second, now=NOW)

    assert (again(first).state, again(second).state) == (T.RETIRED, T.APPROVED)
    assert second.version == 2


def test_a_refused_one_is_never_used(admin, judge):
    template = propose(admin)
    papers.refuse_template(actor=judge, template=template, now=NOW)

    assert again(template).state == T.REFUSED
    assert again(make_issued()[1]).template is None
    for deed in (papers.approve_template, papers.refuse_template, papers.retire_template):
        with pytest.raises(papers.AlreadyJudged):
            deed(actor=judge, template=again(template), now=NOW)


def test_approving_too_late_leaves_the_one_in_use(admin, judge):
    used = propose(admin)
    papers.approve_template(actor=judge, template=used, now=NOW)

    with pytest.raises(papers.AlreadyJudged):
        papers.approve_template(actor=judge, template=used, now=NOW)
    assert again(used).state == T.APPROVED


def test_one_waits_at_a_time(admin):
    propose(admin)

    with pytest.raises(papers.AlreadyProposed):
        propose(admin)
    assert propose(admin, K.REPLY).version == 1


def test_nobody_judges_the_own_proposal(district, admin):
    from xgz.access.actor import actor_for
    from xgz.models import RoleAssignment

    template = propose(admin)
    RoleAssignment.objects.filter(user=admin.user).update(
        role=Role.ORG_DEPT, body=district.org_dept
    )
    same = actor_for(admin.user, admin.today)

    for deed in (papers.approve_template, papers.refuse_template):
        with pytest.raises(NotPermitted):
            deed(actor=same, template=template, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperTemplate.objects.filter(pk=template.pk).update(judged_by=admin.user)


def test_the_shell_proposes_and_does_not_judge(district, judge):
    shell = shell_operator(judge.today)
    template = propose(shell)

    with pytest.raises(NotPermitted):
        papers.approve_template(actor=shell, template=template, now=NOW)
    papers.approve_template(actor=judge, template=template, now=NOW)


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.BRANCH_SECRETARY, Role.MEMBER, Role.OWNER}]
)
def test_who_proposes_and_who_judges(district, admin, role):
    from tests.factories.district import seat_of

    actor = actor_as(role, seat_of(role, district))
    template = propose(admin, K.REPLY)
    may_propose, may_judge = [], []
    try:
        propose(actor, K.FILING)
        may_propose.append(role)
    except NotPermitted:
        pass
    try:
        papers.approve_template(actor=actor, template=template, now=NOW)
        may_judge.append(role)
    except NotPermitted:
        pass

    assert bool(may_propose) is (role is Role.SYSTEM_ADMIN)
    assert bool(may_judge) is (role in {Role.ORG_DEPT, Role.SECURITY_ADMIN})


def test_a_file_that_is_not_sound_is_not_kept(admin):
    with pytest.raises(TemplateRefused):
        propose(admin, content=with_text("{{ secret }}"))
    assert not PaperTemplate.objects.exists()


def test_the_template_in_use_when_it_is_issued_counts(admin, judge):
    case, paper, actor = make_draft()
    template = propose(admin)
    papers.approve_template(actor=judge, template=template, now=NOW)

    papers.issue_paper(actor=actor, case=case, paper=paper, now=NOW)

    assert again(paper).template == template
