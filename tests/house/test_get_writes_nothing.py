"""Reading changes no domain row, whoever reads; only the audit trail may say that something was read."""

from __future__ import annotations

import pytest

from tests.house.table import GETS, address
from tests.house.world import TRAIL, World

READERS = ("champion", "lead", "national", "auditor", "administrator")


@pytest.mark.parametrize("endpoint", GETS)
def test_a_get_changes_no_domain_row(world: World, endpoint: str) -> None:
    path, browsers = address(world, endpoint), {who: world.browser(who) for who in READERS}
    before = world.digest(without=TRAIL)
    for who in READERS:
        answer = browsers[who].get(path)
        assert answer.status_code < 500, (who, path, answer.status_code)
        answer.close()
    after = world.digest(without=TRAIL)
    assert after == before, (path, [name for name in before if before[name] != after[name]])
