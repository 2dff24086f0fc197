#!/usr/bin/env bash
# Run the checks in order and stop at the first that fails. quick: without PostgreSQL and browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scope=${1:-full}
workers=${XGZ_TEST_WORKERS:-2}
server=
scratch=$(mktemp -d)
# Nothing here may touch a working installation's data or database.
export XGZ_HOME="$scratch/home"
unset XGZ_DATABASE_URL XGZ_PROFILE XGZ_STATIC_ROOT
# Three runs, their workers and a thousand short processes read the same modules: compiled once,
# also where the machine says not to keep that, and not in the tree.
export PYTHONPYCACHEPREFIX="$scratch/compiled"
unset PYTHONDONTWRITEBYTECODE

finish() {
  local code=$?
  if [[ -n $server ]]; then
    tools/pg.sh stop "$server"
  fi
  if [[ $code -eq 0 ]]; then
    echo "== all passed in ${SECONDS} s"
    # Again in one place, the closing line of each run of the tests.
    cat "$scratch"/summary-* 2>/dev/null || true
  else
    echo "== stopped with exit code $code after ${SECONDS} s: $current" >&2
  fi
  rm -rf "$scratch"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() {
  current=$1
  echo "== $1"
  shift
  "$@"
}

# run_tests NAME ARGUMENTS…: pytest with its usual closing line, kept for the end.
run_tests() {
  local name=$1
  shift
  # One that is done takes over from the other; tests that share a world stay together meanwhile.
  .venv/bin/pytest --verbosity=0 -n "$workers" --dist worksteal "$@" | tee "$scratch/output"
  tail -n 1 "$scratch/output" >"$scratch/summary-$name"
}

static_checks() {
  step "ruff check" .venv/bin/ruff check .
  step "ruff format" .venv/bin/ruff format --check .
  step "mypy" .venv/bin/mypy --strict xgz
  step "layers" .venv/bin/lint-imports
  step "templates" .venv/bin/djlint xgz/templates --lint --quiet
  step "locks, paths and hosts" .venv/bin/python tools/check_tree.py
}

collect_static() {
  XGZ_PROFILE=production XGZ_STATIC_ROOT="$scratch/static" \
    .venv/bin/python manage.py collectstatic --noinput --verbosity 0
}

# Installs from a folder of wheels, with the network taken away where this machine allows that, and
# asks the empty installation for its figures.
offline_install() {
  local without_network=()
  if unshare --net true 2>/dev/null; then
    without_network=(unshare --net)
  elif unshare --map-root-user --net true 2>/dev/null; then
    without_network=(unshare --map-root-user --net)
  else
    echo "the network cannot be taken away here; pip is told to use none" >&2
  fi
  tools/wheelhouse.sh "$scratch/wheelhouse"
  (
    cd "$scratch"
    export PIP_NO_INDEX=1 XGZ_HOME="$scratch/offline" XGZ_PYTHON="$OLDPWD/.venv/bin/python"
    "${without_network[@]}" wheelhouse/install_offline.sh "$scratch/installed"
    "${without_network[@]}" installed/bin/xgz --help >/dev/null
    "${without_network[@]}" installed/bin/xgz coverage >/dev/null
    # What lies beside the package in the project must have come along.
    "${without_network[@]}" installed/bin/python -c "
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'xgz.config.settings'
import django
django.setup()
from django.conf import settings
from django.template.loader import get_template
from django.contrib.staticfiles.finders import find
get_template('base.html')
assert str(settings.BASE).startswith(os.path.realpath('installed')), settings.BASE
assert find('xgz/theme.css') and find('vendor/tabler.min.css')
assert list(settings.RULEBOOK.glob('*.md')), settings.RULEBOOK
assert list(settings.LOCALE_PATHS[0].glob('*/LC_MESSAGES/*.mo')), settings.LOCALE_PATHS
"
  )
}

# Its tests are skipped, and say why, where Java or the network to fetch pyspark from is missing.
spark_where_possible() {
  tools/spark.sh || echo "the Spark engine is not installed here; its tests will be skipped" >&2
}

on_postgresql() {
  server=$(tools/pg.sh start)
  local ignored=() each
  # Once is enough: these rooms know no database, which their contracts see to …
  for each in rules files engines test_rooms.py; do ignored+=("--ignore=tests/$each"); done
  # … and these make installations of their own, on SQLite whatever the tests run on.
  for each in first_start keys_and_backups torture rotation_killed; do
    ignored+=("--ignore=tests/management/test_$each.py")
  done
  XGZ_DATABASE_URL=$(tools/pg.sh url "$server") run_tests 2-postgresql "${ignored[@]}"
}

if [[ $scope == full ]]; then
  step "system packages" tools/provision.sh
  step "Spark" spark_where_possible
fi
static_checks
step "tests on SQLite" run_tests 1-sqlite
if [[ $scope == full ]]; then
  step "tests on PostgreSQL" on_postgresql
  step "browser tests" run_tests 3-browser -m browser tests/browser
  step "collectstatic" collect_static
  step "installation without a network" offline_install
fi
