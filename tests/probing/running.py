"""Runs probes by their number: cells of persona, door, method and relation, shuffled by a seed, as often as asked."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.probing.asking import Asking
from tests.probing.doors import Door, Draw, Probe, doors
from tests.probing.judge import Answer, judge
from tests.probing.sight import PLACES, Persona

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.probing.world import World

SEED = 20261122
SENT = {"GET", "POST", "PATCH"}
STRIDE = 5
Cell = tuple[str, str, str, str]


@dataclass
class Figures:
    """What was asked and what came of it."""

    probes: Counter[str] = field(default_factory=Counter)
    by_persona: Counter[str] = field(default_factory=Counter)
    by_relation: Counter[str] = field(default_factory=Counter)
    by_method: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)
    pairs: int = 0
    written: int = 0
    leaks: list[str] = field(default_factory=list)


class Runner:
    """Probes a world. Answers about what does not exist are kept, as nothing that probes do stays."""

    def __init__(self, world: World, *, net: bool = False) -> None:
        self.world, self.net = world, net
        self.doors: dict[str, Door] = {door.key: door for door in doors()}
        self.draw = Draw(world, self.doors)
        self.asking = Asking(world)
        self.figures = Figures()
        self.kept: dict[Any, Answer] = {}

    def cells(self) -> list[Cell]:
        """Every persona at every door with every method and every relation there is."""
        found = []
        for name, one in self.world.personas.items():
            relations = sorted({one.relation_to(place) for place in PLACES})
            for door in self.doors.values():
                if one.only is not None and not door.is_rest:
                    continue  # a token opens no screen
                wanted = relations if door.arguments or door.query else relations[:2]
                found += [(name, door.key, method, relation) for method in door.methods for relation in wanted]
        random.Random(SEED).shuffle(found)  # noqa: S311 - a seed, not a secret
        return found

    def run(self, cells: Iterable[tuple[Cell, int]]) -> Figures:
        """Ask each cell with its number."""
        for cell, number in cells:
            name, door, method, relation = cell
            one = self.world.personas[name]
            probe = self.draw.draw(one, self.doors[door], method, relation, SEED + number)
            self.figures.leaks += [f"{self._said(probe)}: {what}" for what in self.one(one, probe)]
            self.figures.probes[door] += 1
            self.figures.by_persona[name] += 1
            self.figures.by_relation[relation] += 1
            self.figures.by_method[method] += 1
        self.figures.written = self.asking.written
        return self.figures

    def one(self, one: Persona, probe: Probe) -> list[str]:
        """Ask, ask the twin, judge."""
        answer = self.asking.ask(one, probe)
        self.figures.by_status[str(answer.status)] += 1
        twin = probe.twin()
        if twin is None:
            return judge(self.world, one, probe, answer, net=self.net)
        self.figures.pairs += 1
        return judge(self.world, one, probe, answer, (twin, self.asking.ask(one, twin)), net=self.net)

    @staticmethod
    def _said(probe: Probe) -> str:
        return f"{probe.persona} ({probe.relation}) {probe.method} {probe.path} {dict(probe.query)} {probe.body or ''}"


def slice_of(cells: list[Cell], part: int) -> list[tuple[Cell, int]]:
    """One cell of every door, the personas in turn: each part has every door once, and others' turns."""
    doors_in_order = sorted({door for _name, door, _method, _relation in cells})
    turns: dict[str, int] = {}
    chosen = []
    for place, door in enumerate(doors_in_order):
        here = [(cell, number) for number, cell in enumerate(cells) if cell[1] == door and cell[2] in SENT]
        here = here or [(cell, number) for number, cell in enumerate(cells) if cell[1] == door]
        names = sorted({cell[0] for cell, _number in here})
        name = names[(place + part * STRIDE) % len(names)]
        turns[name] = turns.get(name, 0) + 1
        mine = [one for one in here if one[0][0] == name]
        chosen.append(mine[(turns[name] + part) % len(mine)])
    return chosen
