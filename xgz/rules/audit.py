"""The audit trail: outcomes, what a check can find, how often it is anchored and checked (AU-1…)."""

from enum import StrEnum


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"


OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.DONE: "已办",
    Outcome.REFUSED: "被拒绝",
}
KEEP_MONTHS = 24  # AU-6: online; the law asks for 6
ALARM_HOURS = 26  # AU-5: a nightly check that is later than this is itself told


class ChainFault(StrEnum):
    """What a check can find wrong with the trail (AU-4)."""

    EDITED = "edited"
    MISSING = "missing"
    ADDED = "added"
    REORDERED = "reordered"
    TAIL_MISSING = "tail_missing"
    HEAD_WRONG = "head_wrong"
    ANCHOR_BROKEN = "anchor_broken"
    ANCHOR_AHEAD = "anchor_ahead"
    ANCHOR_FORGED = "anchor_forged"
    ANCHOR_LOST = "anchor_lost"


CHAIN_FAULT_LABELS: dict[ChainFault, str] = {
    ChainFault.EDITED: "记录被改动，或不是由系统写入",
    ChainFault.MISSING: "中间缺少记录",
    ChainFault.ADDED: "多出记录",
    ChainFault.REORDERED: "记录顺序被调换",
    ChainFault.TAIL_MISSING: "末尾缺少记录",
    ChainFault.HEAD_WRONG: "末尾标记与记录不符",
    ChainFault.ANCHOR_BROKEN: "记录与锚点不符，可能整段被换过",
    ChainFault.ANCHOR_AHEAD: "锚点之后的记录不见了，可能换回了旧数据库",
    ChainFault.ANCHOR_FORGED: "锚点文件被改动",
    ChainFault.ANCHOR_LOST: "锚点文件丢失或被截短",
}
CHAIN_FAULT_ADVICE: dict[ChainFault, str] = {
    ChainFault.EDITED: "保留现场，不要继续改动数据库；用最近的备份逐条比对这一条，查明谁有数据库权限。",
    ChainFault.MISSING: "保留现场；用最近的备份找回缺少的记录，查明谁有数据库权限。",
    ChainFault.ADDED: "保留现场；用最近的备份比对，找出多出的记录和写入它的人。",
    ChainFault.REORDERED: "保留现场；用最近的备份比对前后几条，查明谁有数据库权限。",
    ChainFault.TAIL_MISSING: "保留现场；最近的操作记录可能被删，用备份和服务器日志查明这段时间做了什么。",
    ChainFault.HEAD_WRONG: "保留现场；数据库里的末尾标记被改过，查明谁有数据库权限。",
    ChainFault.ANCHOR_BROKEN: "保留现场；从锚点上的时间起，数据库里的记录不再可信，用该时间以前的备份比对。",
    ChainFault.ANCHOR_AHEAD: "问清是否有人恢复过旧备份；若是，由系统管理员用 xgz restore 登记，否则按事件处置。",
    ChainFault.ANCHOR_FORGED: "用异机保存的锚点文件核对并换回；查明谁能写这个文件。",
    ChainFault.ANCHOR_LOST: "从异机保存处放回锚点文件；没有另存的，登记这次丢失，今后另存到别的机器。",
}
