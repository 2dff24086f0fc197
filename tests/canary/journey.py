"""One office's work with invented people, through the pages and jobs of the site.

Every answer on the way is kept for the finder; what a page shows to whoever may read it is not a
leak, its title, headers and addresses would be.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.canary.finder import Finder, Hit
from tests.canary.people import ALL_OWNERS, OUTSIDER, PEOPLE, WORDS
from tests.canary.rows import (
    BRANCHES,
    ROSTER,
    branch_rows,
    rejected_row,
    roster_rows,
    shop_row,
    with_other_cells,
)
from tests.factories import District, make_district, make_user
from tests.factories.rows import credit_code
from tests.services.imports.worlds import ORGANISATIONS, REGISTRY, REPORT
from tests.web.import_files import sent, workbook
from xgz.models import (
    Business,
    CaseReview,
    Closure,
    ExportApproval,
    Import,
    Member,
    Organisation,
    Report,
    Reveal,
    Transfer,
    User,
)
from xgz.rules.roles import Role
from xgz.services.jobs import claim, queue_due_slots, run_job

START = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 10:00 of a Monday here
HERE, THERE = BRANCHES[0], BRANCHES[2]
_SHOWN = 1500  # characters of a page that was not expected


class WentWrong(AssertionError):
    """A step of the journey was not answered as it should be."""


@dataclass(slots=True)
class Office:
    """The people of the office at their browsers, and what they were answered."""

    finder: Finder
    district: District = field(default_factory=make_district)
    clients: dict[str, Client] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    pages: int = 0
    moment: datetime = START

    def now(self) -> datetime:
        """Return the time on the office's clock, a little later each time it is asked."""
        self.moment += timedelta(milliseconds=20)
        return self.moment

    def seat(self, name: str, role: Role, body: Any) -> None:
        """Give somebody a role and a browser."""
        self.users[name] = make_user(role, body)
        client = Client(raise_request_exception=False)
        client.force_login(self.users[name])
        self.clients[name] = client

    def get(
        self,
        who: str,
        page: str,
        *args: Any,
        query: Any = None,
        answered: int = 200,
        typed: bool = True,
    ) -> Any:
        """Open a page. typed: the query holds what somebody typed, and the page may say it again."""
        address = reverse(page, args=args)
        answer = self.clients[who].get(address, query or {})
        return self._keep(answer, f"GET {page}", answered, typed=typed and bool(query))

    def post(self, who: str, page: str, *args: Any, answered: int = 302, **fields: Any) -> Any:
        """Send a form; by default it must be taken."""
        answer = self.clients[who].post(reverse(page, args=args), fields)
        return self._keep(answer, f"POST {page}", answered)

    def _keep(self, answer: HttpResponseBase, asked: str, status: int, typed: bool = False) -> Any:
        self.pages += 1
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        elif answer.status_code != status:
            raise WentWrong(f"{asked}: {answer.status_code}\n{_shown(answer)}")
        if answer.status_code != status:
            raise WentWrong(f"{asked}: {answer.status_code}")
        if not typed:
            self.hits += self.finder.in_answer(answer, asked)
        answer.close()
        return answer


def _shown(answer: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", words)[:_SHOWN]


def take_seats(office: Office) -> None:
    """Fill the seats the journey needs."""
    places = office.district
    office.seat("department", Role.ORG_DEPT, places.org_dept)
    office.seat("second", Role.ORG_DEPT, places.org_dept)
    office.seat("bureau", Role.BUREAU, places.bureau)
    office.seat("here", Role.TOWNSHIP_COMMITTEE, places.qingping)
    office.seat("there", Role.TOWNSHIP_COMMITTEE, places.liuquan)
    office.seat("station", Role.STATION_HEAD, places.qingping_office)
    office.seat("system", Role.SYSTEM_ADMIN, places.administration)
    office.seat("security", Role.SECURITY_ADMIN, places.administration)
    office.seat("audit", Role.AUDIT_ADMIN, places.administration)


def import_everything(office: Office) -> None:
    """Register, organisations, reports and roster by upload; the roster undone and sent again."""
    bring(office, "bureau", "registry", REGISTRY, [shop_row(number) for number in range(10)])
    bring(office, "department", "organisations", ORGANISATIONS, branch_rows())
    reports = [[credit_code(n), "2025", "2", "1", "", "", "是", "否", "3"] for n in range(10)]
    bring(office, "bureau", "annual_report", REPORT, reports)
    rows = [*roster_rows(), list(rejected_row()), roster_rows()[3]]
    _upload(office, "department", "roster", ROSTER, rows)
    office.hits += office.finder.in_database_files()  # the rows wait staged
    office.post("department", "import-abandon", Import.objects.order_by("-pk")[0].public_id)
    first = bring(office, "department", "roster", ROSTER, rows)
    office.get("department", "import-rejects", first.public_id)
    office.post("department", "import-undo", first.public_id)
    moved = [with_other_cells(row) for row in roster_rows()]
    bring(office, "department", "roster", ROSTER, moved)
    bring(office, "department", "roster", ROSTER, rows)
    given_up = _upload(office, "department", "roster", ("登记姓名", *ROSTER[1:]), rows)
    office.get("department", "import-mapping", given_up.public_id)
    office.post("department", "import-abandon", given_up.public_id)
    if Member.objects.count() != len(PEOPLE):
        raise WentWrong(f"{Member.objects.count()} members")


def read_lists(office: Office) -> None:
    """Open every list and some details as everybody who may, and search."""
    for who, reach in (("department", BRANCHES), ("here", BRANCHES[:2])):
        office.get(who, "member-list")
        people = Member.objects.filter(formal_org__name__in=reach).order_by("pk")
        for member in people[:6]:
            office.get(who, "member-detail", member.public_id)
        _search(office, who)
        office.get(who, "organisation-list")
        for organisation in Organisation.objects.filter(name__in=reach)[:2]:
            office.get(who, "organisation-detail", organisation.public_id)
    for who in ("bureau", "station", "here"):
        office.get(who, "business-list")
        office.get(who, "business-list", query={"q": ALL_OWNERS[0].phone})
        office.get(who, "business-detail", Business.objects.order_by("pk")[0].public_id)
    for page in ("worklists", "coverage", "inbox", "inbox-done", "inbox-unread", "transfer-list"):
        office.get("here", page)
    for page in ("snapshot-list", "closure-list", "report-list", "reveal-watch"):
        office.get("department", page)


def _search(office: Office, who: str) -> None:
    for person in PEOPLE[:4]:
        found = office.post(who, "member-list", q=person.name)
        query = parse_qs(urlsplit(found.headers["Location"]).query)
        office.get(who, "member-list", query=query, typed=False)
        office.post(who, "member-find", number=person.id_number, answered=200)
        office.post(who, "member-find", number=person.phone, answered=200)
        office.post(who, "transfer-propose", name=person.name, answered=200)


def change_people(office: Office) -> None:
    """Change members and posts by the forms; their reasons refuse numbers."""
    member = Member.objects.filter(formal_org__name=HERE).order_by("pk")[0]
    day = office.now().date().isoformat()
    for reason in (f"电话 {member.phone}", f"号码 {member.id_number}", f"{member.name} 失联"):
        fields = {"status": "lost_contact", "day": day, "reason": reason}
        office.post("here", "member-change", member.public_id, "status", answered=200, **fields)
    branch = Organisation.objects.get(name=HERE)
    office.post(
        "here",
        "organisation-change",
        branch.public_id,
        "appoint",
        post="deputy_secretary",
        member="",
        holder_name=OUTSIDER,
        day=day,
    )
    office.get("here", "organisation-detail", branch.public_id)
    office.get("here", "member-change", member.public_id, "class")


def move_people(office: Office) -> None:
    """Two transfers: one returned with words, one accepted; letters printed."""
    target = Organisation.objects.get(name=THERE)
    for number, action in ((0, "return"), (1, "accept")):
        member = Member.objects.filter(formal_org__name=HERE).order_by("pk")[number]
        office.get("here", "transfer-propose-member", member.public_id)
        office.post(
            "here",
            "transfer-propose-member",
            member.public_id,
            to_org=target.public_id,
            reason="workplace",
            channel="carried",
            dues_paid_to="2026-10-31",
            opinion=f"{member.name}：{WORDS['opinion']}",
        )
        case = Transfer.objects.order_by("-pk")[0]
        fields = {"valid_days": 60, "channel": "carried", "opinion": member.id_number}
        office.post("here", "transfer-step", case.public_id, "issue", **fields)
        office.get("here", "transfer-letter", case.public_id)
        office.post("here", "case-urge", "transfer", case.public_id, words=WORDS["urge"])
        office.get("there", "inbox")
        fields = {"opinion": f"{WORDS['refusal']}{member.phone}", "to_org": target.public_id}
        office.post("there", "transfer-step", case.public_id, action, **fields)
        for who in ("here", "there"):
            office.get(who, "transfer-detail", case.public_id)
            office.get(who, "inbox-unread")


def close_shop(office: Office) -> None:
    """A shop with members ends: reviewed, confirmed, decided, its members' transfers proposed."""
    ended = shop_row(1)
    ended[REGISTRY.index("登记状态")] = "注销"
    ended[REGISTRY.index("注销日期")] = "2026-11-20"
    bring(office, "bureau", "registry", REGISTRY, [ended])
    case = Closure.objects.order_by("pk")[0]
    for review in CaseReview.objects.filter(case_id=case.public_id):
        office.post(
            "station",
            "case-review",
            "closure",
            case.public_id,
            review.public_id,
            verdict="objected",
            opinion=WORDS["review"] + PEOPLE[1].name,
        )
    office.post(
        "here", "closure-step", case.public_id, "confirm", opinion=WORDS["opinion"] + PEOPLE[1].name
    )
    target = Organisation.objects.get(name=HERE)
    fields = {"option": "re_home", "target_org": target.public_id, "opinion": PEOPLE[1].id_number}
    office.post("here", "closure-step", case.public_id, "decide", **fields)
    page = office.get("here", "closure-carry-out", case.public_id, "transfers")
    people = [key for key, _name in page.context["form"].fields["members"].choices]
    fields = {"members": people, "channel": "carried", "confirmed": "1"}
    office.post("here", "closure-carry-out", case.public_id, "transfers", **fields)
    for who in ("here", "station", "bureau", "department"):
        office.get(who, "closure-detail", case.public_id)


def look_closer(office: Office) -> None:
    """Reveal every kind of number, of members and owners."""
    asked = {"reason": "contact", "words": WORDS["reveal"]}
    member = Member.objects.filter(formal_org__name=HERE).order_by("-pk")[0]
    for name in ("id_number", "phone", "address"):
        office.get("here", "reveal-member", member.public_id, name)
        office.post("here", "reveal-member", member.public_id, name, **asked)
        office.get("here", "reveal-shown", Reveal.objects.order_by("-pk")[0].public_id)
    shop = Business.objects.order_by("pk")[0]
    for name in ("id_number", "phone"):
        office.post(
            "bureau",
            "reveal-business",
            shop.public_id,
            name,
            reason="verify",
            words=WORDS["reveal"],
        )
        office.get("bureau", "reveal-shown", Reveal.objects.order_by("-pk")[0].public_id)
    office.get("department", "reveal-watch")
    office.get("security", "reveal-alarms")


def take_lists(office: Office) -> None:
    """Lists of people, masked and in clear after approval, taken; others of the register."""
    for names in ("masked", "clear"):
        office.get("here", "member-export")
        office.post("here", "member-export", purpose=WORDS["purpose"], names=names)
    work(office)
    request = ExportApproval.objects.get()
    office.get("department", "export_approval-detail", request.public_id)
    office.post(
        "department", "export_approval-step", request.public_id, "approve", opinion=WORDS["opinion"]
    )
    work(office)
    for report in Report.objects.filter(made_at__isnull=False):
        office.get("here", "report-download", report.public_id)
        office.post("here", "report-download", report.public_id, answered=200)
    if Report.objects.filter(taken_at__isnull=False).count() < 2:
        raise WentWrong("not every list was made and taken")
    office.get("here", "report-list")
    office.get("department", "ledger-export")
    for who in ("bureau", "department"):
        for page in ("closure-export", "site-export"):
            for which in ("to-do", "open", "closed", "all"):
                office.get(who, page, query={"list": which})
    office.post("department", "snapshot-take", as_at="2026-11-23", note="")
    work(office)
    office.get("audit", "audit-list")


def be_refused(office: Office) -> None:
    """Wrong passwords with values in the wrong place; addresses that do not exist."""
    client = Client(raise_request_exception=False)
    for person in PEOPLE[:10]:
        for name in (person.id_number, person.phone, person.name):
            answer = client.post(
                reverse("sign-in"), {"username": name, "password": person.id_number}
            )
            office.hits += office.finder.in_answer(answer, "sign-in")
    office.get("audit", "audit-list")
    office.clients["here"].get(f"/members/{PEOPLE[0].name}/?id={PEOPLE[0].id_number}")
    office.clients["here"].post(f"/{PEOPLE[0].phone}", {"x": PEOPLE[0].address})


def work(office: Office) -> None:
    """Do what the worker does, until nothing is left."""
    while (job := claim(worker="canary:1", now=office.now())) is not None:
        run_job(job, office.now)


def let_days_pass(office: Office, days: int = 2) -> None:
    """Let the schedule's jobs run today and on a later day: backups, drill, sweeps, reminders."""
    for _ in range(2):
        queue_due_slots(now=office.now().astimezone())
        work(office)
        office.moment += timedelta(days=days)


def bring(
    office: Office, who: str, kind: str, headers: Sequence[str], rows: list[list[Any]]
) -> Import:
    """Upload, look at the preview, write."""
    source = _upload(office, who, kind, headers, rows)
    for page in ("import-detail", "import-rows", "import-changes"):
        office.get(who, page, source.public_id)
    office.post(who, "import-apply", source.public_id)
    work(office)
    source.refresh_from_db()
    if source.state != "applied":
        raise WentWrong(f"{kind}: {source.state} {source.refusal}")
    office.get(who, "import-detail", source.public_id)
    return source


def _upload(
    office: Office, who: str, kind: str, headers: Sequence[str], rows: list[list[Any]]
) -> Import:
    file = sent(workbook(("表", [headers, *rows])), f"{kind}.xlsx")
    office.post(who, "import-upload", kind=kind, file=file)
    work(office)
    return Import.objects.order_by("-pk")[0]


@contextmanager
def failing(place: Any, name: str, text: str) -> Iterator[None]:
    """Let a function raise an exception whose text holds a value while the block runs."""
    kept = getattr(place, name)

    def fails(*_args: Any, **_given: Any) -> None:
        raise ValueError(text)

    setattr(place, name, fails)
    try:
        yield
    finally:
        setattr(place, name, kept)


STEPS: tuple[Callable[[Office], None], ...] = (
    take_seats,
    import_everything,
    read_lists,
    change_people,
    move_people,
    close_shop,
    look_closer,
    take_lists,
    be_refused,
)
