#!/usr/bin/env bash
# Makes Chromium available for the browser tests. Never fails: without a browser those tests skip, and this says so in one line.
set -uo pipefail

if command -v chromium >/dev/null; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "No chromium here, and no right to install it: the browser tests skip (on Debian: sudo apt-get install chromium)."
  exit 0
fi
echo "Installing chromium for the browser tests (apt-get, once)"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation; }; then
  echo "chromium could not be installed with apt-get: the browser tests skip."
fi
exit 0
