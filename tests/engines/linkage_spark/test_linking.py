"""Another engine gives the same verdicts: through Splink on DuckDB, and on Spark where it can run.

`make spark` installs Splink and pyspark; Spark also needs Java. Without them these tests are skipped
and say what is missing.
"""

import pytest

from benchmarks.linkage.splink_chinese import DuckDatabase
from tests.engines.linkage_spark.lists import chunks_of, verdicts, write_lists
from xgz.engines import linkage, linkage_spark
from xgz.engines.linkage_spark.linking import links
from xgz.rules.linkage.identities import Identities

AGREEMENT = 0.995
NOBODY = Identities([], [], [], [], [], [])


def agreement(ours, theirs):
    """Return the share of pairs, found by either, on which both say the same."""
    rows = ours.keys() | theirs.keys()
    return sum(ours.get(row) == theirs.get(row) for row in rows) / len(rows)


def needs_splink():
    if "splink" in linkage_spark.missing_parts():
        pytest.skip("Splink is not installed; make spark installs it")


def needs_spark():
    missing = linkage_spark.missing_parts()
    if missing:
        pytest.skip(f"Spark cannot run here without {', '.join(missing)}; see make spark")


@pytest.mark.filterwarnings("ignore")  # Splink's and DuckDB's own
@pytest.mark.parametrize("profile", ["default", "hard"])
def test_splink_on_duckdb_gives_the_same_verdicts(profile, tmp_path):
    needs_splink()
    write_lists(tmp_path, roster=1000, registry=5000, seed=7, profile=profile)
    roster, registry = chunks_of(tmp_path)
    local = list(linkage.link_chunks(iter(roster), iter(registry)))
    database = DuckDatabase()
    database.bring("roster", iter(roster))
    database.bring("registry", iter(registry))

    found = list(links(database))

    assert len(found) > 300
    assert agreement(verdicts(local), verdicts(found)) >= AGREEMENT
    weights = {each.registry_row: each for each in local}
    for each in found:
        other = weights.get(each.registry_row)
        if other and other.roster_row == each.roster_row and other.evidence == each.evidence:
            assert each.weight == pytest.approx(other.weight, abs=1e-3)


@pytest.mark.filterwarnings("ignore")  # Spark's and Splink's own
def test_spark_gives_the_same_verdicts(tmp_path, monkeypatch):
    needs_spark()
    # For so short a run Java compiles more than it computes: a third less without its best compiler.
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    write_lists(tmp_path, roster=300, registry=1500, seed=8)
    roster, registry = chunks_of(tmp_path)
    local = verdicts(linkage.link_chunks(iter(roster), iter(registry)))
    steps = []

    found = verdicts(
        linkage_spark.link_chunks(
            iter(roster), iter(registry), progress=lambda step, part: steps.append((step, part))
        )
    )

    assert len(found) > 80
    assert agreement(local, found) >= AGREEMENT
    assert steps == [("read", 1.0), ("compare", 1.0)]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("side", ["roster", "registry"])
def test_an_empty_list_has_no_links(side, tmp_path):
    needs_splink()
    write_lists(tmp_path, roster=20, registry=100, seed=9)
    roster, registry = chunks_of(tmp_path)
    database = DuckDatabase()
    database.bring("roster", iter([NOBODY] if side == "roster" else roster))
    database.bring("registry", iter([NOBODY] if side == "registry" else registry))

    assert list(links(database)) == []


@pytest.mark.parametrize(
    ("packages", "java", "missing"),
    [
        ({"splink", "pyspark"}, "java", []),
        ({"splink"}, "java", ["pyspark"]),
        (set(), None, ["splink", "pyspark", "Java"]),
    ],
    ids=["all there", "no pyspark", "nothing"],
)
def test_what_is_missing_is_named_before_anything_is_read(packages, java, missing, monkeypatch):
    monkeypatch.setattr(
        linkage_spark.util, "find_spec", lambda name: "found" if name in packages else None
    )
    monkeypatch.setattr(linkage_spark.shutil, "which", lambda name: java)
    monkeypatch.delenv("JAVA_HOME", raising=False)

    assert linkage_spark.missing_parts() == missing
    if missing:

        def unread():
            raise AssertionError("a file was read")
            yield

        with pytest.raises(linkage_spark.SparkMissing) as refused:
            linkage_spark.link_chunks(unread(), unread())
        assert refused.value.missing == missing
