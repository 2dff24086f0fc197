#!/usr/bin/env bash
# The whole of it: full disk, killed sites, killed workers, killed imports, killed rotations of the
# keys, on SQLite and then on PostgreSQL, which is restarted at the end; see README.md beside it.
#   benchmarks/torture/run.sh [--kills 100] [--seed 0]
set -uo pipefail
cd "$(dirname "$0")/../.."
unset XGZ_HOME XGZ_DATABASE_URL
python=.venv/bin/python
failed=()

# Every part runs, whatever the ones before it found: a night's run shall say all of it.
part() {
  echo "== $*"
  "$@" || failed+=("$*")
}

on_one_database() {
  part "$python" -m benchmarks.torture.web "$@"
  fresh
  part "$python" benchmarks/torture/run.py "$@"
  fresh
  part "$python" benchmarks/torture/run.py --imports "$@"
  fresh
  part "$python" benchmarks/torture/rotation.py
}

# Each part wants a database that holds nothing yet; on SQLite it makes one of its own.
fresh() {
  [[ -z ${server:-} ]] && return
  tools/pg.sh stop "$server"
  server=$(tools/pg.sh start) || exit 1
  XGZ_DATABASE_URL=$(tools/pg.sh url "$server")
  export XGZ_DATABASE_URL
}

part "$python" benchmarks/torture/disk_full.py
on_one_database "$@"
server=$(tools/pg.sh start) || exit 1
trap 'tools/pg.sh stop "$server"' EXIT
XGZ_DATABASE_URL=$(tools/pg.sh url "$server")
export XGZ_DATABASE_URL
on_one_database "$@"
unset XGZ_DATABASE_URL
part "$python" benchmarks/torture/database_restart.py
if ((${#failed[@]})); then
  printf 'failed: %s\n' "${failed[@]}" >&2
  exit 1
fi
