"""The Chinese sentences of elections: what is found, with its numbers, and why something was refused."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access.actor import NotPermitted
from xgz.rules.election_checks import Check, Finding
from xgz.services import elections, organisations
from xgz.web.cases.wording import Faults, fault_text

_FINDINGS: dict[Check, str] = {
    Check.ORGANISATION_GONE: gettext_noop(
        "党组织已撤销或合并，选举不能继续，请撤回本件；已上报结果的，作选举无效办理"
    ),
    Check.NO_DAY: gettext_noop("没有确定选举日期"),
    Check.DAY_PASSED: gettext_noop("选举日期已过，请另定日期"),
    Check.NO_PLACE: gettext_noop("没有写明选举地点"),
    Check.TOO_EARLY: gettext_noop("选举日期比届满提前超过 %(months)d 个月，不能报送"),
    Check.EARLY_UNNAMED: gettext_noop(
        "选举日期比届满提前超过 %(months)d 个月，请把类别改为提前换届并写明理由，或者改期"
    ),
    Check.TOO_LATE: gettext_noop("选举日期比届满延期超过 %(months)d 个月"),
    Check.NO_REASON: gettext_noop("提前或延期选举没有写明理由"),
    Check.NO_SEATS: gettext_noop("没有确定要选的职务和名额"),
    Check.COMMITTEE_CHANGED: gettext_noop(
        "正式党员现有 %(full)d 名，是否设委员会有变化，请重新填写选举方案"
    ),
    Check.COMMITTEE_TOO_LARGE: gettext_noop(
        "委员会 %(seats)d 名，超过上限 %(ceiling)d 名（一般 %(least)d 至 %(most)d 名）"
    ),
    Check.COMMITTEE_UNUSUAL: gettext_noop(
        "委员会 %(seats)d 名，一般为 %(least)d 至 %(most)d 名，最多 %(ceiling)d 名"
    ),
    Check.NOBODY_ENTITLED: gettext_noop("没有应到会的正式党员"),
    Check.NOT_COUNTED: gettext_noop(
        "%(count)d 名正式党员不计入应到会，须经党员大会通过并报上级党委同意"
    ),
    Check.FEW_CANDIDATES: gettext_noop(
        "应选 %(seats)d 名，须有候选人 %(needed)d 名，现有 %(given)d 名"
    ),
    Check.FEW_SPARE: gettext_noop(
        "补选委员 %(seats)d 名，一般须有候选人 %(needed)d 名，现有 %(given)d 名"
    ),
    Check.POST_CLOSED: gettext_noop("%(count)d 名候选人拟任的职务没有名额，请移出或调整方案"),
    Check.NO_SECRETARY: gettext_noop("没有书记人选"),
    Check.CANDIDATE_GONE: gettext_noop("候选人中 %(count)d 名现在没有选举权，请移出"),
    Check.SECRETARY_STANDING: gettext_noop(
        "书记人选到选举日转正不满 %(months)d 个月，或转正日期不详"
    ),
    Check.NO_ATTENDANCE: gettext_noop("没有登记到会情况"),
    Check.OTHER_DAY: gettext_noop("实际选举日期与报送的日期不同"),
    Check.NO_QUORUM: gettext_noop(
        "应到会 %(entitled)d 人，实到会 %(attending)d 人，没有达到规定人数（须 %(needed)d 人），不能选举"
    ),
    Check.NO_COUNT: gettext_noop("没有登记计票结果，或有人的票数没有登记"),
    Check.OUT_NOT_ATTENDING: gettext_noop("发出选票 %(out)d 张，与实到会 %(attending)d 人不相等"),
    Check.MORE_RETURNED: gettext_noop("收回选票 %(returned)d 张，多于发出的 %(out)d 张，选举无效"),
    Check.NOT_ADDING_UP: gettext_noop(
        "有效票 %(valid)d 张、无效票 %(invalid)d 张，相加不等于收回的 %(returned)d 张"
    ),
    Check.VOTES_OVER_VALID: gettext_noop(
        "有人的赞成、不赞成、弃权相加超过有效票 %(valid)d 张，"
        "或再次投票的赞成票超过实到会 %(attending)d 人"
    ),
    Check.TOO_MANY_CHOICES: gettext_noop("赞成票总数超过有效票 %(valid)d 张乘以应选名额"),
    Check.TIED: gettext_noop(
        "%(count)d 人得票相等，不能确定当选人，请就这几人再次投票，登记再次投票的赞成票"
    ),
    Check.NOBODY_ELECTED: gettext_noop("没有人的赞成票超过实到会 %(attending)d 人的一半"),
    Check.OPEN_SEATS: gettext_noop("%(count)d 个名额空缺"),
    Check.NO_OFFICER: gettext_noop("没有登记新委员会推选的书记"),
    Check.TELLER_STANDS: gettext_noop("监票人、计票人中有候选人"),
    Check.HELD_TOO_EARLY: gettext_noop(
        "实际选举日期早于党组织成立日期，或不晚于已登记的上一次选举，请在到会情况中更正"
    ),
    Check.ELECTED_GONE: gettext_noop(
        "当选人中 %(count)d 名现在不是本组织在册的正式党员，不能批复。组织关系有误的先更正名册；"
        "确已离开的，改期或调整人选后重新选举，已上报的先退回核对或作选举无效"
    ),
}


def finding_words(finding: Finding) -> str:
    """Return one finding in words, with its numbers."""
    return _(_FINDINGS[finding.check]) % finding.numbers


def quorum_words(entitled: int, attending: int, needed: int, *, is_strict: bool) -> str:
    """Return how many came of how many, and whether that is enough (EL-4)."""
    if attending < needed:
        told = _(
            "应到会 %(entitled)d 人，实到会 %(attending)d 人，没有达到规定人数（须 %(needed)d 人）"
        )
    elif is_strict:
        told = _(
            "应到会 %(entitled)d 人，实到会 %(attending)d 人，超过五分之四（须 %(needed)d 人）"
        )
    else:
        told = _(
            "应到会 %(entitled)d 人，实到会 %(attending)d 人，达到五分之四（须 %(needed)d 人）"
        )
    return told % {"entitled": entitled, "attending": attending, "needed": needed}


def _not_complete(error: Exception) -> str:
    items = error.blockers if isinstance(error, elections.FileNotComplete) else []
    words = _("；").join(finding_words(item) for item in items)
    return _("还不能办理：%(items)s。") % {"items": words}


STEP_FAULTS: Faults = {
    elections.FileNotComplete: _not_complete,
    elections.ResultStands: gettext_noop("登记的结果有效，请上报，不能作未成处理。"),
    organisations.OrganisationNotActive: gettext_noop("党组织已不是正常状态，不能批复任职。"),
    organisations.AlreadyAppointed: gettext_noop("有当选人现在就任这一职务，请退回核对。"),
    organisations.DateNotAllowed: gettext_noop("选举日期早于党组织成立日期，请退回核对。"),
    organisations.NothingChanges: gettext_noop(
        "党组织已登记了同日或更晚的一次选举，请退回核对选举日期。"
    ),
}
FILE_FAULTS: Faults = {
    elections.AlreadyStanding: gettext_noop("有人已经在候选人里，请核对。"),
    elections.ElectionUnderWay: gettext_noop("这个党组织已有一件未办结的选举，请在那里办理。"),
    elections.FileClosed: gettext_noop("现在的状态不能改这一项，请核对现在的情况。"),
    elections.HeldToCome: gettext_noop("实际选举日期不能晚于今天。"),
    elections.HeldTooEarly: gettext_noop(
        "实际选举日期不能早于党组织成立日期；换届选举须晚于已登记的上一次选举。"
    ),
    elections.HoldsPost: gettext_noop("补选的候选人里有人现在就任这一职务，请核对。"),
    elections.NamesMissing: gettext_noop("请写明主持人和监票人、计票人的姓名。"),
    elections.NobodyToConfirm: gettext_noop("本区还没有能预审和批复的党委或组织部门。"),
    elections.NotElected: gettext_noop("书记、副书记从当选的委员中推选，各为不同的人。"),
    elections.NotEntitled: gettext_noop("有人没有选举权，或已不是在册的正式党员，请核对。"),
    elections.NotFailed: gettext_noop("只有选举未成的才能再次组织。"),
    elections.NotStanding: gettext_noop("已经不在候选人里，请核对现在的情况。"),
    elections.PostNotOffered: gettext_noop("这次选举没有这一职务的名额，或人数超过名额。"),
    elections.ReasonNotFit: gettext_noop("请从列出的原因中选择。"),
    elections.SortNotFit: gettext_noop("党组织已有选举记录，不能作首次选举。"),
    elections.VotesMissing: gettext_noop("候选人刚才有变化，请重新登记每个人的票数。"),
    NotPermitted: gettext_noop("您的岗位不能办理这个党组织的选举。"),
}
REFUSALS: tuple[type[Exception], ...] = tuple(FILE_FAULTS)


def refusal(error: Exception) -> str:
    """Return why something was not done; `error` is one of REFUSALS."""
    return fault_text(error, FILE_FAULTS)
