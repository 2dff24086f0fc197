"""Matching tasks, pairs and the people in them."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tests.factories.district import TODAY
from tests.factories.rows import make_business, make_member
from xgz.models import Body, Business, MatchingTask, MatchPair, Member, OwnerTie, sealing
from xgz.models.fields import new_public_id
from xgz.models.matching import business_digest, identities_digest, member_digest, sealed_tie
from xgz.queries.owner_ties import owner_of
from xgz.rules.id_numbers import check_digit
from xgz.rules.linkage.verdicts import Verdict
from xgz.rules.matching import Decision, MatchPurpose, TaskState
from xgz.rules.members import MembershipStatus
from xgz.services.matching.ties import tie_owner

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
PDF = b"%PDF-1.7\n% impact assessment of an invented district\n%%EOF\n"
_numbers = count(1)


def id_number(number: int) -> str:
    """Return a well-formed number of an invented person born on 1968-04-02."""
    head = f"36099919680402{number:03}"
    return head + check_digit(head)


def make_task(*areas: Body, **values: Any) -> MatchingTask:
    """Make a task with every paper, found and waiting to be reviewed."""
    defaults: dict[str, Any] = {
        "legal_basis": "中国共产党党员教育管理工作条例第二十九条",
        "document_number": "清组发〔2026〕8号",
        "purpose": MatchPurpose.FIND,
        "expires_on": date(2027, 5, 31),
        "assessment_name": f"{new_public_id()}-pdf.sealed",
        "assessment_kept_until": date(2030, 5, 31),
        "state": TaskState.DONE,
        "created_at": NOW,
        "finished_at": NOW,
        "pairs_until": date(2027, 1, 22),
    }
    task = MatchingTask.objects.create(**defaults | values)
    task.areas.set(areas)
    return task


def make_pair(task: MatchingTask, member: Member, business: Business, **values: Any) -> MatchPair:
    public_id = new_public_id()
    tie = sealed_tie(
        "match_pair.tie", public_id, member=member.public_id, business=business.public_id
    )
    words = values.pop("reason", "公民身份号码一致，姓名一致。没有不一致的项目。")
    defaults: dict[str, Any] = {
        "public_id": public_id,
        "task": task,
        "turn": task.pairs.count() + 1,
        "tie_sealed": tie,
        "reason_sealed": sealing.seal("match_pair.reason", public_id, words),
        "verdict": Verdict.SAME,
        "member_digest": member_digest(member.public_id),
        "business_digest": business_digest(business.public_id),
        "pair_digest": identities_digest(
            name=member.name,
            born_on=f"{member.born_on or ''}",
            id_number=member.id_number,
            phone=member.phone,
            owner_name=business.owner_name,
            owner_id=business.owner_id_number,
            business=business.public_id,
        ),
    }
    if values.get("decision", Decision.OPEN) != Decision.OPEN:
        defaults["decided_at"] = NOW
    return MatchPair.objects.create(**defaults | values)


def make_owner(township: Body, **values: Any) -> Business:
    """Make a business whose owner has a sealed ID number and phone: owner_id, phone."""
    public_id = new_public_id()
    number, phone = values.pop("owner_id", ""), values.pop("phone", "")
    defaults: dict[str, Any] = {
        "public_id": public_id,
        "township": township,
        "owner_id_sealed": sealing.seal("business.owner_id", public_id, number),
        "phone_sealed": sealing.seal("business.phone", public_id, phone),
    }
    return make_business(**defaults | values)


def make_twins(
    organisation: Any, township: Body, *, name: str = "方柏梁", **values: Any
) -> tuple[Member, Business]:
    """Make a member and a business whose owner has the same number, phone and name."""
    number = id_number(next(_numbers))
    phone = f"1390000{next(_numbers):04}"
    member = make_member(
        organisation,
        name=name,
        id_number=number,
        phone=phone,
        status=MembershipStatus.NORMAL,
        **values,
    )
    business = make_owner(township, owner_id=number, phone=phone, owner_name=name)
    return member, business


def make_tie(
    member: Member,
    business: Business,
    purpose: str = MatchPurpose.FIND,
    expires_on: date = date(2027, 5, 31),
    **values: Any,
) -> OwnerTie:
    """Confirm that a member owns a business, as a comparison carried out does."""
    tie_owner(
        member=member.public_id,
        business=business.public_id,
        owner=owner_of(business),
        purpose=purpose,
        today=TODAY,
        expires_on=expires_on,
        **values,
    )
    return OwnerTie.objects.get(
        business_digest=business_digest(business.public_id), purpose=purpose
    )
