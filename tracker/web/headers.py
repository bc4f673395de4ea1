"""Response headers: content security policy, caching, hosts, request ids, and one log line a request."""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import SecurityError

from tracker.web import charts

log = logging.getLogger("tracker.requests")
HSTS = "max-age=31536000; includeSubDomains"
FRAMED = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


def csp_nonce() -> str:
    """The nonce of this response, made once."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    nonce: str = g.csp_nonce
    return nonce


def init_app(app: Flask) -> None:
    """Bind before the gate: a wrong host is refused before anything else."""
    app.before_request(_begin)
    app.after_request(_finish)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if host not in current_app.config["SETTINGS"].hosts:
        raise SecurityError("This address is not one that the service answers for.")


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    headers["X-Request-Id"] = g.get("request_id", "")
    # A chart holds no more than its page and says what it shows in its ETag: a browser may ask whether it stands.
    if g.get("identity") is not None and headers.get("Cache-Control") != charts.CACHE:
        headers["Cache-Control"] = "no-store"
    if current_app.config["SETTINGS"].production:
        headers["Strict-Transport-Security"] = HSTS
    _log(response)
    return response


def open_to_frames(response: Response) -> Response:
    """Let other sites show this one answer in a frame. Only for a page without scripts, forms, or anything about who
    looks: a page that acts could be laid under somebody else's buttons."""
    response.headers["Content-Security-Policy"] = FRAMED
    return response


def _policy() -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; manifest-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _log(response: Response) -> None:
    if request.endpoint == "static":
        return
    taken = time.perf_counter() - g.get("started", time.perf_counter())
    # The route, not the path: a path may hold a one-time token, and names or bodies are never logged.
    line = {
        "method": request.method,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "ms": round(taken * 1000, 1),
    }
    log.info(line)
