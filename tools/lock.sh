#!/usr/bin/env bash
# Resolve pyproject.toml into the two lock files, with hashes and without index addresses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

options=(--universal --generate-hashes --only-binary :all: --no-header --no-emit-index-url --quiet)
.venv/bin/uv pip compile pyproject.toml "${options[@]}" -o requirements.lock "$@"
.venv/bin/uv pip compile pyproject.toml --group dev "${options[@]}" \
  -c requirements.lock -o requirements-dev.lock "$@"
.venv/bin/python tools/check_tree.py
