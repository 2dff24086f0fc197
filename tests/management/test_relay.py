"""`xgz relay`: keys and codes out, sealed pieces in; the relay itself as a process of its own."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread
from typing import ClassVar
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import make_district, make_user
from tests.factories.self_reports import ANSWERS, code_on, hang_poster
from tests.source_reading import ROOT
from xgz.access import clock
from xgz.files.relay_client import RelayClient, RelayUnreachable
from xgz.files.relay_keys import RelayKeysMissing
from xgz.jobs import self_reports as jobs
from xgz.models import Job, SelfReport
from xgz.relay.box import Box
from xgz.relay.messages import sealed_claim
from xgz.relay.store import Claim
from xgz.rules.jobs import JobState
from xgz.rules.roles import Role
from xgz.services.jobs import JobRun, enqueue
from xgz.services.self_reports.relaying import visit_relay

pytestmark = pytest.mark.django_db
RECEIPT = "ABCDEFGHJKMN"


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.RELAY_KEYS = tmp_path / "keys" / "relay.json"


@pytest.fixture
def poster():
    return hang_poster(make_district().qingping, today=clock.today())


@pytest.fixture
def folder(tmp_path, poster):
    """The relay's folder with what is carried out to it."""
    made = tmp_path / "relay"
    made.mkdir()
    for what in ("keys", "codes"):
        _relay(what, out=str(made / f"{what}.json"))
    return made


def _relay(what, **options):
    out = StringIO()
    call_command("relay", what, stdout=out, **options)
    return out.getvalue()


def _drop_in(folder, poster, receipt=RECEIPT):
    box = Box(folder)
    claim = Claim(ANSWERS, 1)
    box.put(sealed_claim(box.keys().box, code_on(poster), claim, receipt, clock.now()))


def test_keys_and_codes_go_out_and_nothing_that_opens(folder, poster, settings):
    box = Box(folder)

    assert box.codes().find(code_on(poster)).where == poster.place
    private = settings.RELAY_KEYS.read_text()
    for part in re.findall(r'"([A-Za-z0-9+/=]{44})"', private):
        assert part not in (folder / "keys.json").read_text()


def test_a_carried_folder_is_taken_in_once(folder, poster):
    _drop_in(folder, poster)

    assert _relay("fetch", folder=str(folder)).split() == [
        "taken",
        "1",
        "known",
        "0",
        "refused",
        "0",
        "foreign",
        "0",
    ]
    assert SelfReport.objects.get().name == ANSWERS.name
    assert Box(folder).names() == []


def test_another_installation_takes_and_deletes_nothing(folder, poster, settings, tmp_path):
    _drop_in(folder, poster)
    names, right = Box(folder).names(), settings.RELAY_KEYS
    settings.RELAY_KEYS = tmp_path / "other" / "relay.json"
    with pytest.raises(CommandError, match="没有密钥 relay.json"):
        _relay("fetch", folder=str(folder))
    with pytest.raises(CommandError, match="没有密钥 relay.json"):
        _relay("codes", out=str(tmp_path / "codes.json"))
    assert not settings.RELAY_KEYS.exists()  # a lost file is never made anew by the way

    assert "是新生成的" in _relay("keys", out=str(tmp_path / "keys.json"))
    out = StringIO()
    with pytest.raises(CommandError, match="另一把公钥"):
        call_command("relay", "fetch", folder=str(folder), stdout=out)
    assert out.getvalue().split() == [*["taken", "0", "known", "0", "refused", "0", "foreign", "1"]]
    assert Box(folder).names() == names

    settings.RELAY_KEYS = right
    assert "是新生成的" not in _relay("keys", out=str(tmp_path / "keys.json"))
    assert "taken 1" in _relay("fetch", folder=str(folder)).replace("\n", " ")
    assert Box(folder).names() == []


@pytest.mark.parametrize("what", ["keys", "codes"])
def test_what_goes_out_overwrites_no_key(folder, settings, tmp_path, what):
    keys = settings.RELAY_KEYS.parent
    (keys / "keyring.json").write_text("the ring")
    way = tmp_path / "way"
    way.symlink_to(keys)
    (tmp_path / "link.json").symlink_to(keys / "keyring.json")
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    there = (keys, way, keys / "relay.json", keys / "new" / "x", way / "keyring.json")
    for target in (*there, tmp_path / "link.json"):
        with pytest.raises(CommandError, match="密钥文件夹"):
            _relay(what, out=str(target))
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before

    other, link = tmp_path / "other.txt", tmp_path / "out.json"
    other.write_text("kept")
    link.symlink_to(other)
    _relay(what, out=str(link))
    assert other.read_text() == "kept"
    assert not link.is_symlink()
    assert link.stat().st_mode & 0o077 == 0


class _Elsewhere(BaseHTTPRequestHandler):
    """A relay that sends whoever asks to another address, and that address."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self):
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path.startswith("/inside/"):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/admin/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"pieces": {}}')

    def log_message(self, *_given):
        """Say nothing."""


def test_a_relay_sends_nobody_elsewhere():
    _Elsewhere.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(RelayUnreachable):
            RelayClient(f"http://127.0.0.1:{server.server_port}", "token").pieces()
    finally:
        server.shutdown()
        server.server_close()

    assert _Elsewhere.asked == [("/inside/?after=", "Bearer token")]


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.BUREAU])
def test_others_may_not(folder, poster, role):
    district_body = {Role.SYSTEM_ADMIN: "系统管理", Role.BUREAU: "县市场监督管理局"}[role]
    from xgz.models import Body

    user = make_user(role, Body.objects.get(name=district_body))
    with pytest.raises(CommandError, match="没有做这件事的权限"):
        _relay("fetch", folder=str(folder), user=user.username)


@pytest.mark.parametrize(
    ("what", "options", "words"),
    [
        ("keys", {}, "--out"),
        ("codes", {}, "--out"),
        ("serve", {}, "xgz relay serve"),
        ("fetch", {}, "文件不能读写"),
    ],
)
def test_what_is_missing_is_said(folder, settings, what, options, words):
    settings.RELAY_URL, settings.RELAY_TOKEN = "https://relay.example.cn", "/nowhere/token"
    with pytest.raises(CommandError, match=words):
        _relay(what, **options)


@pytest.mark.parametrize("what", ["codes", "fetch"])
def test_a_restored_site_is_told_to_bring_its_keys_back(folder, poster, settings, tmp_path, what):
    _drop_in(folder, poster)
    settings.RELAY_KEYS.unlink()
    options = {"codes": {"out": str(tmp_path / "new.json")}, "fetch": {"folder": str(folder)}}

    with pytest.raises(CommandError, match="xgz keys import"):
        _relay(what, **options[what])

    assert not settings.RELAY_KEYS.exists()
    assert not (tmp_path / "new.json").exists()
    assert len(Box(folder).names()) == 1


def test_fresh_keys_are_to_be_put_into_escrow(folder, tmp_path):
    out = str(tmp_path / "keys-again.json")

    assert "重新导出托管文件" not in _relay("keys", out=out)
    (tmp_path / "keys" / "relay.json").unlink()
    assert "重新导出托管文件" in _relay("keys", out=out)


def test_plain_http_is_for_this_machine_alone():
    with pytest.raises(RelayUnreachable):
        RelayClient("http://relay.example.cn", "token")
    with pytest.raises(RelayUnreachable):
        RelayClient("ftp://127.0.0.1", "token")
    assert RelayClient("http://127.0.0.1:1", "token")


@pytest.mark.parametrize(
    ("names", "sizes"), [(0, []), (1_000, [1_000]), (2_001, [1_000] * 2 + [1])]
)
def test_the_relay_forgets_all_names_however_many(monkeypatch, names, sizes):
    client, told = RelayClient("http://127.0.0.1:1", "token"), []

    def ask(method, query, body):
        told.append(json.loads(body)["done"])
        return {}

    monkeypatch.setattr(client, "_ask", ask)
    given = [f"{number:04}.sealed" for number in range(names)]
    client.drop(given)

    assert [len(some) for some in told] == sizes
    assert [name for some in told for name in some] == given


@pytest.fixture
def served(folder):
    """The relay as it is started in the shell, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "import sys; from xgz.config.shell import main; sys.argv[0] = 'xgz'; main()"
    command = [sys.executable, "-c", code, "relay", "serve", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "XGZ_RELAY_PLAIN": "1"}
    process = subprocess.Popen(
        [*command, "--home", str(folder)],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address):
    for _attempt in range(200):
        try:
            with urlopen(address + "/r/declined/", timeout=5) as page:  # noqa: S310
                return page.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the relay does not answer")


def test_the_relay_is_served_and_visited_by_the_worker(folder, poster, served, settings, tmp_path):
    assert "没有保存任何内容" in _wait_for(served)
    with urlopen(f"{served}/r/{code_on(poster)}/") as page:  # noqa: S310
        assert poster.place in page.read().decode()
    with urlopen(f"{served}/static/xgz/theme.css") as style:  # noqa: S310
        assert style.headers["Content-Type"].startswith("text/css")
    _drop_in(folder, poster)
    settings.RELAY_URL, settings.RELAY_TOKEN = served, str(folder / "token")
    settings.JOBS_AT_ONCE = False
    enqueue(kind="self_reports.fetch", subject="", requested_by=None, now=clock.now())
    Job.objects.update(state=JobState.RUNNING, attempt=1)
    made_before = Box(folder).codes().made_at
    kept = settings.RELAY_KEYS.rename(tmp_path / "kept.json")
    with pytest.raises(RelayKeysMissing):
        jobs.fetch(JobRun(Job.objects.latest("pk"), clock.now))
    assert len(Box(folder).names()) == 1
    kept.rename(settings.RELAY_KEYS)

    jobs.fetch(JobRun(Job.objects.latest("pk"), clock.now))

    assert SelfReport.objects.get().name == ANSWERS.name
    assert Box(folder).names() == []
    assert Box(folder).codes().made_at > made_before
    _drop_in(folder, poster, "NMKJHGFEDCBA")
    counts = visit_relay(today=clock.today(), now=clock.now() - timedelta(minutes=5))
    # A clock that went back makes a list the relay has to refuse; what waits there comes all the same.
    assert counts == {"taken": 1, "known": 0, "refused": 0, "foreign": 0, "list_refused": 1}
    assert Box(folder).names() == []
    assert visit_relay(today=clock.today(), now=clock.now())["list_refused"] == 0
    with pytest.raises(RelayUnreachable):
        RelayClient(served, "wrong").pieces()
