#!/usr/bin/env bash
# Run the script given, or say plainly that this version does not have it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ! -x $1 ]]; then
  echo "$1 does not exist in this version" >&2
  exit 1
fi
exec "$@"
