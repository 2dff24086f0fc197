"""Static files are gathered when something about them changed, and only then."""

import pytest

from xgz.management import static_files
from xgz.management.static_files import gather_static_files


@pytest.fixture
def sources(settings, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "own.css").write_text("p { color: red }")
    settings.HOME, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    return folder


def test_a_second_start_gathers_nothing(sources):
    assert [gather_static_files(), gather_static_files()] == [True, False]


def test_a_changed_file_is_gathered(sources, settings):
    gather_static_files()
    (sources / "own.css").write_text("p { color: tan }")

    assert gather_static_files()
    assert "tan" in (settings.STATIC_ROOT / "own.css").read_text()


def test_a_new_file_is_gathered(sources, settings):
    gather_static_files()
    (sources / "more.css").write_text("")

    assert gather_static_files()
    assert (settings.STATIC_ROOT / "more.css").exists()


def test_files_that_were_taken_away_are_gathered_again(sources, settings):
    gather_static_files()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()

    assert gather_static_files()


def test_a_gathering_that_broke_off_is_done_again(sources, monkeypatch):
    gather_static_files()
    (sources / "own.css").write_text("p { color: tan }")

    def breaks(*_words, **_options):
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(static_files, "call_command", breaks)
        with pytest.raises(OSError, match="no room"):
            gather_static_files()
    (sources / "own.css").write_text("p { color: red }")

    assert gather_static_files()
