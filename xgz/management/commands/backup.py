"""`xgz backup`: an encrypted backup of this moment, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.management.base import XgzCommand
from xgz.services.backups import making
from xgz.services.backups.folder import backups_folder
from xgz.services.backups.postgresql import ToolFailed, ToolMissing
from xgz.services.storage import StorageFull


class Command(XgzCommand):
    help = _("生成加密备份（网站照常运行；密钥不在其中，另行保管）")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--out", metavar="FOLDER", help=_("写到别的文件夹，例如移动硬盘；默认写到备份文件夹")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["out"]) if options["out"] else None
        try:
            backup = making.make_backup(actor=self.actor(options), now=clock.now(), folder=folder)
        except making.BackupUnderWay:
            raise CommandError(_("另一个备份正在进行，等它结束后再试。")) from None
        except making.CopyUnsound:
            raise CommandError(
                _("数据库文件检查不通过，没有生成备份。请先停止网站，用最近的备份恢复。")
            ) from None
        except StorageFull:
            raise CommandError(_("存储空间不够，没有生成备份。")) from None
        except ToolMissing as missing:
            raise CommandError(_("找不到 %s，请安装 PostgreSQL 客户端工具。") % missing) from None
        except ToolFailed as failed:
            name, said = failed.args
            raise CommandError(
                _("%(name)s 没有成功：%(said)s") % {"name": name, "said": said}
            ) from None
        except FileExistsError:
            raise CommandError(_("同一秒内已有一份备份。")) from None
        except OSError:
            raise CommandError(_("写不了备份文件，请检查文件夹权限和空间。")) from None
        self.stdout.write(f"{(folder or backups_folder()) / backup.name}")
        self.stdout.write(f"bytes {backup.size}")
        self.stdout.write(f"sha256 {backup.digest}")
