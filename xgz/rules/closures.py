"""A business that closed: what becomes of its branch and its members (CB-1 to CB-9)."""

from enum import StrEnum

from xgz.rules.adjustments import Sort
from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Review, Step, Unit
from xgz.rules.members import PARTY_CLASSES, MemberClass
from xgz.rules.organisations import FormationMode


class ClosureState(StrEnum):
    VERIFYING = "verifying"
    DECIDING = "deciding"
    CARRYING_OUT = "carrying_out"
    DONE = "done"
    MISTAKEN = "mistaken"  # the business goes on, or nothing hangs on it
    RETRACTED = "retracted"  # the import that reported it was undone


class ClosureAction(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    DECIDE = "decide"
    RECONSIDER = "reconsider"
    FINISH = "finish"
    RETRACT = "retract"


class ClosureParty(StrEnum):
    TOWNSHIP = "township"
    STATION = "station"


class ClosureOption(StrEnum):
    """What people decide (CB-3)."""

    RE_HOME = "re_home"
    MERGE = "merge"
    KEEP = "keep"
    REVOKE = "revoke"


class Blocker(StrEnum):
    """What is not yet so of what was decided (CB-4)."""

    MEMBERS_LEFT = "members_left"
    TRANSFERS_OPEN = "transfers_open"
    ORGANISATION_STANDS = "organisation_stands"
    STILL_LISTED = "still_listed"


class Carrying(StrEnum):
    """What people set going while they carry out a decision; each is recorded in the history."""

    OPENED = "open"
    DECIDED = "decided"
    UNLISTED = "unlisted"
    HANDED_OVER = "handed_over"


class OptionNotPossible(Exception):
    """This case leaves no room for the option: without an organisation only re-homing does."""


class TargetMissing(Exception):
    """The option needs an organisation to go to."""


OPTION_LABELS: dict[ClosureOption, str] = {
    ClosureOption.RE_HOME: "党员另行编入其他党组织",
    ClosureOption.MERGE: "并入其他党组织",
    ClosureOption.KEEP: "党组织保留，调整覆盖单位",
    ClosureOption.REVOKE: "撤销党组织",
}

CARRYING_LABELS: dict[Carrying, str] = {
    Carrying.OPENED: "登记数据显示主体已退出",
    Carrying.DECIDED: "去留意见",
    Carrying.UNLISTED: "已移出覆盖单位",
    Carrying.HANDED_OVER: "转组织调整办理",
}
# An organisation to go to: these options need one, these may name one.
NEEDS_TARGET = frozenset({ClosureOption.RE_HOME, ClosureOption.MERGE})
MAY_NAME_TARGET = NEEDS_TARGET | {ClosureOption.REVOKE}
# Options that end the organisation: a case of its own carries them out (AD-8).
BY_ADJUSTMENT: dict[ClosureOption, Sort] = {
    ClosureOption.MERGE: Sort.MERGE,
    ClosureOption.REVOKE: Sort.REVOKE,
}
# Organisations that rest on no single unit: losing one is their daily life (CB-6).
WIDE_MODES = frozenset(
    {
        FormationMode.ASSOCIATION,
        FormationMode.MARKET,
        FormationMode.REGIONAL,
        FormationMode.FUNCTIONAL,
        FormationMode.FLOATING,
    }
)
# People whose relation has to lie somewhere; a class nobody knows may be a member's (CB-1).
CONCERNED_CLASSES = PARTY_CLASSES | {MemberClass.UNKNOWN}

_S, _A, _P = ClosureState, ClosureAction, ClosureParty
_OWN = (_P.TOWNSHIP,)

CLOSURE = CaseKind(
    name="closure",
    label="主体退出",
    series="退出",
    rule="CB-1",
    matter="closure",
    initial=_S.VERIFYING,
    states={
        _S.VERIFYING: "核实去向",
        _S.DECIDING: "研究去留",
        _S.CARRYING_OUT: "落实中",
        _S.DONE: "已办结",
        _S.MISTAKEN: "无须处理",
        _S.RETRACTED: "数据已撤销",
    },
    main_line=(_S.VERIFYING, _S.DECIDING, _S.CARRYING_OUT, _S.DONE),
    parties={_P.TOWNSHIP: "所在地党委", _P.STATION: "指导站"},
    duties={
        _S.VERIFYING: Duty(
            _P.TOWNSHIP,
            "核实主体是否确已退出，党员去向如何",
            Limit("closure.verify_days"),
            reviews=(
                Review(
                    "on_site",
                    _P.STATION,
                    "到现场核实是否停业、搬迁，反馈情况",
                    Limit("closure.check_days"),
                ),
            ),
        ),
        _S.DECIDING: Duty(_P.TOWNSHIP, "研究党组织和党员的去留", Limit("closure.decide_days")),
        _S.CARRYING_OUT: Duty(
            _P.TOWNSHIP,
            "落实去留意见，全部落实后办结",
            Limit("closure.carry_out_days", Unit.CALENDAR),
        ),
    },
    steps={
        (_S.VERIFYING, _A.CONFIRM): Step(_S.DECIDING, _OWN, "确认退出", awaits_reviews=True),
        (_S.VERIFYING, _A.DISMISS): Step(_S.MISTAKEN, _OWN, "无须处理", needs_opinion=True),
        (_S.VERIFYING, _A.RETRACT): Step(_S.RETRACTED, (CLOCK,), "数据撤销"),
        (_S.DECIDING, _A.DECIDE): Step(_S.CARRYING_OUT, _OWN, "确定去留"),
        (_S.DECIDING, _A.DISMISS): Step(_S.MISTAKEN, _OWN, "无须处理", needs_opinion=True),
        (_S.DECIDING, _A.RETRACT): Step(_S.RETRACTED, (CLOCK,), "数据撤销"),
        (_S.CARRYING_OUT, _A.RECONSIDER): Step(
            _S.DECIDING, _OWN, "退回重新研究", needs_opinion=True, returns=True
        ),
        (_S.CARRYING_OUT, _A.FINISH): Step(_S.DONE, _OWN, "办结"),
        (_S.CARRYING_OUT, _A.RETRACT): Step(_S.RETRACTED, (CLOCK,), "数据撤销"),
    },
)


def opens_case(mode: FormationMode, *, has_members: bool, has_units_left: bool) -> bool:
    """Test whether losing a unit asks for a case (CB-6).

    has_members: people of the organisation work at the closed unit; has_units_left: it lists
    another unit that has not ended.
    """
    return mode not in WIDE_MODES or has_members or not has_units_left


def options_for(*, has_organisation: bool) -> tuple[ClosureOption, ...]:
    """Return what can be decided; without an organisation only the members' new home (CB-3)."""
    return tuple(ClosureOption) if has_organisation else (ClosureOption.RE_HOME,)


def check_option(option: ClosureOption, *, has_organisation: bool, has_target: bool) -> None:
    """Raise OptionNotPossible or TargetMissing unless the option can be carried out (CB-3)."""
    if option not in options_for(has_organisation=has_organisation):
        raise OptionNotPossible(option)
    if has_target and option not in MAY_NAME_TARGET:
        raise OptionNotPossible(option)
    if option in NEEDS_TARGET and not has_target:
        raise TargetMissing(option)
