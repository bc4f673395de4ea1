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
from functools import partial
from threading import Thread
from typing import IO, Any
from urllib.parse import quote, urlsplit, urlunsplit

from tracker.library.rules.words import NOT_OPEN, not_open_words

MOST_REDIRECTS = 5
AGENT = "sepsis-recommendation-tracker link check"
LATE = "no answer in time"
# What stands for itself in the path and in the query of an address; a per cent sign begins what is written so already.
_PATH, _QUERY = "/%:@!$&'()*+,;=~", "/%:@!$&'()*+,;=~?"


@dataclass(frozen=True, slots=True)
class Visit:
    """The status that answered, and what was wrong; no problem: it answered."""

    status: int | None
    problem: str = ""


class _Refused(OSError):
    """An address that is not visited."""


def visit(link: str, *, seconds: float = 10, private: bool = False) -> Visit:
    """Ask for an address and follow where it leads, for so long in all.

    `private`: also addresses inside our own network. A site that answers drop by drop would keep every single wait
    short, so another thread waits for it, which ends with the process at the latest.
    """
    found: list[Visit] = []
    waiting = Thread(target=lambda: found.append(_visit(link, seconds, private)), daemon=True)
    waiting.start()
    waiting.join(seconds)
    return found[0] if found else Visit(None, LATE)


def _visit(link: str, seconds: float, private: bool) -> Visit:
    try:
        _check(link)
        opener = urllib.request.build_opener(_Following(), _Guarded(private), _GuardedTLS(private))
        # `_check` lets web addresses through alone.
        headers = {"User-Agent": AGENT, "Accept": "*/*"}
        asked = urllib.request.Request(_as_sent(link), headers=headers)  # noqa: S310
        with opener.open(asked, timeout=seconds) as answer:
            return Visit(int(answer.status))
    except urllib.error.HTTPError as error:
        with error:
            shut = error.code in NOT_OPEN
            return Visit(error.code, not_open_words(error.code) if shut else f"status {error.code}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Visit(None, _words(error))


class _Following(urllib.request.HTTPRedirectHandler):
    """Redirects to web addresses only, and a few."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


class _Guarded(urllib.request.HTTPHandler):
    """Every connection, that of a redirect too, is made to an address that was looked at."""

    def __init__(self, private: bool) -> None:
        super().__init__()
        self.private = private

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_connection, http.client.HTTPConnection, self.private), req)


class _GuardedTLS(urllib.request.HTTPSHandler):
    def __init__(self, private: bool) -> None:
        super().__init__()
        self.private = private

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_connection, http.client.HTTPSConnection, self.private), req)


def _connection(
    kind: type[http.client.HTTPConnection], private: bool, host: str, **more: Any
) -> http.client.HTTPConnection:
    made = kind(host, **more)
    # Where it connects, and not before: a name may be answered differently when it is asked a second time.
    made._create_connection = partial(_connect, private)  # type: ignore[attr-defined]
    return made


def _connect(private: bool, address: tuple[str, int], timeout: float, *_source: Any) -> socket.socket:
    host, port = address
    places = [each[4] for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    # Where a proxy stands between, it decides where one may go.
    if not private and (host, port) not in _proxies() and not all(map(_is_public, places)):
        raise _Refused("it leads into a private network")
    problem: OSError = OSError("no address")
    for place in places:
        try:
            return socket.create_connection((str(place[0]), port), timeout)
        except OSError as error:
            problem = error
    raise problem


def _is_public(place: tuple[Any, ...]) -> bool:
    return ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global


def _proxies() -> set[tuple[str | None, int | None]]:
    given = urllib.request.getproxies().values()
    parts = [urlsplit(each if "://" in each else f"//{each}") for each in given]
    return {(each.hostname, each.port) for each in parts}


def _check(link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Refused("it leads to what is not a web address")


def _as_sent(link: str) -> str:
    """An address with letters beyond ASCII, as a browser sends it."""
    parts = urlsplit(link)
    place = parts.netloc
    if not place.isascii():
        place = (parts.hostname or "").encode("idna").decode("ascii") + (
            f":{parts.port}" if parts.port else ""
        )
    return urlunsplit((parts.scheme, place, quote(parts.path, _PATH), quote(parts.query, _QUERY), ""))


def _words(error: Exception) -> str:
    """Why nothing answered, in a few words."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, _Refused):
        return str(reason)
    if isinstance(reason, TimeoutError):
        return LATE
    if isinstance(reason, socket.gaierror):
        return "the name of the site is not known"
    if isinstance(reason, ssl.SSLError):
        return "its certificate cannot be trusted"
    if isinstance(reason, ConnectionRefusedError):
        return "the connection was refused"
    return "the connection failed"
