"""Why a file is not a backup that can be used here, and what to do, in the words of the shell."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.files.plain_copies import FileKind
from xgz.rules.backups import FAULT_LABELS, BackupFault
from xgz.services.backups.container import BackupRefused

_KINDS: dict[FileKind, str] = {
    FileKind.FOLDER: gettext_noop(
        "这是一个文件夹，不是备份。直接拷贝数据目录，拷到的数据库可能缺少最近的数据，密钥也会混在里面。"
    ),
    FileKind.SQLITE: gettext_noop(
        "这是直接拷贝的数据库文件，不是备份。运行中的数据库，最近的数据还在另一个 -wal 文件里，拷贝会丢失它们。"
    ),
    FileKind.SQLITE_LOG: gettext_noop("这是数据库的预写日志，不是备份。"),
    FileKind.DUMP: gettext_noop("这是 pg_dump 的导出，不是备份：没有加密，也没有清单可供核对。"),
    FileKind.ARCHIVE: gettext_noop(
        "这是压缩包，不是备份。打包数据目录，打进去的数据库可能缺少最近的数据，密钥也会混在里面。"
    ),
    FileKind.OTHER: gettext_noop("这不是备份文件。"),
}


def refusal_of_backup(refused: BackupRefused) -> str:
    """Return why, and what to do instead."""
    if refused.kind is not None:
        return _(_KINDS[refused.kind]) + _("请用 xgz backup 生成备份。")
    if refused.fault is BackupFault.FILE_GONE:
        return _("没有这个文件，请检查备份文件的路径。")
    words = _(FAULT_LABELS[refused.fault])
    if refused.fault is BackupFault.OTHER_KEYS and refused.key_ids:
        ids = _("、").join(refused.key_ids)
        return _(
            "%(words)s，需要密钥：%(ids)s。请放回当时的 keys/keyring.json，或从托管文件恢复。"
        ) % {
            "words": words,
            "ids": ids,
        }
    return words + _("。")
