"""`xgz relay`: what the inside does for the relay. `xgz relay serve` never comes here (SR-9)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.self_reports import require_handling
from xgz.files.handed_over import written_beside
from xgz.files.relay_client import RelayUnreachable
from xgz.files.relay_keys import RelayKeysBroken, RelayKeysMissing
from xgz.management.base import XgzCommand
from xgz.relay.box import PublicKeys
from xgz.services.self_reports import relaying


class Command(XgzCommand):
    help = _("外部自主登记页面：serve 提供页面，keys、codes 导出公钥和名单，fetch 取回登记")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "what",
            choices=["serve", "keys", "codes", "fetch"],
            help=_("要做的事：提供页面、导出公钥、导出二维码名单、取回登记"),
        )
        parser.add_argument("--out", metavar="FILE", help=_("写入的文件（keys、codes）"))
        parser.add_argument(
            "--folder", metavar="FOLDER", help=_("带回来的外部文件夹（fetch）；不写则按网址取")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_handling(self.actor(options))
        try:
            _ACTS[options["what"]](self, options)
        except RelayKeysBroken:
            raise CommandError(_("relay.json 已损坏，请移走后用 xgz keys import 恢复。")) from None
        except RelayKeysMissing:
            raise CommandError(
                _(
                    "没有密钥 relay.json，什么也没有取、没有删。恢复的系统请先运行 xgz keys import；第一次设外部页面的，运行 xgz relay keys。"
                )
            ) from None
        except RelayUnreachable:
            raise CommandError(
                _("连不上外部页面，请检查 XGZ_RELAY_URL、令牌文件和网络。")
            ) from None
        except OSError as fault:
            raise CommandError(_("文件不能读写：%s") % fault.strerror) from None

    def keys(self, options: dict[str, Any]) -> None:
        """Write the public keys, to be laid into the relay's folder as keys.json."""
        target = _target(options)
        is_new = relaying.make_relay_keys(actor=self.actor(options))
        keys = relaying.relay_keys()
        text = PublicKeys(keys.public_box, keys.public_sign).as_text()
        _write(target, text.encode())
        self.stdout.write(_("公钥已写入，请放进外部文件夹，命名 keys.json。"))
        if is_new:
            self.stdout.write(_("密钥 relay.json 是新生成的，请重新导出托管文件（docs/keys.md）。"))

    def codes(self, options: dict[str, Any]) -> None:
        """Write the signed list of codes, to be laid into the relay's folder as codes.json."""
        target = _target(options)
        _write(target, relaying.code_list(today=clock.today(), now=clock.now()))
        self.stdout.write(_("二维码名单已写入，请放进外部文件夹，命名 codes.json。"))

    def fetch(self, options: dict[str, Any]) -> None:
        """Take in what the relay kept; where pieces are sealed for another key, say so and fail."""
        today, now = clock.today(), clock.now()
        if options["folder"]:
            counts = relaying.take_folder(Path(options["folder"]), today=today, now=now).counts
        else:
            counts = relaying.visit_relay(today=today, now=now)
        for name, number in counts.items():
            self.stdout.write(f"{name} {number}")
        if counts["foreign"]:
            raise CommandError(
                _(
                    "%(number)d 条登记是按另一把公钥密封的，没有取回，仍留在原处："
                    "请核对是不是本系统的 relay.json。"
                )
                % {"number": counts["foreign"]}
            )

    def serve(self, options: dict[str, Any]) -> None:
        raise CommandError(_("请直接运行 xgz relay serve，不加其他命令选项。"))


_ACTS = {
    "keys": Command.keys,
    "codes": Command.codes,
    "fetch": Command.fetch,
    "serve": Command.serve,
}


def _target(options: dict[str, Any]) -> Path:
    """Return the file to write; never one among the keys, whose loss nothing mends."""
    if not options["out"]:
        raise CommandError(_("请用 --out 写明文件。"))
    target = Path(options["out"])
    keys = Path(settings.RELAY_KEYS).parent.resolve()
    lies, leads = target.parent.resolve() / target.name, target.resolve()
    if keys in (lies, *lies.parents, leads, *leads.parents):
        raise CommandError(_("不能写进密钥文件夹，请换一个地方。"))
    return target


def _write(target: Path, content: bytes) -> None:
    """Put a whole file in the place of target; a link there is replaced, and what it led to stays."""
    with written_beside(target, content) as place:
        place()
