import pytest

from xgz.rules.imports.states import (
    IMPORT_KIND_LABELS,
    IMPORT_STATE_LABELS,
    IMPORT_STEPS,
    ROW_OUTCOME_LABELS,
    ImportAction,
    ImportKind,
    ImportState,
    ImportStepNotAllowed,
    RowOutcome,
    next_import_state,
)


def test_usual_way_from_upload_to_undo():
    state = ImportState.UPLOADED
    for action in ("map", "stage", "finish_staging", "apply", "finish_applying", "undo"):
        state = next_import_state(state, ImportAction(action))

    assert state is ImportState.UNDONE


@pytest.mark.parametrize("action", list(ImportAction), ids=str)
def test_nothing_follows_what_is_undone_or_abandoned_but_undoing_the_rest(action):
    with pytest.raises(ImportStepNotAllowed):
        next_import_state(ImportState.ABANDONED, action)
    if action is ImportAction.UNDO:
        assert next_import_state(ImportState.UNDONE, action) is ImportState.UNDONE
    else:
        with pytest.raises(ImportStepNotAllowed):
            next_import_state(ImportState.UNDONE, action)


def test_written_import_is_not_abandoned_and_unwritten_not_undone():
    forbidden = {
        (ImportState.APPLIED, ImportAction.ABANDON),
        (ImportState.STAGED, ImportAction.UNDO),
        (ImportState.APPLIED, ImportAction.APPLY),
        (ImportState.UPLOADED, ImportAction.APPLY),
    }

    assert forbidden.isdisjoint(IMPORT_STEPS)


def test_every_value_has_its_label():
    assert set(IMPORT_KIND_LABELS) == set(ImportKind)
    assert set(IMPORT_STATE_LABELS) == set(ImportState)
    assert set(ROW_OUTCOME_LABELS) == set(RowOutcome)
