"""A child process for files that strangers made: a few seconds of processor, half a gigabyte, none of our secrets."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CPU_SECONDS = 5
ADDRESS_SPACE = 512 * 1024 * 1024
WALL_SECONDS = 15


class ChildFailed(Exception):
    """The child said nothing that can be used: it ran out of its limits, or its parser fell over."""


def ask(script: Path, request: Mapping[str, Any]) -> Any:
    """What a script of ours answers to a request, in JSON. Raises ChildFailed."""
    command = [sys.executable, "-I", str(script), json.dumps(request)]
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours; the request is one argument, never a shell's
            command,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=True,
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise ChildFailed(script.name) from error


def bind() -> None:
    """For the child, before it opens the file: its limits, no file written, no core left behind."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
