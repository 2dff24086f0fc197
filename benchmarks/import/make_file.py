"""Make a large registration extract like a given sample: its rows again and again, each with a
credit code of its own, some of them broken.

    python benchmarks/import/make_file.py SAMPLE.csv[.gz] OUT.csv [--rows 3000000] [--seed 0]

Broken, of 1,000 rows: 5 wrong check characters, 1 date that does not exist, 1 repeated code, 1 code
in scientific notation, 1 empty line. What the sample itself has wrong stays as it is.
"""

import argparse
import csv
import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from xgz.rules.credit_codes import ALPHABET, check_character

CODE, DATES = "统一社会信用代码", ("注册日期", "成立日期")


def read_sample(path: Path) -> list[list[str]]:
    """Return header and rows of a UTF-8 CSV, packed or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def fresh_code(code: str, chance: random.Random) -> str:
    """Return a code of the same form and place with another body; other texts stay."""
    if len(code) == 18:
        head = code[:8] + "".join(chance.choices(ALPHABET, k=9))
        return head + check_character(head)
    if code.isdigit() and len(code) in {13, 15}:
        return "".join(chance.choices("0123456789", k=len(code)))
    return code


def rows_like(sample: list[list[str]], count: int, seed: int) -> Iterator[list[str]]:
    """Yield `count` rows; see the module's head for what is broken."""
    chance = random.Random(seed)
    code = sample[0].index(CODE)
    date = next(at for at, header in enumerate(sample[0]) if header in DATES)
    body, last = sample[1:], ""
    for number in range(count):
        row = list(body[number % len(body)])
        if len(row) == len(sample[0]):
            row[code] = fresh_code(row[code], chance)
            last = break_row(row, code, date, number % 1000, last, chance)
        yield [] if number % 1000 == 999 else row


def break_row(
    row: list[str], code: int, date: int, turn: int, last: str, chance: random.Random
) -> str:
    """Break the row if it is its turn; return the code that a later row may repeat."""
    good = row[code]
    if turn % 200 == 100 and len(good) == 18:
        row[code] = good[:17] + ALPHABET[(ALPHABET.index(good[17]) + 1) % len(ALPHABET)]
    elif turn == 301:
        row[date] = "2019-02-30"
    elif turn == 401 and last:
        row[code] = last
    elif turn == 501:
        row[code] = "9.13302E+17"
    else:
        return good
    return last


def main() -> None:
    """Write the file and say how many rows it has."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sample", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sample = read_sample(options.sample)
    with options.out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(sample[0])
        writer.writerows(rows_like(sample, options.rows, options.seed))
    print(f"{options.rows} rows, {options.out.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
