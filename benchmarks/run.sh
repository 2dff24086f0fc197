#!/usr/bin/env bash
# The benchmarks of this version: imports (300,000 invented rows, both databases), list pages
# (190,000 businesses), linkage (20,000 members, 100,000 owners), and the rooms of finding and
# forming (20,000 rows of each kind).
# benchmarks/import/README.md says how to time 3 million rows, benchmarks/linkage/README.md larger lists.
set -euo pipefail
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table"' EXIT
benchmarks/import/run.sh "" 300000 "$table"
cat "$table"
.venv/bin/python benchmarks/pages/run.py
benchmarks/linkage/run.sh
.venv/bin/python benchmarks/pages/run_rooms.py
