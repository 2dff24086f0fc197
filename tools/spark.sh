#!/usr/bin/env bash
# Add the Spark engine of `xgz link` to .venv: Splink and pyspark from their lock (about 460 MB).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stamp=.venv/xgz-spark-stamp
fingerprint() {
  { pwd; cat requirements-spark.lock; } | cksum
}

if ! command -v java >/dev/null && [[ -z ${JAVA_HOME:-} ]]; then
  echo "Spark needs Java 17 or later (Debian: openjdk-17-jre-headless); none was found" >&2
  exit 1
fi
if [[ -f $stamp && "$(<"$stamp")" == "$(fingerprint)" ]]; then
  exit 0
fi
echo "installing Splink and pyspark" >&2
# pyspark is a source package; what builds it is in .venv already.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
  --only-binary :all: --no-binary pyspark --no-build-isolation --use-pep517 -r requirements-spark.lock
fingerprint >"$stamp"
