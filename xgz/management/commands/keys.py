"""`xgz keys show|rotate|retire|forget|export|import`: the key ring, for the operator of the machine."""

import getpass
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.access.actor import Actor
from xgz.files.relay_keys import RelayKeys, RelayKeysBroken
from xgz.management.base import XgzCommand
from xgz.models.keyring import KeyRing, KeyRingBroken, key_name, key_ring
from xgz.rules.keys import CUSTODIANS, OPENERS, ROTATE_AFTER_DAYS, SHORTEST_PASSPHRASE
from xgz.services.installation import ensure_ready, has_database
from xgz.services.keys import escrow, rotation
from xgz.services.keys.canaries import WrongKeys

_REFUSED = 2  # exit code: the input was refused
_VERBS = {
    "show": gettext_noop("列出密钥编号、启用日期、各有多少内容在用（不显示密钥）"),
    "rotate": gettext_noop("换新的字段密钥，并把全部密封内容改用新密钥；中断后再运行会接着做"),
    "retire": gettext_noop("停用已无内容使用的旧密钥，留着打开旧备份"),
    "forget": gettext_noop("销毁已停用的密钥；之后再也打不开用它密封的旧备份"),
    "export": gettext_noop("导出托管文件，交三位保管人，任意两位的口令可以打开"),
    "import": gettext_noop("用两位保管人的口令从托管文件恢复密钥文件"),
}


class Command(XgzCommand):
    help = _("管理密钥：查看、轮换、停用、托管")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        made = {verb: verbs.add_parser(verb, help=_(words)) for verb, words in _VERBS.items()}
        for verb in ("retire", "forget"):
            made[verb].add_argument("key_id", metavar="ID", help=_("密钥编号，见 xgz keys show"))
        made["export"].add_argument("--out", required=True, metavar="FILE", help=_("托管文件"))
        made["import"].add_argument("file", metavar="FILE", help=_("托管文件"))
        for verb in ("export", "import"):
            made[verb].add_argument(
                "--passphrases", metavar="FILE", help=_("从文件读口令，一行一个；不写则逐个询问")
            )

    def execute(self, *args: Any, **options: Any) -> str | None:
        # Where the ring is lost there is nothing to make ready: it comes back first.
        self.needs_installation = options["verb"] != "import"
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(self.actor({}), options)
        except RelayKeysBroken:
            raise CommandError(_("relay.json 已损坏，请移走后用 xgz keys import 恢复。")) from None

    def _show(self, actor: Actor, options: dict[str, Any]) -> None:
        today = clock.today()
        for line in rotation.key_lines(actor=actor):
            age = (today - date.fromisoformat(line.made)).days if line.made else None
            words = {
                "id": line.key_id,
                "state": _state(line),
                "made": line.made or "—",
                "cells": line.needs.cells,
                "files": line.needs.files,
                "backups": line.needs.backups,
            }
            said = _(
                "字段密钥 %(id)s　%(state)s　启用 %(made)s　内容 %(cells)d　文件 %(files)d　备份 %(backups)d"
            )
            self.stdout.write(said % words)
            if line.is_current and age is not None and age > ROTATE_AFTER_DAYS:
                self.stdout.write(_("　已用 %d 天，请运行 xgz keys rotate。") % age)
        ring = key_ring()
        for use, key in (
            (_("检索密钥"), ring.index),
            (_("审计密钥"), ring.audit),
            (_("备份密钥"), ring.backup),
        ):
            self.stdout.write(f"{use} {key_name(key)}")
        if relay := escrow.relay_keys_here():
            self.stdout.write(_relay_line(relay))

    def _rotate(self, actor: Actor, options: dict[str, Any]) -> None:
        turned = rotation.rotate_keys(
            actor=actor, today=clock.today(), now=clock.now(), tell=self._tell
        )
        if turned.is_resumed:
            self.stdout.write(_("接着完成了上次中断的轮换。"))
        self.stdout.write(_("现用密钥 %s") % turned.key_id)
        self.stdout.write(f"cells {turned.sealed.cells}")
        self.stdout.write(f"files {turned.sealed.files}")
        self.stdout.write(f"left {turned.left}")
        self.stdout.write(f"unreadable {turned.sealed.unreadable}")
        if turned.left:
            raise CommandError(_("还有内容在用旧密钥（例如正在读取的导入），稍后再运行一次。"))

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done}/{total}")

    def _retire(self, actor: Actor, options: dict[str, Any]) -> None:
        self._put_away(rotation.retire_key, actor, options["key_id"])
        self.stdout.write(_("已停用：%s（旧备份仍可用它打开）") % options["key_id"])

    def _forget(self, actor: Actor, options: dict[str, Any]) -> None:
        self._put_away(rotation.forget_key, actor, options["key_id"])
        self.stdout.write(_("已销毁：%s") % options["key_id"])

    def _put_away(self, step: Any, actor: Actor, key_id: str) -> None:
        try:
            step(actor=actor, key_id=key_id, now=clock.now())
        except rotation.KeyIsCurrent:
            raise CommandError(
                _("%s 是现用密钥，先运行 xgz keys rotate。") % key_id, returncode=_REFUSED
            ) from None
        except rotation.KeyUnknown:
            raise CommandError(
                _("密钥文件里没有可以这样处理的密钥 %s，见 xgz keys show。") % key_id,
                returncode=_REFUSED,
            ) from None
        except rotation.KeyNeeded as needed:
            needs = needed.needs
            words = {
                "id": key_id,
                "cells": needs.cells,
                "files": needs.files,
                "backups": needs.backups,
            }
            said = _(
                "密钥 %(id)s 还有用：内容 %(cells)d、文件 %(files)d、备份 %(backups)d。先运行 xgz keys rotate，或等备份到期。"
            )
            raise CommandError(said % words, returncode=_REFUSED) from None

    def _export(self, actor: Actor, options: dict[str, Any]) -> None:
        target = Path(options["out"])
        if target.exists():
            raise CommandError(_("%s 已存在，请换一个文件名。") % target.name, returncode=_REFUSED)
        passphrases = _passphrases(options, CUSTODIANS, twice=True)
        try:
            kept = escrow.export_keys(
                actor=actor, target=target, passphrases=passphrases, now=clock.now()
            )
        except escrow.PassphrasesUnfit:
            words = _("需要 %(count)d 个互不相同的口令，每个不少于 %(length)d 个字符。")
            wanted = {"count": CUSTODIANS, "length": SHORTEST_PASSPHRASE}
            raise CommandError(words % wanted, returncode=_REFUSED) from None
        except OSError:
            raise CommandError(_("写不了 %s，请检查文件夹权限和空间。") % target) from None
        self.stdout.write(_("已导出托管文件 %s，含密钥：") % target)
        self.stdout.write(_("、").join(sorted(kept.ring.field)))
        if kept.relay:
            self.stdout.write(_relay_line(kept.relay))
        self.stdout.write(_("请按 docs/keys.md 的步骤由三位保管人当场验证并签字。"))

    def _import(self, actor: Actor, options: dict[str, Any]) -> None:
        passphrases = _passphrases(options, OPENERS, twice=False)
        try:
            kept = escrow.read_escrow(
                actor=actor, source=Path(options["file"]), passphrases=passphrases
            )
            is_new = escrow.place_ring(actor=actor, ring=kept.ring)
        except escrow.PassphrasesWrong:
            raise CommandError(_("这两个口令打不开托管文件。"), returncode=_REFUSED) from None
        except escrow.EscrowBroken:
            raise CommandError(_("这不是托管文件，或已损坏。"), returncode=_REFUSED) from None
        except escrow.RingInTheWay:
            raise CommandError(_("已有另一份密钥文件，未作改动。"), returncode=_REFUSED) from None
        except (OSError, KeyRingBroken):
            raise CommandError(_("读不到托管文件，或现有密钥文件已损坏（请先移走）。")) from None
        self._prove(actor, kept.ring, is_new)
        if kept.relay:
            self._place_relay(actor, kept.relay)

    def _place_relay(self, actor: Actor, relay: RelayKeys) -> None:
        """Bring the relay's keys back where there are none; others that are there stay."""
        try:
            is_new = escrow.place_relay(actor=actor, keys=relay)
        except escrow.RelayKeysInTheWay:
            said = _("已有另一份外部页面密钥 relay.json，未作改动；托管文件里的没有放回。")
        except OSError:
            raise CommandError(_("写不了 %s，请检查文件夹权限和空间。") % "relay.json") from None
        else:
            said = _("外部页面密钥 relay.json 已恢复。") if is_new else _relay_line(relay)
        self.stdout.write(said)

    def _prove(self, actor: Actor, ring: KeyRing, is_new: bool) -> None:
        """Check the ring against the database; one that is not its own does not stay.

        Where there is none yet, none is made: a backup is restored into an empty place alone (BK-5).
        """
        if not has_database():
            self.stdout.write(_("密钥文件已放回。这里还没有数据库，恢复备份时会核对密钥。"))
            return
        try:
            self._reach_database()
            ensure_ready(clock.today())
        except WrongKeys:
            if is_new:
                escrow.take_away(actor=actor, ring=ring)
            raise
        escrow.note_import(actor=actor, ring=ring, now=clock.now())
        said = _("密钥文件已恢复，与数据库相符。") if is_new else _("托管文件与现有密钥文件一致。")
        self.stdout.write(said)


def _relay_line(relay: RelayKeys) -> str:
    return f"{_('外部页面密钥')} {key_name(relay.box + relay.sign)}"


def _state(line: rotation.KeyLine) -> str:
    if line.is_current:
        return _("现用")
    return _("已停用") if line.is_retired else _("旧")


def _passphrases(options: dict[str, Any], count: int, *, twice: bool) -> list[str]:
    if options["passphrases"]:
        try:
            text = Path(options["passphrases"]).read_text(encoding="utf-8")
        except OSError:
            raise CommandError(_("读不到口令文件。"), returncode=_REFUSED) from None
        return [line for line in text.splitlines() if line]
    if not sys.stdin.isatty():
        raise CommandError(
            _("请在终端里运行，或用 --passphrases 指定口令文件。"), returncode=_REFUSED
        )
    return [_asked(number, twice=twice) for number in range(1, count + 1)]


def _asked(number: int, *, twice: bool) -> str:
    while True:
        given = getpass.getpass(_("第 %d 位保管人的口令：") % number)
        if not twice or given == getpass.getpass(_("请再输入一次：")):
            return given
        sys.stderr.write(_("两次输入不一致。") + "\n")
