"""The life of one import, and what can become of a row (IM-3, IM-4)."""

from enum import StrEnum


class ImportKind(StrEnum):
    REGISTRY = "registry"
    ANNUAL_REPORT = "annual_report"
    ROSTER = "roster"
    ORGANISATIONS = "organisations"


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    MAPPED = "mapped"  # somebody confirmed the columns by hand
    STAGING = "staging"
    STAGED = "staged"  # read and checked, nothing written yet: the dry run
    APPLYING = "applying"
    APPLIED = "applied"
    UNDONE = "undone"
    REFUSED = "refused"  # a structural fault: the file as a whole
    FAILED = "failed"  # a fault of ours; nothing was written
    ABANDONED = "abandoned"


class ImportAction(StrEnum):
    MAP = "map"
    STAGE = "stage"
    REFUSE = "refuse"
    FINISH_STAGING = "finish_staging"
    APPLY = "apply"
    RESUME = "resume"  # whoever was writing is gone and left nothing: another one writes
    FINISH_APPLYING = "finish_applying"
    FAIL = "fail"
    RECOVER = "recover"  # the process that worked on it is gone, or met a fault of ours
    UNDO = "undo"
    ABANDON = "abandon"


class RowOutcome(StrEnum):
    """What became of a row; the six figures add up to the rows of the file (IM-3)."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    BLANK = "blank"


class LeftBecause(StrEnum):
    """Why undoing left a row as it is (IM-5)."""

    CHANGED = "changed"  # by a later import or by hand
    REFERENCED = "referenced"  # something that came later hangs on it


IMPORT_KIND_LABELS: dict[ImportKind, str] = {
    ImportKind.REGISTRY: "登记数据",
    ImportKind.ANNUAL_REPORT: "年报数据",
    ImportKind.ROSTER: "党员名册",
    ImportKind.ORGANISATIONS: "党组织名册",
}
IMPORT_STATE_LABELS: dict[ImportState, str] = {
    ImportState.UPLOADED: "已上传",
    ImportState.MAPPED: "已对照列名",
    ImportState.STAGING: "正在读取",
    ImportState.STAGED: "试运行完成，尚未写入",
    ImportState.APPLYING: "正在写入",
    ImportState.APPLIED: "已写入",
    ImportState.UNDONE: "已撤销导入",
    ImportState.REFUSED: "整份退回",
    ImportState.FAILED: "失败，未写入",
    ImportState.ABANDONED: "已放弃",
}
ROW_OUTCOME_LABELS: dict[RowOutcome, str] = {
    RowOutcome.CREATED: "新增",
    RowOutcome.UPDATED: "更新",
    RowOutcome.UNCHANGED: "无变化",
    RowOutcome.REJECTED: "退回",
    RowOutcome.DUPLICATE: "重复",
    RowOutcome.BLANK: "空行",
}

LEFT_LABELS: dict[LeftBecause, str] = {
    LeftBecause.CHANGED: "写入后又被改过",
    LeftBecause.REFERENCED: "仍被引用",
}

_S, _A = ImportState, ImportAction

IMPORT_STEPS: dict[tuple[ImportState, ImportAction], ImportState] = {
    (_S.UPLOADED, _A.MAP): _S.MAPPED,
    (_S.STAGED, _A.MAP): _S.MAPPED,
    (_S.REFUSED, _A.MAP): _S.MAPPED,
    (_S.UPLOADED, _A.STAGE): _S.STAGING,
    (_S.MAPPED, _A.STAGE): _S.STAGING,
    (_S.STAGING, _A.REFUSE): _S.REFUSED,
    (_S.STAGING, _A.FAIL): _S.FAILED,
    (_S.STAGING, _A.FINISH_STAGING): _S.STAGED,
    (_S.STAGED, _A.APPLY): _S.APPLYING,
    (_S.APPLYING, _A.RESUME): _S.APPLYING,
    (_S.APPLYING, _A.FINISH_APPLYING): _S.APPLIED,
    (_S.APPLYING, _A.FAIL): _S.FAILED,
    (_S.STAGING, _A.RECOVER): _S.UPLOADED,
    (_S.APPLYING, _A.RECOVER): _S.UPLOADED,
    (_S.FAILED, _A.RECOVER): _S.UPLOADED,
    (_S.APPLIED, _A.UNDO): _S.UNDONE,
    (_S.UNDONE, _A.UNDO): _S.UNDONE,  # once more, for what was left behind
    (_S.UPLOADED, _A.ABANDON): _S.ABANDONED,
    (_S.MAPPED, _A.ABANDON): _S.ABANDONED,
    (_S.STAGED, _A.ABANDON): _S.ABANDONED,
    (_S.STAGING, _A.ABANDON): _S.ABANDONED,  # its process is gone
    (_S.APPLYING, _A.ABANDON): _S.ABANDONED,
    (_S.REFUSED, _A.ABANDON): _S.ABANDONED,
    (_S.FAILED, _A.ABANDON): _S.ABANDONED,
}

UNDO_DAYS = 30  # IM-5: calendar days after writing; the last day counts


class ImportStepNotAllowed(Exception):
    """The import is not in a state from which this step leads anywhere."""


def next_import_state(state: ImportState, action: ImportAction) -> ImportState:
    """Return the state the step leads to. Raises ImportStepNotAllowed."""
    try:
        return IMPORT_STEPS[state, action]
    except KeyError:
        raise ImportStepNotAllowed(f"{action.value} from {state.value}") from None
