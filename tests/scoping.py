"""In tests every action and query with an actor runs in that actor's scope, as it does behind each door.

Tests call actions directly and prepare rows in the scope of the product, which sees everything. Without this, what row
security takes from an action would be noticed only where a test comes through a screen. A plug-in that
pytest loads before Django (pyproject.toml): modules of actions and queries are wrapped while they are imported, before
anybody takes a function from them.
"""

from __future__ import annotations

import inspect
import re
import sys
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

SCOPED = re.compile(r"lianxin\.(?!kernel)\w+\.(actions|queries)(\.\w+)?")


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        for name, function in vars(module).copy().items():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                first = next(iter(inspect.signature(function).parameters), "")
                if first == "actor" and not inspect.isgeneratorfunction(function):
                    setattr(module, name, _scoped(function))


def _scoped(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def in_scope(actor: Any, *args: Any, **named: Any) -> Any:
        from lianxin.kernel.authz import acting  # noqa: PLC0415 - after the settings

        with acting(actor):
            return function(actor, *args, **named)

    return in_scope


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not SCOPED.fullmatch(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


sys.meta_path.insert(0, _Finder())
