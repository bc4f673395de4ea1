"""URL converters: a code that cannot exist is a 404 before anything is asked of the database."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter


class OrganisationConverter(BaseConverter):
    """An ODS code: opaque text, never parsed."""

    regex = r"[A-Z0-9]{2,10}"


class RecommendationConverter(BaseConverter):
    """A permanent code such as SEP16-12."""

    regex = r"[A-Z0-9]{2,12}-[0-9]{2}"


def init_app(app: Flask) -> None:
    app.url_map.converters["organisation"] = OrganisationConverter
    app.url_map.converters["recommendation"] = RecommendationConverter
