#!/usr/bin/env bash
# Walks the migrations both ways on an empty SQLite file: up to the head, down to nothing, up again. PostgreSQL: tests/house.
set -euo pipefail
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export TRACKER_INSTANCE="$work" DATABASE_URL="sqlite:///$work/tracker.db" EVIDENCE_URL="file://$work/evidence"
export TRACKER_ENV=development FLASK_APP=wsgi

step() {
  echo "Migrations on SQLite: $1"
  shift
  if ! .venv/bin/flask "$@" >"$work/log" 2>&1; then
    cat "$work/log" >&2
    exit 1
  fi
}

step "empty to the head" db upgrade
step "the head down to nothing" db downgrade base
step "nothing to the head again" db upgrade
