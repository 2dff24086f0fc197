#!/usr/bin/env bash
# Kills workers 50 times on SQLite and 50 times on PostgreSQL; see README.md beside it.
#   benchmarks/torture/run.sh [options of run.py]
set -euo pipefail
cd "$(dirname "$0")/../.."
unset XGZ_HOME XGZ_DATABASE_URL
.venv/bin/python benchmarks/torture/run.py "$@"
server=$(tools/pg.sh start)
trap 'tools/pg.sh stop "$server"' EXIT
XGZ_DATABASE_URL=$(tools/pg.sh url "$server") .venv/bin/python benchmarks/torture/run.py "$@"
