"""Two worlds that differ by membership facts alone, and what a person is answered in each.

Everything visible is made the same in both. `hidden` makes, one by one, what the market line must
not learn of; a world without it is the one every page has to look like.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.core.cache import cache
from django.db import connection, reset_queries, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.access.matrix_world import World, make_world
from tests.factories import make_business, make_coverage, make_organisation, make_report, make_user
from tests.factories.closures import close_business, open_cases
from tests.factories.elections import complete_result, stand
from tests.factories.leads import make_lead
from tests.factories.matching import make_pair, make_task, make_tie
from tests.factories.rows import make_import, make_member
from tests.factories.self_reports import (
    decide_on,
    hang_poster,
    make_claim,
    make_self_report_request,
)
from tests.factories.transfers import make_transfer
from xgz.access import clock
from xgz.access.actor import actor_for
from xgz.models import (
    AnnualReport,
    Business,
    ImportChange,
    Job,
    Member,
    MemberWorkplace,
    NotSame,
    Organisation,
    OrganisationPost,
    SealedList,
    TermElection,
    User,
    fields,
    sealing,
)
from xgz.models.sealed_lists import DECLARED_OWNERS, find_list, read_ids, sealed_ids
from xgz.rules.id_numbers import check_digit
from xgz.rules.leads import LeadSource, LeadState
from xgz.rules.organisations import Post
from xgz.rules.registration import BusinessStatus
from xgz.rules.roles import Role
from xgz.rules.self_reports import Answers, ReportAction
from xgz.services.elections import open_first_election
from xgz.services.formations import open_formation
from xgz.services.leads import protect_member
from xgz.services.self_reports.rights import say_not_me

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OWNER_NAME, OWNER_PHONE = "许一宁", "13800006021"
OWNER_ID = "36099919680403002" + check_digit("36099919680403002")
MARKET_LINE = (
    Role.BUREAU,
    Role.STATION_HEAD,
    Role.INSTRUCTOR,
    Role.ASSOCIATION,
    Role.OWNER,
)
_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_numbers = count(1)


class _Dice:
    """Stands in for the module os in models.fields: the same ids in the same order every time."""

    def __init__(self, seed: str) -> None:
        self._seed, self._throws = seed, count()

    def urandom(self, size: int) -> bytes:
        text = f"{self._seed}|{next(self._throws)}".encode()
        return hashlib.sha256(text).digest()[:size]


@contextmanager
def dice(seed: str) -> Iterator[None]:
    """Let new public ids be drawn from a seed while the block runs."""
    before = fields.os
    fields.os = _Dice(seed)  # type: ignore[assignment]
    try:
        yield
    finally:
        fields.os = before


@dataclass(slots=True)
class TwoWorlds:
    """base: the rows of the matrix; inside: an organisation the market line does not guide.

    shop: one it lists, in business; ended: a shop that has ended, listed by nobody; the owners of
    both have a declared report.
    """

    base: World
    inside: Organisation
    shop: Business
    ended: Business
    report: AnnualReport
    colleague: User  # instructs at the other station
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Callable[[], None]]:
        return {
            "owner on the roster": self._owner,
            "member working at a business": self._worker,
            "declared membership": self._declared,
            "transfer": self._transfer,
            "closure inside": self._closure,
            "formation inside": self._formation,
            "election inside": self._election,
            "people of an election": self._counted,
            "roster import": self._roster,
            "accounts": self._accounts,
            "post": self._post,
            "queued roster": self._queued,
            "leads": self._leads,
            "pair to be looked at": self._pair,
            "owner confirmed": self._tie,
            "self-reports": self._self_reports,
        }

    def _member(self, **values: Any) -> Member:
        return make_member(self.inside, **values)

    def _owner(self) -> None:
        owner = self._member(name=OWNER_NAME, id_number=OWNER_ID, phone=OWNER_PHONE)
        place = MemberWorkplace(member=owner, business=self.shop)
        place.capacity_sealed = sealing.seal("workplace.capacity", place.public_id, "经营者")
        place.save()
        self.made["member"] = owner

    def _worker(self) -> None:
        for business in (self.shop, self.base.here.business, self.base.there.business):
            worker = self._member(name="贺知秋")
            MemberWorkplace.objects.create(member=worker, business=business)

    def _declared(self) -> None:
        report = self.report
        report.owner_member_sealed = sealing.seal("report.owner_member", report.public_id, "yes")
        report.save(update_fields=["owner_member_sealed"])
        listed = find_list() or SealedList(name=DECLARED_OWNERS)
        held = read_ids(listed) if listed.value_sealed else frozenset()
        listed.value_sealed = sealed_ids(listed.public_id, {*held, report.pk})
        listed.save()

    def _transfer(self) -> None:
        target = self.base.there.office_organisation
        member = self._member(name="乔木生", id_number=OWNER_ID[:14] + "0310")
        letter = make_transfer(member=member, to_org=target, today=TODAY)
        self.made["transfer"] = letter

    def _closure(self) -> None:
        worker = self._member(name="施远帆")
        MemberWorkplace.objects.create(member=worker, business=self.ended)
        (case,) = open_cases(make_import_of(self.ended), TODAY, NOW)
        assert not case.is_shared
        self.made["closure"] = case

    def _formation(self) -> None:
        committee = actor_for(self.base.people[Role.TOWNSHIP_COMMITTEE], TODAY)
        case = open_formation(actor=committee, units=[self.base.here.business], now=NOW)
        assert not case.is_shared
        self.made["formation"] = case

    def _election(self) -> None:
        committee = actor_for(self.base.people[Role.TOWNSHIP_COMMITTEE], TODAY)
        case = open_first_election(actor=committee, organisation=self.inside, now=NOW)
        assert not case.is_shared
        self.made["election"] = case

    def _counted(self) -> None:
        case = TermElection.objects.get(public_id=self.base.elections["here"])
        assert case.is_shared
        stand(case, self.base.here.member, Post.SECRETARY)
        complete_result(case, TODAY)

    def _roster(self) -> None:
        source = make_import(kind="roster", applied_at=NOW, created=1, rows=1)
        member = self._member(name="白露生", source_import=source)
        ImportChange.objects.create(
            source_import=source, table="member", target_id=member.pk, row_no=2, created=True
        )
        self.made["import"] = source

    def _accounts(self) -> None:
        member = self._member(name="池上燕")
        make_user(Role.MEMBER, self.inside.body, member=member)
        make_user(Role.BRANCH_SECRETARY, self.inside.body)

    def _post(self) -> None:
        OrganisationPost.objects.create(
            organisation=self.inside,
            post=Post.SECRETARY,
            member=self._member(name="骆青禾"),
            valid_from=date(2020, 1, 1),
        )

    def _pair(self) -> None:
        task = make_task(self.base.here.business.township)
        make_pair(task, self._member(name=OWNER_NAME), self.shop)
        NotSame.objects.create(digest="0" * 32, decided_at=NOW)

    def _tie(self) -> None:
        owner = self._member(name=OWNER_NAME, phone=OWNER_PHONE)
        make_tie(owner, self.shop)

    def _queued(self) -> None:
        source = make_import(kind="roster", state="uploaded")
        Job.objects.create(kind="import.stage", subject=source.public_id, requested_at=NOW)

    def _leads(self) -> None:
        """Leads nobody of 清平所 was sent for, of every state; who said no, and who is protected.

        Fewer than five were given to the other station: a rounded figure would rightly tell more.
        """
        at: dict[str, Any] = {"today": TODAY, "now": NOW}
        make_lead(business=self.shop, name=OWNER_NAME, source=LeadSource.UNMATCHED_OWNER, **at)
        make_lead(business=self.ended, name="", source=LeadSource.ANNUAL_REPORT, **at)
        away = {"place": "liuquan", "business": self.base.there.business}
        for state in (LeadState.ASSIGNED, LeadState.PLACED, LeadState.REFUSED):
            self.made[f"lead {state}"] = make_lead(
                state=state, instructor=self.colleague, name=f"苗{state}", **away, **at
            )
        protect_member(
            actor=actor_for(self.base.people[Role.ORG_DEPT], TODAY),
            member=self._member(name="纪北辰"),
            now=NOW,
        )

    def _self_reports(self) -> None:
        """A poster in the shop, what came by it in every state, a complaint, and "not me"."""
        poster = hang_poster(self.base.here.business.township, today=TODAY, business=self.shop)
        department = actor_for(self.base.people[Role.ORG_DEPT], TODAY)
        for number, action in enumerate((None, *ReportAction)):
            claim = make_claim(
                poster,
                today=TODAY,
                answers=Answers(f"柳{'一二三四'[number]}", f"1390000000{number}"),
                address=f"10.9.0.{number}",
            )
            if action is not None:
                decide_on(department, claim, action, now=NOW)
        make_self_report_request(today=TODAY)
        say_not_me(phone="13900000000", words="", now=NOW)


def make_import_of(business: Business) -> Any:
    """Return the import that reported the end of a business."""
    event = business.status_events.get(kind="closed")
    return event.source_import


def make_two_worlds() -> TwoWorlds:
    """Make what both worlds have in common."""
    with dice("base"):
        base = make_world()
        here = base.here.business
        places = {"township": here.township, "office": here.office}
        inside = make_organisation(here.township)
        shop = make_business(name="清平镇旧桥杂货店", owner_name=OWNER_NAME, **places)
        make_coverage(inside, business=shop)
        for field_name, column, value in (
            ("owner_id_sealed", "business.owner_id", OWNER_ID),
            ("phone_sealed", "business.phone", OWNER_PHONE),
        ):
            setattr(shop, field_name, sealing.seal(column, shop.public_id, value))
        shop.save()
        report = make_report(shop, members_declared=1, full_members=1, owner_is_member="no")
        ended = make_business(
            name="清平镇旧桥理发店",
            status=BusinessStatus.IN_BUSINESS,
            **places,
        )
        close_business(ended, closed_on=date(2026, 11, 18))
        colleague = make_user(Role.INSTRUCTOR, base.there.business.office)
    return TwoWorlds(base, inside, shop, ended, report, colleague)


@contextmanager
def world(worlds: TwoWorlds, hidden: Sequence[str]) -> Iterator[None]:
    """Make the hidden facts, let the block run with fresh dice, and take all of it back."""
    cache.clear()
    with clock.showing(lambda: NOW), transaction.atomic():
        with dice("hidden"):
            for fact in hidden:
                worlds.facts[fact]()
        with dice("visible"):
            yield
        transaction.set_rollback(True)
    cache.clear()


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody outside can tell of a response; queries: their shape, without any value."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Any
    queries: tuple[str, ...] = ()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, address: str, data: dict[str, Any] | None = None, **more: Any) -> Answer:
    """GET the address, or POST `data` to it, and return the answer without its random token."""
    reset_queries()  # Django keeps 9,000 and a crawl asks more
    with CaptureQueriesContext(connection) as captured:
        if data is None:
            response = client.get(address, **more)
        else:
            response = client.post(address, data, **more)
        content = b"".join(response.streaming_content) if response.streaming else response.content
    return Answer(
        response.status_code,
        tuple(sorted((k, v) for k, v in response.headers.items() if k not in _VARYING)),
        cells_of(content) if is_book(response) else _TOKEN.sub(rb"\1", content),
        tuple(shape_of(query["sql"]) for query in captured.captured_queries),
    )


def is_book(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "") == _XLSX


# The length of a workbook depends on its packing; what it holds is compared cell by cell.
_VARYING = frozenset({"Content-Length", "X-Request-ID"})
_TEXT = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"\b\d+\b")
# Names the driver draws anew each time: savepoints, and cursors of PostgreSQL.
_DRAWN = re.compile(r'"(?:s\d+_x\d+|_django_curs_\w+)"')
_LIST = re.compile(r"\((?:\?(?:, )?)+\)")


def shape_of(sql: str) -> str:
    """Return a statement without its values, and without how many of them stand in a list."""
    return _LIST.sub("(?)", _NUMBER.sub("?", _DRAWN.sub("?", _TEXT.sub("?", sql))))


def cells_of(content: bytes) -> list[Any]:
    book = load_workbook(io.BytesIO(content))
    return [[sheet.title, *sheet.iter_rows(values_only=True)] for sheet in book]
