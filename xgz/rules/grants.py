"""Role requests: proposed by one administrator, confirmed by another (AC-10)."""

from enum import StrEnum


class RequestKind(StrEnum):
    GRANT = "grant"
    END = "end"
    RESET = "reset"  # a first password and no second factor any more
    CLOSE = "close"
    OPEN = "open"


class RequestState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RequestAction(StrEnum):
    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


REQUEST_KIND_LABELS: dict[RequestKind, str] = {
    RequestKind.GRANT: "授予角色",
    RequestKind.END: "终止角色",
    RequestKind.RESET: "重置密码和二次验证",
    RequestKind.CLOSE: "停用账号",
    RequestKind.OPEN: "重新启用账号",
}
REQUEST_STATE_LABELS: dict[RequestState, str] = {
    RequestState.PROPOSED: "待确认",
    RequestState.CONFIRMED: "已确认",
    RequestState.REFUSED: "已退回",
    RequestState.WITHDRAWN: "已撤回",
    RequestState.EXPIRED: "已过期",
}
# What takes power away is done at once by one person; what gives it needs a second one.
NEEDS_SECOND_PERSON = frozenset({RequestKind.GRANT, RequestKind.RESET, RequestKind.OPEN})
STEPS: dict[tuple[RequestState, RequestAction], RequestState] = {
    (RequestState.PROPOSED, RequestAction.CONFIRM): RequestState.CONFIRMED,
    (RequestState.PROPOSED, RequestAction.REFUSE): RequestState.REFUSED,
    (RequestState.PROPOSED, RequestAction.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.PROPOSED, RequestAction.EXPIRE): RequestState.EXPIRED,
}
EXPIRES_DAYS = 14  # AC-10
