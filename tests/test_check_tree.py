"""What must not be committed is found: links, and nothing in a plain file (tools/check_tree.py)."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "check_tree.py"


@pytest.fixture
def tool(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("check_tree", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize("target", ["plain.txt", "gone.txt", "folder"])
def test_a_link_is_refused_wherever_it_leads(tool, tmp_path, capsys, target, in_git):
    (tmp_path / "plain.txt").write_text("words")
    (tmp_path / "folder").mkdir()
    if in_git:
        subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    assert tool.main() == 0
    (tmp_path / "link").symlink_to(target)

    assert tool.main() == 1
    assert capsys.readouterr().out.endswith("link:1: is a symbolic link\n")
