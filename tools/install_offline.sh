#!/usr/bin/env bash
# Install xgz into a fresh environment from a folder of tools/wheelhouse.sh, without any network.
#   ./install_offline.sh TARGET          run inside the folder, for example for /opt/xgz
#   XGZ_PYTHON=python3.12 ./install_offline.sh TARGET
set -euo pipefail

if [[ $# -ne 1 ]]; then
  echo "usage: install_offline.sh TARGET" >&2
  exit 1
fi
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$1
python=${XGZ_PYTHON:-python3}
if [[ ! -f $folder/SHA256SUMS ]]; then
  echo "$folder is no folder of tools/wheelhouse.sh: SHA256SUMS is missing" >&2
  exit 1
fi
if [[ -e $target ]]; then
  echo "$target exists; choose another folder and switch over afterwards" >&2
  exit 1
fi
(cd "$folder" && sha256sum --check --strict --quiet SHA256SUMS)

# No index and no configuration of this machine has a say.
export PIP_NO_INDEX=1 PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --find-links "$folder" \
  --require-hashes --only-binary :all: -r "$folder/requirements.lock"
"$target/bin/python" -m pip install --quiet --no-index --no-deps "$folder"/xgz-*.whl
echo "installed: $target/bin/xgz"
