"""Visiting an address of the library: does something answer? Nothing of what it says is read."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

MOST_REDIRECTS = 5
AGENT = "sepsis-recommendation-tracker link check"


@dataclass(frozen=True, slots=True)
class Visit:
    """The status that answered, and what was wrong; no problem: it answered."""

    status: int | None
    problem: str = ""


class _Refused(OSError):
    """An address that is not visited."""


def visit(link: str, *, seconds: float = 10, private: bool = False) -> Visit:
    """Ask for an address and follow where it leads. `private`: also addresses inside our own network."""
    try:
        _check(link, private)
        opener = urllib.request.build_opener(_Following(private))
        # `_check` lets web addresses through alone.
        asked = urllib.request.Request(link, headers={"User-Agent": AGENT, "Accept": "*/*"})  # noqa: S310
        with opener.open(asked, timeout=seconds) as answer:
            return Visit(int(answer.status))
    except urllib.error.HTTPError as error:
        with error:
            return Visit(error.code, f"status {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Visit(None, _words(error))


class _Following(urllib.request.HTTPRedirectHandler):
    """Redirects to web addresses only, a few, and none into a network that may not be visited."""

    max_redirections = MOST_REDIRECTS

    def __init__(self, private: bool) -> None:
        self.private = private

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        _check(newurl, self.private)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _check(link: str, private: bool) -> None:
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Refused("it leads to what is not a web address")
    # Where a proxy stands between, it decides where one may go.
    if private or parts.scheme in urllib.request.getproxies():
        return
    for found in socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(str(found[4][0]).partition("%")[0]).is_global:
            raise _Refused("it leads into a private network")


def _words(error: Exception) -> str:
    """Why nothing answered, in a few words."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, _Refused):
        return str(reason)
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, socket.gaierror):
        return "the name of the site is not known"
    if isinstance(reason, ssl.SSLError):
        return "its certificate cannot be trusted"
    if isinstance(reason, ConnectionRefusedError):
        return "the connection was refused"
    return "the connection failed"
