#!/usr/bin/env bash
# Import benchmark: makes the file, runs SQLite and, where it is installed, a private PostgreSQL.
#   benchmarks/import/run.sh [SAMPLE.csv[.gz] [ROWS [OUT.md]]]
# Without a sample the file is invented, and holds identity numbers and phones as well.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=""
clean() {
  [[ -z $server ]] || tools/pg.sh stop "$server"
  rm -rf "$work"
}
trap clean EXIT
sample=${1:-$work/sample.csv}
[[ -n ${1:-} ]] || .venv/bin/python benchmarks/import/invent_sample.py "$sample"
.venv/bin/python benchmarks/import/make_file.py "$sample" "$work/registry.csv" --rows "${2:-3000000}"
arguments=("$work/registry.csv" --out "${3:-$work/table.md}")
if server=$(tools/pg.sh start); then
  arguments+=(--postgresql "$(tools/pg.sh url "$server")")
fi
.venv/bin/python benchmarks/import/run.py "${arguments[@]}"
