"""The inbox: whose it is, lights, orders, counts, notices; queries that do not grow with rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import TODAY, make_district, make_user
from tests.factories.closures import make_closure
from tests.factories.transfers import make_transfer
from tests.sample_kind.factories.errands import make_errand, seats_of
from tests.sample_kind.models import Errand
from tests.sample_kind.rules.errands import ERRAND, ErrandAction, ErrandState
from tests.sample_kind.services.errands import ACTIONS
from tests.services.cases.kinds import again, holder, moment
from xgz.access.actor import actor_for, clock_actor, shell_operator
from xgz.access.cases import reviews_of
from xgz.models import CaseReview, Notice, RoleAssignment
from xgz.queries.case_names import persons_of
from xgz.queries.inbox import (
    InboxCounts,
    inbox_counts,
    inbox_rows,
    light_counts,
    load_by_seat,
    work_waiting,
)
from xgz.queries.inbox_lines import (
    done_lines,
    done_rows,
    inbox_items,
    notice_lines,
    notices_of,
)
from xgz.rules.masking import mask_name
from xgz.rules.notices import NoticeKind
from xgz.rules.roles import Role
from xgz.rules.seats import Seat
from xgz.rules.workdays import Light
from xgz.services.cases.notices import sign_notice
from xgz.services.cases.owning import urge

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def at(district, party, today=TODAY):
    return holder(seats_of(district)[party], today)


def items(actor, **narrow):
    return inbox_items(inbox_rows(actor, **narrow), actor)


def due(case, days, late_since=None):
    Errand.objects.filter(pk=case.pk).update(
        due_on=TODAY + timedelta(days=days), late_since=late_since
    )


def test_inbox_holds_cases_and_sub_steps_of_the_own_seat_alone(district):
    make_errand(state=ErrandState.DOING, district=district)
    make_errand(state=ErrandState.DONE, district=district)
    make_errand(district=district)

    tasks = {
        party: [item.task for item in items(at(district, party))]
        for party in ("asker", "doer", "checker", "adviser")
    }

    assert tasks == {
        "asker": ["补充材料后提交"],
        "doer": ["办理或退回"],
        "checker": ["现场核实"],
        "adviser": ["提出建议"],
    }


def test_inbox_line_says_what_where_and_until_when(district):
    case = make_errand(state=ErrandState.DOING, district=district)
    checking = reviews_of(case).get(key="check")

    (item,) = items(at(district, "checker"))

    assert (item.kind, item.number, item.subject) == ("errand", case.number, "样例")
    assert (item.case_id, item.review_id) == (case.public_id, checking.public_id)
    assert (item.body, item.due_on, item.person) == ("清平所", checking.due_on, "")


@pytest.mark.parametrize(
    ("days", "light"),
    [
        (-1, Light.LATE),
        (0, Light.NEAR),
        (3, Light.NEAR),  # Thursday: the third working day from Monday
        (4, Light.CALM),
    ],
)
def test_inbox_lights_agree_with_their_filter_and_counts(district, days, light):
    case = make_errand(district=district)
    due(case, days)
    actor = at(district, "asker")

    (item,) = items(actor)

    assert item.standing.light is light
    for each in Light:
        assert len(items(actor, light=each)) == (each is light)
    assert light_counts(actor, work_waiting(actor)).lights[light] == 1
    assert inbox_counts(actor) == InboxCounts(1, int(light is Light.LATE), 0)


def test_inbox_keeps_what_went_up_red_and_in_its_place(district):
    """A new due date does not make late work new again (CS-5)."""
    first, second = (make_errand(district=district) for _ in range(2))
    due(first, -2)
    due(second, 5, late_since=TODAY - timedelta(days=9))
    actor = at(district, "asker")

    assert [(item.case_id, item.standing.days) for item in items(actor)] == [
        (second.public_id, 9),
        (first.public_id, 2),
    ]
    assert inbox_counts(actor).late == 2


def test_inbox_is_ordered_as_asked(district):
    cases = [make_errand(district=district) for _ in range(3)]
    for case, days in zip(cases, (5, 1, 3), strict=True):
        due(case, days)
    actor = at(district, "asker")

    def order(key):
        return [
            [case.public_id for case in cases].index(row[1]) for row in inbox_rows(actor, order=key)
        ]

    assert order("due") == [1, 2, 0]
    assert order("-due") == [0, 2, 1]


def test_inbox_narrows_to_one_kind(district):
    make_closure()
    make_errand(district=district)
    actor = at(district, "asker")

    assert {item.kind for item in items(actor)} == {"closure", "errand"}
    assert [item.kind for item in items(actor, kind=ERRAND.name)] == ["errand"]
    checker = at(district, "checker")
    assert [item.kind for item in items(checker, kind="closure")] == ["closure"]
    assert light_counts(actor, work_waiting(actor)).kinds == {"closure": 1, "errand": 1}


def test_inbox_of_an_empty_seat_lies_with_its_deputy_then_above(district):
    make_errand(district=district)
    above = holder(Seat(Role.ORG_DEPT, district.org_dept.pk))
    assert len(items(above)) == 1

    deputy = holder(seats_of(district)["asker"], deputy=True)
    assert [len(items(each)) for each in (above, deputy)] == [0, 1]

    head = at(district, "asker")
    assert [len(items(each)) for each in (above, deputy, head)] == [0, 0, 1]

    RoleAssignment.objects.filter(user=head.user).update(valid_to=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert len(items(actor_for(deputy.user, tomorrow))) == 1


def test_inbox_sums_count_each_open_case_and_sub_step_once(district):
    """One in draft, one being done with two sub-steps, one closed: four in all (CS-9)."""
    make_errand(district=district)
    make_errand(state=ErrandState.DOING, district=district)
    make_errand(state=ErrandState.DONE, district=district)
    people = [at(district, party) for party in seats_of(district)]

    load = load_by_seat(TODAY)

    assert sum(load.values()) == 4
    assert load == dict.fromkeys(seats_of(district).values(), 1)
    assert sum(inbox_counts(actor).waiting for actor in people) == 4


def test_inbox_of_nobody_is_empty(district):
    make_errand(district=district)

    for actor in (clock_actor(TODAY), shell_operator(TODAY)):
        assert inbox_counts(actor) == InboxCounts()
        assert items(actor) == []


def test_inbox_names_the_member_in_full_masked_or_not_at_all(district):
    """To the receiving committee a letter names the person its own roster does not have yet."""
    transfer = make_transfer()
    name = transfer.member.name
    receiver = holder(Seat(Role.TOWNSHIP_COMMITTEE, district.liuquan.pk))
    social = holder(Seat(Role.SOCIAL_WORK_DEPT, district.social_work.pk))
    office = holder(Seat(Role.STATION_HEAD, district.liuquan_office.pk))

    assert [item.person for item in items(receiver)] == [name]
    assert persons_of([transfer], social) == {transfer.public_id: mask_name(name)}
    assert persons_of([transfer], office) == {}


def test_inbox_counts_urgings_since_the_last_step(district):
    case = make_errand(district=district)
    asker = at(district, "asker")
    for party in ("doer", "checker"):
        urge(actor=at(district, party), case=case, now=moment())
    assert items(asker)[0].urged == 2

    ACTIONS[ErrandAction.HAND_IN](case=again(case), actor=asker, now=moment())
    assert items(at(district, "doer"))[0].urged == 0


# ---- done


def test_inbox_done_lists_steps_and_answers_newest_first(district):
    first, second = (make_errand(district=district) for _ in range(2))
    asker = at(district, "asker")
    for case, minutes in ((first, 1), (second, 2)):
        ACTIONS[ErrandAction.HAND_IN](
            case=case, actor=asker, now=moment() + timedelta(minutes=minutes)
        )
    urge(actor=asker, case=again(first), now=moment() + timedelta(minutes=9))

    lines = done_lines(done_rows(asker), asker)

    assert [(line.case.pk, line.label) for line in lines] == [
        (second.pk, "提交"),
        (first.pk, "提交"),
    ]
    assert list(done_rows(at(district, "doer"))) == []


def test_inbox_done_leaves_out_what_is_no_longer_seen(district):
    case = make_errand(district=district)
    asker = at(district, "asker")
    ACTIONS[ErrandAction.HAND_IN](case=case, actor=asker, now=moment())
    RoleAssignment.objects.filter(user=asker.user).update(valid_to=TODAY)
    make_user(Role.BUREAU, district.bureau)

    later = actor_for(asker.user, TODAY + timedelta(days=1))

    assert list(done_rows(later)) == []


# ---- notices


def test_inbox_notices_wait_until_signed_and_stay_afterwards(district):
    case = make_errand(district=district)
    sender = at(district, "doer")
    urge(actor=sender, case=case, now=moment(), text="请尽快提交")
    asker = at(district, "asker")
    assert inbox_counts(asker).unread == 1

    (line,) = notice_lines(notices_of(asker, signed=False), asker)
    assert (line.case, line.body) == (case, "清平镇党委")
    assert line.sender == f"柳泉所 · {sender.user}"
    sign_notice(actor=asker, notice=line.notice, now=moment())

    assert inbox_counts(asker).unread == 0
    assert list(notices_of(asker, signed=False)) == []
    assert [each.pk for each in notices_of(asker, signed=True)] == [line.notice.pk]


def test_inbox_names_no_person_of_the_organization_line_to_the_market_line(district):
    case = make_errand(state=ErrandState.DOING, district=district)
    urge(actor=at(district, "asker"), case=case, now=moment())
    doer = at(district, "doer")

    (line,) = notice_lines(notices_of(doer, signed=False), doer)

    assert line.sender == "清平镇党委"


def test_inbox_notice_of_the_clock_has_no_sender(district):
    case = make_errand(district=district)
    seat = seats_of(district)["asker"]
    Notice.objects.create(
        case_kind="errand",
        case_id=case.public_id,
        kind=NoticeKind.LATE,
        role=seat.role,
        body_id=seat.body_id,
        made_at=moment(),
    )
    asker = at(district, "asker")

    (line,) = notice_lines(notices_of(asker, signed=False), asker)

    assert line.sender == ""


# ---- cost


def _queries(read):
    with CaptureQueriesContext(
        connection,
    ) as found:
        read()
    return len(found)


def test_inbox_reads_with_as_many_queries_for_many_rows_as_for_one(district):
    actor = at(district, "asker")
    urger = at(district, "doer")
    reads = {
        "items": lambda: items(actor),
        "counts": lambda: inbox_counts(actor),
        "done": lambda: done_lines(done_rows(actor), actor),
        "unread": lambda: notice_lines(notices_of(actor, signed=False), actor),
    }
    costs = []
    for number in (1, 2):
        for _ in range(number):
            case = make_errand(district=district)
            urge(actor=urger, case=case, now=moment())
            other = make_errand(district=district)
            ACTIONS[ErrandAction.HAND_IN](case=other, actor=actor, now=moment())
        costs.append({name: _queries(read) for name, read in reads.items()})

    assert costs[0] == costs[1]
    assert costs[0]["counts"] <= 4
    assert costs[0]["items"] <= 15


def test_inbox_is_one_union_over_all_kinds(district):
    make_errand(district=district)
    actor = at(district, "asker")
    work = work_waiting(actor)

    assert _queries(lambda: list(inbox_rows(actor, work=work))) == 1
    assert _queries(lambda: inbox_counts(actor)) <= 4


def test_inbox_of_five_thousand_open_cases_reads_one_page(district):
    """The page reads its rows only: neither the rows nor the queries grow with what waits."""
    sample = make_errand(district=district)
    columns = {
        field.attname: getattr(sample, field.attname)
        for field in Errand._meta.fields
        if field.attname not in {"id", "public_id", "number"}
    }
    Errand.objects.bulk_create(
        [Errand(**columns, number=f"样例-{n}", public_id=f"p{n:011}") for n in range(5000)],
        batch_size=500,
    )
    CaseReview.objects.all().delete()
    actor = at(district, "asker")

    assert inbox_counts(actor).waiting == 5001
    with CaptureQueriesContext(connection) as found:
        page = inbox_items(inbox_rows(actor)[4980:5000], actor)
    assert len(page) == 20
    assert len(found) <= 15
