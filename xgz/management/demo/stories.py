"""Transfers of the demo county: who proposed what how long ago, and what became of it."""

from dataclasses import dataclass, field
from typing import Any

from xgz.management.demo.officers import SECOND_TOWNSHIP
from xgz.rules.transfers import Channel, TransferAction, TransferReason

_A = TransferAction
OUTSIDE = (
    "中共邻江市滨河区新城街道工作委员会",
    "中共南屿市高新区商会总支部委员会",
    "中共临海市港务区物流园党委",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step: what, how many days before today, with which words and arguments."""

    action: TransferAction
    days_ago: int
    opinion: str = ""
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """One transfer. origin, target: place names; a target that is no township lies outside."""

    origin: str
    target: str
    proposed: int  # days before today
    events: tuple[Event, ...] = ()
    reason: TransferReason = TransferReason.WORKPLACE
    channel: Channel = Channel.CARRIED


def _issued(days_ago: int, valid_days: int = 90) -> Event:
    return Event(_A.ISSUE, days_ago, given={"valid_days": valid_days})


def _sent(days_ago: int) -> Event:
    return Event(_A.SEND_OUT, days_ago, given={"valid_days": 90})


_QINGPING, _SECOND = "清平镇", SECOND_TOWNSHIP
STORIES: tuple[Story, ...] = (
    # The letter of the acceptance: issued 91 days ago for 90 days, never handed in.
    Story(_QINGPING, _SECOND, 93, (_issued(91),)),
    Story("城关街道", _QINGPING, 200, (_issued(197),), TransferReason.RESIDENCE),
    Story("南塘镇", "东渡街道", 122, (_issued(120),)),
    Story("白沙镇", _QINGPING, 110, (_issued(105),)),
    Story(_QINGPING, _SECOND, 3),
    Story(_SECOND, "城关街道", 1, reason=TransferReason.RESIDENCE),
    Story("东渡街道", "白沙镇", 9),
    Story(_SECOND, _QINGPING, 78, (_issued(76),)),
    Story("城关街道", _QINGPING, 20, (_issued(18, 30),)),
    Story(_QINGPING, "城关街道", 12, (_issued(10, 30),)),
    Story("双河镇", "城关街道", 64, (_issued(62),)),
    Story("南塘镇", "城关街道", 31, (_issued(30),), channel=Channel.ONLINE),
    Story("河湾镇", _SECOND, 90, (_issued(88),)),
    Story("大坪镇", OUTSIDE[0], 33, (_sent(30),), channel=Channel.CONFIDENTIAL_MAIL),
    Story(_QINGPING, OUTSIDE[1], 50, (_sent(47),), TransferReason.RESIDENCE),
    Story(
        "长岭镇",
        OUTSIDE[2],
        70,
        (_sent(66), Event(_A.RECORD_RECEIPT, 20)),
        channel=Channel.CONFIDENTIAL_MAIL,
    ),
    Story(
        "金竹镇",
        _QINGPING,
        26,
        (_issued(24), Event(_A.RETURN, 6, "介绍信未写明党费缴纳时间，请补正后重新开具。")),
    ),
    Story(
        _QINGPING,
        "白沙镇",
        45,
        (_issued(43), Event(_A.RETURN, 12, "本人尚未到岗，请核实工作单位。")),
    ),
    Story("桃园镇", "城关街道", 80, (_issued(77), Event(_A.ACCEPT, 60))),
    Story("城关街道", _SECOND, 55, (_issued(52), Event(_A.ACCEPT, 41))),
    Story("龙门镇", "长岭镇", 40, (_issued(36), Event(_A.ACCEPT, 15))),
    Story(
        "云溪乡",
        _QINGPING,
        160,
        (_issued(158), Event(_A.ACCEPT_LATE, 58, "本人外出务工未能按时报到，已批评教育。")),
    ),
    Story(
        "东渡街道",
        "南塘镇",
        35,
        (_issued(33), Event(_A.WITHDRAW, 21, "本人已回原单位工作。")),
    ),
    Story("云溪乡", "双河镇", 14, (_issued(11),)),
)
