"""What a disk may hold after the power went: a model of files and folders, and system calls as strace writes them.

The model is POSIX at its strictest: bytes are safe once fsync of their file returned, a name once fsync of its folder
did. Whatever was not synced may be there, in part or not at all. It knows nothing of disks that lie about fsync, nor of
a sector torn in itself.
"""

from __future__ import annotations

import ast
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = (
    "open,openat,creat,write,pwrite64,writev,pwritev,ftruncate,truncate,lseek,fsync,fdatasync,"
    "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir"
)


# --- calls ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """One system call that succeeded, with paths below the folder that is watched."""

    name: str
    path: str
    other: str = ""
    offset: int = 0
    content: bytes = b""
    size: int = 0


def can_trace() -> bool:
    """Whether strace is here and may trace."""
    if shutil.which("strace") is None:
        return False
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return done.returncode == 0


def traced(command: list[str], output: Path) -> list[str]:
    """The command to run instead, so that its calls are written to `output`."""
    options = [
        "-f",
        "-y",
        "-xx",
        "-s",
        "100000000",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(output),
    ]
    return ["strace", *options, *command]


def read_calls(trace: Path, folder: Path) -> Iterator[Call]:
    """The calls below a folder, in order. Files are named as they were when the call was made."""
    places: dict[tuple[str, str], int] = {}
    for process, name, arguments, result in _lines(trace):
        if result < 0:
            continue
        yield from _calls(process, name, arguments, result, places, str(folder) + "/")


def _lines(trace: Path) -> Iterator[tuple[str, str, list[str], int]]:
    waiting: dict[str, str] = {}
    for line in trace.read_text(encoding="ascii").splitlines():
        process, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            waiting[process] = rest.removesuffix("<unfinished ...>").rstrip()
            continue
        if found := re.match(r"<\.\.\. \w+ resumed>(.*)", rest, flags=re.DOTALL):
            rest = waiting.pop(process, "") + found[1]
        if found := re.match(r"(\w+)\((.*)\)\s+= (-?\d+)", rest, flags=re.DOTALL):
            yield process, found[1], _split(found[2]), int(found[3])


def _split(text: str) -> list[str]:
    """Arguments: strings are hexadecimal, so that a comma inside one is never seen."""
    return [each.strip() for each in re.split(r",(?![^\[{]*[\]}])", text)]


def _text(argument: str) -> bytes:
    return ast.literal_eval("b" + argument.rstrip("."))


def _name(argument: str) -> str:
    return _text(argument).decode(errors="surrogateescape")


def _descriptor(argument: str) -> tuple[str, str]:
    """Its number and the path behind it, which strace writes as `7</path>`, in hexadecimal too."""
    found = re.match(r"(\w+)<(.*)>$", argument)
    if not found:
        return argument, ""
    path = found[2]
    if "\\x" in path:
        path = ast.literal_eval(f'b"{path}"').decode(errors="surrogateescape")
    return found[1], path


def _calls(
    process: str,
    name: str,
    arguments: list[str],
    result: int,
    places: dict[tuple[str, str], int],
    below: str,
) -> Iterator[Call]:
    number, path = _descriptor(arguments[0])
    key = (process, number)
    if name in {"write", "pwrite64"}:
        content = _text(arguments[1])[:result]
        offset = int(arguments[3]) if name == "pwrite64" else places.get(key, 0)
        if name == "write":
            places[key] = offset + result
        if path.startswith(below):
            yield Call("write", path, offset=offset, content=content)
    elif name in {"writev", "pwritev"}:
        assert not path.startswith(below), "vectored writes are not read"
    elif name in {"fsync", "fdatasync"} and (path + "/").startswith(below):
        yield Call("fsync", path)
    elif name == "ftruncate" and path.startswith(below):
        yield Call("truncate", path, size=int(arguments[1]))
    elif name == "lseek":
        places[key] = result
    else:
        yield from _named(process, name, arguments, result, places, below)


def _named(
    process: str,
    name: str,
    arguments: list[str],
    result: int,
    places: dict[tuple[str, str], int],
    below: str,
) -> Iterator[Call]:
    at = name in {"openat", "unlinkat", "mkdirat"}
    if name in {"open", "openat", "creat"}:
        path, flags = _name(arguments[1 if at else 0]), arguments[2 if at else 1]
        places[process, str(result)] = 0
        if path.startswith(below) and ("O_CREAT" in flags or name == "creat"):
            yield Call("create", path)
        if path.startswith(below) and "O_TRUNC" in flags:
            yield Call("truncate", path, size=0)
    elif name in {"mkdir", "mkdirat", "unlink", "unlinkat", "rmdir"}:
        path = _name(arguments[1 if at else 0])
        if path.startswith(below):
            yield Call("mkdir" if name.startswith("mkdir") else "unlink", path)
    elif name in {"rename", "renameat", "renameat2"}:
        names = [_name(each) for each in arguments if each.startswith('"')]
        if names[0].startswith(below):
            yield Call("rename", names[0], other=names[1])
    assert name not in {"link", "linkat", "truncate"}, f"{name} is not read"


# --- the disk ---------------------------------------------------------------------------------------------


@dataclass
class Node:
    """A file or a folder: how the process sees it, how the disk has it, and the writes between the two."""

    folder: bool = False
    content: bytearray = field(default_factory=bytearray)
    safe: bytearray = field(default_factory=bytearray)
    unsynced: list[tuple[int, bytes]] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    safe_names: dict[str, Node] = field(default_factory=dict)


class Disk:
    """A folder as it would be found after the power came back."""

    def __init__(self, folder: Path, *, loaded_from: Path) -> None:
        self.base, self.root = str(folder), _load(loaded_from)

    def apply(self, call: Call) -> None:
        getattr(self, f"_{call.name}")(call)

    def write_image(self, into: Path, choose: random.Random | None) -> None:
        """Only what was synced; with `choose`, also a part of what was not, sector by sector and name by name."""
        _write(self.root, into, choose)

    def _find(self, path: str) -> Node:
        node = self.root
        for part in Path(path).relative_to(self.base).parts:
            node = node.names[part]
        return node

    def _parent(self, path: str) -> tuple[Node, str]:
        return self._find(str(Path(path).parent)), Path(path).name

    def _create(self, call: Call) -> None:
        parent, name = self._parent(call.path)
        parent.names.setdefault(name, Node())

    def _mkdir(self, call: Call) -> None:
        parent, name = self._parent(call.path)
        parent.names[name] = Node(folder=True)

    def _unlink(self, call: Call) -> None:
        parent, name = self._parent(call.path)
        del parent.names[name]

    def _rename(self, call: Call) -> None:
        parent, name = self._parent(call.path)
        target, other = self._parent(call.other)
        target.names[other] = parent.names.pop(name)

    def _write(self, call: Call) -> None:
        node = self._find(call.path)
        _put(node.content, call.offset, call.content)
        node.unsynced.append((call.offset, call.content))

    def _truncate(self, call: Call) -> None:
        node = self._find(call.path)
        _resize(node.content, call.size)
        # A shorter file is taken to be at once as short on the disk: the worse case for what stood there.
        _resize(node.safe, min(call.size, len(node.safe)))

    def _fsync(self, call: Call) -> None:
        node = self._find(call.path)
        if node.folder:
            node.safe_names = dict(node.names)
        else:
            node.safe, node.unsynced = bytearray(node.content), []


def _load(path: Path) -> Node:
    if not path.is_dir():
        content = path.read_bytes()
        return Node(content=bytearray(content), safe=bytearray(content))
    names = {each.name: _load(each) for each in path.iterdir()}
    return Node(folder=True, names=names, safe_names=dict(names))


def _write(node: Node, into: Path, choose: random.Random | None) -> None:
    if not node.folder:
        into.write_bytes(_torn(node, choose))
        return
    into.mkdir()
    names = dict(node.safe_names)
    for name in sorted({*node.names, *node.safe_names}):
        if choose is not None and choose.random() < 0.5:
            names.pop(name, None)
            if name in node.names:
                names[name] = node.names[name]
    for name, each in names.items():
        # SQLite makes the index of its log anew; it is never part of what must survive.
        if not name.endswith("-shm"):
            _write(each, into / name, choose)


def _torn(node: Node, choose: random.Random | None) -> bytes:
    content = bytearray(node.safe)
    for offset, written in node.unsynced if choose is not None else ():
        for start in range(0, len(written), SECTOR):
            if choose is not None and choose.random() < 0.5:
                _put(content, offset + start, written[start : start + SECTOR])
    return bytes(content)


def _put(content: bytearray, offset: int, written: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(written)] = written


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))
