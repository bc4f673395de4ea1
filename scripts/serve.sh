#!/usr/bin/env bash
# Brings the database up to date and serves. In development the first run also loads the demonstration; data already there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

export FLASK_APP=wsgi PORT="${PORT:-8000}"
flask=.venv/bin/flask

# With BIND whoever runs it has chosen the address; gunicorn says so if it is taken.
if [ -z "${BIND:-}" ] && ! .venv/bin/python - "$PORT" <<'PYTHON'
import socket, sys

with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except (OSError, OverflowError, ValueError) as error:
        print(f"Port {sys.argv[1]} cannot be used ({error}). Choose another: make run PORT=8080", file=sys.stderr)
        raise SystemExit(1)
PYTHON
then
  exit 1
fi

echo "Bringing the database up to date"
"$flask" db upgrade
echo "Reading the catalogue of recommendations"
"$flask" catalogue sync
if [ "${TRACKER_ENV:-development}" != production ]; then
  echo "Loading the demonstration, if the database is empty"
  "$flask" demo load --if-empty
  export TRACKER_SHOW_SIGN_INS=1
fi
exec .venv/bin/gunicorn --config gunicorn.conf.py wsgi:app
