"""Writing rows of the organisations file: the tree, guidance, covered units, the secretary."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xgz.models import (
    Body,
    Coverage,
    Import,
    Member,
    Organisation,
    OrganisationChange,
    OrganisationPost,
    sealing,
)
from xgz.rules.bodies import BodyKind, Line
from xgz.rules.members import ON_ROLLS
from xgz.rules.organisations import (
    FormationMode,
    OrgChangeKind,
    OrgState,
    OrgType,
    Post,
    term_end,
)
from xgz.services.bodies import next_child_path
from xgz.services.imports.covered_units import Markets, Unit, listed_units
from xgz.services.imports.journal import Journal, change_row
from xgz.services.imports.places import Places
from xgz.services.imports.staged_rows import Staged, staged_chunks
from xgz.services.organisations.placing import TreeTooDeep, UnderItself, place_under
from xgz.services.organisations.records import last_day

_DATES = ("founded_on", "elected_on", "last_life_on")
_OFFICES = tuple(kind for kind in BodyKind if kind is not BodyKind.ORGANISATION)


@dataclass(slots=True)
class _Writing:
    """One file being written: what is known of organisations and bodies, and what came of it."""

    source: Import
    today: date
    journal: Journal
    places: Places
    markets: Markets
    by_code: dict[str, Organisation] = field(default_factory=dict)
    by_name: dict[str, list[Organisation]] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: {"created": 0, "updated": 0, "unchanged": 0}
    )
    unknown_superiors: dict[str, int] = field(default_factory=dict)
    codes_to_verify: list[str] = field(default_factory=list)

    def learn(self, organisation: Organisation) -> None:
        if organisation.code:
            self.by_code[organisation.code] = organisation
        self.by_name.setdefault(organisation.name, []).append(organisation)

    def find(self, code: str | None, name: str) -> Organisation | None:
        """Return the organisation of this code, else the only one of this name (IM-4).

        A name finds an organisation with another code only where the row has none itself.
        """
        if code and code in self.by_code:
            return self.by_code[code]
        named = [o for o in self.by_name.get(name, ()) if not (code and o.code)]
        return named[0] if len(named) == 1 else None


def apply(source: Import, today: date) -> dict[str, int]:
    """Write the staged rows; call inside the transaction that makes them visible.

    Returns created, updated and unchanged. Rows may stand in any order: superiors named in the
    same file are written first.
    """
    writing = _Writing(source, today, Journal(source), Places(_OFFICES), Markets.read())
    for organisation in Organisation.objects.select_related("body").order_by("pk"):
        writing.learn(organisation)
    rows = [row for chunk in staged_chunks(source) for row in chunk]
    for row in _superiors_first(rows):
        _write_row(writing, row)
    writing.journal.flush()
    source.notes |= {
        "unknown_superiors": writing.unknown_superiors,
        "unknown_guides": writing.places.unknown_names(),
        "codes_to_verify": writing.codes_to_verify[:50],
    }
    Import.objects.filter(pk=source.pk).update(notes=source.notes)
    return writing.counts


def place_bodiless(name: str, parent: Body | None) -> Body:
    """Make the acting side of an organisation below `parent`, or at the root where none is known."""
    return Body.objects.create(
        name=name,
        kind=BodyKind.ORGANISATION,
        line=Line.ORGANIZATION,
        parent=parent,
        path=next_child_path(parent),
    )


def _superiors_first(rows: list[Staged]) -> list[Staged]:
    """Return the rows so that a superior of the same file stands before those below it."""
    by_name = {row.values["name"]: row for row in rows}
    ordered: dict[int, Staged] = {}
    for row in rows:
        above: list[Staged] = []
        step: Staged | None = row
        while step is not None and step.row_no not in ordered and step not in above:
            above.append(step)
            step = by_name.get(step.values.get("superior", ""))
        for earlier in reversed(above):
            ordered[earlier.row_no] = earlier
    return list(ordered.values())


def _write_row(writing: _Writing, row: Staged) -> None:
    organisation = writing.find(row.values.get("code"), row.values["name"])
    if organisation is None:
        organisation = _create(writing, row)
        outcome, changed = "created", True
    else:
        outcome, changed = "updated", _change(writing, organisation, row)
    changed |= _cover(writing, organisation, row)
    changed |= _appoint(writing, organisation, row)
    writing.counts[outcome if changed else "unchanged"] += 1


def _columns(writing: _Writing, row: Staged, org_type: str) -> dict[str, Any]:
    """Return the plain columns a row states."""
    values = row.values
    columns: dict[str, Any] = {
        key: values[key] for key in ("org_type", "formation_mode") if key in values
    }
    columns |= {key: date.fromisoformat(values[key]) for key in _DATES if key in values}
    if "elected_on" in columns:
        kind = OrgType(columns.get("org_type", org_type))
        columns["term_ends_on"] = term_end(columns["elected_on"], kind)
    if "superior" in values:
        columns["superior_text"] = values["superior"]
    if "guiding_body" in values:
        guide = writing.places.find(values["guiding_body"])
        if guide is not None:
            columns["guiding_body_id"] = guide
    return columns


def _superior(writing: _Writing, row: Staged) -> Body | None:
    """Return the body of the superior a row names, or None (and note the name) where unknown."""
    name = row.values.get("superior")
    if name is None:
        return None
    organisation = writing.find(None, name)
    if organisation is not None:
        return organisation.body
    number = writing.places.look_up(name)
    if number is not None:
        return Body.objects.get(pk=number)
    writing.unknown_superiors[name] = writing.unknown_superiors.get(name, 0) + 1
    return None


def _create(writing: _Writing, row: Staged) -> Organisation:
    body = place_bodiless(row.values["name"], _superior(writing, row))
    organisation = Organisation(
        name=row.values["name"],
        code=row.values.get("code"),
        body=body,
        state=OrgState.ACTIVE,
        org_type=OrgType.UNKNOWN,
        formation_mode=FormationMode.UNKNOWN,
        source_import=writing.source,
    )
    for name, value in _columns(writing, row, OrgType.UNKNOWN).items():
        setattr(organisation, name, value)
    organisation.save()
    writing.journal.created(body, row.row_no)
    writing.journal.created(organisation, row.row_no)
    _note_change(
        writing,
        organisation,
        OrgChangeKind.SET_UP,
        organisation.founded_on or writing.today,
        after=organisation.name,
    )
    writing.learn(organisation)
    return organisation


def _change(writing: _Writing, organisation: Organisation, row: Staged) -> bool:
    columns = _columns(writing, row, organisation.org_type)
    changed = False
    if organisation.state == OrgState.UNCONFIRMED:
        columns["state"] = OrgState.ACTIVE.value
        _note_change(writing, organisation, OrgChangeKind.CONFIRMED, writing.today)
    if row.values.get("code") and organisation.code is None:
        columns["code"] = row.values["code"]
        writing.by_code[row.values["code"]] = organisation
    if row.values["name"] != organisation.name:
        _rename(writing, organisation, row)
        columns["name"] = row.values["name"]
        changed = True
    changed |= _move(writing, organisation, row)
    return change_row(writing.journal, organisation, columns, row.row_no) or changed


def _rename(writing: _Writing, organisation: Organisation, row: Staged) -> None:
    name = row.values["name"]
    _note_change(
        writing,
        organisation,
        OrgChangeKind.RENAMED,
        writing.today,
        before=organisation.name,
        after=name,
    )
    change_row(writing.journal, organisation.body, {"name": name}, row.row_no)
    writing.by_name.setdefault(name, []).append(organisation)


def _move(writing: _Writing, organisation: Organisation, row: Staged) -> bool:
    """Place the organisation under the superior the row names; an unknown one moves nothing."""
    above = _superior(writing, row)
    body = organisation.body
    if above is None or body.parent_id == above.pk:
        return False
    above.refresh_from_db()
    body.refresh_from_db()
    before_id, before = body.parent_id, body.parent.name if body.parent else ""
    try:
        place_under(body, above)
    except (UnderItself, TreeTooDeep):
        writing.unknown_superiors[above.name] = writing.unknown_superiors.get(above.name, 0) + 1
        return False
    writing.journal.updated(
        Body, body.pk, row.row_no, {"parent_id": before_id}, {"parent_id": above.pk}
    )
    _note_change(
        writing, organisation, OrgChangeKind.MOVED, writing.today, before=before, after=above.name
    )
    return True


def _note_change(
    writing: _Writing,
    organisation: Organisation,
    kind: OrgChangeKind,
    day: date,
    before: str = "",
    after: str = "",
) -> None:
    change = OrganisationChange.objects.create(
        organisation=organisation,
        kind=kind,
        happened_on=day,
        before=before,
        after=after,
        source_import=writing.source,
    )
    writing.journal.created(change)


def _cover(writing: _Writing, organisation: Organisation, row: Staged) -> bool:
    """List the units the row names and end those it no longer names; an empty cell says nothing.

    A market that a person listed by hand stays (IM-12).
    """
    if "covered_codes" not in row.values:
        return False
    entries = row.values["covered_codes"].split(";")
    wanted = listed_units(organisation, entries, writing.markets)
    writing.codes_to_verify += [unit.text for unit in wanted if unit.text]
    held = {
        Unit(coverage.business_id, coverage.market_id, coverage.code_text): coverage
        for coverage in organisation.coverages.filter(valid_to__isnull=True)
    }
    dropped = [
        coverage
        for unit, coverage in held.items()
        if unit not in wanted and not _is_market_by_hand(coverage)
    ]
    for coverage in dropped:
        _end_coverage(writing, coverage, row)
    fresh = [unit for unit in wanted if unit not in held]
    for unit in fresh:
        created = Coverage.objects.create(
            organisation=organisation,
            business_id=unit.business_id,
            market_id=unit.market_id,
            code_text=unit.text,
            valid_from=organisation.founded_on or writing.today,
            source_import=writing.source,
        )
        writing.journal.created(created, row.row_no)
    return bool(fresh or dropped)


def _is_market_by_hand(coverage: Coverage) -> bool:
    """Test whether a person listed this market: a file of codes alone does not take it off."""
    return coverage.market_id is not None and coverage.source_import_id is None


def _end_coverage(writing: _Writing, coverage: Coverage, row: Staged) -> None:
    """End a row the day before; one that never held for a day goes, or it would count today."""
    if coverage.valid_from >= writing.today:
        writing.journal.removed(coverage)
        coverage.delete()
        return
    ends_on = last_day(coverage.valid_from, writing.today)
    change_row(writing.journal, coverage, {"valid_to": ends_on}, row.row_no)


def _appoint(writing: _Writing, organisation: Organisation, row: Staged) -> bool:
    """Make the person the row names secretary; the one before keeps dated history."""
    name = row.values.get("secretary")
    if name is None:
        return False
    posts = OrganisationPost.objects.filter(
        organisation=organisation, post=Post.SECRETARY, valid_to__isnull=True
    ).select_related("member")
    held = posts.first()
    since = organisation.elected_on
    if held is not None:
        if name in {held.holder_name, held.member.name if held.member else ""}:
            return False
        ends_on = last_day(held.valid_from, since or writing.today)
        change_row(writing.journal, held, {"valid_to": ends_on}, row.row_no)
        since = max(since, ends_on) if since else None
    post = OrganisationPost(
        organisation=organisation,
        post=Post.SECRETARY,
        member=_member_named(organisation, name),
        valid_from=since,
        source_import=writing.source,
    )
    post.holder_name_sealed = sealing.seal("post.holder_name", post.public_id, name)
    post.save()
    writing.journal.created(post, row.row_no)
    return True


def _member_named(organisation: Organisation, name: str) -> Member | None:
    """Return the organisation's only member of this name, where the roster has one."""
    members = Member.objects.filter(formal_org=organisation, status__in=ON_ROLLS)
    named = [member for member in members if member.name == name]
    return named[0] if len(named) == 1 else None
