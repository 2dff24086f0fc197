"""The relay as a process of its own: `xgz relay serve`. It never sees the settings of the site."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

_SETTINGS = "xgz.relay.settings"


def application(environ: Any, start_response: Any) -> Any:
    """Answer one request; what it needs is loaded with the first one."""
    return _made()(environ, start_response)


def serve(arguments: Sequence[str]) -> None:
    """Serve the public pages until stopped: one process, since its counters live in memory."""
    parser = ArgumentParser(prog="xgz relay serve", description="在外面提供自主登记页面")
    parser.add_argument("--host", default="127.0.0.1", help="监听的本机地址")
    parser.add_argument("--port", type=int, default=8100, help="端口")
    parser.add_argument("--home", metavar="FOLDER", help="存放公钥、二维码名单和密文的文件夹")
    chosen = parser.parse_args(list(arguments))
    if chosen.home:
        os.environ["XGZ_RELAY_HOME"] = chosen.home
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS

    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.server import Server  # noqa: PLC0415

    Server(
        "xgz.relay.serving:application",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        websockets=False,
        log_access=False,
    ).serve()


_application: Any = None


def _made() -> Any:
    global _application
    if _application is None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

        _application = get_wsgi_application()
    return _application
