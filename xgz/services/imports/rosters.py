"""Writing roster rows: people with their two links; everything that names a person is sealed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xgz.models import (
    Business,
    Import,
    Member,
    MemberEvent,
    MemberLink,
    MemberNameDigest,
    MemberWorkplace,
    Organisation,
    OrganisationPost,
    sealing,
)
from xgz.rules.members import LinkKind, MemberClass, MembershipStatus, Sex
from xgz.rules.organisations import OrgState
from xgz.services.imports.journal import Journal, change_row
from xgz.services.imports.organisations import place_bodiless
from xgz.services.imports.staged_rows import CHUNK, Staged, businesses_by_key, staged_chunks
from xgz.services.organisations.records import last_day

_SEALED = {
    "name": "member.name",
    "id_number": "member.id_number",
    "phone": "member.phone",
    "address": "member.address",
    "position": "member.position",
    "flow_to": "member.flow_to",
}
_PLAIN = ("sex", "ethnicity", "education", "member_class", "status")
_DATES = ("born_on", "joined_on", "full_on")
_EVENTFUL = ("status", "member_class")


@dataclass(slots=True)
class _Writing:
    source: Import
    today: date
    journal: Journal
    organisations: dict[str, Organisation | None]
    counts: dict[str, int] = field(
        default_factory=lambda: {"created": 0, "updated": 0, "unchanged": 0}
    )
    unconfirmed: list[str] = field(default_factory=list)


def apply(source: Import, today: date) -> dict[str, int]:
    """Write the staged rows; call inside the transaction that makes them visible.

    Returns created, updated and unchanged. A branch nobody knows becomes an unconfirmed
    organisation; its name is noted on the import.
    """
    writing = _Writing(source, today, Journal(source), _organisations_by_name())
    for chunk in staged_chunks(source):
        _write_chunk(writing, chunk)
    _link_secretaries(writing)
    writing.journal.flush()
    source.notes["unconfirmed_organisations"] = writing.unconfirmed[:50]
    Import.objects.filter(pk=source.pk).update(notes=source.notes)
    return writing.counts


def key_digest(values: dict[str, Any]) -> str:
    """Return the digest of a row's key: the ID number, else name, birth date and branch (IM-4)."""
    if values.get("id_number"):
        return sealing.digest("member.key", f"id|{values['id_number']}")
    return _person_digest(values["name"], values["born_on"], values["branch"])


def _person_digest(name: str, born_on: str, branch: str) -> str:
    return sealing.digest("member.key", f"person|{name}|{born_on}|{branch}")


def _organisations_by_name() -> dict[str, Organisation | None]:
    """Return organisations by name; a name borne by two stands for neither."""
    found: dict[str, Organisation | None] = {}
    for organisation in Organisation.objects.exclude(state=OrgState.DISSOLVED):
        found[organisation.name] = None if organisation.name in found else organisation
    return found


def _write_chunk(writing: _Writing, chunk: list[Staged]) -> None:
    keys = [_possible_keys(row) for row in chunk]
    known = {
        member.key_digest: member
        for member in Member.objects.filter(key_digest__in=[key for pair in keys for key in pair])
    }
    businesses = businesses_by_key(
        str(row.values["unit_code"]) for row in chunk if "unit_code" in row.values
    )
    fresh: list[tuple[Staged, Member]] = []
    for row, possible in zip(chunk, keys, strict=True):
        branch = _branch(writing, row)
        member = next((known[key] for key in possible if key in known), None)
        if member is None:
            member = _same_person(row, branch)
        if member is None:
            fresh.append((row, _new_member(writing, row, branch, possible[0])))
        else:
            changed = _change(writing, member, row, branch, possible[0])
            changed |= _employ(writing, member, row, businesses)
            writing.counts["updated" if changed else "unchanged"] += 1
    _create(writing, fresh, businesses)


def _possible_keys(row: Staged) -> list[str]:
    """Return the digest a row is kept under, then the one it may be known under without an ID."""
    values = dict(row.values)
    keys = [key_digest(values)]
    if values.get("id_number") and values.get("born_on") and values.get("branch"):
        keys.append(_person_digest(values["name"], values["born_on"], values["branch"]))
    return keys


def _same_person(row: Staged, branch: Organisation | None) -> Member | None:
    """Return the member with an ID number whom a row without one plainly means (IM-4)."""
    if row.values.get("id_number") or branch is None:
        return None
    alike = Member.objects.filter(formal_org=branch, born_on=row.values.get("born_on"))
    named = [member for member in alike if member.name == row.values["name"]]
    return named[0] if len(named) == 1 else None


def _branch(writing: _Writing, row: Staged) -> Organisation | None:
    name = row.values.get("branch")
    if name is None:
        return None
    if name in writing.organisations:
        found = writing.organisations[name]
        if found is not None:
            return found
    return _unconfirmed(writing, name)


def _unconfirmed(writing: _Writing, name: str) -> Organisation:
    """Return an unconfirmed organisation for a branch that nobody, or more than one, answers to."""
    organisation = Organisation.objects.filter(name=name, code__isnull=True).first()
    if organisation is None:
        body = place_bodiless(name, None)
        organisation = Organisation.objects.create(
            name=name, body=body, state=OrgState.UNCONFIRMED, source_import=writing.source
        )
        writing.journal.created(body)
        writing.journal.created(organisation)
        writing.unconfirmed.append(name)
    writing.organisations[name] = organisation
    return organisation


def _plain_columns(row: Staged) -> dict[str, Any]:
    columns: dict[str, Any] = {key: row.values[key] for key in _PLAIN if key in row.values}
    columns |= {key: date.fromisoformat(row.values[key]) for key in _DATES if key in row.values}
    if "is_floating" in row.values:
        columns["is_floating"] = row.values["is_floating"] == "yes"
    return columns


def _new_member(writing: _Writing, row: Staged, branch: Organisation | None, key: str) -> Member:
    member = Member(
        key_digest=key,
        member_class=MemberClass.UNKNOWN,
        status=MembershipStatus.UNKNOWN,
        sex=Sex.UNKNOWN,
        formal_org=branch,
        source_import=writing.source,
    )
    for name, value in _plain_columns(row).items():
        setattr(member, name, value)
    for name, column in _SEALED.items():
        if name in row.values:
            sealed = sealing.seal(column, member.public_id, row.values[name])
            setattr(member, f"{name}_sealed", sealed)
    member.phone_digest = sealing.digest("member.phone", row.values.get("phone", ""))
    return member


def _create(
    writing: _Writing, fresh: list[tuple[Staged, Member]], businesses: dict[str, Business]
) -> None:
    Member.objects.bulk_create([member for _, member in fresh], batch_size=CHUNK)
    links = [
        MemberLink(
            member=member,
            kind=LinkKind.FORMAL,
            organisation=member.formal_org,
            source_import=writing.source,
        )
        for _, member in fresh
        if member.formal_org is not None
    ]
    MemberLink.objects.bulk_create(links, batch_size=CHUNK)
    for row, member in fresh:
        writing.counts["created"] += 1
        writing.journal.created(member, row.row_no)
        _employ(writing, member, row, businesses)
    _write_name_digests((member, row.values["name"]) for row, member in fresh)


def rewrite_name_digests(member: Member) -> None:
    """Make the search digests those of the member's present name."""
    MemberNameDigest.objects.filter(member=member).delete()
    _write_name_digests([(member, member.name)])


def _write_name_digests(names: Iterable[tuple[Member, str]]) -> None:
    MemberNameDigest.objects.bulk_create(
        [
            MemberNameDigest(member=member, digest=digest)
            for member, name in names
            for digest in sorted(sealing.name_digests("member.name", name))
        ],
        batch_size=CHUNK,
    )


def _change(
    writing: _Writing, member: Member, row: Staged, branch: Organisation | None, key: str
) -> bool:
    columns = _plain_columns(row)
    columns |= _resealed(member, row)
    if row.values.get("id_number") and member.key_digest != key:
        columns["key_digest"] = key
    events = [
        (name, getattr(member, name), columns[name])
        for name in _EVENTFUL
        if name in columns and getattr(member, name) != columns[name]
    ]
    renamed = "name_sealed" in columns
    moved = branch is not None and member.formal_org_id != branch.pk
    if branch is not None and moved:
        _relink(writing, member, branch)
        columns["formal_org_id"] = branch.pk
    changed = change_row(writing.journal, member, columns, row.row_no)
    for name, before, after in events:
        _tell(writing, member, name, before, after)
    if renamed:
        rewrite_name_digests(member)
    return changed


def _resealed(member: Member, row: Staged) -> dict[str, Any]:
    """Return the sealed columns whose clear text is not the one the row states."""
    columns: dict[str, Any] = {}
    for name, column in _SEALED.items():
        stated = row.values.get(name)
        if stated is None:
            continue
        held = sealing.unseal(column, member.public_id, getattr(member, f"{name}_sealed"))
        if held != stated:
            columns[f"{name}_sealed"] = sealing.seal(column, member.public_id, stated)
            if name == "phone":
                columns["phone_digest"] = sealing.digest("member.phone", stated)
    return columns


def _relink(writing: _Writing, member: Member, branch: Organisation) -> None:
    """End the formal link the roster no longer states and open the one it does."""
    for link in MemberLink.objects.filter(
        member=member, kind=LinkKind.FORMAL, valid_to__isnull=True
    ):
        ends_on = last_day(link.valid_from, writing.today)
        change_row(writing.journal, link, {"valid_to": ends_on}, None)
    link = MemberLink.objects.create(
        member=member,
        kind=LinkKind.FORMAL,
        organisation=branch,
        valid_from=writing.today,
        source_import=writing.source,
    )
    writing.journal.created(link)


def _tell(writing: _Writing, member: Member, name: str, before: str, after: str) -> None:
    event = MemberEvent.objects.create(
        member=member,
        happened_on=writing.today,
        field=name,
        before=before,
        after=after,
        source_import=writing.source,
    )
    writing.journal.created(event)


def _employ(
    writing: _Writing, member: Member, row: Staged, businesses: dict[str, Business]
) -> bool:
    """Note the unit the row names: the business where the registry knows it, else its name."""
    code, name = row.values.get("unit_code"), row.values.get("unit_name", "")
    if code is None and not name:
        return False
    business = businesses.get(str(code)) if code else None
    text = "" if business else " ".join(part for part in (name, code) if part)
    current = list(MemberWorkplace.objects.filter(member=member, valid_to__isnull=True))
    for held in current:
        if held.business_id == (business.pk if business else None) and held.unit_name == text:
            return False
    for held in current:
        ends_on = last_day(held.valid_from, writing.today)
        change_row(writing.journal, held, {"valid_to": ends_on}, row.row_no)
    place = MemberWorkplace(
        member=member,
        business=business,
        valid_from=writing.today if current else None,
        source_import=writing.source,
    )
    place.unit_name_sealed = sealing.seal("workplace.unit_name", place.public_id, text)
    place.save()
    writing.journal.created(place, row.row_no)
    return True


def _link_secretaries(writing: _Writing) -> None:
    """Tie posts that so far had a name only to the member of that name in the organisation."""
    posts = OrganisationPost.objects.filter(member__isnull=True, valid_to__isnull=True)
    for post in posts.exclude(holder_name_sealed=""):
        name = post.holder_name
        members = Member.objects.filter(formal_org_id=post.organisation_id)
        named = [member for member in members if member.name == name]
        if len(named) == 1:
            change_row(writing.journal, post, {"member_id": named[0].pk}, None)
