"""How a case ended is told by its tag: done, ended without, or left until its time was up."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_district, make_user
from tests.factories.closures import make_closure
from tests.factories.export_approvals import make_export_approval
from tests.services.cases.kinds import KINDS, called
from xgz.models.cases import case_models
from xgz.rules.cases import Ending
from xgz.rules.closures import ClosureState
from xgz.rules.exports import ExportApprovalState as S
from xgz.rules.roles import Role

pytestmark = pytest.mark.django_db
UNDECIDED = "期限内没有人决定，这件事项已于"


@pytest.fixture
def district():
    return make_district()


@pytest.fixture
def department(client, district):
    client.force_login(make_user(Role.ORG_DEPT, district.org_dept))
    return client


def page_of(client, name, *args, **query):
    page = client.get(reverse(name, args=args), query)
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2]


@pytest.mark.parametrize(
    ("state", "tag", "note"),
    [
        (S.APPROVED, "x-tag x-tag-ok", "x-note x-note-ok"),
        (S.REFUSED, "x-tag", "x-note"),
        (S.WITHDRAWN, "x-tag", "x-note"),
        (S.EXPIRED, "x-tag x-tag-warn", "x-note x-note-warn"),
    ],
)
def test_a_case_that_nobody_decided_in_time_has_a_look_and_words_of_its_own(
    department, state, tag, note
):
    case = make_export_approval(state=state)
    case.refresh_from_db()

    page = page_of(department, "export_approval-detail", case.public_id)

    assert f'<span class="{tag}">{case.state_label}</span>' in page
    assert (UNDECIDED in page) is (state == S.EXPIRED)
    assert f'<p class="{note}"><span>' in page


def test_the_list_tells_what_was_left_undecided_from_what_ended(department):
    make_export_approval(state=S.REFUSED)
    assert "期满未决" not in page_of(department, "export_approval-list", state="closed")
    make_export_approval(state=S.EXPIRED)

    page = page_of(department, "export_approval-list", state="closed")

    assert page.count("期满未决") == page.count("已结束</span>") == 1


TAGS = {Ending.DONE: "x-tag x-tag-ok", Ending.LAPSED: "x-tag x-tag-warn"}


# Lists without tabs choose closed cases by their state; transfers name their tabs otherwise.
NARROWED = {
    "export_approval": ({"state": ""}, {"state": "closed"}),
    "self_report_request": ({"state": ""}, {"state": "closed"}),
    "transfer": ({"list": "to-do"}, {"list": "done"}),
}


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.model.__module__.startswith("xgz.")], ids=called
)
def test_every_list_tells_by_a_tag_how_a_case_ended_and_none_of_an_open_one(department, kind):
    states = [state for state in kind.table.states if state not in kind.table.duties]
    first = kind.make()
    ended = [kind.make(state) for state in states]

    asked = NARROWED.get(str(kind), ({"list": "open"}, {"list": "closed"}))
    going, closed = (page_of(department, f"{kind}-list", **query) for query in asked)

    for case in ended:
        tag = TAGS.get(kind.table.ending_of(case.state), "x-tag")
        assert f'<span class="{tag}">{case.state_label}</span>' in closed, case.state
    assert first.number in going
    assert first.state_label in going
    assert f">{first.state_label}</span>" not in _tags(going)


def _tags(page):
    return "".join(re.findall(r'<span class="x-tag[^"]*">[^<]*</span>', page))


@pytest.mark.parametrize(
    ("state", "is_green"), [(ClosureState.DONE, True), (ClosureState.RETRACTED, False)]
)
def test_a_closure_is_green_where_it_was_carried_out(department, state, is_green):
    page = page_of(department, "closure-detail", make_closure(state=state).public_id)

    assert ("x-tag-ok" in page) is is_green


@pytest.mark.parametrize(
    ("state", "marks"),
    [
        (ClosureState.DONE, ["is-done"]),
        (ClosureState.RETRACTED, ["is-done is-undone"]),
        (ClosureState.VERIFYING, []),
    ],
)
def test_the_steps_bar_ticks_no_end_that_reached_nothing(department, state, marks):
    page = page_of(department, "closure-detail", make_closure(state=state).public_id)
    bar = page.partition('<ol class="x-steps"')[2].partition("</ol>")[0]
    last = bar.rpartition("<li")[2]

    assert re.findall(r'class="(is-[^"]+)"', last) == marks
    assert bar.count("is-undone") == (1 if "is-undone" in " ".join(marks) else 0)


@pytest.mark.parametrize(
    "kind", [model.KIND for model in case_models()], ids=lambda kind: kind.name
)
def test_every_kind_has_one_end_that_is_done(kind):
    ends = [state for state in kind.states if state not in kind.duties]

    assert [kind.ending_of(state) for state in ends].count(Ending.DONE) == 1
