"""The English interface is complete: every Chinese text has a translation with its placeholders."""

import re
from importlib import util
from pathlib import Path

import polib

ROOT = Path(__file__).parents[1]
_spec = util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
messages = util.module_from_spec(_spec)
_spec.loader.exec_module(messages)

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd%]|\{\w*\}")


def catalogue():
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(messages.CATALOGUE))}


def test_every_text_on_screen_is_translated():
    translated = {msgid for msgid, msgstr in catalogue().items() if msgstr}

    assert sorted(messages.all_texts() - translated) == []


def test_no_translation_is_left_over():
    assert sorted(set(catalogue()) - messages.all_texts()) == []


def test_translations_keep_their_placeholders():
    wrong = [
        msgid
        for msgid, msgstr in catalogue().items()
        if msgstr and sorted(PLACEHOLDER.findall(msgid)) != sorted(PLACEHOLDER.findall(msgstr))
    ]

    assert wrong == []


def test_lists_on_screen_are_joined_in_the_language_of_the_page():
    """A list joined by a bare "、" stays Chinese in the English interface."""
    bare = re.compile(r"""join:"、"|(?<!_\()(?<!gettext\()"、"\.join""")
    pages = [*(ROOT / "xgz" / "templates").rglob("*.html"), *(ROOT / "xgz" / "web").rglob("*.py")]

    assert [str(path) for path in pages if bare.search(path.read_text(encoding="utf-8"))] == []
