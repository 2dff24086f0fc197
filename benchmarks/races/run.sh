#!/usr/bin/env bash
# A thousand races of eight clients on SQLite, then on a throw-away PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
.venv/bin/python benchmarks/races/run.py "$@"
server=$(tools/pg.sh start)
trap 'tools/pg.sh stop "$server"' EXIT
XGZ_DATABASE_URL=$(tools/pg.sh url "$server") .venv/bin/python benchmarks/races/run.py "$@"
