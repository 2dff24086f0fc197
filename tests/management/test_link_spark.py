"""xgz link --engine spark where Spark cannot run: refused before anything is read, in plain words."""

import pytest
from django.core.management import CommandError, call_command

from xgz.engines import linkage_spark


@pytest.mark.django_db
def test_spark_that_is_not_there_is_refused_in_chinese(tmp_path, monkeypatch):
    for name in ("roster", "registry"):
        (tmp_path / f"{name}.csv").write_text("姓名,手机号\n张伟,13812345678\n", encoding="utf-8")
    monkeypatch.setattr(linkage_spark, "missing_parts", lambda: ["pyspark", "Java"])

    with pytest.raises(CommandError) as refused:
        call_command(
            "link",
            *("--roster", str(tmp_path / "roster.csv"), "--out", str(tmp_path / "pairs.csv")),
            *("--registry", str(tmp_path / "registry.csv"), "--synthetic", "--engine", "spark"),
        )

    assert "缺少 pyspark、Java" in str(refused.value)
    assert "make spark" in str(refused.value)
    assert not (tmp_path / "pairs.csv").exists()
