#!/usr/bin/env bash
# Makes the virtual environment and installs the pinned dependencies: `setup.sh run` (to serve) or `setup.sh dev` (also the tests).
# A stamp inside the environment holds the digest of what was installed, so that running it again is instant.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-run}" in
  run) requirements=requirements.txt ;;
  dev) requirements=requirements-dev.txt ;;
  *) echo "setup: say run or dev, not '$1'" >&2; exit 2 ;;
esac
stamp=".venv/.installed-${1:-run}"
recent='import sys; raise SystemExit(sys.version_info < (3, 11))'

if ! .venv/bin/python -c "$recent" 2>/dev/null || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=""
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c "$recent" 2>/dev/null; then
      python="$candidate"
      break
    fi
  done
  if [ -z "$python" ]; then
    echo "setup: Python 3.11 or newer is needed and was not found (python3 is: $(python3 --version 2>&1 || true))." >&2
    exit 1
  fi
  echo "Making the virtual environment .venv with $("$python" --version)"
  if ! "$python" -m venv --clear .venv; then
    echo "setup: the virtual environment could not be made. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
  fi
fi

digest="$(.venv/bin/python -c 'import hashlib, sys; print(sys.version_info[:2], hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$requirements")"
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$digest" ]; then
  exit 0
fi
echo "Installing the pinned dependencies from $requirements (every file is checked against its hash)"
.venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r "$requirements"
printf '%s\n' "$digest" >"$stamp"
