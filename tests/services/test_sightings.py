"""One counter of the people seen by name: alarm, refusal, whom it leaves alone (RV-5)."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import TODAY, actor_as, make_district, make_member, make_organisation
from tests.factories.leads import make_lead
from xgz.access.actor import clock_actor, shell_operator
from xgz.models import AuditEntry, Member, Sighting, sealing
from xgz.models.fields import new_public_id
from xgz.rules.reveals import ALARM_PEOPLE, MOST_PEOPLE, Seen
from xgz.rules.roles import Role
from xgz.services import sightings
from xgz.services.sightings import TooManySeen, see_in_file, sweep_sightings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)


def people(branch, number):
    """Return the row numbers of as many new members."""
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
    return list(
        Member.objects.filter(public_id__in=ids).order_by("pk").values_list("pk", flat=True)
    )


def see(*, actor, members, now, leads=(), **more):
    """Count members and leads by their row numbers."""
    seen = [Seen(member=key) for key in members] + [Seen(lead=key) for key in leads]
    sightings.see(actor=actor, people=seen, now=now, **more)


@pytest.fixture
def branch():
    return make_organisation(make_district().qingping)


@pytest.fixture
def actor(branch):
    return actor_as(Role.ORG_DEPT, branch.body.parent.parent)


def told():
    return list(AuditEntry.objects.order_by("number").values_list("action", "outcome"))


def is_refused(actor, members, now=NOW, **more):
    try:
        see(actor=actor, members=members, now=now, **more)
    except TooManySeen:
        return True
    return False


def test_the_alarm_is_told_once_an_hour(actor, branch):
    rows = people(branch, ALARM_PEOPLE + 2)

    see(actor=actor, members=rows[: ALARM_PEOPLE - 1], now=NOW)
    assert told() == []
    for last in (ALARM_PEOPLE, ALARM_PEOPLE + 1, ALARM_PEOPLE + 2):
        see(actor=actor, members=rows[:last], now=NOW)

    assert told() == [("sighting.alarm", "done")]
    assert AuditEntry.objects.get().actor == actor.user


def test_three_hundred_and_not_one_more(actor, branch):
    rows = people(branch, MOST_PEOPLE + 1)

    assert not is_refused(actor, rows[:MOST_PEOPLE])
    assert is_refused(actor, rows[MOST_PEOPLE:])
    assert is_refused(actor, rows[MOST_PEOPLE:])
    assert not is_refused(actor, rows[:50])  # whoever was seen may be seen again

    assert Sighting.objects.filter(user=actor.user).count() == MOST_PEOPLE
    assert told() == [("sighting.alarm", "done"), ("sighting.refused", "refused")]


def test_a_refused_page_leaves_nobody_seen(actor, branch):
    rows = people(branch, MOST_PEOPLE + 20)
    see(actor=actor, members=rows[: MOST_PEOPLE - 5], now=NOW)

    assert is_refused(actor, rows[MOST_PEOPLE - 5 :])
    assert not is_refused(actor, rows[MOST_PEOPLE - 5 : MOST_PEOPLE])


def test_no_sixty_minutes_hold_more_than_the_limit(actor, branch):
    """Seen at 11:02, the 300 are in the way until an hour later, and not for long after it."""
    rows = people(branch, MOST_PEOPLE + 1)
    see(actor=actor, members=rows[:MOST_PEOPLE], now=NOW)

    assert is_refused(actor, rows[MOST_PEOPLE:], NOW + timedelta(minutes=60))
    assert not is_refused(actor, rows[MOST_PEOPLE:], NOW + timedelta(minutes=75))


def test_whoever_is_seen_again_counts_from_then_on(actor, branch):
    rows = people(branch, MOST_PEOPLE + 1)
    see(actor=actor, members=rows[:MOST_PEOPLE], now=NOW)
    see(actor=actor, members=rows[:MOST_PEOPLE], now=NOW + timedelta(minutes=50))

    assert is_refused(actor, rows[MOST_PEOPLE:], NOW + timedelta(minutes=100))


def test_own_work_is_counted_and_never_refused(actor, branch):
    rows = people(branch, MOST_PEOPLE + 2)
    see(actor=actor, members=rows[:MOST_PEOPLE], now=NOW)

    assert not is_refused(actor, rows[MOST_PEOPLE : MOST_PEOPLE + 1], refuses=False)
    assert is_refused(actor, rows[MOST_PEOPLE + 1 :])


def test_everybody_counts_apart(actor, branch):
    rows = people(branch, MOST_PEOPLE + 1)
    see(actor=actor, members=rows[:MOST_PEOPLE], now=NOW)

    assert not is_refused(actor_as(Role.ORG_DEPT, branch.body.parent.parent), rows[MOST_PEOPLE:])


def test_the_own_line_the_shell_and_the_clock_do_not_count(branch):
    own = make_member(branch)
    rows = people(branch, MOST_PEOPLE + 1)

    see(actor=actor_as(Role.MEMBER, branch.body, member=own), members=[own.pk], now=NOW)
    for nobody in (shell_operator(TODAY), clock_actor(TODAY)):
        see(actor=nobody, members=rows, now=NOW)
        see_in_file(actor=nobody, members=rows, now=NOW)

    assert not Sighting.objects.exists()
    assert told() == []


def test_a_second_look_writes_nothing(actor, branch, django_assert_num_queries):
    rows = people(branch, 3)
    see(actor=actor, members=rows, now=NOW)

    with django_assert_num_queries(1):
        see(actor=actor, members=rows, now=NOW)
    with django_assert_num_queries(0):
        see(actor=actor, members=[], now=NOW)


@pytest.mark.parametrize(("in_file", "alarms"), [(ALARM_PEOPLE, 1), (ALARM_PEOPLE - 1, 0)])
def test_a_file_alarms_and_locks_nobody_out(actor, branch, in_file, alarms):
    rows = people(branch, in_file)

    see_in_file(actor=actor, members=rows, now=NOW)

    assert told() == [("sighting.alarm", "done")] * alarms
    assert not Sighting.objects.exists()


def test_a_file_is_counted_with_the_pages_of_the_hour(actor, branch):
    rows = people(branch, ALARM_PEOPLE)
    see(actor=actor, members=rows[:150], now=NOW)

    see_in_file(actor=actor, members=rows[100:], now=NOW + timedelta(minutes=5))

    assert told() == [("sighting.alarm", "done")]


@pytest.mark.parametrize(("leads", "refused"), [(1, False), (2, True)])
def test_people_of_leads_count_with_the_members(actor, branch, leads, refused):
    rows, looked_for = people(branch, MOST_PEOPLE - 1), [make_lead().pk for _ in range(leads)]
    see(actor=actor, members=rows, now=NOW)

    assert is_refused(actor, rows[:1], leads=looked_for) is refused

    counted = Sighting.objects.filter(user=actor.user, lead__isnull=False).count()
    assert counted == (0 if refused else leads)


def test_a_lead_and_a_member_of_one_row_number_are_two_people(actor, branch):
    lead, key = make_lead(), new_public_id()
    name = sealing.seal("member.name", key, "方柏梁")
    Member.objects.create(
        pk=lead.pk, public_id=key, key_digest=key, name_sealed=name, formal_org=branch
    )

    for _again in range(2):
        see(actor=actor, members=[lead.pk], leads=[lead.pk], now=NOW)

    assert sorted(Sighting.objects.values_list("member", "lead"), key=str) == sorted(
        [(lead.pk, None), (None, lead.pk)], key=str
    )


@pytest.mark.parametrize("whom", ["nobody", "both"])
def test_a_sighting_is_of_one_person(actor, branch, whom):
    both = {"lead": make_lead(), "member_id": people(branch, 1)[0]}

    with pytest.raises(IntegrityError), transaction.atomic():
        Sighting.objects.create(user=actor.user, hour=NOW, **(both if whom == "both" else {}))


def test_what_no_hour_counts_is_swept_after_a_day(actor, branch):
    see(actor=actor, members=people(branch, 2), now=NOW)

    assert sweep_sightings(now=NOW + timedelta(hours=23)) == 0
    assert sweep_sightings(now=NOW + timedelta(hours=25)) == 2


@pytest.mark.django_db(transaction=True)
def test_pages_at_once_do_not_get_past_the_limit():
    branch = make_organisation(make_district().qingping)
    actor = actor_as(Role.ORG_DEPT, branch.body.parent.parent)
    rows = people(branch, 500)
    start, shown = threading.Barrier(5), []

    def page(number):
        start.wait()
        mine = rows[number * 100 : number * 100 + 100]
        if not is_refused(actor, mine):
            shown.extend(mine)
        connection.close()

    threads = [threading.Thread(target=page, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(shown) == MOST_PEOPLE
    assert Sighting.objects.count() == MOST_PEOPLE
