"""Hashing: the parameters that were promised, and nothing learnt from an unknown account."""

from __future__ import annotations

import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from tracker.accounts import passwords


def test_the_parameters_are_those_promised() -> None:
    stored = passwords.hash_password("four-unrelated-words-here")
    found = extract_parameters(stored)
    assert (found.type.name, found.memory_cost, found.time_cost) == ("ID", 64 * 1024, 3)
    assert not passwords.needs_rehash(stored)


def test_right_and_wrong() -> None:
    stored = passwords.hash_password("four-unrelated-words-here ")
    assert passwords.verify_password(stored, "four-unrelated-words-here ")
    assert not passwords.verify_password(stored, "four-unrelated-words-here")
    assert not passwords.verify_password("not a hash", "four-unrelated-words-here")


def test_the_same_keys_on_another_computer_make_the_same_password() -> None:
    stored = passwords.hash_password("caf\u00e9 kettle harbour")
    assert passwords.verify_password(stored, "cafe\u0301 kettle harbour")


def test_nobodys_password_is_never_right_and_is_hashed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords.HASHER.verify
    hasher = type("Hasher", (), {"verify": lambda _self, h, p: verified.append(h) or real(h, p)})()
    passwords._nobodys_hash()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    assert not passwords.verify_password(None, "four-unrelated-words-here")
    assert len(verified) == 1 and extract_parameters(verified[0]).memory_cost == 64 * 1024


def test_an_older_hash_is_made_again() -> None:
    assert passwords.needs_rehash(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("x"))


def test_no_more_than_two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def hash(self, _password: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1
            return "hash"

    monkeypatch.setattr(passwords, "HASHER", Slow())
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
