"""The NHS design system's macros as `nhs.*`; our own macros are in templates/components."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined, TemplateNotFound
from jinja2.runtime import Macro
from markupsafe import Markup

NHSUK_VERSION = "10.6.1"

# Of each component, so many different drawings are kept: labels and hints are the same for everybody.
KEPT = 256

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

    @lru_cache(maxsize=KEPT)
    def drawn(call: _Call) -> Markup:
        # Safe: the macro comes from an environment that escapes whatever it is given.
        return Markup(macro(call.params))  # noqa: S704

    def component(params: Mapping[str, Any] | None = None, **caller: Any) -> Markup:
        if caller:
            return Markup(macro(params or {}, **caller))  # noqa: S704 (as above)
        return drawn(_Call(params or {}))

    return component


class _Call:
    """What a macro is called with, as a key: the same parameters give the same HTML, and drawing is slow."""

    __slots__ = ("_key", "params")

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.params = params
        self._key = _frozen(params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Call) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _frozen(value: Any) -> Any:
    """A hashable twin. Text and Markup, 1 and True must differ: the macros treat them differently."""
    if isinstance(value, Mapping):
        return ("mapping", *((name, _frozen(each)) for name, each in value.items()))
    if isinstance(value, list | tuple):
        return ("list", *(_frozen(each) for each in value))
    return (type(value).__name__, value)


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
