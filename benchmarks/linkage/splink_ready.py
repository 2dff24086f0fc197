"""Splink with its own ready-made comparisons on DuckDB: what a newcomer gets in an afternoon.

    python benchmarks/linkage/splink_ready.py DIR PAIRS.csv

Needs Splink 5 (`--group linkage-benchmark` in pyproject.toml). The columns are cleaned as exact.py
cleans them, the registry's birth date is read out of its identity number, numbers that are not
whole are left out. Training is as Splink's documentation tells: u from random pairs, m by
expectation maximisation over two blockings. Each registry row keeps its best person.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.linkage.exact import define_clean

_RANDOM_PAIRS = 1e7
_POSSIBLE, _SAME = 0.5, 0.99  # of the match probability
_RECALL_OF_EXACT = 0.7
_TABLE = """
CREATE TABLE {name} AS
SELECT row AS unique_id, nullif(name, '') AS name, nullif(phone, '') AS phone,
       nullif(address, '') AS address,
       CASE WHEN regexp_full_match(id, '[0-9]{{17}}[0-9X]') THEN id END AS id,
       coalesce({born}, try_strptime(substr(id, 7, 8), '%Y%m%d')::DATE) AS born
FROM (
  SELECT CAST(序号 AS BIGINT) AS row, clean({columns[0]}) AS name, clean({columns[1]}) AS id,
         clean({columns[2]}) AS phone, clean({columns[3]}) AS address, {date} AS written
  FROM read_csv(?, all_varchar=true, header=true)
)
"""
_LISTS = {
    "roster": (("姓名", "公民身份号码", "手机号", "家庭住址"), "clean(出生日期)"),
    "registry": (("经营者", "证件号码", "联系电话", "住所"), "NULL"),
}
_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_PAIRS = """
COPY (
  SELECT unique_id_l AS roster_row, unique_id_r AS registry_row,
         CASE WHEN match_probability >= {same} THEN 'same' ELSE 'possible' END AS verdict,
         '' AS reason, match_weight AS weight
  FROM {table}
  QUALIFY row_number() OVER (
    PARTITION BY unique_id_r ORDER BY match_weight DESC, unique_id_l) = 1
) TO ? (HEADER)
"""


def link(folder: Path, out: Path) -> None:
    """Write the pairs."""
    import duckdb
    from splink import DuckDBAPI, Linker, block_on

    connection = duckdb.connect(config={"threads": 2})
    define_clean(connection)
    for name, (columns, date) in _LISTS.items():
        formats = ", ".join(f"'{each}'" for each in _FORMATS)
        born = f"try_strptime(written, [{formats}])::DATE" if date != "NULL" else "NULL"
        connection.execute(
            _TABLE.format(name=name, columns=columns, date=date, born=born),
            [str(folder / f"{name}.csv")],
        )
    api = DuckDBAPI(connection)
    tables = [
        # Splink puts the lists in the order of these names: the roster on the left.
        api.register(name, dataset_display_name=label)
        for label, name in (("a_roster", "roster"), ("b_registry", "registry"))
    ]
    linker = Linker(tables, _settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("id"), block_on("name", "phone")], recall=_RECALL_OF_EXACT
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=1)
    for rule in (block_on("id"), block_on("name", "phone")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=_POSSIBLE)
    connection.execute(_PAIRS.format(same=_SAME, table=found.physical_name), [str(out)])


def _settings() -> object:
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("born", input_is_string=False),
            cl.DamerauLevenshteinAtThresholds("id", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("phone", [1, 2]),
            cl.JaroWinklerAtThresholds("address", [0.9, 0.7]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id"),
            block_on("phone"),
            block_on("name"),
            block_on("born", "substr(name, 1, 1)"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def main() -> None:
    """Link the lists of one folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    link(options.folder, options.out)


if __name__ == "__main__":
    main()
