"""Dated links of an organisation: members, covered units, posts, instructors."""

from collections.abc import Sequence
from datetime import date

from xgz.models import (
    Coverage,
    InstructorLink,
    Member,
    MemberLink,
    Organisation,
    OrganisationPost,
)
from xgz.rules.members import LinkKind
from xgz.services.organisations.records import Act, ChangedMeanwhile, last_day

_COLUMNS = {LinkKind.FORMAL: "formal_org_id", LinkKind.ACTIVITY: "activity_org_id"}


def relink_members(
    members: Sequence[Member],
    kind: LinkKind,
    source: Organisation | None,
    target: Organisation | None,
    act: Act,
) -> None:
    """End the members' links to `source` and open links to `target` (None: only end or open).

    The old link stays as a dated row, also where the import that made it wrote none. Raises
    ChangedMeanwhile where one of the members no longer hangs on `source`.
    """
    if not members:
        return
    column = _COLUMNS[kind]
    source_id, target_id = source and source.pk, target and target.pk
    keys = [member.pk for member in members]
    changed = Member.objects.filter(pk__in=keys, **{column: source_id}).update(
        **{column: target_id}
    )
    if changed != len(keys):
        raise ChangedMeanwhile(kind)
    starts = _end_links(keys, kind, source, act) if source else {}
    if target is not None:
        MemberLink.objects.bulk_create(
            MemberLink(
                member_id=key,
                kind=kind,
                organisation=target,
                valid_from=max(act.day, starts.get(key, act.day)),
            )
            for key in keys
        )


def _end_links(
    keys: Sequence[int], kind: LinkKind, source: Organisation, act: Act
) -> dict[int, date]:
    """End the open links to `source`; return the members' first days there, where known."""
    open_links = list(
        MemberLink.objects.filter(
            member__in=keys, kind=kind, organisation=source, valid_to__isnull=True
        )
    )
    for link in open_links:
        link.valid_to = last_day(link.valid_from, act.day)
    MemberLink.objects.bulk_update(open_links, ["valid_to"])
    unwritten = set(keys) - {link.member_id for link in open_links}
    MemberLink.objects.bulk_create(
        MemberLink(member_id=key, kind=kind, organisation=source, valid_to=last_day(None, act.day))
        for key in sorted(unwritten)
    )
    return {link.member_id: link.valid_from for link in open_links if link.valid_from}


def hand_over_coverages(
    coverages: Sequence[Coverage], target: Organisation | None, act: Act
) -> None:
    """End these coverage rows and open them at `target`, unless it lists the unit already.

    With a target, rows that began on that day or later are deleted: ended, they would count twice.
    """
    ending = [row for row in coverages if target is None or row.valid_from < act.day]
    for coverage in ending:
        coverage.valid_to = last_day(coverage.valid_from, act.day)
    Coverage.objects.bulk_update(ending, ["valid_to"])
    if target is None:
        return
    Coverage.objects.filter(pk__in=[row.pk for row in coverages], valid_to__isnull=True).delete()
    listed = {_unit_of(row) for row in target.coverages.filter(valid_to__isnull=True)}
    fresh = {_unit_of(row): row for row in coverages if _unit_of(row) not in listed}
    Coverage.objects.bulk_create(
        Coverage(
            organisation=target,
            business_id=row.business_id,
            market_id=row.market_id,
            code_text=row.code_text,
            valid_from=max(act.day, row.valid_from),
        )
        for row in fresh.values()
    )


def end_posts(organisation: Organisation, act: Act) -> None:
    """End all posts of the organisation. Whoever leads its successor is chosen anew."""
    posts = list(OrganisationPost.objects.filter(organisation=organisation, valid_to__isnull=True))
    for post in posts:
        post.valid_to = last_day(post.valid_from, act.day)
    OrganisationPost.objects.bulk_update(posts, ["valid_to"])


def hand_over_instructors(
    organisation: Organisation, target: Organisation | None, act: Act
) -> None:
    """End the instructors' links and open them at `target`, unless they serve it already."""
    links = list(InstructorLink.objects.filter(organisation=organisation, valid_to__isnull=True))
    for link in links:
        link.valid_to = last_day(link.valid_from, act.day)
    InstructorLink.objects.bulk_update(links, ["valid_to"])
    if target is None:
        return
    serving = set(
        target.instructor_links.filter(valid_to__isnull=True).values_list(
            "instructor_id", flat=True
        )
    )
    InstructorLink.objects.bulk_create(
        InstructorLink(
            instructor_id=link.instructor_id,
            station_id=link.station_id,
            organisation=target,
            valid_from=max(act.day, link.valid_from),
        )
        for link in links
        if link.instructor_id not in serving
    )


def _unit_of(coverage: Coverage) -> tuple[int | None, int | None, str]:
    return coverage.business_id, coverage.market_id, coverage.code_text
