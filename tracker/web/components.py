"""The NHS design system's macros as `nhs.*`; our own macros are in templates/components."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined, TemplateNotFound
from jinja2.runtime import Macro
from markupsafe import Markup

NHSUK_VERSION = "10.6.1"

Component = Callable[..., Markup]


class Components:
    """One attribute for each macro: `nhs.button({...})`, `nhs.date_input({...})` (or `nhs.dateInput`)."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Component:
        if name.startswith("_"):
            raise AttributeError(name)
        component = _load(self._environment, name)
        # Kept on the instance, so that __getattr__ is asked once for each component.
        setattr(self, name, component)
        return component


def _load(environment: Environment, name: str) -> Component:
    folder = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower().replace("_", "-")
    try:
        module = environment.get_template(f"nhsuk/components/{folder}/macro.jinja").module
    except TemplateNotFound:
        raise AttributeError(f"the NHS design system has no component called {name!r}") from None
    # Each file holds one macro; three of them are not named like their folder (tables, images, do-dont-list).
    macro = next(value for value in vars(module).values() if isinstance(value, Macro))

    def component(params: Mapping[str, Any] | None = None, **caller: Any) -> Markup:
        # Safe: the macro comes from an environment that escapes whatever it is given.
        return Markup(macro(params or {}, **caller))  # noqa: S704

    return component


def make_components() -> Components:
    """A second environment: the macros lean on undefined values, and Flask does not autoescape `.jinja`."""
    environment = Environment(
        loader=PackageLoader("nhsuk_frontend_jinja", "templates"),
        undefined=ChainableUndefined,
        autoescape=True,
        auto_reload=False,
    )
    return Components(environment)


nhs = make_components()


def init_app(app: Flask) -> None:
    """The application's own templates are strict: a misspelt name fails instead of showing nothing."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["nhs"] = nhs
    app.jinja_env.globals["nhsuk_version"] = NHSUK_VERSION
