"""What undoing an import left behind: how much, why, and what to undo first."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Count, ForeignObjectRel, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from xgz.models import Import, ImportChange
from xgz.rules.imports.states import ImportState, LeftBecause
from xgz.rules.roles import Role

# Tables whose rows keep others. Those of people looked for, reported or looked up are left out: the
# page says "other data" of them (CS-12).
REFERRER_LABELS = {
    "annualreport": "年报",
    "closure": "主体退出",
    "coverage": "党组织",
    "organisation": "党组织",
    "organisationpost": "党组织",
    "organisationchange": "党组织",
    "body": "党组织",
    "member": "党员名册",
    "memberlink": "党员名册",
    "memberevent": "党员名册",
    "memberworkplace": "党员名册",
    "formation": "组建党组织",
    "termelection": "换届选举",
    "electioncandidate": "换届选举",
    "electionvoter": "换届选举",
    "formationmember": "组建党组织",
    "formationunit": "组建党组织",
    "stall": "市场摊位",
    "market": "市场经营单位",
    "instructorlink": "指导员",
    "surveyrow": "摸排",
    "roleassignment": "账号",
    "rolerequest": "账号",
    "adjustment": "组织调整",
    "establishing": "成立落实",
    "formationdecision": "组建党组织",
    "transfer": "组织关系转接",
    "sitecheck": "阵地",
    "sitephoto": "阵地",
    "support": "启动经费和物资",
    "plan": "联合党支部规划",
    "planbranch": "联合党支部规划",
    "planunit": "联合党支部规划",
    "paper": "公文",
    "casepaper": "公文",
    "surveyround": "摸排",
    "snapshotfigure": "统计快照",
    "business": "经营主体",
    "caseparty": "办理中的事项",
    "casereview": "办理中的事项",
    "caseevent": "办理中的事项",
    "notice": "办理中的事项",
}
# What keeps a business, by table and the column that names it: nothing of which the market line
# must not learn that it is there (PR-10). Workplaces and cases inside are let go of.
BUSINESS_KEEPERS: dict[str, tuple[str, Q]] = {
    "annualreport": ("business", Q()),
    "closure": ("business", Q(is_shared=True)),
    "coverage": ("business", Q()),
    "formationunit": ("business", Q(is_inside=False)),
    "instructorlink": ("business", Q()),
    "market": ("operator", Q()),
    "roleassignment": ("business", Q(role=Role.OWNER)),
    "rolerequest": ("business", Q(role=Role.OWNER)),
    "surveyrow": ("business", Q()),
}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """changed, referenced: rows left for each reason; referrers: tables that refer to them.

    first: row numbers of the later imports that wrote to these rows or hung something on them.
    """

    changed: int = 0
    referenced: int = 0
    referrers: tuple[str, ...] = ()
    first: frozenset[int] = frozenset()


def standing_later(source: Import) -> QuerySet[Import]:
    """Return the later imports of the same kind that still stand, the newest first.

    A row that such an import only confirmed bears no mark of it and goes with the import that made
    it (IM-5).
    """
    same = Import.objects.filter(kind=source.kind, state=ImportState.APPLIED)
    later = Q(applied_at__gt=source.applied_at) | Q(applied_at=source.applied_at, pk__gt=source.pk)
    return same.filter(later).order_by("-applied_at", "-pk")


def kept_businesses() -> Q:
    """Return the condition that something keeps a business from going with its import (PR-10)."""
    kept = Q(pk__in=[])
    for table, (column, condition) in BUSINESS_KEEPERS.items():
        rows = apps.get_model("xgz", table)._default_manager.filter(condition)
        kept |= Q(pk__in=rows.filter(**{f"{column}__isnull": False}).values(column))
    return kept


def what_is_left(source: Import) -> Leftovers:
    """Return why rows of an import were left alone when it was undone (IM-5)."""
    left = ImportChange.objects.filter(source_import=source, is_conflict=True)
    counts = dict(left.order_by().values_list("left_because").annotate(n=Count("pk")))
    if not counts:
        return Leftovers()
    tables: dict[str, None] = {}
    first: set[int] = set()
    for table in left.order_by("table").values_list("table", flat=True).distinct():
        first |= set(_later_writers(source, table, left))
        for referrer, imports in _referrers(source, table, left).items():
            tables[referrer] = None
            first |= imports
    return Leftovers(
        counts.get(LeftBecause.CHANGED, 0),
        counts.get(LeftBecause.REFERENCED, 0),
        tuple(tables),
        frozenset(first),
    )


def _later_writers(
    source: Import, table: str, left: QuerySet[ImportChange]
) -> QuerySet[ImportChange, int]:
    """Return the later imports that changed these rows and still stand."""
    moment = source.applied_at
    later = Q(source_import__applied_at__gt=moment) | Q(
        source_import__applied_at=moment, source_import__gt=source.pk
    )
    standing = Q(source_import__state=ImportState.APPLIED) | Q(is_conflict=True)
    rows = ImportChange.objects.filter(
        later, standing, table=table, target_id__in=left.filter(table=table).values("target_id")
    )
    return rows.order_by().values_list("source_import", flat=True).distinct()


def _referrers(source: Import, table: str, left: QuerySet[ImportChange]) -> dict[str, set[int]]:
    """Return the tables whose rows refer to those left, with the imports that made these rows.

    One query, however many tables may refer to them.
    """
    targets = left.filter(table=table, left_because=LeftBecause.REFERENCED).values("target_id")
    told = BUSINESS_KEEPERS if table == "business" else REFERRER_LABELS
    parts = [
        _referring(source, table, relation, targets)
        for relation in apps.get_model("xgz", table)._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and relation.auto_created
        and relation.related_model._meta.model_name in told
    ]
    found: dict[str, set[int]] = {}
    if not parts:
        return found
    for name, made_by in parts[0].union(*parts[1:]):
        found.setdefault(name, set()).update([made_by] if made_by else [])
    return {name: found[name] for name in told if name in found}


def _referring(
    source: Import, table: str, relation: ForeignObjectRel, targets: QuerySet[Any, Any]
) -> QuerySet[Any, Any]:
    """Return (table, import that made it or 0) of the rows that refer by one column."""
    other = relation.related_model
    name = other._meta.model_name or ""
    rows = other._default_manager.filter(**{f"{relation.field.name}__in": targets})
    if table == "business":
        rows = rows.filter(BUSINESS_KEEPERS[name][1])
    made_by: Any = Value(0, BigIntegerField())
    # A case stays when the import that opened it is undone.
    if name != "closure" and any(
        column.name == "source_import" for column in other._meta.concrete_fields
    ):
        rows = rows.exclude(source_import=source)
        made_by = Coalesce("source_import", Value(0), output_field=BigIntegerField())
    found: QuerySet[Any, Any] = rows.order_by().values_list(Value(name), made_by).distinct()
    return found
