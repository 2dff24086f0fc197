"""Write an invented registration extract of 20,000 rows, for benchmarks without a sample at hand.

    python benchmarks/import/invent_sample.py OUT.csv

Unlike public extracts it names identity numbers and phones, which the import seals.
"""

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

from xgz.management.demo.files import write_files
from xgz.management.demo.generate import DEFAULT_SEED, invent_district

if __name__ == "__main__":
    district = invent_district(businesses=60_000, seed=DEFAULT_SEED, today=date(2026, 11, 23))
    with tempfile.TemporaryDirectory() as folder:
        first = write_files(district, Path(folder))[0]
        shutil.copyfile(first.path, sys.argv[1])
