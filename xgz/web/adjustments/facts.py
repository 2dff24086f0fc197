"""What an adjustment is judged by, in words, as far as the reader may have it (AD-3, AD-9)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.adjustments import reads_figures, reads_inside
from xgz.access.cases import offered_steps
from xgz.models import Adjustment
from xgz.queries.adjustment_endings import Ended, Gone, ended_of
from xgz.queries.adjustment_facts import adjustment_facts, facts_with_room, sign_limits_on
from xgz.rules.adjustment_checks import (
    OF_OTHERS,
    AdjustmentFacts,
    Speaks,
    points_of,
    signs_of,
)
from xgz.rules.adjustments import SORT_LABELS, SORT_OF, Sort
from xgz.web.adjustments.wording import point_words, sign_lines

_FIRST_KNOWN = 3  # people, units and secretary: the rest stands on the case's page


@dataclass(frozen=True, slots=True)
class Way:
    """One of the three ways, side by side. is_wanted: somebody wants this one.

    action, step: the step by which the reader may decide it now and its word, "" where none is.
    """

    label: str
    is_wanted: bool
    speaks_for: list[str]
    speaks_against: list[str]
    action: str = ""
    step: str = ""


def known_of(case: Adjustment, actor: Actor) -> list[tuple[str, str]]:
    """Return (heading, text) of what is known of the organisation; counts only, nobody by name.

    Of one that has ended there is nothing to count: what became of it is told instead.
    """
    if (ended := ended_of(case)) is not None:
        return _became(ended, case, actor)
    facts = adjustment_facts(case.organisation, actor.today)
    figures = facts.figures
    listed = _("%(alive)d 家在经营，%(ended)d 家已退出")
    rows = [(_("覆盖单位"), listed % {"alive": facts.alive_units, "ended": figures.closed})]
    if reads_figures(actor, case):
        people = _("正式 %(full)d 名，预备 %(probationary)d 名，其他在册 %(others)d 名")
        counts = {"full": figures.full, "probationary": figures.probationary}
        rows.insert(0, (_("在册人员"), people % {**counts, "others": facts.others}))
    return [*rows, *_state_of_affairs(facts)]


def _became(ended: Ended, case: Adjustment, actor: Actor) -> list[tuple[str, str]]:
    """Return how the organisation ended, and who went where; the places for the inside alone (AD-9)."""
    inside = reads_inside(actor, case)
    day = ended.day.isoformat() if ended.day else _("日期没有记载")
    if ended.into is None:
        rows = [(_("撤销"), day)]
    else:
        named = _("%(day)s 并入“%(name)s”") % {"day": day, "name": ended.into.name}
        rows = [(_("合并"), named if inside else day)]
    if not reads_figures(actor, case):
        return rows
    if ended.into is not None:
        people = _("%(count)d 名随合并划入") % {"count": ended.handed_over}
        rows.append((_("划入人员"), people))
    if ended.members_gone:
        told = _("%(count)d 名") % {"count": ended.members_gone}
        where = _("；").join(_gone_words(each) for each in ended.gone)
        rows.append(
            (
                _("转出党员"),
                _("%(told)s：%(where)s") % {"told": told, "where": where} if inside else told,
            )
        )
    elif ended.into is None:
        rows.append((_("转出党员"), _("提出调整以来没有")))
    return rows


def _gone_words(gone: Gone) -> str:
    told = {"name": gone.destination, "count": gone.count, "first": gone.first.isoformat()}
    if gone.first == gone.last:
        return _("%(name)s %(count)d 名（%(first)s）") % told
    told["last"] = gone.last.isoformat()
    return _("%(name)s %(count)d 名（%(first)s 至 %(last)s）") % told


def ways_of(case: Adjustment, actor: Actor) -> list[Way]:
    """Return the three ways with what speaks for and against each; none where counts are hidden."""
    if not reads_figures(actor, case):
        return []
    points = _points(case, actor)
    steps = offered_steps(actor, case)
    offered = {SORT_OF[action]: action for action in SORT_OF if action in steps}
    return [
        Way(
            _(SORT_LABELS[sort]),
            case.way is sort,
            [point_words(each) for each in found if each.is_for],
            [point_words(each) for each in found if not each.is_for],
            *((offered[sort].value, _(steps[offered[sort]].label)) if sort in offered else ()),
        )
        for sort, found in points.items()
    ]


def signs_for(case: Adjustment, actor: Actor) -> list[tuple[str, str]]:
    """Return the signs the organisation shows today; none where counts are hidden."""
    if not reads_figures(actor, case):
        return []
    facts = adjustment_facts(case.organisation, actor.today)
    return sign_lines(signs_of(facts, actor.today, sign_limits_on(actor.today)), facts)


def points_on(case: Adjustment, actor: Actor, sort: Sort) -> list[tuple[str, str]]:
    """Return what is known, and what speaks for and against one way, for a page that decides."""
    ways = {each.label: each for each in ways_of(case, actor)}
    way = ways.get(_(SORT_LABELS[sort]))
    if way is None:
        return known_of(case, actor)
    return [
        *known_of(case, actor)[:_FIRST_KNOWN],
        (_("支持的情况"), _("；").join(way.speaks_for) or _("没有")),
        (_("要先考虑"), _("；").join(way.speaks_against) or _("没有")),
    ]


def _points(case: Adjustment, actor: Actor) -> Mapping[Sort, list[Speaks]]:
    """Return the points the actor may have: whoever else has room tells of other rosters (PR-8)."""
    if reads_inside(actor, case):
        return points_of(facts_with_room(case.organisation, actor.today))
    found = points_of(adjustment_facts(case.organisation, actor.today))
    return {
        sort: [each for each in points if each.point not in OF_OTHERS]
        for sort, points in found.items()
    }


def _state_of_affairs(facts: AdjustmentFacts) -> list[tuple[str, str]]:
    figures = facts.figures
    secretary = _("在任") if facts.has_secretary else _("空缺")
    if facts.vacant_since is not None:
        secretary = _("自 %(day)s 起空缺") % {"day": facts.vacant_since.isoformat()}
    life, term = figures.last_life_on, figures.term_ends_on
    return [
        (_("书记"), secretary),
        (_("最近组织生活"), life.isoformat() if life else _("没有记录")),
        (_("届满"), term.isoformat() if term else "—"),
        (_("指导员"), _("%(count)d 名") % {"count": facts.instructors}),
        (_("下级党组织"), _("%(count)d 个") % {"count": facts.below}),
    ]
