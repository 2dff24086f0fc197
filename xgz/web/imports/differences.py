"""Differences in words: which row, which field, what stands there now and what it becomes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from xgz.models import ImportChange, sealing
from xgz.queries import imports as queries
from xgz.rules.imports.states import LEFT_LABELS, LeftBecause
from xgz.rules.masking import mask_id_number, mask_phone
from xgz.rules.members import MEMBER_CLASS_LABELS, MEMBERSHIP_STATUS_LABELS, SEX_LABELS
from xgz.rules.organisations import FORMATION_MODE_LABELS, ORG_STATE_LABELS, ORG_TYPE_LABELS
from xgz.rules.registration import (
    BUSINESS_KIND_LABELS,
    BUSINESS_STATUS_LABELS,
    KIND_BASIS_LABELS,
)
from xgz.services.imports.registry_changes import Changed

COLUMN_LABELS: dict[str, dict[str, str]] = {
    "business": {
        "credit_code": "统一社会信用代码",
        "registration_number": "注册号",
        "name": "名称",
        "kind": "主体类型",
        "kind_basis": "类型依据",
        "type_text": "登记的企业类型",
        "owner_name": "经营者（法定代表人）",
        "owner_id_sealed": "证件号码",
        "phone_sealed": "联系电话",
        "address": "住所（经营场所）",
        "established_on": "成立日期",
        "status": "登记状态",
        "status_on": "状态日期",
        "is_unreachable": "住所失联（经营异常）",
        "registrar": "登记机关",
        "township_id": "乡镇街道",
        "office_id": "管辖单位",
        "industry_code": "行业代码",
        "staff": "从业人数",
        "longitude": "经度",
        "latitude": "纬度",
        "missing_since": "全量数据中未出现",
        "market": "所属市场",
    },
    "annualreport": {
        "members_declared": "中共党员（包括预备党员）人数",
        "full_members": "正式党员人数",
        "org_type": "党组织建制",
        "formation_mode": "组建方式",
        "formed_on": "组建时间",
        "staff": "从业人数",
    },
    "member": {
        "name_sealed": "姓名",
        "id_number_sealed": "公民身份号码",
        "phone_sealed": "手机号",
        "address_sealed": "家庭住址",
        "position_sealed": "工作岗位",
        "sex": "性别",
        "born_on": "出生日期",
        "ethnicity": "民族",
        "education": "学历",
        "member_class": "人员类别",
        "joined_on": "入党日期",
        "full_on": "转正日期",
        "status": "党籍状态",
        "is_floating": "是否流动党员",
        "flow_to_sealed": "外出流向",
        "formal_org_id": "组织关系所在党组织",
        "activity_org_id": "参加活动的党组织",
    },
    "organisation": {
        "code": "党组织代码",
        "name": "党组织名称",
        "org_type": "组织类别",
        "formation_mode": "组建方式",
        "state": "状态",
        "guiding_body_id": "指导单位",
        "superior_text": "上级党组织",
        "founded_on": "成立日期",
        "elected_on": "最近换届日期",
        "term_ends_on": "届满日期",
        "last_life_on": "最近一次组织生活日期",
    },
}
_CHOICES: Mapping[tuple[str, str], Mapping[Any, str]] = {
    ("business", "kind"): BUSINESS_KIND_LABELS,
    ("business", "kind_basis"): KIND_BASIS_LABELS,
    ("business", "status"): BUSINESS_STATUS_LABELS,
    ("annualreport", "org_type"): ORG_TYPE_LABELS,
    ("annualreport", "formation_mode"): FORMATION_MODE_LABELS,
    ("member", "sex"): SEX_LABELS,
    ("member", "member_class"): MEMBER_CLASS_LABELS,
    ("member", "status"): MEMBERSHIP_STATUS_LABELS,
    ("organisation", "org_type"): ORG_TYPE_LABELS,
    ("organisation", "formation_mode"): FORMATION_MODE_LABELS,
    ("organisation", "state"): ORG_STATE_LABELS,
}
_BODIES = frozenset({"township_id", "office_id", "guiding_body_id"})
_ORGANISATIONS = frozenset({"formal_org_id", "activity_org_id"})
_MASKS: Mapping[tuple[str, str], tuple[str, Callable[[str], str]]] = {
    ("business", "phone_sealed"): ("business.phone", mask_phone),
    ("business", "owner_id_sealed"): ("business.owner_id", mask_id_number),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one row; url is empty where the row has no page."""

    row_no: int | None
    subject: str
    url: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Row:
    row_no: int | None
    table: str
    subject: queries.Subject
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def staged_differences(changes: Sequence[Changed]) -> list[Difference]:
    """Return what staged registry rows would change, field by field."""
    markets = queries.market_names([changed.business.pk for changed in changes])
    rows = []
    for changed in changes:
        business = changed.business
        before, after = dict(changed.before), dict(changed.after)
        held = markets.get(business.pk, "")
        if changed.market and changed.market != held:
            before["market"], after["market"] = held, changed.market
        subject = queries.Subject(business.name, "business-detail", business.public_id)
        rows.append(_Row(changed.row_no, "business", subject, before, after))
    return _differences(rows)


def written_differences(changes: Sequence[ImportChange]) -> list[Difference]:
    """Return what an import changed, field by field."""
    found = queries.subjects(changes)
    gone = queries.Subject(_("（已不存在）"))
    return _differences(
        [
            _Row(
                change.row_no,
                change.table,
                found.get((change.table, change.target_id), gone),
                change.before,
                change.after,
            )
            for change in changes
        ]
    )


def conflict_subjects(
    changes: Sequence[ImportChange],
) -> list[tuple[int | None, str, str, str]]:
    """Return (row number, name, address, reason) of rows that undoing left alone."""
    found = queries.subjects(changes)
    told = []
    for change in changes:
        subject = found.get((change.table, change.target_id))
        reason = _(LEFT_LABELS[LeftBecause(change.left_because)])
        if subject is None:
            told.append((change.row_no, _("（关联记录）"), "", reason))
        else:
            told.append((change.row_no, subject.name, _address(subject), reason))
    return told


def tried_changes(notes: Sequence[Sequence[Any]]) -> list[tuple[int, str]]:
    """Return (row number, fields in words) of rows that a trial run would change."""
    told = []
    for row_no, table, columns in notes:
        labels = COLUMN_LABELS.get(table, {})
        words = [_(labels[column]) for column in columns if column in labels]
        if words and row_no is not None:
            told.append((row_no, _("、").join(words)))
    return told


def _differences(rows: Sequence[_Row]) -> list[Difference]:
    names = _Names(rows)
    return [
        Difference(
            row_no=row.row_no,
            subject=row.subject.name,
            url=_address(row.subject),
            field=_(label),
            before=names.word(row, column, row.before.get(column)),
            after=names.word(row, column, row.after.get(column)),
        )
        for row in rows
        for column, label in COLUMN_LABELS.get(row.table, {}).items()
        if column in row.after
    ]


def _address(subject: queries.Subject) -> str:
    return reverse(subject.page, args=[subject.public_id]) if subject.page else ""


class _Names:
    """Values in words; names of bodies and organisations are fetched once for all rows."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        bodies: set[int] = set()
        organisations: set[int] = set()
        for row in rows:
            for values in (row.before, row.after):
                bodies |= {values[c] for c in _BODIES if values.get(c)}
                organisations |= {values[c] for c in _ORGANISATIONS if values.get(c)}
        self._bodies = queries.body_names(bodies) if bodies else {}
        self._organisations = queries.organisation_names(organisations) if organisations else {}

    def word(self, row: _Row, column: str, value: Any) -> str:
        """Return one value as the page shows it; sealed ones masked or not at all."""
        if value is None or value == "":
            return _("（空）")
        if column.endswith("_sealed"):
            return _masked(row, column, str(value))
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if column in _BODIES:
            return self._bodies.get(value, "—")
        if column in _ORGANISATIONS:
            return self._organisations.get(value, "—")
        if isinstance(value, date):
            return value.isoformat()
        label = _CHOICES.get((row.table, column), {}).get(value)
        return _(label) if label else str(value)


def _masked(row: _Row, column: str, sealed: str) -> str:
    mask = _MASKS.get((row.table, column))
    if mask is None or not row.subject.public_id:
        return _("（内容不显示）")
    name, hide = mask
    return hide(sealing.unseal(name, row.subject.public_id, sealed))
