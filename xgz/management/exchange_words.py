"""One plain sentence for each reason why the input of an exchange is refused."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.rules.exchange.terms import ExchangeRefused, Refusal

_R = Refusal
_WORDS: dict[Refusal, str] = {
    _R.KEY_UNREADABLE: gettext_noop(
        "密钥文件读不出来。它由 xgz exchange key 生成，双方各存一份；也可以是 32 字节的密钥。"
    ),
    _R.BASIS_MISSING: gettext_noop(
        "没有比对依据：请用 xgz exchange key 生成写明依据的密钥，或加 --basis 依据文件（编造数据用 --synthetic）。"
    ),
    _R.BASIS_TWICE: gettext_noop("密钥里已写明比对依据，不能再另给一份。"),
    _R.BASIS_UNREADABLE: gettext_noop(
        "依据读不出来，应为含 basis、document、purpose、expires 的 JSON，expires 写成 2026-10-10 这样。"
    ),
    _R.BASIS_INCOMPLETE: gettext_noop(
        "依据内容不全：basis（依据）、document（文号）、purpose（用途）都要填写，每项不超过 300 字。"
    ),
    _R.BASIS_EXPIRED: gettext_noop("比对依据已于 %(d0)s 到期，请双方重新商定。"),
    _R.SYNTHETIC_IN_PRODUCTION: gettext_noop(
        "正式环境不接受 --synthetic：真实人员的比对必须写明依据。"
    ),
    _R.NO_ROWS: gettext_noop("没有可以比对的行。"),
    _R.TOO_MANY_ROWS: gettext_noop("一份请求最多 %(d0)d 行，请分开提出。"),
    _R.NOT_SEALED: gettext_noop("这不是比对请求或回复文件。"),
    _R.OTHER_KIND: gettext_noop("文件不对：request 生成的交给 answer，answer 生成的交给 accept。"),
    _R.FOREIGN_KEY: gettext_noop("文件是用另一个密钥密封的，双方的密钥文件不一致。"),
    _R.BROKEN: gettext_noop("文件不完整或被改动过，请对方重新发送。"),
    _R.OTHER_VERSION: gettext_noop("对方的程序版本不同，比对口径不一致，请双方升级到同一版本。"),
    _R.REQUEST_EXPIRED: gettext_noop("这份请求已于 %(d0)s 到期，请重新提出。"),
    _R.ANSWERED_BEFORE: gettext_noop(
        "这份请求已于 %(d0)s 回复过，不能再回复；需要时请对方重新提出。"
    ),
    _R.ANSWERED_TOO_OFTEN: gettext_noop(
        "24 小时内用这个密钥回复的请求或行数已到上限，请明天再办。"
    ),
    _R.NOT_OUR_REQUEST: gettext_noop("这份回复不是回答本系统提出的请求。"),
    _R.ACCEPTED_BEFORE: gettext_noop("这份请求的回复已于 %(d0)s 收过。"),
    _R.OTHER_REQUEST: gettext_noop("回复与本系统提出的请求对不上，请对方重新回复。"),
    _R.SAME_FILE: gettext_noop("--out 不能是输入文件、密钥文件或名册。"),
}


def refusal_in_words(refused: ExchangeRefused) -> str:
    """Return why the input was refused, and what to do."""
    details = {f"d{at}": _shown(detail) for at, detail in enumerate(refused.details)}
    return _(_WORDS[refused.reason]) % details


def _shown(detail: object) -> object:
    return clock.day_of(detail) if isinstance(detail, datetime) else detail
