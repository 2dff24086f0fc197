#!/usr/bin/env bash
# A private, throw-away PostgreSQL for the tests: own folder, own socket, no network port.
# Nothing is kept safe on disk, which is fast; XGZ_PG_DURABLE=1 makes it write as a real one does.
#   folder=$(tools/pg.sh start); XGZ_DATABASE_URL=$(tools/pg.sh url "$folder") …; tools/pg.sh stop "$folder"
set -euo pipefail

# Debian keeps the server programs out of PATH.
find_bin() {
  local found
  found=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
  found=${found:-$(command -v initdb || true)}
  if [[ -z $found ]]; then
    echo "PostgreSQL (initdb) is not installed" >&2
    return 1
  fi
  dirname "$(readlink -f "$found")"
}

# PostgreSQL refuses to run as root.
as_server_user() {
  if [[ $EUID -eq 0 ]]; then
    runuser -u "$server_user" -- "$@"
  else
    "$@"
  fi
}

start() {
  local folder
  # Short and outside the project: a socket's path may have 107 characters at most, and the
  # server's user must be able to reach it.
  folder=$(mktemp -d "${XGZ_PG_PARENT:-/tmp}/xgz-pg.XXXXXX")
  if [[ $EUID -eq 0 ]]; then
    chown "$server_user" "$folder"
  fi
  cd "$folder"
  if ! create_and_launch "$folder" >"$folder.log" 2>&1; then
    cat "$folder.log" >&2
    stop "$folder" || true
    return 1
  fi
  rm -f "$folder.log"
  echo "$folder"
}

create_and_launch() {
  local locale=C
  # Tests roll back what they wrote. Statistics taken between two of them tell the planner of full
  # pages without a row, and the next large test is joined row by row: minutes instead of seconds.
  local speed="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
  if [[ -n ${XGZ_PG_DURABLE:-} ]]; then
    speed=""
  fi
  if locale -a 2>/dev/null | grep -qix 'c\.utf-\?8'; then
    locale=C.UTF-8
  fi
  as_server_user "$bin/initdb" -D "$1/data" -U xgz -A trust --encoding=UTF8 --locale="$locale" --no-sync &&
    as_server_user "$bin/pg_ctl" -D "$1/data" -l "$1/server.log" -w \
      -o "-k $1 -c listen_addresses='' $speed" start &&
    as_server_user "$bin/createdb" -h "$1" -U xgz xgz
}

stop() {
  case $1 in
    */xgz-pg.??????) ;;
    *) echo "not a folder of tools/pg.sh: $1" >&2; return 1 ;;
  esac
  if [[ -f $1/data/postmaster.pid ]]; then
    cd "$1"
    as_server_user "$bin/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null || true
    cd /
  fi
  rm -rf "$1" "$1.log"
}

server_user=postgres
id "$server_user" >/dev/null 2>&1 || server_user=nobody
bin=$(find_bin)
case ${1:-}:${2:+folder} in
  start:) start ;;
  url:folder) echo "postgresql://xgz@/xgz?host=$2" ;;
  stop:folder) stop "$2" ;;
  *) echo "usage: tools/pg.sh start | url FOLDER | stop FOLDER" >&2; exit 1 ;;
esac
