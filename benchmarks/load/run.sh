#!/usr/bin/env bash
# A hundred people and imports without end, on SQLite and on PostgreSQL; see README.md beside it.
#   benchmarks/load/run.sh [options of run.py]        both databases
#   benchmarks/load/run.sh sqlite|postgresql [options of run.py]
set -euo pipefail
cd "$(dirname "$0")/../.."
unset XGZ_HOME XGZ_DATABASE_URL
which=both
case ${1:-} in
  sqlite | postgresql) which=$1 && shift ;;
esac
missed=0
if [[ $which != postgresql ]]; then
  .venv/bin/python -m benchmarks.load.run "$@" || missed=1
fi
if [[ $which != sqlite ]]; then
  # Written to disk as an office's database must be, not as a throw-away one may.
  server=$(XGZ_PG_DURABLE=1 tools/pg.sh start)
  trap 'tools/pg.sh stop "$server"' EXIT
  XGZ_DATABASE_URL=$(tools/pg.sh url "$server") .venv/bin/python -m benchmarks.load.run "$@" || missed=1
fi
exit "$missed"
