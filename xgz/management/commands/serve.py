"""`xgz serve`: the site under granian, static files by whitenoise, no other server needed."""

import socket
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from granian.constants import Interfaces
from granian.server import Server

from xgz.access import clock
from xgz.management.base import XgzCommand
from xgz.management.keeper import kept_worker
from xgz.services.imports.sweeping import sweep_imports


class Command(XgzCommand):
    help = _("启动网站服务")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("监听的本机地址"))
        parser.add_argument("--port", type=int, default=8000, help=_("端口"))
        parser.add_argument("--workers", type=int, default=2, help=_("工作进程数"))
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help=_("不随网站启动后台任务进程（另行运行 xgz worker）"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address, port = options["host"], options["port"]
        self._check_free(address, port)
        sweep_imports(clock.now())
        call_command("collectstatic", interactive=False, verbosity=0)
        scheme = "https" if settings.PROFILE == "production" else "http"
        self.stdout.write(
            _("网站已启动：%(scheme)s://%(host)s:%(port)s（Ctrl+C 停止）")
            % {"scheme": scheme, "host": address, "port": port}
        )
        if settings.PROFILE == "production":
            self.stdout.write(_("正式环境只经由 HTTPS 代理访问，见 docs/installation.md。"))
        self.stdout.flush()
        server = Server(
            "xgz.config.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=4,
            log_access=False,
            working_dir=Path(settings.BASE),
        )
        with nullcontext() if options["no_worker"] else kept_worker():
            server.serve()

    def _check_free(self, address: str, port: int) -> None:
        """Refuse a port somebody serves on.

        The server's own socket is shared between its processes, so it would silently share the
        port with another installation, and requests would reach either.
        """
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                raise CommandError(_("端口 %d 已被占用，请用 --port 换一个。") % port) from None
