#!/bin/sh
# The database's address with the password of a secret file, then the command.
set -eu
umask 077
if [ -n "${XGZ_DATABASE_PASSWORD_FILE:-}" ]; then
  password=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(open(sys.argv[1]).read().strip(), safe=""))' \
    "$XGZ_DATABASE_PASSWORD_FILE")
  XGZ_DATABASE_URL="postgresql://${XGZ_DATABASE_USER}:${password}@${XGZ_DATABASE_HOST}:5432/${XGZ_DATABASE_NAME}"
  export XGZ_DATABASE_URL
fi
exec "$@"
