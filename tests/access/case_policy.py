"""Who takes which step of which kind of case, written by hand and apart from the tables."""

from xgz.rules.roles import Role

# Which seat plays a party in the cases of the factories: role, and the body's name; None for the
# body of the party itself, an organisation made for the test.
SEATS: dict[str, dict[str, tuple[Role, str | None]]] = {
    "transfer": {
        "sender": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "receiver": (Role.TOWNSHIP_COMMITTEE, "柳泉镇党委"),
        "old_branch": (Role.BRANCH_SECRETARY, None),
        "new_branch": (Role.BRANCH_SECRETARY, None),
    },
    "closure": {
        "township": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "station": (Role.STATION_HEAD, "清平所"),
    },
    "export_approval": {
        "asker": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "approver": (Role.ORG_DEPT, "县委组织部"),
    },
    "errand": {
        "asker": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "doer": (Role.INSTRUCTOR, "柳泉所"),
        "checker": (Role.STATION_HEAD, "清平所"),
        "adviser": (Role.ASSOCIATION, "县个私协会"),
    },
}

_SENDER, _RECEIVER, _TOWNSHIP = ("sender",), ("receiver",), ("township",)
# kind → state → action → parties; "clock" is time itself. A state without a line offers nothing.
MAY: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {
    "transfer": {
        "draft": {
            "issue": _SENDER,
            "send_out": _SENDER,
            "withdraw": ("sender", "old_branch"),
        },
        "issued": {
            "accept": _RECEIVER,
            "return": _RECEIVER,
            "withdraw": _SENDER,
            "expire": ("clock",),
        },
        "sent_out": {
            "record_receipt": _SENDER,
            "record_return": _SENDER,
            "withdraw": _SENDER,
            "expire": ("clock",),
        },
        "returned": {"issue": _SENDER, "send_out": _SENDER, "withdraw": _SENDER},
        "expired": {
            "issue": _SENDER,
            "send_out": _SENDER,
            "accept_late": _RECEIVER,
            "record_receipt": _SENDER,
            "record_return": _SENDER,
            "withdraw": _SENDER,
        },
    },
    "closure": {
        "verifying": {"confirm": _TOWNSHIP, "dismiss": _TOWNSHIP, "retract": ("clock",)},
        "deciding": {"decide": _TOWNSHIP, "dismiss": _TOWNSHIP, "retract": ("clock",)},
        "carrying_out": {"reconsider": _TOWNSHIP, "finish": _TOWNSHIP, "retract": ("clock",)},
    },
    "export_approval": {
        "asked": {
            "approve": ("approver",),
            "refuse": ("approver",),
            "withdraw": ("asker",),
            "expire": ("clock",),
        },
    },
    "errand": {
        "draft": {"hand_in": ("asker",), "withdraw": ("asker", "doer")},
        "doing": {
            "finish": ("doer",),
            "return": ("doer",),
            "withdraw": ("asker",),
            "run_out": ("clock",),
        },
    },
}
