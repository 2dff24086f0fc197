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
    "formation": {
        "preparer": (Role.BUREAU, "县市场监督管理局"),
        "roster": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "guide": (Role.STATION_HEAD, "清平所"),
        "step_1": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "step_2": (Role.STATION_HEAD, "清平所"),
        "step_3": (Role.ASSOCIATION, "县个私协会"),
        "step_4": (Role.ORG_DEPT, "县委组织部"),
        **{f"beside_{n}_1": (Role.STATION_HEAD, "清平所") for n in (1, 3, 4)},
        "beside_2_1": (Role.ASSOCIATION, "县个私协会"),
        **{f"beside_{n}_2": (Role.BUREAU, "县市场监督管理局") for n in range(1, 5)},
    },
    "election": {
        "branch": (Role.BRANCH_SECRETARY, None),
        "committee": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "guide": (Role.STATION_HEAD, "清平所"),
    },
    "establishing": {
        "township": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "guide": (Role.STATION_HEAD, "清平所"),
    },
    "adjustment": {
        "proposer": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "township": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "department": (Role.ORG_DEPT, "县委组织部"),
        "guide": (Role.STATION_HEAD, "清平所"),
    },
    "export_approval": {
        "asker": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "approver": (Role.ORG_DEPT, "县委组织部"),
    },
    "lead": {
        "township": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "station": (Role.STATION_HEAD, "清平所"),
    },
    "self_report_request": {"handler": (Role.TOWNSHIP_COMMITTEE, "清平镇党委")},
    "errand": {
        "asker": (Role.TOWNSHIP_COMMITTEE, "清平镇党委"),
        "doer": (Role.INSTRUCTOR, "柳泉所"),
        "checker": (Role.STATION_HEAD, "清平所"),
        "adviser": (Role.ASSOCIATION, "县个私协会"),
    },
}

_SENDER, _RECEIVER, _TOWNSHIP = ("sender",), ("receiver",), ("township",)
_STATION = ("station",)
_PREPARER = ("preparer",)
_BRANCH, _COMMITTEE, _BRANCH_OR_ABOVE = ("branch",), ("committee",), ("branch", "committee")
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
    "establishing": {
        "setting_up": {"set_up": _TOWNSHIP, "stop": _TOWNSHIP},
        "running_in": {"finish": _TOWNSHIP, "stop": _TOWNSHIP},
    },
    "adjustment": {
        "suggested": {"take_up": _TOWNSHIP, "drop": _TOWNSHIP},
        "proposed": {
            "submit": ("proposer",),
            "drop": ("proposer", "township"),
            "retract": ("clock",),
        },
        "deciding": {
            "decide_revive": _TOWNSHIP,
            "decide_merge": _TOWNSHIP,
            "decide_revoke": _TOWNSHIP,
            "return": _TOWNSHIP,
            "drop": _TOWNSHIP,
            "retract": ("clock",),
        },
        "carrying_out": {
            "reconsider": _TOWNSHIP,
            "finish": _TOWNSHIP,
            "lapse": ("clock",),
            "retract": ("clock",),
        },
        "filing": {"file": ("department",)},
    },
    "formation": {
        "preparing": {
            "send": _PREPARER,
            **{f"straight_{n}": _PREPARER for n in (2, 3, 4)},
            "withdraw": _PREPARER,
        },
        "step_1": {
            "agree": ("step_1",),
            "conclude": ("step_1",),
            "return": ("step_1",),
            "refuse": ("step_1",),
            "withdraw": _PREPARER,
        },
        "step_2": {
            "agree": ("step_2",),
            "conclude": ("step_2",),
            "return": ("step_2",),
            "mend": ("step_2",),
            "return_1": ("step_2",),
            "refuse": ("step_2",),
            "withdraw": _PREPARER,
        },
        "step_3": {
            "agree": ("step_3",),
            "conclude": ("step_3",),
            "return": ("step_3",),
            "mend": ("step_3",),
            "return_1": ("step_3",),
            "return_2": ("step_3",),
            "refuse": ("step_3",),
            "withdraw": _PREPARER,
        },
        "step_4": {
            "conclude": ("step_4",),
            "return": ("step_4",),
            "mend": ("step_4",),
            "return_1": ("step_4",),
            "return_2": ("step_4",),
            "return_3": ("step_4",),
            "refuse": ("step_4",),
            "withdraw": _PREPARER,
        },
    },
    "election": {
        "preparing": {"submit": _BRANCH, "withdraw": _BRANCH_OR_ABOVE},
        "vetting": {"approve": _COMMITTEE, "return": _COMMITTEE, "withdraw": _BRANCH_OR_ABOVE},
        "ready": {
            "report": _BRANCH,
            "fail": _BRANCH,
            "revise": _BRANCH_OR_ABOVE,
            "withdraw": _BRANCH_OR_ABOVE,
        },
        "reported": {"confirm": _COMMITTEE, "send_back": _COMMITTEE, "annul": _COMMITTEE},
    },
    "export_approval": {
        "asked": {
            "approve": ("approver",),
            "refuse": ("approver",),
            "withdraw": ("asker",),
            "expire": ("clock",),
        },
    },
    "lead": {
        "new": {
            "assign": _TOWNSHIP,
            "confirm": _TOWNSHIP,
            "refuse": _TOWNSHIP,
            "rule_out": _TOWNSHIP,
            "move_away": _TOWNSHIP,
            "withdraw": ("clock",),
        },
        "assigned": {
            "visit": _STATION,
            "give_back": _STATION,
            "reassign": _TOWNSHIP,
            "refuse": ("township", "station"),
            "rule_out": _TOWNSHIP,
            "move_away": ("township", "station"),
            "withdraw": ("clock",),
        },
        "visited": {
            "confirm": _TOWNSHIP,
            "reassign": _TOWNSHIP,
            "refuse": ("township", "station"),
            "rule_out": _TOWNSHIP,
            "move_away": _TOWNSHIP,
            "withdraw": ("clock",),
        },
        "confirmed": {
            "place": _TOWNSHIP,
            "arrive": ("clock",),
            "reconsider": _TOWNSHIP,
            "refuse": _TOWNSHIP,
            "move_away": _TOWNSHIP,
            "withdraw": ("clock",),
        },
    },
    "self_report_request": {"asked": {"answer": ("handler",)}},
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
