"""What a reading found that a person should know, in words; one wording for pages and shell."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from xgz.models import Import
from xgz.rules.imports.headers import fold_header
from xgz.rules.imports.states import ImportKind

# Names that found no body, with the rows that name them.
_UNKNOWN_NAMES: Mapping[str, str] = {
    "unknown_townships": N_("乡镇街道“%(name)s”没有对应的单位，%(rows)s 行记为乡镇未知。"),
    "unknown_offices": N_("管辖单位“%(name)s”没有对应的监管所，%(rows)s 行记为未知。"),
    "unknown_superiors": N_("上级党组织“%(name)s”不在系统里，%(rows)s 个组织的隶属待确认。"),
    "unknown_guides": N_("指导单位“%(name)s”不在系统里，%(rows)s 个组织的指导单位待补。"),
}
# Columns whose absence costs something that nobody would notice otherwise.
_LOST_WITHOUT: Mapping[str, Mapping[str, str]] = {
    ImportKind.REGISTRY: {
        "status": N_("文件里没有登记状态一列：注销、吊销、迁出不会被发现。"),
        "township": N_("文件里没有乡镇街道一列：新增主体不能归到乡镇。"),
        "office": N_("文件里没有管辖单位一列：新增主体只能按乡镇归到监管所。"),
    },
    ImportKind.ANNUAL_REPORT: {
        "full_members": N_("文件里没有正式党员人数一列：不能认定应建未建，只能列为待核实。"),
        "owner_member": N_("文件里没有法定代表人是否党员一列：自报党员的经营者看不到。"),
    },
    ImportKind.ROSTER: {
        "branch": N_("文件里没有所在党支部一列：党员不能归到党支部。"),
        "member_class": N_("文件里没有人员类别一列：分不出正式党员和预备党员。"),
    },
}


def lost_columns(source: Import) -> list[str]:
    """Return what cannot be known because the file lacks a weighty column, each as a sentence."""
    columns = source.reading.get("columns", {})
    return [
        _(sentence)
        for key, sentence in _LOST_WITHOUT.get(source.kind, {}).items()
        if columns and key not in columns
    ]


def warnings(source: Import) -> list[str]:
    """Return the names that found nothing and the codes to verify, each as a sentence."""
    notes = source.notes
    told = [
        _(sentence) % {"name": name, "rows": f"{rows:,}"}
        for key, sentence in _UNKNOWN_NAMES.items()
        for name, rows in notes.get(key, {}).items()
    ]
    lists: list[tuple[str, Any]] = [
        (_("名册里的下列党支部还没有登记，列为待确认："), notes.get("unconfirmed_organisations")),
        (_("下列覆盖单位代码登记台账里没有，保留待核实："), notes.get("codes_to_verify")),
    ]
    return told + [words + _("、").join(names) for words, names in lists if names]


def missing_sentence(source: Import) -> str:
    """Return how many businesses a full extract did not name, or "" where it named all."""
    missing = source.notes.get("missing")
    if not missing:
        return ""
    return _("全量数据里没有的 %(count)s 户已列为待核实，没有注销。") % {"count": f"{missing:,}"}


def ignored_sentence(source: Import) -> str:
    """Return which headers nobody recognised, or "" where none is left.

    A column that a person chose to leave out is not among them.
    """
    chosen = {fold_header(theirs) for theirs in source.renamed}
    left = [h for h in source.reading.get("unknown", []) if h and fold_header(h) not in chosen]
    if not left:
        return ""
    return _("没有认出、没有导入的列：%(names)s。") % {"names": _("、").join(left)}
