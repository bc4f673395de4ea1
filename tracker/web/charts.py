"""Charts as pictures of their own: drawn on the server, cached by what they show, read as numbers beside them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from xml.etree import ElementTree as ET

from flask import Response, request

WIDTH, HEIGHT = 640, 260
INK, QUIET, LINE = "#212b32", "#425563", "#005eb8"
FONT = "Arial, sans-serif"
# Numbers stand above their points; the mark is dashed, so that it is told apart without colour.
CSS = """
  .text-overlay .value { text-anchor: middle; transform: translate(-20px, -26px); font-weight: bold; }
  .serie-0 .line { stroke-width: 3; } .serie-1 .line { stroke-width: 2; stroke-dasharray: 7 4; }
"""
# The address says what is shown, so a browser may ask whether it still stands and is told 304.
CACHE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Trend:
    """One series over time. `values` are None where there was no figure: a gap, never a zero.

    `shown` stands beside each point in the unit of the figure; `top` is the end of the scale; `mark` a line to reach.
    """

    title: str
    labels: tuple[str, ...]
    values: tuple[float | None, ...]
    shown: tuple[str, ...]
    top: float
    mark: float | None = None
    mark_label: str = ""

    @property
    def digest(self) -> str:
        """What it shows, in short: the same picture has the same digest."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


@lru_cache(maxsize=256)
def draw(trend: Trend) -> bytes:
    """The picture as SVG. Points have a shape and their number; the mark is a dashed line with its words."""
    pygal = _pygal()
    style = pygal.style.Style(
        background="transparent", plot_background="transparent", font_family=FONT, value_font_family=FONT,
        foreground=INK, foreground_strong=INK, foreground_subtle=QUIET, colors=(LINE, QUIET),
        label_font_size=15, major_label_font_size=15, value_font_size=15, title_font_size=16,
        legend_font_size=15, value_colors=(INK, QUIET), guide_stroke_color="#aeb7bd",
        major_guide_stroke_color="#aeb7bd",
    )  # fmt: skip
    chart = pygal.Line(
        width=WIDTH, height=HEIGHT, explicit_size=True, js=[], style=style, title=trend.title, range=(0, trend.top),
        show_legend=bool(trend.mark_label), legend_at_bottom=True, dots_size=5, print_values=True,
        print_values_position="top", show_y_guides=True, show_y_labels=False, margin_left=36,
        dynamic_print_values=False, disable_xml_declaration=True, truncate_legend=-1, margin=12,
        no_prefix=True, no_data_text="No figure yet", truncate_label=-1, margin_right=36, allow_interruptions=True,
        css=["file://style.css", "file://graph.css", f"inline:{CSS}"],
    )  # fmt: skip
    chart.x_labels = list(trend.labels)
    chart.add(
        "Recorded",
        [
            None if value is None else {"value": value, "formatter": _said(said)}
            for value, said in zip(trend.values, trend.shown, strict=True)
        ],
    )
    if trend.mark is not None:
        chart.add(
            trend.mark_label,
            [{"value": trend.mark, "formatter": _said("")} for _ in trend.labels],
            show_dots=False,
        )
    return _without_scripts(chart.render_tree())


def picture(trend: Trend) -> Response:
    """The picture as an answer of its own, with an ETag; 304 when the browser has it."""
    response = Response(draw(trend), content_type="image/svg+xml")
    # The styles inside the picture are its own; nothing else may load or run.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = CACHE
    response.set_etag(trend.digest)
    response.make_conditional(request)
    return response


def _without_scripts(tree: ET.Element) -> bytes:
    """Without comments too: one of them holds the day of drawing, and the same picture is the same bytes."""
    for parent in list(tree.iter()):
        for child in [each for each in parent if _is_unwanted(each.tag)]:
            parent.remove(child)
    drawn: bytes = ET.tostring(tree)
    return drawn


def _is_unwanted(tag: object) -> bool:
    return tag is ET.Comment or str(tag).endswith("script")


def _pygal() -> ModuleType:
    """Imported by whoever draws first. It adds an import hook of an outdated kind, which is taken out again."""
    pygal = import_module("pygal")
    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "PluginImportFixer"]
    return pygal


def _said(text: str) -> Callable[[object], str]:
    return lambda _value: text
