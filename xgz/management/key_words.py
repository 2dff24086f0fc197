"""What is wrong with the key ring, in the words of the shell: which key, by its id."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.services.keys.canaries import KeyFault, KeyUse, WrongKeys

_USES: dict[KeyUse, str] = {
    KeyUse.FIELD: gettext_noop("字段密钥"),
    KeyUse.INDEX: gettext_noop("检索密钥"),
    KeyUse.AUDIT: gettext_noop("审计密钥"),
    KeyUse.BACKUP: gettext_noop("备份密钥"),
}


def wrong_keys_in_words(wrong: WrongKeys) -> str:
    """Return what differs, one line a key, and what to do."""
    return "\n".join(
        [
            _("密钥文件与这个数据库不是一套："),
            *(f"- {_fault(fault)}" for fault in wrong.faults),
            _("请放回原来的 keys/keyring.json，或用 xgz keys import 从托管文件恢复。"),
        ]
    )


def _fault(fault: KeyFault) -> str:
    key = {"use": _(_USES[fault.use]), "id": fault.key_id or "—"}
    if fault.is_absent:
        return _("%(use)s %(id)s：密钥文件里没有") % key
    return _("%(use)s %(id)s：密钥文件里是另一个密钥") % key
