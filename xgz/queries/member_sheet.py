"""The member list as a workbook: its filter as plain values, its columns, its cells in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.members import members_in_clear
from xgz.files.listing_sheet import Cell, SheetColumn
from xgz.models import Member, MemberNameDigest
from xgz.queries.members import MemberRow, member_rows
from xgz.rules.masking import mask_name
from xgz.rules.members import ON_ROLLS

ALL_STATUSES = "all"
_CHUNK = 500
_FLOATING = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class MemberWanted:
    """The filter of the member list; an empty value asks nothing.

    name_digests: of the pieces of a name, which never waits in clear; organisation: row number;
    status: "" for who is on the rolls, ALL_STATUSES for everybody.
    """

    name_digests: tuple[str, ...] = ()
    organisation: int | None = None
    member_class: str = ""
    status: str = ""
    floating: str = ""

    def narrow(self, people: QuerySet[Member]) -> QuerySet[Member]:
        """Return the people who fit."""
        for digest in self.name_digests:
            holders = MemberNameDigest.objects.filter(digest=digest).values("member")
            people = people.filter(pk__in=holders)
        if self.organisation is not None:
            own = Q(formal_org=self.organisation) | Q(activity_org=self.organisation)
            people = people.filter(own)
        if self.member_class:
            people = people.filter(member_class=self.member_class)
        if self.floating:
            people = people.filter(is_floating=_FLOATING[self.floating])
        if not self.status:
            return people.filter(status__in=ON_ROLLS)
        return people if self.status == ALL_STATUSES else people.filter(status=self.status)


def sheet_columns() -> list[SheetColumn]:
    """Return the columns of the page, the number column first."""
    return [
        SheetColumn(_("序号"), 7),
        SheetColumn(_("姓名"), 12),
        SheetColumn(_("人员类别"), 14),
        SheetColumn(_("党籍状态"), 12),
        SheetColumn(_("性别"), 7),
        SheetColumn(_("出生日期"), 12),
        SheetColumn(_("年龄"), 7),
        SheetColumn(_("入党日期"), 12),
        SheetColumn(_("公民身份号码"), 22),
        SheetColumn(_("手机号"), 15),
        SheetColumn(_("组织关系所在"), 34),
        SheetColumn(_("参加活动所在"), 34),
    ]


def sheet_cells(
    members: QuerySet[Member], actor: Actor, *, in_clear: bool
) -> Iterator[Sequence[Cell]]:
    """Yield the cells of each member, without a number, in chunks that keep memory small.

    in_clear: full names and numbers of those the actor reads in full; everybody else is masked.
    """
    related = members.select_related("formal_org", "activity_org")
    source = related.order_by("formal_org__body__path", "pk").iterator(chunk_size=_CHUNK)
    while chunk := list(islice(source, _CHUNK)):
        keys = [member.pk for member in chunk]
        readable = (
            members_in_clear(actor).filter(pk__in=keys) if in_clear else Member.objects.none()
        )
        clear = set(readable.values_list("pk", flat=True))
        for row in member_rows(chunk, actor):
            yield _cells(row, in_clear=row.member.pk in clear)


def _cells(row: MemberRow, *, in_clear: bool) -> Sequence[Cell]:
    member = row.member
    return (
        member.name if in_clear else mask_name(member.name),
        _(str(member.get_member_class_display())),
        _(str(member.get_status_display())) if row.has_status else None,
        _(str(member.get_sex_display())),
        member.born_on,
        row.age,
        member.joined_on,
        member.id_number if in_clear else row.id_number,
        member.phone if in_clear else row.phone,
        member.formal_org.name if member.formal_org else None,
        member.activity_org.name if member.activity_org else None,
    )
