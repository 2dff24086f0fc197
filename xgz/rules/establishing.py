"""After an organisation is approved: setting it up and what it needs to work (ES-1 to ES-9)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from xgz.rules.cases import CaseKind, Duty, Limit, Review, Step, Unit
from xgz.rules.organisations import MIN_FULL_MEMBERS
from xgz.rules.sites import BASICS, SiteItem


class EstablishingState(StrEnum):
    SETTING_UP = "setting_up"
    RUNNING_IN = "running_in"
    DONE = "done"
    STOPPED = "stopped"


class EstablishingAction(StrEnum):
    SET_UP = "set_up"
    FINISH = "finish"
    STOP = "stop"


class EstablishingParty(StrEnum):
    TOWNSHIP = "township"
    GUIDE = "guide"  # who guides the organisation, once somebody of another line does


class Settling(StrEnum):
    """What people set going while the organisation finds its feet; recorded in the history."""

    OPENED = "open"
    TRANSFERS = "transfers"
    TAKEN_IN = "taken_in"
    INSTRUCTOR = "instructor"
    MEETING = "meeting"
    HELD = "held"


class Line(StrEnum):
    """One line of the list that is worked off."""

    STANDS = "stands"
    FULL_MEMBERS = "full_members"
    ON_THE_WAY = "on_the_way"
    NOT_PROPOSED = "not_proposed"
    SECRETARY = "secretary"
    PLACE = "place"
    PLAQUE = "plaque"
    SEAL = "seal"
    SITE_REST = "site_rest"
    INSTRUCTOR = "instructor"
    SUPPORT = "support"
    MEETING = "meeting"


SETTLING_LABELS: dict[Settling, str] = {
    Settling.OPENED: "批准成立，转入落实",
    Settling.TRANSFERS: "提出党员转接",
    Settling.TAKEN_IN: "本党委内的转接已接收",
    Settling.INSTRUCTOR: "指派指导员",
    Settling.MEETING: "安排第一次党员大会",
    Settling.HELD: "第一次党员大会已召开",
}
LINE_LABELS: dict[Line, str] = {
    Line.STANDS: "党组织状态正常",
    Line.FULL_MEMBERS: "正式党员转入满三名",
    Line.ON_THE_WAY: "其余党员转接办结",
    Line.NOT_PROPOSED: "其余党员提出转接",
    Line.SECRETARY: "书记到任",
    Line.PLACE: "活动场所",
    Line.PLAQUE: "标牌",
    Line.SEAL: "印章",
    Line.SITE_REST: "阵地清单的其他各项",
    Line.INSTRUCTOR: "指导员",
    Line.SUPPORT: "启动经费和物资",
    Line.MEETING: "第一次党员大会",
}
RULE_OF_LINE: dict[Line, str] = {
    Line.STANDS: "ES-11",
    Line.FULL_MEMBERS: "ES-3",
    Line.ON_THE_WAY: "ES-3",
    Line.NOT_PROPOSED: "ES-3",
    Line.SECRETARY: "ES-4",
    Line.PLACE: "ES-5",
    Line.PLAQUE: "ES-5",
    Line.SEAL: "ES-5",
    Line.SITE_REST: "ES-5",
    Line.INSTRUCTOR: "ES-6",
    Line.SUPPORT: "ES-8",
    Line.MEETING: "ES-7",
}
# ES-2: nothing is finished while one of these is open; the other lines are told.
REQUIRED = frozenset(
    {
        Line.STANDS,
        Line.FULL_MEMBERS,
        Line.SECRETARY,
        Line.PLACE,
        Line.PLAQUE,
        Line.SEAL,
        Line.INSTRUCTOR,
        Line.MEETING,
    }
)
# What tells of people: read by the organization line alone (FM-13).
ABOUT_MEMBERS = frozenset({Line.FULL_MEMBERS, Line.ON_THE_WAY, Line.NOT_PROPOSED, Line.SECRETARY})
_LINE_OF_BASIC: dict[SiteItem, Line] = {
    SiteItem.PLACE: Line.PLACE,
    SiteItem.PLAQUE: Line.PLAQUE,
    SiteItem.SEAL: Line.SEAL,
}


@dataclass(frozen=True, slots=True)
class SettlingFacts:
    """How an organisation stands on one day.

    full_members: whose relation lies with it; on_the_way, not_proposed: of those the formation
    named. site_missing: items of the list in force that are not there. is_guided: by an office
    that has instructors; is_active: nobody merged or dissolved it meanwhile.
    """

    full_members: int
    on_the_way: int
    not_proposed: int
    has_secretary: bool
    site_missing: Collection[str]
    is_guided: bool
    has_instructor: bool
    supports: int
    has_met: bool
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """One line as it stands. count: how many are missing, 0 where nothing is counted."""

    line: Line
    is_met: bool
    count: int = 0

    @property
    def is_required(self) -> bool:
        return self.line in REQUIRED

    @property
    def rule(self) -> str:
        return RULE_OF_LINE[self.line]


_S, _A, _P = EstablishingState, EstablishingAction, EstablishingParty
_OWN = (_P.TOWNSHIP,)

ESTABLISHING = CaseKind(
    name="establishing",
    label="成立落实",
    series="落实",
    rule="ES-1",
    matter="establishing",
    initial=_S.SETTING_UP,
    states={
        _S.SETTING_UP: "待设立",
        _S.RUNNING_IN: "落实中",
        _S.DONE: "已落实",
        _S.STOPPED: "已终止",
    },
    main_line=(_S.SETTING_UP, _S.RUNNING_IN, _S.DONE),
    parties={_P.TOWNSHIP: "所在地党委", _P.GUIDE: "指导单位"},
    duties={
        _S.SETTING_UP: Duty(
            _P.TOWNSHIP,
            "按批复设立党组织，列入覆盖单位",
            Limit("establishing.set_up_days"),
        ),
        _S.RUNNING_IN: Duty(
            _P.TOWNSHIP,
            "转入党员、配齐书记、落实阵地，开好第一次党员大会",
            Limit("establishing.run_in_days", Unit.CALENDAR),
            reviews=(
                Review(
                    "guidance",
                    _P.GUIDE,
                    "指派指导员，协助落实场所、标牌和物资，反馈情况",
                    Limit("establishing.guide_days"),
                ),
            ),
        ),
    },
    steps={
        (_S.SETTING_UP, _A.SET_UP): Step(_S.RUNNING_IN, _OWN, "设立党组织"),
        (_S.SETTING_UP, _A.STOP): Step(
            _S.STOPPED, _OWN, "终止落实", needs_opinion=True, is_grave=True
        ),
        (_S.RUNNING_IN, _A.FINISH): Step(_S.DONE, _OWN, "办结", awaits_reviews=True),
        (_S.RUNNING_IN, _A.STOP): Step(
            _S.STOPPED, _OWN, "终止落实", needs_opinion=True, is_grave=True
        ),
    },
)


def standings(facts: SettlingFacts) -> list[Standing]:
    """Return every line that concerns this organisation, in the order they are worked off (ES-2).

    Nobody on the way, and nobody without a transfer, needs no line; neither does an instructor
    where no office guides that has any. Of an organisation that ended nothing else matters (ES-11).
    """
    if not facts.is_active:
        return [Standing(Line.STANDS, False)]
    missing = max(0, MIN_FULL_MEMBERS - facts.full_members)
    rest = sum(1 for key in facts.site_missing if key not in BASICS)
    found = [Standing(Line.FULL_MEMBERS, missing == 0, missing)]
    if facts.not_proposed:
        found.append(Standing(Line.NOT_PROPOSED, False, facts.not_proposed))
    if facts.on_the_way:
        found.append(Standing(Line.ON_THE_WAY, False, facts.on_the_way))
    found.append(Standing(Line.SECRETARY, facts.has_secretary))
    found += [
        Standing(line, item not in facts.site_missing) for item, line in _LINE_OF_BASIC.items()
    ]
    found.append(Standing(Line.SITE_REST, rest == 0, rest))
    if facts.is_guided:
        found.append(Standing(Line.INSTRUCTOR, facts.has_instructor))
    found.append(Standing(Line.MEETING, facts.has_met))
    found.append(Standing(Line.SUPPORT, facts.supports > 0))
    return found


def blockers(found: Collection[Standing]) -> list[Standing]:
    """Return the required lines that are still open, in their order (ES-2)."""
    return [each for each in found if each.is_required and not each.is_met]
