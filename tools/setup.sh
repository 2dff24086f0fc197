#!/usr/bin/env bash
# Make .venv from the lock and install the xgz command; does nothing where nothing changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stamp=.venv/xgz-setup-stamp
acceptable='import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

# Names what was installed: the inputs and this folder, since an environment cannot be moved.
fingerprint() {
  { pwd; cat requirements-dev.lock pyproject.toml; } | cksum
}

# The distribution's own build first: it is profile-guided, which makes every page and every test a
# quarter faster than a build that a version manager compiled on the machine.
find_python() {
  local name
  for name in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
    # A name may exist and still not run (version managers' shims), hence the trial.
    if "$name" -c "$acceptable" 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "xgz needs Python 3.11, 3.12 or 3.13 with venv (Debian: python3 python3-venv); none was found" >&2
  return 1
}

install() {
  local python
  if ! .venv/bin/python -c "$acceptable" 2>/dev/null; then
    python=$(find_python)
    echo "making .venv with $("$python" --version)" >&2
    "$python" -m venv --clear .venv
  fi
  rm -f "$stamp"
  echo "installing the locked packages" >&2
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes --only-binary :all: -r requirements-dev.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation -e .
  fingerprint >"$stamp"
}

if [[ ! -x .venv/bin/xgz || ! -f $stamp || "$(<"$stamp")" != "$(fingerprint)" ]] \
  || ! .venv/bin/python -c "$acceptable" 2>/dev/null; then
  install
fi
.venv/bin/python tools/compile_messages.py
