#!/usr/bin/env bash
# Install what the full tests need of the system: Chromium, Chinese fonts, PostgreSQL.
set -euo pipefail

# The build without windows or the whole browser (tests/browser/conftest.py takes the former first).
has_chromium() {
  if [[ -n ${CHROMIUM:-} ]]; then
    [[ -x $CHROMIUM ]]
  else
    [[ -x /usr/bin/chromium-headless-shell || -x /usr/bin/chromium ]]
  fi
}
has_fonts() {
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W -f '${Status}' fonts-noto-cjk 2>/dev/null | grep -q 'install ok installed'
  else
    fc-list :lang=zh 2>/dev/null | grep -q .
  fi
}
has_postgresql() {
  find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | grep -q . || command -v initdb >/dev/null
}

missing=()
has_chromium || missing+=(chromium)
has_fonts || missing+=(fonts-noto-cjk)
has_postgresql || missing+=(postgresql)
if [[ ${#missing[@]} -eq 0 ]]; then
  exit 0
fi

if [[ $(uname) == Darwin ]]; then
  for package in "${missing[@]}"; do
    case $package in
      chromium) echo "install Chromium or Chrome and set CHROMIUM to its program file" >&2 ;;
      fonts-noto-cjk) echo "install a Chinese font and fontconfig (fc-list)" >&2 ;;
      postgresql) echo "install PostgreSQL 15 or later so that initdb is in PATH" >&2 ;;
    esac
  done
  exit 1
fi

as_root=()
[[ $EUID -eq 0 ]] || as_root=(sudo -n)
if ! command -v apt-get >/dev/null || ! "${as_root[@]+"${as_root[@]}"}" true 2>/dev/null; then
  echo "make test needs, installed by an administrator: ${missing[*]}" >&2
  exit 1
fi
"${as_root[@]+"${as_root[@]}"}" apt-get update -qq
if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
  missing=("${missing[@]/%chromium/chromium-headless-shell}")
fi
echo "installing ${missing[*]}" >&2
"${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}"
