"""What crosses the edge does so in one place: files, fetching, redirects."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FETCHERS = ("requests", "httpx", "httpcore", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "pycurl")
FETCHING = ("lianxin/kernel/edge/fetching.py", "lianxin/bench/hall.py")  # phones of the benchmark ask our own server
UPLOADS = "lianxin/kernel/edge/uploads/"
REDIRECTS = "lianxin/kernel/web/redirects.py"
FILE_FIELDS = {"FileField", "ImageField", "UploadedFile", "MultiPartParser", "FileUploadHandler"}
FROM_OUTSIDE = {"GET", "POST", "META", "COOKIES", "headers", "cleaned_data", "body", "get_full_path", "session"}
REDIRECTING = {"redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect", "HttpResponseRedirectBase"}

Rule = Callable[[ast.AST, str], Iterator[str]]


def imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, node.lineno) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{one.name}", node.lineno) for one in node.names)


def fetches(tree: ast.AST, path: str) -> Iterator[str]:
    """Imports of a library that fetches, outside the one place."""
    if path in FETCHING:
        return
    for name, line in dict(imported(tree)).items():
        if any(name == one or name.startswith(f"{one}.") for one in FETCHERS):
            yield f"{path}:{line}: {name}; fetch with lianxin.kernel.edge.fetching.fetch"


def takes_files(tree: ast.AST, path: str) -> Iterator[str]:
    """Reading of a handed-in file past `accept_upload`.

    `request.FILES` may only be given to a form, whole; a form's field for files may only be UploadField. Asking whether
    something is such a field reads nothing.
    """
    if path.startswith(UPLOADS):
        return
    given = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and not (isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "pop"})
        for one in node.args
    }
    asked = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in {"isinstance", "issubclass"}
        for kind in node.args[1:]
        for one in ast.walk(kind)
    }
    for node in ast.walk(tree):
        if id(node) in asked:
            continue
        if isinstance(node, ast.Attribute) and node.attr == "FILES" and id(node) not in given:
            yield f"{path}:{node.lineno}: give request.FILES to a form with UploadField, or call accept_upload"
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in FILE_FIELDS and not (isinstance(node, ast.Attribute) and _is_model_field(node)):
            yield f"{path}:{node.lineno}: {name}; use lianxin.kernel.edge.uploads.UploadField or accept_upload"  # type: ignore[attr-defined]


def _is_model_field(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "models"


def redirects(tree: ast.AST, path: str) -> Iterator[str]:
    """Redirects whose target may have been read from the request, outside the one place.

    A target is tainted when its expression, or what one of its names was given in the same function, reads the request.
    """
    if path == REDIRECTS:
        return
    for function in (one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)):
        given = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for target, line in targets(function):
            names = [one.id for one in ast.walk(target) if isinstance(one, ast.Name)]
            if any(_reads_request(part) for part in (target, *(given[one] for one in names if one in given))):
                yield f"{path}:{line}: the target comes from the request; use lianxin.kernel.web.redirects"
    for name, line in imported(tree):
        if name.endswith(".url_has_allowed_host_and_scheme"):
            yield f"{path}:{line}: {name}; use lianxin.kernel.web.redirects.safe_target"


def targets(function: ast.FunctionDef) -> Iterator[tuple[ast.AST, int]]:
    """Where a function sends people: what it gives to a redirect, and what it writes into a header that is one."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and _name(node.func) in REDIRECTING and node.args:
            yield node.args[0], node.lineno
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            key = node.targets[0].slice
            if isinstance(key, ast.Constant) and str(key.value).lower() in {"location", "hx-redirect", "hx-location"}:
                yield node.value, node.lineno


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _reads_request(node: ast.AST) -> bool:
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and _name(one.func) in {"safe_target", "reverse", "redirect_back"}:
            return False
    return any(isinstance(one, ast.Attribute) and one.attr in FROM_OUTSIDE for one in ast.walk(node))


def sources() -> Iterator[tuple[str, ast.AST]]:
    for folder in ("lianxin", "config"):
        for file in sorted((PROJECT / folder).rglob("*.py")):
            path = file.relative_to(PROJECT).as_posix()
            if "/tests/" not in path and "/migrations/" not in path:
                yield path, ast.parse(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", [fetches, takes_files, redirects])
def test_the_edge_is_crossed_in_one_place(rule: Rule) -> None:
    assert [found for path, tree in sources() for found in rule(tree, path)] == []


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (fetches, "import requests"),
        (fetches, "from urllib.request import *"),
        (fetches, "from urllib import request"),
        (fetches, "import httpx as h"),
        (fetches, "from http import client"),
        (takes_files, "upload = request.FILES['file']"),
        (takes_files, "upload = request.FILES.get('file')"),
        (takes_files, "for one in request.FILES.getlist('file'): keep(one)"),
        (takes_files, "class F(forms.Form):\n    file = forms.FileField()"),
        (takes_files, "class F(forms.Form):\n    file = forms.ImageField()"),
        (takes_files, "def upload(request, file: UploadedFile): pass"),
        (takes_files, "class F(forms.Form):\n    file = forms.FileField() if isinstance(a, forms.FileField) else None"),
        (redirects, "def v(request):\n    return redirect(request.GET['next'])"),
        (redirects, "def v(request):\n    to = request.POST.get('next', '/')\n    return redirect(to)"),
        (redirects, "def v(request):\n    return HttpResponseRedirect(request.headers['Referer'])"),
        (redirects, "def v(request, answer):\n    answer.headers['HX-Redirect'] = request.GET['to']"),
        (redirects, "from django.utils.http import url_has_allowed_host_and_scheme"),
    ],
)
def test_a_planted_fault_is_found(rule: Rule, planted: str) -> None:
    assert list(rule(ast.parse(planted), "lianxin/planted.py"))


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (fetches, "from urllib.parse import urlsplit"),
        (takes_files, "form = HandInForm(request.POST, request.FILES)"),
        (takes_files, "class M(models.Model):\n    file = models.FileField()"),
        (takes_files, "class F:\n    is_file = isinstance(field, (forms.FileField, forms.ImageField))"),
        (redirects, "def v(request):\n    return redirect('files:import', run.pk)"),
        (redirects, "def v(request):\n    return redirect(safe_target(request, request.GET.get('next')))"),
        (redirects, "def v(request):\n    return redirect(f\"{reverse('a')}?{urlencode(request.GET)}\")"),
    ],
)
def test_a_proper_use_passes(rule: Rule, planted: str) -> None:
    assert list(rule(ast.parse(planted), "lianxin/planted.py")) == []
