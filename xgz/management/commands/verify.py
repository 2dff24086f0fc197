"""`xgz verify [FILE]`: whether the installation, or a backup, is sound."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.management.backup_words import refusal_of_backup
from xgz.management.base import XgzCommand
from xgz.services.backups.container import BackupRefused
from xgz.services.backups.trying import try_backup
from xgz.services.standing import Check, Finding, check_standing

_REFUSED = 2
_NAMES: dict[Check, str] = {
    Check.SCHEMA: gettext_noop("数据库结构"),
    Check.KEYS: gettext_noop("密钥"),
    Check.VALUES: gettext_noop("密封内容"),
    Check.DATABASE: gettext_noop("数据库文件"),
    Check.TRAIL: gettext_noop("审计日志"),
    Check.BACKUP: gettext_noop("最近的备份"),
}


class Command(XgzCommand):
    help = _("核验现在的数据和密钥，或核验一份备份")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", metavar="FILE", help=_("备份文件；不写则核验现在的数据")
        )
        parser.add_argument("--all", action="store_true", help=_("打开全部密封内容，而不是抽查"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            self._verify_file(Path(options["file"]))
            return
        found = check_standing(actor=self.actor({}), now=clock.now(), everything=options["all"])
        for finding in found:
            state = _("正常") if finding.is_well else _bad(finding)
            self.stdout.write(f"{_(_NAMES[finding.check])}\t{state}\t{_said(finding)}")
        if not all(finding.is_well or _is_advice(finding) for finding in found):
            raise CommandError(_("核验不通过。"))

    def _verify_file(self, source: Path) -> None:
        try:
            trial = try_backup(actor=self.actor({}), source=source)
        except BackupRefused as refused:
            raise CommandError(refusal_of_backup(refused), returncode=_REFUSED) from None
        manifest = trial.manifest
        self.stdout.write(_("备份完整，时间 %s。") % manifest["made_at"])
        self.stdout.write(f"rows {sum(manifest['counts'].values())}")
        self.stdout.write(f"audit {manifest['audit_number']}")
        self.stdout.write(f"opened {trial.opened}")
        if not trial.is_restored:
            self.stdout.write(_("只核对了清单和摘要：数据库账号不能新建数据库，没有试恢复。"))
        if trial.is_older:
            self.stdout.write(_("备份来自较旧的程序版本，恢复后要运行 xgz migrate。"))


def _is_advice(finding: Finding) -> bool:
    """Test whether a finding says what to do soon and not that anything is unsound."""
    return finding.check is Check.BACKUP


def _bad(finding: Finding) -> str:
    return _("提醒：请运行 xgz backup") if _is_advice(finding) else _("有问题")


def _said(finding: Finding) -> str:
    if finding.check is Check.VALUES:
        return _("打开 %d 项") % finding.figure
    if finding.check is Check.TRAIL:
        return _("；").join(finding.words) or _("到第 %d 条") % finding.figure
    if finding.check is Check.BACKUP:
        return _backup_said(finding)
    if finding.check is Check.KEYS:
        return _("核对 %d 个密钥") % finding.figure
    return ""


def _backup_said(finding: Finding) -> str:
    if finding.figure >= 0:
        return _("%d 小时前") % finding.figure
    if finding.words:
        return (
            _("备份文件夹里没有备份；最近的一份 %s 如在别处，用 xgz verify 加它的路径核验")
            % finding.words
        )
    return _("没有备份")
