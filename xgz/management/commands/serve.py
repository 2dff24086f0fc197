"""`xgz serve`: the site under granian, static files by whitenoise, no other server needed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from granian.constants import Interfaces
from granian.server import Server

from xgz.management.base import XgzCommand


class Command(XgzCommand):
    help = "启动网站服务"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        address, port = options["host"], options["port"]
        self.stdout.write(
            _("网站已启动：http://%(host)s:%(port)s") % {"host": address, "port": port}
        )
        Server(
            "xgz.config.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=options["workers"],
            blocking_threads=4,
            log_access=False,
            working_dir=Path(settings.BASE),
        ).serve()
