#!/usr/bin/env bash
# Invent lists, link them by each method that is installed here, and print a table.
#   benchmarks/linkage/run.sh [options of run.py]     default: 20,000 x 100,000, all three profiles
set -euo pipefail
cd "$(dirname "$0")/../.."
unset XGZ_HOME XGZ_DATABASE_URL
methods=exact,xgz
if .venv/bin/python -c 'import splink' 2>/dev/null; then
  methods+=,splink-chinese,splink-ready
fi
if .venv/bin/python -c 'import pyspark' 2>/dev/null && command -v java >/dev/null; then
  methods+=,spark
fi
if [[ $# -gt 0 ]]; then
  exec .venv/bin/python -m benchmarks.linkage.run --methods "$methods" "$@"
fi
.venv/bin/python -m benchmarks.linkage.run --methods "$methods"
for profile in hard held-out; do
  .venv/bin/python -m benchmarks.linkage.run --methods exact,xgz --profile "$profile"
done
