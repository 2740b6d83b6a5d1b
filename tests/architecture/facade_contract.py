"""An import-linter contract: from another module, only `facade` and `events` are imported."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

DOORS = frozenset({"facade", "events"})


class FacadeContract(Contract):
    """Forbids imports into a module from outside it other than through its doors.

    Options:
        modules: the modules that have a facade.
        instruments: packages that load or measure tables directly and are no part of the house.
    """

    modules = fields.ListField(subfield=fields.StringField())
    instruments = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - import-linter's signature
        """Find imports through walls."""
        through_walls = []
        for module in self.modules:  # type: ignore[attr-defined]
            for inner in sorted(graph.find_descendants(module) | {module}):
                door = inner.removeprefix(module).lstrip(".").split(".")[0]
                if door in DOORS:
                    continue
                through_walls += [
                    (importer, inner)
                    for importer in sorted(graph.find_modules_that_directly_import(inner))
                    if importer != module
                    and not importer.startswith((f"{module}.", *(f"{one}." for one in self.instruments)))  # type: ignore[attr-defined]
                    and ".tests." not in importer
                ]
        return ContractCheck(kept=not through_walls, metadata={"imports": through_walls})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import goes through a wall, and what to do."""
        found: list[tuple[str, str]] = check.metadata["imports"]
        for importer, inner in found:
            output.print_error(f"{importer} imports {inner}: use the module's facade or events.")
