"""The words argparse itself says in help pages and usage errors, in the language of the screen."""

import argparse

from django.utils.translation import gettext as _

# What argparse says → what the shell says; words that are absent stay as they are.
_ARGPARSE_TEXTS: dict[str, str] = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示这份说明",
    "the following arguments are required: %s": "缺少必填项：%s",
    "unrecognized arguments: %s": "不认识的写法：%s",
    "expected one argument": "后面应写一个值",
    "expected at least one argument": "后面至少应写一个值",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r 这一项，可选：%(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 写法不对",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
}


def speak_chinese() -> None:
    """Let argparse look its words up in the table above; it offers no other way to change them."""
    argparse._ = _said  # type: ignore[attr-defined]


def _said(text: str) -> str:
    return _(_ARGPARSE_TEXTS[text]) if text in _ARGPARSE_TEXTS else text
