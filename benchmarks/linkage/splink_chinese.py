"""Our levels and weights on Splink and DuckDB: the cross-check of the engines in xgz/engines.

    python benchmarks/linkage/splink_chinese.py DIR PAIRS.csv

Needs Splink 5, as splink_ready.py does. Blocking, weighing and picking are Splink's and DuckDB's;
the standard forms and the functions that compare two values are the reference of rules/linkage, not
the in-process engine's columns of numbers.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from xgz.engines.linkage_spark.linking import links
from xgz.engines.linkage_spark.standard import FUNCTIONS, KEYS, STANDARD, standard_row
from xgz.files.identity_table import RowIds, read_identities
from xgz.rules.linkage.identities import Identities
from xgz.rules.linkage.sides import Side


class DuckDatabase:
    """A DuckDB connection as the Spark engine's linking wants a database."""

    explode = "unnest"

    def __init__(self) -> None:
        import duckdb
        from splink import DuckDBAPI

        self._connection = duckdb.connect(config={"threads": 2})
        self.api = DuckDBAPI(self._connection)
        for name, function in FUNCTIONS.items():
            self._connection.create_function(name, function, ["VARCHAR", "VARCHAR"], "UTINYINT")

    def bring(self, name: str, chunks: Iterator[Identities]) -> None:
        """Keep written entries in standard form as a table of that name."""
        import pyarrow as pa

        types = {"row": pa.int64(), KEYS: pa.list_(pa.string())}
        schema = pa.schema([(c, types.get(c, pa.string())) for c in ("row", *STANDARD)])
        rows, tables = 0, [schema.empty_table()]
        for chunk in chunks:
            texts = zip(*(getattr(chunk, column) for column in Identities.__slots__), strict=True)
            entries = [(row, *standard_row(entry)) for row, entry in enumerate(texts, rows)]
            if entries:
                columns = map(list, zip(*entries, strict=True))
                tables.append(pa.table(list(columns), schema=schema))
            rows += len(chunk)
        self._connection.register("brought", pa.concat_tables(tables))
        self.keep(name, "SELECT * FROM brought")

    def keep(self, name: str, query: str) -> None:
        """Keep the result of the query as a table of that name."""
        self._connection.execute(f"CREATE TABLE {name} AS {query}")

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the query's result."""
        return iter(self._connection.execute(query).fetchall())


def link(folder: Path, out: Path) -> None:
    """Write the pairs."""
    ids = {side: RowIds() for side in Side}
    database = DuckDatabase()
    for side in Side:
        file = folder / f"{side.value}.csv"
        database.bring(side.value, read_identities(file, side, ids[side]))
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["roster_row", "registry_row", "verdict", "reason", "weight"])
        for found in links(database):
            rows = ids[Side.ROSTER][found.roster_row], ids[Side.REGISTRY][found.registry_row]
            writer.writerow([*rows, found.verdict.value, "", f"{found.weight:.3f}"])


def main() -> None:
    """Link the lists of one folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    link(options.folder, options.out)


if __name__ == "__main__":
    main()
