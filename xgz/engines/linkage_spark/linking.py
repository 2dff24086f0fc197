"""Linking by Splink on any database it knows: standard columns in, links out."""
# ruff: noqa: S608 (every name in these queries is one of this package)

from collections.abc import Iterator
from typing import Any, Protocol

from xgz.engines.linkage_spark.model import settings
from xgz.engines.linkage_spark.standard import (
    COLUMNS,
    KEYS,
    OF_REGISTRY,
    OF_ROSTER,
    evidence_of,
    key_begins,
)
from xgz.rules.linkage.deciding import POSSIBLE_FROM, decide
from xgz.rules.linkage.keys import KeyKind, most_of_one_sound, most_pairs
from xgz.rules.linkage.links import Link
from xgz.rules.linkage.weights import SMOOTHING

ROSTER, REGISTRY = "a_roster", "b_registry"  # Splink puts them left and right by the alphabet


class Database(Protocol):
    """A database with the functions of standard.py and two tables, `roster` and `registry`.

    These have `row`, counted from 0, and STANDARD. explode: its function that
    makes a row of each value of a list. api: Splink's door to it.
    """

    explode: str
    api: Any

    def keep(self, name: str, query: str) -> None:
        """Keep the result of the query as a table of that name."""

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the query's result."""


def links(database: Database) -> Iterator[Link]:
    """Yield the links of the two tables, at most one for each row of the register."""
    ours, theirs = (_count(database, name) for name in ("roster", "registry"))
    if not ours or not theirs:
        return
    _keep_keys(database, ours + theirs)
    _keep_sides(database)
    for column in (*OF_ROSTER, *OF_REGISTRY):
        database.keep(f"shares_{column}", _shares(database, column, ours + theirs))
    predicted = _predict(database, theirs)
    half = len(COLUMNS)
    for mine, its, weight, certainty, *columns in database.rows(_best(predicted)):
        evidence = evidence_of(columns[:half], columns[half:])
        verdict = decide(evidence, certainty)
        if verdict:
            yield Link(mine, its, verdict, evidence, weight)


def _count(database: Database, table: str) -> int:
    return int(next(database.rows(f"SELECT count(*) FROM {table}"))[0])


def _keep_keys(database: Database, people: int) -> None:
    """Keep of each file the keys that both have, those of too many pairs left out (LK-13)."""
    both = "SELECT sound_key FROM roster UNION ALL SELECT sound_key FROM registry"
    database.keep(
        "common_sounds",
        f"SELECT sound_key FROM ({both}) t GROUP BY sound_key"
        f" HAVING count(*) > {most_of_one_sound(people)}",
    )
    by_street = key_begins(KeyKind.NAME_STREET)
    for table in ("roster", "registry"):
        database.keep(
            f"{table}_keys",
            f"SELECT e.row, e.k FROM (SELECT row, sound_key, {database.explode}({KEYS}) AS k"
            f" FROM {table}) e LEFT JOIN common_sounds c ON c.sound_key = e.sound_key"
            f" WHERE c.sound_key IS NULL OR e.k NOT LIKE '{by_street}%'",
        )
        database.keep(f"{table}_uses", f"SELECT k, count(*) AS n FROM {table}_keys GROUP BY k")
    cases = " ".join(
        f"WHEN a.k LIKE '{key_begins(kind.value)}%' THEN {most_pairs(kind)}" for kind in KeyKind
    )
    database.keep(
        "fitting_keys",
        "SELECT a.k FROM roster_uses a JOIN registry_uses b ON a.k = b.k"
        f" WHERE a.n * b.n <= CASE {cases} END",
    )


def _keep_sides(database: Database) -> None:
    """Keep both files as Splink is to see them: fitting keys, and values whose frequency counts."""
    for table, name, own in (("roster", ROSTER, OF_ROSTER), ("registry", REGISTRY, OF_REGISTRY)):
        values = (
            f"nullif(t.{column}, '') AS {column}"
            if column in own
            else f"CAST(NULL AS VARCHAR(1)) AS {column}"
            for column in (*OF_ROSTER, *OF_REGISTRY)
        )
        columns = ", ".join((*(f"t.{column}" for column in COLUMNS), *values))
        database.keep(
            name,
            f"SELECT t.row, {columns}, f.{KEYS} FROM {table} t JOIN ("
            f"SELECT o.row, array_agg(DISTINCT o.k) AS {KEYS} FROM {table}_keys o"
            f" JOIN fitting_keys x ON o.k = x.k GROUP BY o.row) f ON f.row = t.row",
        )


def _shares(database: Database, column: str, people: int) -> str:
    """Return the query for how often each value of the column occurs by chance (weights.share)."""
    both = "SELECT {0} AS v FROM roster UNION ALL SELECT {0} AS v FROM registry"
    share = f"(CAST({{}} AS DOUBLE) + 1) / {people + SMOOTHING} AS tf_{column}"
    if column != "phone_key":
        counted = both.format(column)
        return (
            f"SELECT v AS {column}, {share.format('count(*)')} FROM ({counted}) t"
            " WHERE v <> '' GROUP BY v"
        )
    # Of an entry's several phones the most frequent counts.
    phones = f"{database.explode}(split(phone, ' '))"
    uses = f"SELECT v, count(*) AS n FROM ({both.format(phones)}) t GROUP BY v"
    entries = f"SELECT DISTINCT phone AS entry, {phones} AS v FROM registry WHERE phone <> ''"
    return (
        f"SELECT e.entry AS {column}, {share.format('max(u.n)')}"
        f" FROM ({entries}) e JOIN ({uses}) u ON e.v = u.v GROUP BY e.entry"
    )


def _predict(database: Database, registry_rows: int) -> str:
    """Return the name of the table of weighed pairs."""
    from splink import Linker

    api = database.api
    sides = [api.register(name, dataset_display_name=name) for name in (ROSTER, REGISTRY)]
    linker = Linker(sides, settings(registry_rows), log_level=None)
    for column in (*OF_ROSTER, *OF_REGISTRY):
        shares = api.register(f"shares_{column}", dataset_display_name=f"given_{column}")
        linker.table_management.register_term_frequency_lookup(shares, column)
    # Without a limit: a limit in the query would make Spark compare every pair twice.
    return str(linker.inference.predict().physical_name)


def _best(predicted: str) -> str:
    """Return the query for each register row's best pair and how sure it is among its rivals.

    Columns: both rows, weight, certainty as scoring.best_pairs() has it, COLUMNS of both.
    """
    columns = [f"{side}.{column} AS {column}_{side}" for side in "ab" for column in COLUMNS]
    return f"""
        SELECT p.mine, p.its, p.weight, p.certainty, {", ".join(columns)}
        FROM (
          SELECT row_l AS mine, row_r AS its, match_weight AS weight,
                 power(2.0, match_weight)
                   / (1.0 + sum(power(2.0, match_weight)) OVER (PARTITION BY row_r)) AS certainty,
                 row_number() OVER (PARTITION BY row_r ORDER BY match_weight DESC, row_l) AS place
          FROM {predicted}
        ) p
        JOIN {ROSTER} a ON a.row = p.mine
        JOIN {REGISTRY} b ON b.row = p.its
        WHERE p.place = 1 AND p.certainty >= {POSSIBLE_FROM}
    """
