"""How gunicorn serves the tracker. Settings from the environment: PORT or BIND, WEB_CONCURRENCY."""

import gc
import os
from pathlib import Path
from typing import Any

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
wsgi_app = "wsgi:app"

# Threads, because a sync worker is killed in the middle of a slow upload: it cannot answer the arbiter while it reads.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
timeout = 120
graceful_timeout = 60
keepalive = 5

# Built once and shared by the workers. Building it opens no database connection: each worker opens its own.
preload_app = True
# Imports make no garbage worth looking for; what they made is left alone afterwards, so that it stays shared.
gc.disable()
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# TRACKER_TRUSTED_PROXIES alone decides which proxies are believed; gunicorn must not decide it a second time.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
control_socket_disable = True

# The application writes its own structured line for each request.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "warning")
proc_name = "tracker"

SIGN_INS = """
  The recommendation tracker is at {address}

  Demonstration sign-ins, password: demonstration-only
    champion@demo.example   sepsis champion of the first demonstration trust
    lead@demo.example       trust lead of the same trust
    national@demo.example   national lead
    auditor@demo.example    auditor
    admin@demo.example      administrator
    hee@demo.example        trust lead and champion of the demonstration national body
    network@demo.example    champion of the demonstration health innovation network
    university@demo.example champion of the first demonstration university

  Stop it with Ctrl+C. What you record stays in instance/ for the next run.
"""


def pre_fork(server: Any, worker: Any) -> None:
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    gc.enable()


def when_ready(server: Any) -> None:
    """Say where the service is, once it listens; name the sign-ins only where `make run` offers the demonstration."""
    address = f"http://{bind}"
    if os.environ.get("TRACKER_SHOW_SIGN_INS"):
        print(SIGN_INS.format(address=address), flush=True)
    else:
        print(f"The recommendation tracker listens on {address}", flush=True)
