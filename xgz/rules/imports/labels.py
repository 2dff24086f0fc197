"""Label lists of the import files: every wording met, and the value it stands for (IM-10)."""

from collections.abc import Mapping
from enum import StrEnum

from xgz.rules.members import MemberClass, MembershipStatus, Sex
from xgz.rules.organisations import FormationMode, OrgType
from xgz.rules.registration import AbnormalListing, BusinessStatus, fold_label

NOT_FORMED = "none"  # an annual report may say that there is no organisation


def _table(wordings: Mapping[str, str]) -> dict[str, str]:
    """Return folded wording to value for lists of wordings separated by spaces."""
    return {
        fold_label(wording): str(value)
        for value, listed in wordings.items()
        for wording in listed.split()
    }


def _keyed(table: Mapping[StrEnum, str]) -> dict[str, str]:
    return _table({key.value: wordings for key, wordings in table.items()})


STATUS_LABELS = _keyed(
    {
        BusinessStatus.IN_BUSINESS: (
            "存续 在业 在营 开业 在册 存续（在营、开业、在册） 在营（开业）企业 在营（开业） 存续/在业 "
            "在业/存续 开业/在业 营业 存续（在营） 存续（开业） 存续（在册） 在册（在营、开业）"
        ),
        BusinessStatus.RESTING: "歇业",
        BusinessStatus.MOVED_AWAY: "迁出 已迁出 迁往市外 迁出（迁往其他登记机关）",
        BusinessStatus.REVOKED: "吊销 吊销，未注销 吊销未注销 已吊销 吊销企业 吊销营业执照",
        BusinessStatus.REVOKED_CANCELLED: "吊销，已注销 吊销已注销 吊销后注销 吊销并注销",
        BusinessStatus.CANCELLED: "注销 已注销 注销登记 简易注销 依职权注销 注销企业",
        BusinessStatus.WITHDRAWN: "撤销 撤销登记 撤销设立登记 已撤销",
    }
)
LISTING_LABELS = _keyed(
    {
        AbnormalListing.UNREACHABLE: (
            "通过登记的住所或者经营场所无法联系 通过登记的住所（经营场所）无法联系 住所失联 失联 "
            "无法联系 无法取得联系 通过登记的住所或者经营场所无法取得联系 住所无法联系"
        ),
        AbnormalListing.LISTED: "是 Y T TRUE 列入 已列入 异常 经营异常 列入经营异常名录 标记经营异常状态",
        AbnormalListing.NONE: "否 N F FALSE 未列入 无异常 正常 已移出 移出",
    }
)
ORG_TYPE_LABELS = _keyed(
    {
        OrgType.BRANCH: (
            "党支部 支部 联合党支部 联合支部 党的支部委员会 支部委员会 单独党支部 临时党支部 "
            "流动党员党支部 功能型党支部"
        ),
        OrgType.GENERAL_BRANCH: "党总支 总支 党总支部 总支部 党的总支部委员会 总支部委员会",
        OrgType.COMMITTEE: "党委 基层党委 党的基层委员会 基层委员会 党工委 综合党委",
        OrgType.INDUSTRY_COMMITTEE: "行业党委 行业综合党委",
    }
)
REPORT_ORG_TYPE_LABELS = ORG_TYPE_LABELS | _table(
    {NOT_FORMED: "未建立 未成立 未组建 无 没有 未建 尚未建立 未建立党组织 未成立党组织"}
)
FORMATION_MODE_LABELS = _keyed(
    {
        FormationMode.STANDALONE: "单独组建 单独建立 单独 独立组建",
        FormationMode.JOINT: "联合组建 联合建立 联合 联合支部 联合党支部",
        FormationMode.AFFILIATED: "挂靠 挂靠组建 挂靠建立 依托挂靠",
        FormationMode.ASSOCIATION: "依托个私协会 依托个私协会组建 协会组建 依托协会 依托协会组建 个私协会",
        FormationMode.MARKET: "依托市场 依托市场组建 市场组建 市场党支部",
        FormationMode.REGIONAL: (
            "区域组建 区域 片区组建 楼宇组建 街区组建 园区组建 行业组建 行业 依托园区 依托楼宇"
        ),
        FormationMode.FUNCTIONAL: "功能型 功能型党支部 功能型组建 临时组建 临时",
        FormationMode.FLOATING: "流动党员党支部 流动党员党组织 流动",
        FormationMode.OTHER: "其他 其它 其他方式",
    }
)
SEX_LABELS = _keyed({Sex.MALE: "男 男性", Sex.FEMALE: "女 女性"})
MEMBER_CLASS_LABELS = _keyed(
    {
        MemberClass.FULL: "正式党员 正式 党员 中共党员",
        MemberClass.PROBATIONARY: "预备党员 预备 中共预备党员",
        MemberClass.DEVELOPMENT_TARGET: "发展对象 发展党员对象 重点发展对象",
        MemberClass.ACTIVIST: "入党积极分子 积极分子",
        MemberClass.APPLICANT: "入党申请人 申请人 申请入党人 入党申请人员",
    }
)
MEMBERSHIP_STATUS_LABELS = _keyed(
    {
        MembershipStatus.NORMAL: "正常 在册 正常党籍 在党 有效",
        MembershipStatus.LOST_CONTACT: "失联 失去联系 失联党员",
        MembershipStatus.SUSPENDED: "停止党籍 停籍 党籍停止",
        MembershipStatus.REMOVED: "除名 党内除名 劝退除名 自行脱党",
        MembershipStatus.WITHDRAWN: "退党 劝退 已退党",
        MembershipStatus.EXPELLED: "开除 开除党籍 已开除",
        MembershipStatus.MOVED_OUT: "已转出 转出 组织关系已转出",
        MembershipStatus.DECEASED: "去世 死亡 已去世 已故 逝世",
    }
)
