"""Why rows stay when an import is undone: each table that keeps some is told by its name (IM-5)."""

import pytest
from django.apps import apps
from django.db.models import PROTECT, ForeignObjectRel

from tests.factories.adjustments import make_adjustment, make_branch, moment
from tests.factories.elections import make_election
from tests.factories.rows import make_coverage, make_import
from tests.factories.sites import make_photo
from tests.factories.transfers import make_transfer
from xgz.models import ImportChange
from xgz.queries.undoing import BUSINESS_KEEPERS, REFERRER_LABELS, what_is_left
from xgz.rules.imports.states import ImportKind, ImportState, LeftBecause
from xgz.services.imports.undoing import _MODELS

# Of people looked for, reported or looked up nothing is told, not even that there is some (CS-12).
UNTOLD = {
    "exportapproval",
    "lead",
    "leadtally",
    "leadvisit",
    "matchingnotice",
    "poster",
    "reveal",
    "selfreportrequest",
    "selfreportwindow",
}


def keepers(model):
    """Return the tables whose rows keep a row of this one."""
    relations = [
        each
        for each in model._meta.get_fields(include_hidden=True)
        if isinstance(each, ForeignObjectRel)
        and each.auto_created
        and each.related_model.__module__.startswith("xgz.")
    ]
    return {
        each.related_model._meta.model_name
        for each in relations
        if getattr(each, "on_delete", None) is PROTECT
    }


@pytest.mark.parametrize("table", sorted(set(_MODELS) - {"business"}))
def test_every_table_that_keeps_a_row_has_its_words(table):
    assert keepers(_MODELS[table]) - UNTOLD <= set(REFERRER_LABELS)


def test_what_is_told_is_a_table_and_nothing_untold():
    assert set(BUSINESS_KEEPERS) <= set(REFERRER_LABELS)
    assert not UNTOLD & set(REFERRER_LABELS)
    assert all(apps.get_model("xgz", name) for name in REFERRER_LABELS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("keep", "named"),
    [
        (lambda branch: make_adjustment(organisation=branch), "adjustment"),
        (lambda branch: make_election(branch=branch, complete=False), "termelection"),
        (lambda branch: make_transfer(to_org=branch), "transfer"),
        (lambda branch: make_photo(branch), "sitephoto"),
        (lambda branch: make_coverage(branch), "coverage"),
    ],
)
def test_the_page_of_an_undone_import_names_what_kept_an_organisation(
    keep, named, settings, tmp_path, django_assert_num_queries
):
    settings.HOME = tmp_path
    branch = make_branch()
    source = make_import(
        kind=ImportKind.ORGANISATIONS, state=ImportState.UNDONE, applied_at=moment()
    )
    ImportChange.objects.create(
        source_import=source,
        table="organisation",
        target_id=branch.pk,
        created=True,
        is_conflict=True,
        left_because=LeftBecause.REFERENCED,
    )
    keep(make_branch())
    assert what_is_left(source).referrers == ()

    keep(branch)

    with django_assert_num_queries(4):
        assert named in what_is_left(source).referrers
