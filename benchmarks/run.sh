#!/usr/bin/env bash
# The benchmarks of this version: imports (300,000 invented rows, both databases) and list pages
# (190,000 businesses). benchmarks/import/README.md says how to time 3 million rows.
set -euo pipefail
cd "$(dirname "$0")/.."
table=$(mktemp)
trap 'rm -f "$table"' EXIT
benchmarks/import/run.sh "" 300000 "$table"
cat "$table"
.venv/bin/python benchmarks/pages/run.py
