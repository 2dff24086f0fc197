"""`xgz restore FILE`: a backup into an empty data folder or database."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.management.backup_words import refusal_of_backup
from xgz.management.base import XgzCommand
from xgz.models.keyring import KeyRingMissing
from xgz.services.backups.container import BackupRefused
from xgz.services.backups.restoring import PlaceNotEmpty, restore_backup

_REFUSED = 2
_ITSELF = (sys.executable, "-c", "from xgz.config.shell import main; main()")


class Command(XgzCommand):
    help = _("把备份恢复到空的数据目录或空的数据库（先全部核对，再放入）")
    needs_installation = False  # there is to be none yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help=_("xgz backup 生成的备份文件"))
        parser.add_argument("--home", metavar="FOLDER", help=_("恢复到这个数据目录，默认 XGZ_HOME"))
        parser.add_argument("--database-url", metavar="URL", help=_("恢复到这个 PostgreSQL 数据库"))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["home"] or options["database_url"]:
            self._elsewhere(options)
            return
        try:
            restored = restore_backup(
                actor=self.actor({}),
                source=Path(options["file"]),
                now=clock.now(),
                tell=self.stderr.write,
            )
        except PlaceNotEmpty as occupied:
            words = _("这里已有数据（%s）。备份只能恢复到空的数据目录和空的数据库。") % occupied
            raise CommandError(words, returncode=_REFUSED) from None
        except KeyRingMissing:
            words = _(
                "没有密钥文件，打不开备份。请把做备份时的 keyring.json 放到 %s，或从托管文件恢复。"
            )
            raise CommandError(words % settings.KEY_RING, returncode=_REFUSED) from None
        except BackupRefused as refused:
            raise CommandError(refusal_of_backup(refused), returncode=_REFUSED) from None
        self._tell(restored.manifest)
        if restored.is_older:
            self.stdout.write(
                _("备份来自较旧的程序版本，请先运行 xgz migrate，再运行 xgz verify。")
            )

    def _tell(self, manifest: dict[str, Any]) -> None:
        self.stdout.write(_("已恢复 %s 的备份。") % manifest["made_at"])
        self.stdout.write(f"rows {sum(manifest['counts'].values())}")
        self.stdout.write(f"audit {manifest['audit_number']}")
        own = Path(settings.HOME) / "keys" / "keyring.json"
        if Path(settings.KEY_RING) != own:
            self.stdout.write(_("启动前，请把密钥文件放到 %s。") % own)

    def _elsewhere(self, options: dict[str, Any]) -> None:
        """Begin again as a process whose data folder and database are those asked for."""
        environment = dict(os.environ) | {"DJANGO_SETTINGS_MODULE": "xgz.config.settings"}
        if options["home"]:
            home = Path(options["home"]).resolve()
            environment["XGZ_HOME"] = str(home)
            if not (home / "keys" / "keyring.json").exists():
                environment["XGZ_KEY_RING"] = str(settings.KEY_RING)
        if options["database_url"]:
            environment["XGZ_DATABASE_URL"] = options["database_url"]
        done = subprocess.run(  # noqa: S603 (this very program)
            [*_ITSELF, "restore", str(Path(options["file"]).resolve())],
            env=environment,
            check=False,
        )
        if done.returncode:
            sys.exit(done.returncode)
