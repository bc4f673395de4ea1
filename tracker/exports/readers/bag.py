"""The bag: bagit.txt, bag-info.txt, the two manifests and the dated seal, held against the bytes that are there."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tracker.audit.rules import canonical
from tracker.exports import rules
from tracker.exports.readers.archive import UNREADABLE, Archive, Content, bag_info

_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


def bag_problems(archive: Archive, contents: Mapping[str, Content]) -> Iterator[tuple[str, str]]:
    """Whatever BagIt asks for, and more strictly: one way of writing each file."""
    if rules.BAGIT in contents and archive.read(rules.BAGIT) != rules.BAGIT_TEXT:
        yield rules.BAGIT, "is not that of a BagIt 1.0 bag"
    payload = {path: each.sha256 for path, each in contents.items() if path.startswith("data/")}
    tags = {path: contents[path].sha256 for path in set(contents) - set(payload) - {rules.TAG_MANIFEST}}
    for path in sorted(set(tags) - rules.TAG_FILES):
        yield path, "does not belong in a bundle"
    yield from _manifest_problems(archive, rules.MANIFEST, payload)
    yield from _manifest_problems(archive, rules.TAG_MANIFEST, tags)
    # What cannot be read was named, and is in no sum.
    if len(contents) == len(archive.infos):
        yield from _info_problems(archive, contents)


def _info_problems(archive: Archive, contents: Mapping[str, Content]) -> Iterator[tuple[str, str]]:
    pairs = bag_info(archive)
    sizes = [each.size for path, each in contents.items() if path.startswith("data/")]
    if [value for label, value in pairs if label == rules.OXUM] != [f"{sum(sizes)}.{len(sizes)}"]:
        yield rules.BAG_INFO, f"its {rules.OXUM} is not the number of bytes and files under data/"
    cut_off = archive.cut_off()
    if cut_off and (rules.BAGGING_DATE, cut_off.date().isoformat()) not in pairs:
        yield rules.BAG_INFO, f"its {rules.BAGGING_DATE} is not the day of the cut-off"


def _manifest_problems(archive: Archive, name: str, actual: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    try:
        raw = archive.read(name)
        text = raw.decode()
    except (KeyError, *UNREADABLE):
        # Its absence has been named already.
        return
    listed = {match[2]: match[1] for match in map(_LINE.fullmatch, text.split("\n")) if match}
    for path in sorted(listed.keys() | actual.keys()):
        if path not in actual:
            if path in archive:
                continue
            yield path, f"is listed in {name}, but is not in the bundle"
        elif path not in listed:
            yield path, f"is in the bundle, but not listed in {name}"
        elif listed[path] != actual[path]:
            yield path, f"was altered: {name} lists another digest"
    if raw != "".join(f"{listed[path]}  {path}\n" for path in sorted(listed)).encode():
        yield name, "is not written as the tracker writes it"


# --- the dated seal ---------------------------------------------------------------------------------------


def seal_key(archive: Archive) -> bytes | None:
    """The public key that the seal names, or None when there is no readable seal."""
    try:
        return bytes.fromhex(_seal(archive)["key"])
    except (KeyError, TypeError, *UNREADABLE):
        return None


def seal_problems(
    archive: Archive, contents: Mapping[str, Content], public_key: bytes | None
) -> Iterator[tuple[str, str]]:
    """With a key from outside the bundle, the seal shows who wrote it; without, only that it is whole."""
    if rules.SEAL not in archive:
        if public_key is not None:
            yield rules.SEAL, "is missing: this bundle was not sealed by the tracker whose key was given"
        elif any(label == rules.SEAL_KEY for label, _value in bag_info(archive)):
            yield rules.SEAL, "is missing, although bag-info.txt names the key that it was made with"
        return
    key = seal_key(archive)
    if public_key is not None and key != public_key:
        yield rules.SEAL, "was made with another key than the one given"
    elif key is None or not _is_sealed(archive, contents, key):
        yield rules.SEAL, "does not fit this bundle: its lists are not those that were sealed"


def _is_sealed(archive: Archive, contents: Mapping[str, Content], key: bytes) -> bool:
    names = set(contents) - {rules.SEAL, rules.TAG_MANIFEST}
    tags = {path: contents[path].sha256 for path in names if not path.startswith("data/")}
    try:
        seal = _seal(archive)
        signature = bytes.fromhex(seal["signature"])
        Ed25519PublicKey.from_public_bytes(key).verify(signature, rules.seal_message(tags))
    except (InvalidSignature, KeyError, TypeError, *UNREADABLE):
        return False
    whole: dict[str, object] = {"format": 1, "signed": tags, "key": key.hex(), "signature": signature.hex()}
    return archive.read(rules.SEAL) == canonical(whole) + b"\n"


def _seal(archive: Archive) -> Mapping[str, Any]:
    content = json.loads(archive.read(rules.SEAL))
    return content if isinstance(content, dict) else {}
