#!/usr/bin/env bash
# Gather everything an installation without a network needs: the locked packages as wheels, xgz's own
# wheel, the installer, and a list of checksums. Run where the package index can be reached, with the
# same system and Python version as the machine it is for.
#   tools/wheelhouse.sh FOLDER
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ $# -ne 1 ]]; then
  echo "usage: tools/wheelhouse.sh FOLDER" >&2
  exit 1
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
if [[ -n $(ls -A "$folder") ]]; then
  echo "$folder is not empty" >&2
  exit 1
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pip=(.venv/bin/python -m pip --disable-pip-version-check)

"${pip[@]}" download --quiet --require-hashes --only-binary :all: --no-deps \
  -r requirements.lock -d "$folder"

# The wheel is made from a copy, so that nothing but what is committed or to be committed is in it.
# Texts that lie beside the package in the project lie inside it in the wheel.
source=$scratch/xgz
mkdir "$source"
.venv/bin/python tools/compile_messages.py
tar -c --exclude='__pycache__' xgz pyproject.toml | tar -x -C "$source"
mkdir -p "$source/xgz/bundled/docs"
cp -R locale "$source/xgz/bundled/locale"
cp -R docs/rulebook "$source/xgz/bundled/docs/rulebook"
echo 'recursive-include xgz *' >"$source/MANIFEST.in"
# Two builds of one state give the same bytes: no time of day in the wheel.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)
export SOURCE_DATE_EPOCH
find "$source" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
"${pip[@]}" wheel --quiet --no-index --no-deps --no-build-isolation -w "$folder" "$source"

cp requirements.lock tools/install_offline.sh "$folder/"
(cd "$folder" && sha256sum -- *.whl requirements.lock install_offline.sh >SHA256SUMS)
echo "$(find "$folder" -name '*.whl' | wc -l) wheels, $(du -sh "$folder" | cut -f1) in $folder"
