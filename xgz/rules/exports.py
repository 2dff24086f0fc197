"""Exports that name people of the roster: who decides, how many, how often taken (EX-1 to EX-7)."""

from datetime import timedelta
from enum import StrEnum

from xgz.rules.cases import CLOCK, CaseKind, Duty, Limit, Step

APPROVED_ABOVE = 200  # EX-1: the most people a masked file holds without a second approver
SHORTEST_PURPOSE = 6  # EX-1: visible characters
BROKEN_DOWNLOAD = timedelta(minutes=2)  # EX-3: counted from the first taking
ORDER_BLOCK = 10  # EX-5: rows that change places among themselves
TRACED_ROWS = 400  # EX-5: of a leaked file, read from its beginning


class ExportApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ExportApprovalAction(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class ExportApprovalParty(StrEnum):
    ASKER = "asker"
    APPROVER = "approver"


_S, _A, _P = ExportApprovalState, ExportApprovalAction, ExportApprovalParty

EXPORT_APPROVAL = CaseKind(
    name="export_approval",
    label="导出审批",
    series="导出",
    rule="EX-6",
    matter="export",
    initial=_S.ASKED,
    states={
        _S.ASKED: "待审批",
        _S.APPROVED: "已批准",
        _S.REFUSED: "未批准",
        _S.WITHDRAWN: "已撤回",
        _S.EXPIRED: "逾期未批",
    },
    main_line=(_S.ASKED, _S.APPROVED),
    lapsed=frozenset({_S.EXPIRED}),
    parties={_P.ASKER: "申请方", _P.APPROVER: "审批方"},
    duties={
        _S.ASKED: Duty(
            _P.APPROVER, "核对用途、人数和范围，批准或不批准", Limit("export.approve_days")
        ),
    },
    steps={
        (_S.ASKED, _A.APPROVE): Step(_S.APPROVED, (_P.APPROVER,), "批准导出"),
        (_S.ASKED, _A.REFUSE): Step(_S.REFUSED, (_P.APPROVER,), "不批准", needs_opinion=True),
        (_S.ASKED, _A.WITHDRAW): Step(_S.WITHDRAWN, (_P.ASKER,), "撤回申请"),
        (_S.ASKED, _A.EXPIRE): Step(_S.EXPIRED, (CLOCK,), "逾期未批"),
    },
)


def needs_approval(persons: int, *, is_masked: bool) -> bool:
    """Test whether a second person decides on a file with so many people in it (EX-1)."""
    return persons > APPROVED_ABOVE or (persons > 0 and not is_masked)
