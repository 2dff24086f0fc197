"""Finding members on the journey: leads, claims, a survey round, a comparison, another office."""

import io
import re
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.canary.journey import Office, WentWrong, bring, work
from tests.canary.people import PEOPLE, SOUGHT, WORDS
from tests.canary.rows import shop_row
from tests.factories.rows import credit_code
from tests.factories.self_reports import code_on
from tests.services.imports.worlds import REGISTRY
from xgz.models import (
    Business,
    Lead,
    MatchingTask,
    MatchPair,
    Poster,
    SelfReport,
    SelfReportWindow,
    SurveyRound,
    SurveyRow,
)
from xgz.rules import riddles
from xgz.rules.roles import Role
from xgz.rules.self_reports import CURRENT_NOTICE
from xgz.web.self_reports.store import SiteStore


def work_on_leads(office: Office) -> None:
    """A lead from a hint to a confirmed one, one refused, one looked at in full by the instructor."""
    places = office.district
    office.seat("instructor", Role.INSTRUCTOR, places.qingping_office)
    lead = _open_lead(office, 0)
    _send(office, lead)
    office.get("instructor", "lead-detail", lead.public_id)
    office.get("instructor", "lead-script", lead.public_id)
    asked = {"reason": "contact", "words": WORDS["reveal"]}
    office.post("instructor", "reveal-lead", lead.public_id, "phone", **asked)
    day = office.now().date().isoformat()
    visit = {"outcome": "spoke", "kind": "on_site", "visited_on": day, "opinion": WORDS["visit"]}
    said = {"says": "member", "kind": "in_person", "stated_on": day, "words": WORDS["statement"]}
    office.post("instructor", "lead-statement", lead.public_id, **said)
    office.post("instructor", "lead-step", lead.public_id, "visit", **visit)
    asked = {"number": PEOPLE[9].id_number}
    office.post("here", "lead-check", lead.public_id, answered=200, find="yes", **asked)
    answer = {"answer": "outside", "words": WORDS["check"], "save": "yes"}
    office.post("here", "lead-check", lead.public_id, **asked, **answer)
    office.post("here", "lead-step", lead.public_id, "confirm")
    refused = _open_lead(office, 1)
    _send(office, refused)
    office.post("instructor", "lead-step", refused.public_id, "refuse", confirmed="yes")
    for who in ("here", "department", "station", "instructor"):
        office.get(who, "lead-list")
        office.get(who, "inbox")
    office.get("here", "lead-list", query={"q": SOUGHT[0].name})
    asked = {"name": SOUGHT[0].name, "phone": SOUGHT[0].phone}
    office.post("here", "lead-find", answered=200, **asked)
    for who in ("here", "department"):
        office.get(who, "lead-funnel")
        office.get(who, "lead-funnel-export")
        office.get(who, "lead-funnel-rows", "known")


def _open_lead(office: Office, number: int) -> Lead:
    given = {
        "source": "hint",
        "source_on": office.now().date().isoformat(),
        "township": office.district.qingping.public_id,
        "note": WORDS["lead"],
        "name": SOUGHT[number].name,
        "phone": SOUGHT[number].phone,
    }
    office.get("here", "lead-new")
    office.post("here", "lead-new", **given)
    return Lead.objects.latest("pk")


def _send(office: Office, lead: Lead) -> None:
    office.post(
        "here",
        "lead-step",
        lead.public_id,
        "assign",
        assignee=office.users["instructor"].public_id,
        version=lead.version,
    )


def report_oneself(office: Office) -> None:
    """A poster; three people send a claim: one verified, one taken back, one that is not them."""
    place = office.district.qingping
    office.post("here", "poster-make", township=place.public_id, area=place.public_id)
    poster = Poster.objects.get()
    office.get("here", "poster-print", poster.public_id)
    office.get("here", "poster-list")
    receipts = [_claim(office, code_on(poster), number) for number in (2, 3, 4)]
    claim = SelfReport.objects.order_by("pk")[0]
    office.get("here", "self_report-list")
    sought = {"name": SOUGHT[2].name, "phone": SOUGHT[2].phone}
    office.post("here", "self_report-find", answered=200, **sought)
    office.get("here", "self_report-detail", claim.public_id)
    office.post("here", "self_report-phone", claim.public_id, answered=200)
    office.post("here", "self_report-step", claim.public_id, "verify", verification="meeting")
    office.get("bureau", "home")
    _mine(office, receipts[1], SOUGHT[3].phone)


def _claim(office: Office, code: str, number: int) -> str:
    client = Client(raise_request_exception=False)
    address = reverse("self-report", args=[code])
    page = client.get(address)
    person = SOUGHT[number]
    given = {
        "name": person.name,
        "phone": person.phone,
        "branch": person.branch,
        "last_four": "",
        "reach": WORDS["reach"],
        "notice": CURRENT_NOTICE,
        "agree": "on",
    }
    answer = client.post(address, given | _solved(page), follow=True)
    office.hits += office.finder.in_answer(page, "self-report")
    office.hits += office.finder.in_answer(answer, "POST self-report")
    found = re.search(r"<output>([^<]+)</output>", answer.content.decode())
    if found is None:
        raise WentWrong(f"claim {number}: {answer.status_code}")
    return found[1]


def _mine(office: Office, receipt: str, phone: str) -> None:
    client = Client(raise_request_exception=False)
    address = reverse("self-report-mine")
    given = {"do": "look", "receipt": receipt, "phone_end": phone[-4:]}
    answer = client.post(address, given | _solved(client.get(address)))
    office.hits += office.finder.in_answer(answer, "self-report-mine")
    if answer.status_code != 200:
        raise WentWrong(f"mine: {answer.status_code}")


def _solved(page: Any) -> dict[str, str]:
    token = re.search(r'name="riddle" value="([^"]+)"', page.content.decode())[1]
    return {"riddle": token, "riddle_answer": riddles._digits(SiteStore().mac(f"riddle|{token}"))}


def walk_a_street(office: Office) -> None:
    """A survey round: ordered, a row answered on the phone, a person to look for handed on."""
    day = office.now().date().isoformat()
    shop = Business.objects.order_by("pk")[5]
    office.post(
        "here",
        "survey-open",
        title="示例街摸排",
        area=office.district.qingping.public_id,
        street="",
        choice="all",
        starts_on=day,
        ends_on="2026-12-20",
    )
    made = SurveyRound.objects.get()
    office.get("here", "survey-detail", made.public_id)
    row = SurveyRow.objects.get(round=made, business=shop)
    given = {"note": WORDS["hint"], "name": SOUGHT[5].name, "phone": SOUGHT[5].phone}
    office.post("station", "survey-person", row.public_id, **given)
    office.get("station", "survey-row", row.public_id)


def compare_people(office: Office) -> None:
    """A comparison of roster and owners: started, read, decided, carried out."""
    bring(office, "bureau", "registry", REGISTRY, [_shop_of_a_member()])
    place = office.district.qingping
    SelfReportWindow.objects.create(
        area=place, opens_on="2026-09-01", closes_on="2026-09-30", entered_at=office.now()
    )
    office.post(
        "department",
        "matching-new",
        legal_basis="条例第二十九条",
        document_number="清组发〔2026〕8号",
        purpose="find",
        expires_on="2027-05-31",
        areas=[place.public_id],
        assessment=SimpleUploadedFile("评估.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"),
    )
    task = MatchingTask.objects.get()
    office.post("department", "matching-step", task.public_id, "start")
    work(office)
    office.get("department", "matching-detail", task.public_id)
    if not MatchPair.objects.exists():
        raise WentWrong("the comparison found nobody")
    office.get("department", "matching-review", task.public_id, query={"purpose": "find"})
    for pair in MatchPair.objects.order_by("pk"):
        given = {"decision": "yes", "version": pair.version, "purpose": "find"}
        office.post("department", "matching-decide", task.public_id, pair.public_id, **given)
    office.get("department", "matching-decided", task.public_id, query={"purpose": "find"})
    office.post("department", "matching-carry-out", task.public_id, purpose="find")
    for who in ("bureau", "station"):
        office.get(who, "matching-notices")


def _shop_of_a_member() -> list[Any]:
    """Return the row of a shop whose owner has the number and phone of a member; the name differs."""
    row = shop_row(4)
    for header, value in (
        ("统一社会信用代码", credit_code(77)),
        ("名称", "清平镇第77号示例店"),
        ("证件号码", PEOPLE[5].id_number),
        ("联系电话", PEOPLE[5].phone),
    ):
        row[REGISTRY.index(header)] = value
    return row


def ask_another_office(office: Office) -> None:
    """An exchange about the leads kept here, answered from the roster kept here."""
    folder, said = Path(mkdtemp()), io.StringIO()
    common = {"stdout": said, "stderr": said}
    key, request, reply = (str(folder / name) for name in ("key", "request", "reply"))
    call_command("exchange", "key", "--out", key, "--synthetic", **common)
    call_command("exchange", "request", "--out", request, "--key", key, **common)
    call_command("exchange", "answer", request, "--out", reply, "--key", key, **common)
    flags = str(folder / "flags.csv")
    call_command("exchange", "accept", reply, "--out", flags, "--key", key, **common)
    if "rows 0" in said.getvalue() or "out" not in said.getvalue():
        raise WentWrong("no list went out and came back")
    office.hits += office.finder.in_text(said.getvalue(), "terminal")
    office.hits += office.finder.in_folder(folder)


FINDING = (
    work_on_leads,
    report_oneself,
    walk_a_street,
    compare_people,
    ask_another_office,
)
