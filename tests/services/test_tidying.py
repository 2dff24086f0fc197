"""Residual data (T32): what was deleted is in no file any more once the database was tidied."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project_settings
from django.db import connection

from tests.factories import TODAY, make_district, make_organisation
from tests.services.imports.worlds import NOW, Importer, id_number, operator
from xgz.models import ImportChange, Job, Member, MemberNameDigest
from xgz.rules.imports.states import UNDO_DAYS, ImportKind
from xgz.rules.jobs import JobState
from xgz.services.imports.forgetting import forget_gone_rows
from xgz.services.imports.undoing import undo_import
from xgz.services.installation import ensure_ready
from xgz.services.tidying import TIDY, empty_log, tidy_database

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 1000
ZONE = ZoneInfo("Asia/Shanghai")
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="files of SQLite")


def person(number, branch):
    birth = f"19{40 + number % 50}-0{1 + number % 9}-1{number % 10}"
    return {
        "姓名": f"甄示例{number}",
        "公民身份号码": id_number(birth, f"{number:03}"),
        "手机号": f"139{number:08}",
        "所在党支部": branch,
    }


def database_files():
    name = Path(connection.settings_dict["NAME"])
    return [path for path in (name, Path(f"{name}-wal")) if path.exists()]


def found_in(needles, files):
    """Return how many of the texts stand in any of the files."""
    content = b"".join(path.read_bytes() for path in files)
    return sum(needle.encode() in content for needle in needles)


@sqlite_only
def test_a_thousand_deleted_people_leave_nothing_behind(settings, tmp_path, own_keys):
    settings.HOME = tmp_path / "home"
    ensure_ready()
    branch = make_organisation(make_district().qingping)
    people = [person(number, branch.name) for number in range(PEOPLE)]
    source = Importer(tmp_path)(ImportKind.ROSTER, *people)
    assert Member.objects.count() == PEOPLE
    columns = ("name_sealed", "id_number_sealed", "phone_sealed", "key_digest", "phone_digest")
    needles = {text for row in Member.objects.values_list(*columns) for text in row if text}
    needles |= set(MemberNameDigest.objects.values_list("digest", flat=True))
    empty_log()
    assert found_in(needles, database_files()) == len(needles) > 3 * PEOPLE
    digests = {text for text in needles if "$" not in text}

    undo_import(actor=operator(), source=source, today=TODAY, now=NOW)
    tidy_database(now=datetime(2026, 11, 23, 3, tzinfo=ZONE))

    assert Member.objects.count() == 0
    (tmp_path / "file.csv").unlink()  # the operator's own file
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    left += [
        path for path in Path(project_settings.FILE_UPLOAD_TEMP_DIR).rglob("*") if path.is_file()
    ]
    assert found_in(digests, [*database_files(), *left]) == 0
    assert found_in(needles, [*database_files(), *left]) == 0
    assert found_in([row["公民身份号码"] for row in people], [*database_files(), *left]) == 0


@sqlite_only
def test_the_log_is_cut_to_nothing():
    make_organisation(make_district().qingping)
    name = Path(connection.settings_dict["NAME"])
    assert Path(f"{name}-wal").stat().st_size > 0

    assert empty_log()

    assert Path(f"{name}-wal").stat().st_size == 0


@sqlite_only
@pytest.mark.parametrize(
    ("moment", "is_rewritten"),
    [
        (datetime(2026, 11, 23, 6, 59, tzinfo=ZONE), True),
        (datetime(2026, 11, 23, 7, 0, tzinfo=ZONE), False),
        (datetime(2026, 11, 23, 19, 59, tzinfo=ZONE), False),
        (datetime(2026, 11, 23, 20, 0, tzinfo=ZONE), True),
        (datetime(2026, 11, 22, 10, 0, tzinfo=ZONE), True),
    ],
    ids=["before", "begins", "last minute", "after", "Sunday"],
)
def test_the_file_is_rewritten_outside_office_hours(moment, is_rewritten):
    assert tidy_database(now=moment) is is_rewritten


@sqlite_only
@pytest.mark.parametrize(("days", "is_rewritten"), [(6.9, False), (7, True)])
def test_it_is_rewritten_once_a_week(days, is_rewritten):
    night = datetime(2026, 11, 23, 3, tzinfo=ZONE)
    Job.objects.create(
        kind=TIDY,
        state=JobState.DONE,
        requested_at=NOW,
        finished_at=night - timedelta(days=days),
        result={"vacuum": True},
    )

    assert tidy_database(now=night) is is_rewritten


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="tables of PostgreSQL")
def test_tables_with_deletions_are_cleared():
    make_organisation(make_district().qingping)

    assert tidy_database(now=datetime(2026, 11, 23, 12, tzinfo=ZONE))


def test_the_journal_forgets_only_what_no_undo_can_ask_for(settings, tmp_path, own_keys):
    settings.HOME = tmp_path / "home"
    ensure_ready()
    branch = make_organisation(make_district().qingping)
    undone, standing = (
        Importer(tmp_path)(ImportKind.ROSTER, person(number, branch.name)) for number in (1, 2)
    )
    undo_import(actor=operator(), source=undone, today=TODAY, now=NOW)
    ImportChange.objects.filter(source_import=standing, table="member").update(is_conflict=True)
    Member.objects.all().delete()
    within = NOW + timedelta(days=UNDO_DAYS)

    assert forget_gone_rows(now=within) >= 1
    assert not ImportChange.objects.filter(
        source_import=undone, table="member", after__name_sealed__isnull=False
    )
    assert forget_gone_rows(now=within + timedelta(seconds=1)) == 0  # what an undo left alone
    ImportChange.objects.filter(source_import=standing).update(is_conflict=False)
    assert forget_gone_rows(now=within) == 0  # may still be undone
    assert forget_gone_rows(now=within + timedelta(seconds=1)) >= 1
    assert "sealed" not in str(list(ImportChange.objects.values_list("before", "after")))


def test_an_undo_after_the_tidying_still_takes_back_what_was_left(settings, tmp_path, own_keys):
    settings.HOME = tmp_path / "home"
    ensure_ready()
    branch = make_organisation(make_district().qingping)
    source = Importer(tmp_path)(ImportKind.ROSTER, person(1, branch.name), person(2, branch.name))
    first = Member.objects.order_by("pk").first()
    kept, sex = first.name_sealed, first.sex
    Member.objects.filter(pk=first.pk).update(sex="other")
    assert undo_import(actor=operator(), source=source, today=TODAY, now=NOW) == 1
    tidy_database(now=datetime(2026, 11, 23, 12, tzinfo=ZONE))
    Member.objects.filter(pk=first.pk).update(sex=sex)
    assert Member.objects.get().name_sealed == kept

    assert undo_import(actor=operator(), source=source, today=TODAY, now=NOW) == 0
    assert Member.objects.count() == 0
