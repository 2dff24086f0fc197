import socket
from contextlib import contextmanager
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
    monkeypatch.setattr(serve, "gather_static_files", lambda: None)

    call_command("serve", port=_free_port(), no_worker=True)

    dead.refresh_from_db()
    assert dead.state == "failed"


@pytest.mark.parametrize("no_worker", [False, True])
def test_a_worker_runs_beside_the_site_unless_it_is_left_out(monkeypatch, no_worker):
    seen = []

    @contextmanager
    def keeping():
        seen.append("begun")
        yield
        seen.append("ended")

    monkeypatch.setattr(serve, "kept_worker", keeping)
    monkeypatch.setattr(serve, "Server", lambda *_arguments, **_options: _Server(seen))
    monkeypatch.setattr(serve, "gather_static_files", lambda: None)

    call_command("serve", port=_free_port(), no_worker=no_worker)

    assert seen == (["served"] if no_worker else ["begun", "served", "ended"])


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class _Server:
    """Stands for the web server, which would not come back."""

    def __init__(self, seen=None):
        self._seen = [] if seen is None else seen

    def serve(self):
        self._seen.append("served")
