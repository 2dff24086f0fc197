"""One function per kind of row, with defaults that make sense; keyword arguments override."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from xgz.models import (
    AnnualReport,
    Body,
    Business,
    Coverage,
    Import,
    Market,
    Member,
    Organisation,
    Stall,
    sealing,
)
from xgz.models.fields import PATH_DIGITS, new_public_id
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.members import MemberClass
from xgz.rules.organisations import FormationMode, OrgType
from xgz.rules.registration import BusinessKind, BusinessStatus, KindBasis
from xgz.services.bodies import next_child_path

_numbers = count(1)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int, prefix: str = "92360999") -> str:
    """Return a well-formed credit code with its check character."""
    head = prefix + str(number).zfill(17 - len(prefix))
    total = sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + _ALPHABET[(31 - total % 31) % 31]


def make_business(**values: Any) -> Business:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "credit_code": credit_code(number),
        "name": f"清平镇第{number}号商店",
        "kind": BusinessKind.INDIVIDUAL_BUSINESS,
        "kind_basis": KindBasis.STATED,
        "owner_name": "许一宁",
        "status": BusinessStatus.IN_BUSINESS,
        "established_on": date(2015, 5, 1),
        "staff": 2,
    }
    return Business.objects.create(**defaults | values)


def make_market(**values: Any) -> Market:
    return Market.objects.create(**{"name": f"第{next(_numbers)}农贸市场"} | values)


def make_stall(market: Market, business: Business, **values: Any) -> Stall:
    defaults = {"market": market, "business": business, "valid_from": date(2020, 1, 1)}
    return Stall.objects.create(**defaults | values)


def make_report(business: Business, *, owner_is_member: str = "", **values: Any) -> AnnualReport:
    """owner_is_member: "yes", "no" or "" (not stated). Also moves the business's report year."""
    public_id = new_public_id()
    defaults: dict[str, Any] = {
        "public_id": public_id,
        "business": business,
        "year": 2025,
        "is_latest": True,
        "owner_member_sealed": sealing.seal("report.owner_member", public_id, owner_is_member),
    }
    report = AnnualReport.objects.create(**defaults | values)
    if report.is_latest:
        Business.objects.filter(pk=business.pk).update(last_report_year=report.year)
    return report


def make_organisation(superior: Body, **values: Any) -> Organisation:
    """Make an organisation whose formal superior is `superior`."""
    number = next(_numbers)
    name = values.pop("name", f"第{number}党支部")
    # Above the numbers that a district's own bodies have; a service may have taken the next one.
    path = superior.path + str(number + 100).zfill(PATH_DIGITS)
    if Body.objects.filter(path=path).exists():
        path = next_child_path(superior)
    body = Body.objects.create(
        name=name,
        kind=BodyKind.ORGANISATION,
        line=Line.ORGANIZATION,
        parent=superior,
        path=path,
    )
    defaults: dict[str, Any] = {
        "name": name,
        "org_type": OrgType.BRANCH,
        "formation_mode": FormationMode.STANDALONE,
        "body": body,
        "founded_on": date(2018, 7, 1),
    }
    return Organisation.objects.create(**defaults | values)


def make_member(formal_org: Organisation | None, *, name: str = "方柏梁", **values: Any) -> Member:
    """Make a full member born in 1968 with sealed name, ID number and phone."""
    public_id = new_public_id()
    id_number = values.pop("id_number", "")
    phone = values.pop("phone", "13800006021")
    defaults: dict[str, Any] = {
        "public_id": public_id,
        "name_sealed": sealing.seal("member.name", public_id, name),
        "id_number_sealed": sealing.seal("member.id_number", public_id, id_number),
        "phone_sealed": sealing.seal("member.phone", public_id, phone),
        "key_digest": sealing.digest("member.key", id_number or public_id),
        "born_on": date(1968, 4, 2),
        "member_class": MemberClass.FULL,
        "formal_org": formal_org,
    }
    member = Member.objects.create(**defaults | values)
    member.name_digests.bulk_create(
        member.name_digests.model(member=member, digest=piece)
        for piece in sealing.name_digests("member.name", name)
    )
    return member


def make_coverage(organisation: Organisation, **values: Any) -> Coverage:
    defaults = {"organisation": organisation, "valid_from": date(2018, 7, 1)}
    return Coverage.objects.create(**defaults | values)


def make_import(**values: Any) -> Import:
    defaults: dict[str, Any] = {
        "kind": "registry",
        "state": "applied",
        "file_name": "登记数据.xlsx",
        "file_digest": "0" * 32,
        "uploaded_at": datetime(2026, 11, 20, tzinfo=UTC),
    }
    return Import.objects.create(**defaults | values)
