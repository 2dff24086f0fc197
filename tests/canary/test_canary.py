"""Two hundred values of invented members through every feature, then looked for where they rest."""

import io
import logging
import tempfile
from datetime import timedelta

import pytest

from tests.canary.finder import Finder
from tests.canary.finding import FINDING
from tests.canary.forming import FORMING
from tests.canary.journey import STEPS, Office, failing, let_days_pass, work
from tests.canary.people import PEOPLE, WORDS, secrets
from tests.services.imports.worlds import operator
from xgz.access import clock
from xgz.config.logs import JsonLine, TextLine
from xgz.models import Backup, Job, Member
from xgz.services.backups import making, trying
from xgz.services.backups.folder import backups_folder
from xgz.services.installation import ensure_ready
from xgz.services.keys.rotation import rotate_keys
from xgz.services.reports import making as reports
from xgz.web.members import finding

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def finder():
    return Finder(secrets())


@pytest.fixture
def home(settings, tmp_path, own_keys, monkeypatch):
    """Give the test a data folder and a temporary folder of its own, and a worker to be called."""
    home = tmp_path / "home"
    settings.HOME, settings.BACKUPS = home, home / "backups"
    settings.AUDIT_ANCHORS = home / "anchors" / "audit.jsonl"
    settings.FILE_UPLOAD_TEMP_DIR = home / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(parents=True)
    settings.JOBS_AT_ONCE = False
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    ensure_ready()
    return tmp_path


@pytest.fixture
def logged():
    """Return what the log holds by now, in both its forms."""
    stream, root, handlers = io.StringIO(), logging.getLogger(), []
    for form in (JsonLine, TextLine):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(form())
        handlers.append(handler)
        root.addHandler(handler)
    yield stream.getvalue
    for handler in handlers:
        root.removeHandler(handler)


def test_canary_values_are_nowhere_in_clear(home, finder, logged, capfd):
    office = Office(finder)
    with clock.showing(office.now):
        for step in (*STEPS, *FINDING, *FORMING):
            step(office)
        fail(office)
        keep(office)
        let_days_pass(office)

    said = capfd.readouterr()
    hits = office.hits + finder.in_database() + finder.in_folder(home)
    hits += finder.in_text(logged(), "log") + finder.in_text(said.out + said.err, "terminal")
    assert not hits, sorted({(hit.place, hit.form, hit.what) for hit in hits})
    assert office.pages > 150
    assert Member.objects.count() == len(PEOPLE)
    assert backups_folder().exists()
    assert logged().count("\n") > 300


def fail(office):
    """Let a request and a job fail with values in their arguments and in the exception's text."""
    text = "，".join(PEOPLE[0].values)
    with failing(finding, "count_search", text):
        office.post("here", "member-find", number=PEOPLE[0].id_number, answered=500)
    office.post("here", "member-export", purpose=WORDS["purpose"], names="masked")
    with failing(reports, "_make", text):
        work(office)
    assert Job.objects.filter(fault__contains="ValueError").exists()
    office.get("system", "system-status")


def keep(office):
    """Back up, try the backup, change the keys, back up again."""
    for _ in range(2):
        backup = making.make_backup(actor=operator(), now=office.now())
        trial = trying.try_backup(actor=operator(), source=backups_folder() / backup.name)
        assert trial.is_restored
        assert trial.opened > 0
        office.moment += timedelta(minutes=1)
        now = office.now()
        rotate_keys(actor=operator(), today=now.date(), now=now, tell=lambda *_done: None)
    assert Backup.objects.count() == 2
