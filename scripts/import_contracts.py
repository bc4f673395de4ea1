"""The import contract that import-linter has no type for: what one package may import from inside another."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOMS = frozenset(
    {
        "views",
        "forms",
        "presenters",
        "actions",
        "queries",
        "models",
        "rules",
        "loader",
        "storage",
        "writers",
        "readers",
    }
)
# A package shows these to the packages above it; the rest is its own.
OPEN = frozenset({"actions", "queries", "rules"})
# What every measure may import from the package that lists them.
SHARED_BY_MEASURES = frozenset({"base", "rules"})


def place(module: str) -> tuple[str, str | None]:
    """The package that a module belongs to, and its room; a module that is in no room has none.

    `tracker.evidence.queries.lists` is in the room `queries` of `tracker.evidence`.
    """
    parts = module.split(".")
    for index, part in enumerate(parts[2:], start=2):
        if part in ROOMS:
            return ".".join(parts[:index]), part
    return module, None


def is_allowed(importer: str, imported: str, measures: str) -> bool:
    """Whether this one import respects the privacy of rooms and the independence of measures."""
    home, home_room = place(importer)
    package, room = place(imported)
    if home == package:
        return True
    if room is not None and room not in OPEN:
        return room == "models" and home_room in {"models", "queries"}
    inside = f"{measures}."
    if importer.startswith(inside) and imported.startswith(inside):
        siblings = {importer.split(".")[2], imported.split(".")[2]}
        return len(siblings) == 1 or imported.split(".")[2] in SHARED_BY_MEASURES
    return True


class PrivateRooms(Contract):
    """Across packages only actions, queries and rules; models only from models and queries; measures apart."""

    type_name = "private_rooms"

    root = fields.StringField()
    open_importers = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        root = str(self.root)
        named: set[str] = self.open_importers or set()  # type: ignore[assignment, truthy-bool]
        exempt = named | {root}
        broken: list[tuple[str, str]] = []
        for importer in sorted(graph.modules):
            if not importer.startswith(root) or importer in exempt:
                continue
            if any(importer.startswith(f"{name}.") for name in exempt - {root}):
                continue
            broken.extend(
                (importer, imported)
                for imported in sorted(graph.find_modules_directly_imported_by(importer))
                if imported.startswith(f"{root}.") and not is_allowed(importer, imported, f"{root}.measures")
            )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} may not import {imported}", bold=True)
