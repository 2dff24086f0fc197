"""The commands keys, backup, restore and verify, as processes of their own on a fresh data folder."""

import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest

# Homes of their own with SQLite: what is said here does not depend on the engine.
PASSPHRASES = ("first custodian's words", "second custodian's words", "third custodian's words")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make one installation with a backup; the tests below copy it."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run(home, "body", "add", "清平镇", "--kind", "township").returncode == 0
    role = ["--role", "township_committee", "--body", "清平镇"]
    assert run(home, "account", "add", "zhen", "--name", "甄示例", *role).returncode == 0
    done = run(home, "backup")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Make another installation."""
    home = tmp_path_factory.mktemp("elsewhere") / "home"
    assert run(home, "body", "list").returncode == 0
    return home


@pytest.fixture
def other(elsewhere, tmp_path):
    return shutil.copytree(elsewhere, tmp_path / "other")


@pytest.fixture
def home(made, tmp_path):
    return shutil.copytree(made, tmp_path / "home")


def run(home, *words, **more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("XGZ_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", "from xgz.config.shell import main; main()", *words],
        env=environment | {"XGZ_HOME": str(home), "XGZ_PROFILE": "demo"} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def backup_of(home):
    return next((home / "backups").glob("*.xgzb"))


def ring_of(home):
    return json.loads((home / "keys" / "keyring.json").read_text())


def set_ring(home, ring):
    (home / "keys" / "keyring.json").write_text(json.dumps(ring))


def test_a_place_without_the_ring_is_told_to_bring_it(home, tmp_path):
    done = run(tmp_path / "new", "restore", str(backup_of(home)))

    assert done.returncode == 2
    assert f"keyring.json 放到 {tmp_path / 'new' / 'keys' / 'keyring.json'}" in done.stderr
    assert not (tmp_path / "new" / "xgz.sqlite3").exists()


@pytest.mark.parametrize("command", ["restore", "verify"])
def test_a_path_without_a_file_is_said_so(command, home, tmp_path):
    place = tmp_path / "new" if command == "restore" else home
    if command == "restore":
        shutil.copytree(home / "keys", place / "keys")
    done = run(place, command, str(tmp_path / "none.xgzb"))

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "没有这个文件，请检查备份文件的路径。"


def test_a_backup_comes_back_in_another_place(home, tmp_path):
    before = run(home, "account", "list").stdout
    done = run(home, "restore", str(backup_of(home)), "--home", str(tmp_path / "new"))
    assert done.returncode == 0, done.stderr
    assert "keyring.json" in done.stdout
    assert not (tmp_path / "new" / "keys" / "keyring.json").exists()
    shutil.copy(home / "keys" / "keyring.json", tmp_path / "new" / "keys")

    verified = run(tmp_path / "new", "verify", "--all")

    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert run(tmp_path / "new", "account", "list").stdout == before


def test_a_place_with_data_is_left_alone(home):
    database = (home / "xgz.sqlite3").read_bytes()

    done = run(home, "restore", str(backup_of(home)))

    assert done.returncode == 2
    assert "已有数据" in done.stderr
    assert (home / "xgz.sqlite3").read_bytes() == database


@pytest.mark.parametrize("what", ["database", "folder", "archive", "packed", "text", "empty"])
def test_plain_copies_are_no_backups(home, tmp_path, what):
    target = tmp_path / "copy"
    if what == "database":
        shutil.copy(home / "xgz.sqlite3", target)
    elif what == "folder":
        shutil.copytree(home, target)
    elif what in {"archive", "packed"}:
        with tarfile.open(target, "w:gz" if what == "packed" else "w") as archive:
            archive.add(home, "home")
    else:
        target.write_text("x" if what == "text" else "")

    done = run(home, "verify", str(target))

    assert done.returncode == 2
    assert "不是备份" in done.stderr
    assert "xgz backup" in done.stderr


def test_a_plain_copy_is_not_restored(home, tmp_path):
    done = run(home, "restore", str(home / "xgz.sqlite3"), "--home", str(tmp_path / "new"))

    assert (done.returncode, "不是备份" in done.stderr) == (2, True)
    assert not (tmp_path / "new" / "xgz.sqlite3").exists()


def test_a_backup_proves_itself(home, tmp_path):
    path = backup_of(home)
    assert run(home, "verify", str(path)).returncode == 0
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    (tmp_path / "changed").write_bytes(text)

    done = run(home, "verify", str(tmp_path / "changed"))

    assert (done.returncode, "改动过" in done.stderr) == (2, True)


def test_a_backup_in_another_folder_is_named_with_how_to_verify_it(other, tmp_path):
    assert run(other, "verify").stdout.splitlines()[-1].endswith("没有备份")
    stick = tmp_path / "stick"
    stick.mkdir()
    done = run(other, "backup", "--out", str(stick))
    assert done.returncode == 0, done.stderr
    (path,) = stick.glob("*.xgzb")

    done = run(other, "verify")

    said = done.stdout.splitlines()[-1]
    assert path.name in said
    assert "xgz verify" in said
    assert done.returncode == 0, done.stderr  # where it lies is advice, not a fault
    assert run(other, "verify", str(path)).returncode == 0


def test_a_backup_whose_file_is_gone_is_named_without_saying_where_it_is(home):
    path = backup_of(home)
    path.unlink()

    said = run(home, "verify").stdout.splitlines()[-1]

    assert path.name in said
    assert "如在别处" in said


def test_a_ring_of_another_installation_names_the_keys_it_lacks(home, other):
    done = run(other, "verify", str(backup_of(home)))

    assert done.returncode == 2
    assert ring_of(home)["key_id"] in done.stderr


def _missing(home, ring):
    (home / "keys" / "keyring.json").unlink()


def _same_id(home, ring):
    set_ring(home, ring | {"field": {ring["key_id"]: "AAAAAAAAAAAAAAAAAAAAAA=="}})


def _swapped(home, ring):
    set_ring(home, ring | {"index": ring["audit"], "audit": ring["index"]})


def _no_backup_key(home, ring):
    set_ring(home, ring | {"backup": ""})


def _cut(home, ring):
    set_ring(home, {"key_id": ring["key_id"]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_missing, ["密钥文件不在"]),
        (_same_id, ["字段密钥 {key_id}：密钥文件里是另一个密钥"]),
        (_swapped, ["检索密钥", "审计密钥"]),
        (_no_backup_key, ["备份密钥", "没有"]),
        (_cut, ["已损坏"]),
    ],
    ids=["missing", "other key, same id", "swapped", "one lost", "cut"],
)
def test_canary_wrong_keys_stop_every_start(home, change, said):
    ring = ring_of(home)
    change(home, ring)
    left = (home / "keys" / "keyring.json").exists()

    done = run(home, "worker", "--once")

    assert done.returncode == 1
    for sentence in said:
        assert sentence.format(**ring) in done.stderr
    assert "Traceback" not in done.stderr
    assert (home / "keys" / "keyring.json").exists() is left


def test_canary_rings_of_two_installations_are_refused_both_ways(home, other, tmp_path):
    ours, theirs = ring_of(home), ring_of(other)
    set_ring(home, theirs)
    set_ring(other, ours)
    mixed = shutil.copytree(home, tmp_path / "mixed")
    set_ring(mixed, ours | {"field": theirs["field"], "key_id": theirs["key_id"]})

    commands = {home: ["serve", "--port", "0"], other: ["coverage"], mixed: ["worker", "--once"]}
    for place, words in commands.items():
        done = run(place, *words)
        assert (done.returncode, "不是一套" in done.stderr) == (1, True)
    said = ("字段密钥 {key_id}：密钥文件里没有", "检索密钥", "审计密钥", "备份密钥")
    for sentence in said:
        assert sentence.format(**ours) in run(home, "coverage").stderr


def test_a_ring_of_an_older_program_gets_its_backup_key(other):
    home, ring = other, ring_of(other)
    older = {name: ring[name] for name in ("key_id", "field", "index", "audit")}
    set_ring(home, older)
    with_canary = run(home, "body", "list")
    assert with_canary.returncode == 1  # this database knows of a backup key already
    (home / "xgz.sqlite3").unlink()
    for end in ("-wal", "-shm"):
        (home / f"xgz.sqlite3{end}").unlink(missing_ok=True)

    assert run(home, "body", "list").returncode == 0

    assert ring_of(home)["backup"]
    assert {name: ring_of(home)[name] for name in older} == older


def test_keys_are_rotated_retired_and_forgotten(home):
    old = ring_of(home)["key_id"]
    done = run(home, "keys", "rotate")
    assert done.returncode == 0, done.stderr
    assert "left 0" in done.stdout
    new = ring_of(home)["key_id"]
    assert new != old
    assert run(home, "keys", "retire", new).returncode == 2
    refused = run(home, "keys", "retire", old)
    assert (refused.returncode, "备份 1" in refused.stderr) == (2, True)
    backup_of(home).unlink()

    assert run(home, "keys", "retire", old).returncode == 0
    assert "已停用" in run(home, "keys", "show").stdout
    assert run(home, "keys", "forget", old).returncode == 0

    shown = run(home, "keys", "show").stdout
    assert old not in shown
    assert new in shown
    ring = ring_of(home)
    assert all(key not in shown for key in (*ring["field"].values(), ring["index"]))
    assert run(home, "verify", "--all").returncode == 0


def test_keys_come_back_from_escrow(home, tmp_path):
    (tmp_path / "three").write_text("\n".join(PASSPHRASES))
    (tmp_path / "two").write_text("\n".join(PASSPHRASES[1:]))
    (tmp_path / "one").write_text("\n".join([PASSPHRASES[0], "a guess of a passphrase"]))
    escrow = str(tmp_path / "escrow.json")
    words = ["keys", "export", "--out", escrow, "--passphrases"]
    assert run(home, *words, str(tmp_path / "two")).returncode == 2
    done = run(home, *words, str(tmp_path / "three"))
    assert done.returncode == 0, done.stderr
    ring = ring_of(home)
    (home / "keys" / "keyring.json").unlink()

    refused = run(home, "keys", "import", escrow, "--passphrases", str(tmp_path / "one"))
    assert (refused.returncode, (home / "keys" / "keyring.json").exists()) == (2, False)
    back = run(home, "keys", "import", escrow, "--passphrases", str(tmp_path / "two"))

    assert back.returncode == 0, back.stderr
    assert ring_of(home) == ring
    assert run(home, "verify").returncode == 0


def test_a_ring_from_escrow_comes_before_the_backup(home, tmp_path):
    new, escrow = tmp_path / "new", str(tmp_path / "escrow.json")
    (tmp_path / "three").write_text("\n".join(PASSPHRASES))
    three = ["--passphrases", str(tmp_path / "three")]
    assert run(home, "keys", "export", "--out", escrow, *three).returncode == 0

    back = run(new, "keys", "import", escrow, *three)
    assert (back.returncode, "还没有数据库" in back.stdout) == (0, True)
    assert not (new / "xgz.sqlite3").exists()
    done = run(new, "restore", str(backup_of(home)))

    assert done.returncode == 0, done.stderr
    assert run(new, "verify").returncode == 0


def test_a_site_restored_elsewhere_has_its_keys_for_the_relay(home, tmp_path):
    new, escrow = tmp_path / "new", str(tmp_path / "escrow.json")
    (tmp_path / "three").write_text("\n".join(PASSPHRASES))
    three = ["--passphrases", str(tmp_path / "three")]
    told = {}
    for place in ("before", "after"):
        if place == "after":
            assert run(home, "keys", "export", "--out", escrow, *three).returncode == 0
            back = run(new, "keys", "import", escrow, *three)
            assert back.returncode == 0, back.stderr
            assert "relay.json 已恢复" in back.stdout
            done = run(new, "restore", str(backup_of(home)))
            assert done.returncode == 0, done.stderr
            home = new
        out = tmp_path / f"{place}.json"
        made = run(home, "relay", "keys", "--out", str(out))
        assert ("新生成" in made.stdout) is (place == "before")
        told[place] = out.read_text()

    assert told["before"] == told["after"]
    shown = run(new, "keys", "show").stdout
    assert "外部页面密钥" in shown
    private = json.loads((new / "keys" / "relay.json").read_text())
    assert not [key for key in private.values() if key in shown]


def test_other_keys_for_the_relay_stay_and_it_is_said(home, tmp_path):
    (tmp_path / "three").write_text("\n".join(PASSPHRASES))
    three, escrow = ["--passphrases", str(tmp_path / "three")], str(tmp_path / "escrow.json")
    path = home / "keys" / "relay.json"
    public = ["relay", "keys", "--out", str(tmp_path / "public.json")]
    assert run(home, *public).returncode == 0
    assert run(home, "keys", "export", "--out", escrow, *three).returncode == 0
    path.unlink()
    assert run(home, *public).returncode == 0
    there = path.read_text()

    done = run(home, "keys", "import", escrow, *three)

    assert (done.returncode, "已有另一份外部页面密钥" in done.stdout) == (0, True)
    assert path.read_text() == there
    path.write_text("{}")
    broken = run(home, "keys", "export", "--out", str(tmp_path / "next.json"), *three)
    assert (broken.returncode, "relay.json 已损坏" in broken.stderr) == (1, True)


def test_a_ring_from_escrow_that_is_not_this_databases_does_not_stay(home, other, tmp_path):
    (tmp_path / "three").write_text("\n".join(PASSPHRASES))
    escrow = str(tmp_path / "escrow.json")
    three = ["--passphrases", str(tmp_path / "three")]
    assert run(other, "keys", "export", "--out", escrow, *three).returncode == 0
    (home / "keys" / "keyring.json").unlink()

    done = run(home, "keys", "import", escrow, *three)

    assert (done.returncode, "不是一套" in done.stderr) == (1, True)
    assert not (home / "keys" / "keyring.json").exists()


def test_help_lists_the_commands(home):
    shown = run(home, "--help").stdout

    for name in ("keys", "backup", "restore", "verify"):
        assert f"  {name} " in shown
