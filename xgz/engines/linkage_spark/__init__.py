"""The same comparison on Spark, through Splink: for files too large for one machine (LK-10).

Standard forms, levels, weights, keys and decisions are those of rules/linkage; Spark's machines bring
the entries into standard form, find the pairs and compare them.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import util
from typing import Any

from xgz.engines.linkage_spark.linking import links
from xgz.engines.linkage_spark.standard import (
    COLUMNS,
    FUNCTIONS,
    KEYS,
    OF_REGISTRY,
    OF_ROSTER,
    standard_row,
)
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.links import Link

MASTER = "XGZ_SPARK_MASTER"
_HERE = "local[*]"
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.driver.memory": "4g",
    # Entries that do not fit into memory lie on disk under a key that only this run knows.
    "spark.io.encryption.enabled": "true",
}
# On one machine nothing is to be reached from another.
_ALONE = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
_TEXTS = (*COLUMNS, *OF_ROSTER, *OF_REGISTRY)
_SCHEMA = ", ".join(("row BIGINT", *(f"{name} STRING" for name in _TEXTS), f"{KEYS} ARRAY<STRING>"))
Progress = Callable[[str, float], None]


class SparkMissing(Exception):
    """Splink, pyspark or Java is not installed; missing names which."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def missing_parts() -> list[str]:
    """Return which of Splink, pyspark and Java this machine lacks."""
    missing = [name for name in ("splink", "pyspark") if util.find_spec(name) is None]
    has_java = shutil.which("java") or os.environ.get("JAVA_HOME")
    return missing if has_java else [*missing, "Java"]


def link_chunks(
    roster: Iterable[Identities],
    registry: Iterable[Identities],
    *,
    progress: Progress | None = None,
) -> Iterator[Link]:
    """Do as linkage.link_chunks() does, on Spark. Raises SparkMissing before anything is read.

    The environment's XGZ_SPARK_MASTER names the cluster, else all processors of this machine are
    used. On a cluster this package must be installed on every node.
    """
    missing = missing_parts()
    if missing:
        raise SparkMissing(missing)
    return _links(roster, registry, progress or (lambda step, part: None))


def _links(
    roster: Iterable[Identities], registry: Iterable[Identities], tell: Progress
) -> Iterator[Link]:
    written = {"roster": _table(roster), "registry": _table(registry)}
    tell("read", 1.0)
    with _session() as session:
        database = SparkDatabase(session)
        for name, table in written.items():
            database.bring(name, table)
        written.clear()
        yield from links(database)
    tell("compare", 1.0)


def _table(chunks: Iterable[Identities]) -> Any:
    """Return entries as they were written, as an Arrow table of COLUMNS with `row` before them."""
    import pyarrow as pa

    schema = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in COLUMNS)])
    tables, rows = [schema.empty_table()], 0
    for chunk in chunks:
        texts = (getattr(chunk, column) for column in Identities.__slots__)
        tables.append(pa.table([range(rows, rows + len(chunk)), *texts], schema=schema))
        rows += len(chunk)
    return pa.concat_tables(tables)


def _standard(entries: Iterator[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
    """Bring entries into standard form; this runs on Spark's machines."""
    for row, *texts in entries:
        yield row, *standard_row(texts)


class SparkDatabase:
    """A Spark session as linking.py wants a database."""

    explode = "explode"

    def __init__(self, session: Any) -> None:
        from splink.backends.spark import SparkAPI

        self._session = session
        # "persist" keeps steps with Spark's machines: no folder that every one would have to share.
        self.api = SparkAPI(
            spark_session=session, break_lineage_method="persist", register_udfs_automatically=False
        )

    def bring(self, name: str, table: Any) -> None:
        """Keep written entries in standard form as a table of that name."""
        written = self._session.createDataFrame(table).repartition(self._parts())
        standard = written.rdd.mapPartitions(_standard)
        self._keep(name, self._session.createDataFrame(standard, _SCHEMA, verifySchema=False))

    def _parts(self) -> int:
        return int(self._session.sparkContext.defaultParallelism) * 2

    def keep(self, name: str, query: str) -> None:
        """Keep the result of the query as a table of that name."""
        self._keep(name, self._session.sql(query))

    def _keep(self, name: str, frame: Any) -> None:
        frame.persist().createOrReplaceTempView(name)

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the query's result."""
        return map(tuple, self._session.sql(query).toLocalIterator())


@contextmanager
def _session() -> Iterator[Any]:
    """Give a session that has the functions of standard.py, and stop it."""
    from pyspark.sql import SparkSession
    from pyspark.sql.types import IntegerType

    master = os.environ.get(MASTER) or _HERE
    builder = SparkSession.builder.appName("xgz link").master(master)
    for name, value in (_SETTINGS | (_ALONE if master.startswith("local") else {})).items():
        builder = builder.config(name, value)
    # It tells of every connection it closes, long after the session has ended.
    logging.getLogger("py4j").setLevel(logging.WARNING)
    session = builder.getOrCreate()
    try:
        session.sparkContext.setLogLevel("ERROR")
        for name, function in FUNCTIONS.items():
            session.udf.register(name, function, IntegerType())
        yield session
    finally:
        session.stop()
