import socket
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from xgz.management.commands import serve
from xgz.models import Import

pytestmark = pytest.mark.django_db


def test_a_port_in_use_is_refused_before_anything_starts():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(CommandError, match="已被占用"):
            call_command("serve", port=taken.getsockname()[1])


def test_starting_ends_imports_whose_process_is_gone(monkeypatch):
    dead = Import.objects.create(
        kind="registry", state="staging", uploaded_at=timezone.now() - timedelta(days=1)
    )
    monkeypatch.setattr(serve, "Server", lambda *_arguments, **_options: _Server())
    monkeypatch.setattr(serve, "call_command", lambda *_arguments, **_options: None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    call_command("serve", port=port)

    dead.refresh_from_db()
    assert dead.state == "failed"


class _Server:
    """Stands for the web server, which would not come back."""

    def serve(self):
        return None
