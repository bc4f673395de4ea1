"""A trust with claims to test, and the national lead's browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.summary.makers import World, make_world


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


@pytest.fixture
def lead(world: World, sign_in: Callable[[object], FlaskClient]) -> FlaskClient:
    return sign_in(world.lead)
