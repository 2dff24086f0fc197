from enum import StrEnum

from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Review, Step, Unit


class ErrandState(StrEnum):
    DRAFT = "draft"
    DOING = "doing"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ErrandAction(StrEnum):
    HAND_IN = "hand_in"
    RETURN = "return"
    FINISH = "finish"
    WITHDRAW = "withdraw"
    RUN_OUT = "run_out"


_S, _A = ErrandState, ErrandAction

ERRAND = CaseKind(
    name="errand",
    label="样例事项",
    series="样例",
    rule="CS-1",
    matter="errand",
    initial=_S.DRAFT,
    states={_S.DRAFT: "起草", _S.DOING: "办理", _S.DONE: "办结", _S.WITHDRAWN: "撤回"},
    main_line=(_S.DRAFT, _S.DOING, _S.DONE),
    parties={"asker": "提出方", "doer": "承办方", "checker": "核实方", "adviser": "建议方"},
    duties={
        _S.DRAFT: Duty("asker", "补充材料后提交", Limit("closure.verify_days")),
        _S.DOING: Duty(
            "doer",
            "办理或退回",
            Limit("closure.carry_out_days", Unit.CALENDAR),
            reviews=(
                Review("check", "checker", "现场核实", Limit("closure.check_days")),
                Review("advice", "adviser", "提出建议", Limit("closure.decide_days")),
            ),
        ),
    },
    steps={
        (_S.DRAFT, _A.HAND_IN): Step(_S.DOING, ("asker",), "提交"),
        (_S.DRAFT, _A.WITHDRAW): Step(_S.WITHDRAWN, ("asker", "doer"), "撤回"),
        (_S.DOING, _A.FINISH): Step(_S.DONE, ("doer",), "办结", awaits_reviews=True),
        (_S.DOING, _A.RETURN): Step(_S.DRAFT, ("doer",), "退回", needs_opinion=True, returns=True),
        (_S.DOING, _A.WITHDRAW): Step(_S.WITHDRAWN, ("asker",), "撤回", needs_opinion=True),
        (_S.DOING, _A.RUN_OUT): Step(_S.DRAFT, (CLOCK,), "材料过期"),
    },
)
