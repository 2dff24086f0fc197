"""`xgz serve`: the site under granian, static files by whitenoise, no other server needed."""

import multiprocessing
import os
import socket
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from xgz.access import clock
from xgz.management.base import XgzCommand
from xgz.management.keeper import kept_worker
from xgz.management.refusals import refusal_in_words
from xgz.management.static_files import gather_static_files
from xgz.services.imports.sweeping import sweep_imports
from xgz.services.production import UnsafeSettings, require_safe_settings
from xgz.services.storage import keep_reserve

# One process more than cores computes while another waits; threads only step in for those that wait.
MOST_WORKERS = 9
THREADS = 2  # of a worker: each has a connection to the database of its own
_STOP_SECONDS = 10  # for what runs when the site stops or a worker is replaced
_WARM_SECONDS = 3.5  # a new worker answers before the old one is told to stop
# Connections a worker takes at once; more wait in the queue of the system until it has room.
_CONNECTIONS, _QUEUE = 256, 1024
# Longer than a proxy keeps its own side open (60 s), so that it never writes into a closed one.
_IDLE_MILLISECONDS = 75_000


class Command(XgzCommand):
    help = _("启动网站服务")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("监听的本机地址"))
        parser.add_argument("--port", type=int, default=8000, help=_("端口"))
        parser.add_argument(
            "--workers", type=int, default=None, help=_("工作进程数，默认比处理器核数多一个")
        )
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help=_("不随网站启动后台任务进程（另行运行 xgz worker）"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        address, port = options["host"], options["port"]
        try:
            require_safe_settings()
        except UnsafeSettings as unsafe:
            raise CommandError(refusal_in_words(unsafe.found)) from None
        self._check_free(address, port)
        keep_reserve()
        sweep_imports(clock.now())
        gather_static_files()
        self._greet(address, port)
        server = _server(address, port, options["workers"] or _workers_by_cores())
        beside = nullcontext() if options["no_worker"] else kept_worker()
        with _fresh_processes(), beside:
            server.serve()

    def _greet(self, address: str, port: int) -> None:
        scheme = "https" if settings.PROFILE == "production" else "http"
        self.stdout.write(
            _("网站已启动：%(scheme)s://%(host)s:%(port)s（Ctrl+C 停止）")
            % {"scheme": scheme, "host": address, "port": port}
        )
        if settings.PROFILE == "production":
            self.stdout.write(_("正式环境只经由 HTTPS 代理访问，见 docs/installation.md。"))
        self.stdout.flush()

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


def _workers_by_cores() -> int:
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


def _server(address: str, port: int, workers: int) -> Any:
    """Return the web server: dead workers come back, SIGHUP replaces them one by one."""
    return Server(
        "xgz.config.served:application",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backlog=_QUEUE,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_IDLE_MILLISECONDS, keep_alive=True),
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=_WARM_SECONDS,
        workers_kill_timeout=_STOP_SECONDS,
        log_access=False,
        log_dictconfig=settings.LOGGING,
        working_dir=Path(settings.BASE),
    )


@contextmanager
def _fresh_processes() -> Iterator[None]:
    """Let every worker be a new interpreter that knows whose it is.

    It shares no connection with this process, and after an upgrade SIGHUP brings the new program.
    """
    method = multiprocessing.get_start_method()
    multiprocessing.set_start_method("spawn", force=True)
    os.environ["XGZ_SERVED_BY"] = str(os.getpid())
    try:
        yield
    finally:
        multiprocessing.set_start_method(method, force=True)
        del os.environ["XGZ_SERVED_BY"]
