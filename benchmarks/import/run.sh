#!/usr/bin/env bash
# Import benchmark: makes the file, runs SQLite and, where it is installed, a private PostgreSQL.
#   benchmarks/import/run.sh SAMPLE.csv[.gz] [ROWS] [OUT.md]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ $# -lt 1 ]]; then
  echo "usage: $0 SAMPLE.csv[.gz] [ROWS] [OUT.md]" >&2
  exit 1
fi
work=$(mktemp -d)
server=""
clean() {
  [[ -z $server ]] || tools/pg.sh stop "$server"
  rm -rf "$work"
}
trap clean EXIT
.venv/bin/python benchmarks/import/make_file.py "$1" "$work/registry.csv" --rows "${2:-3000000}"
arguments=("$work/registry.csv" --out "${3:-$work/table.md}")
if server=$(tools/pg.sh start); then
  arguments+=(--postgresql "$(tools/pg.sh url "$server")")
fi
.venv/bin/python benchmarks/import/run.py "${arguments[@]}"
