#!/usr/bin/env bash
# Resolve pyproject.toml into the three lock files, with hashes and without index addresses.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

options=(--universal --generate-hashes --only-binary :all: --no-header --no-emit-index-url --quiet)
.venv/bin/uv pip compile pyproject.toml "${options[@]}" -o requirements.lock "$@"
.venv/bin/uv pip compile pyproject.toml --group dev "${options[@]}" \
  -c requirements.lock -o requirements-dev.lock "$@"
# pyspark is published as a source package only.
.venv/bin/uv pip compile pyproject.toml --extra spark "${options[@]}" --no-binary pyspark \
  -c requirements-dev.lock -o requirements-spark.lock "$@"
.venv/bin/python tools/check_tree.py
