"""Word layouts: which fields they name and where, and filling them with docxtpl in an environment that is closed.

Pure: no Django, no database. Runs in the child process only.
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from lianxin.ledgers.filling.tokens import FIELD, Found, Known, Place, end_of_part, list_of, read_tokens

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EXCERPT = 16
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For)
ROW = "row_of_list"
"""The variable of rows that repeat by themselves; no field begins so."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


class ClosedEnvironment(SandboxedEnvironment):
    """Names, their parts, and loops over lists: no calls, filters, tests, arithmetic, literals or attributes.

    The second lock behind the check of an upload: whatever else a layout holds does not compile.
    """

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, ALLOWED):
                raise TemplateSyntaxError(f"{type(node).__name__} may not stand in a layout.", node.lineno)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a value that is one of ours; never an attribute of an object."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)


class RepeatingTemplate(DocxTemplate):  # type: ignore[misc] # the library has no types
    """A document in which a table row naming columns of a list stands once for each of its rows."""

    def __init__(self, file: BytesIO, known: Known) -> None:
        super().__init__(file)
        self.known = known

    def patch_xml(self, src_xml: str) -> str:
        """What docxtpl makes of a part, with rows that repeat."""
        patched = super().patch_xml(src_xml)
        if "<w:tr" not in patched or "{{" not in patched:
            return str(patched)
        tree = etree.fromstring(patched.encode(), _parser())
        for row in list(tree.iter(f"{W}tr")):
            _repeat(row, self.known)
        return str(etree.tostring(tree, encoding="unicode"))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _own_texts(row: Any) -> Iterator[Any]:
    """The text elements of a row, without those of tables inside it."""
    for text in row.iter(f"{W}t"):
        if next(text.iterancestors(f"{W}tr")) is row:
            yield text


def _repeat(row: Any, known: Known) -> None:
    lists = {
        listed
        for text in _own_texts(row)
        for name in FIELD.findall(text.text or "")
        if (listed := list_of(name, known))
    }
    if len(lists) != 1:
        return
    listed = lists.pop()

    def shortened(match: re.Match[str]) -> str:
        return f"{{{{ {ROW}.{match[1].rpartition('.')[2]} }}}}" if list_of(match[1], known) == listed else match[0]

    for text in _own_texts(row):
        text.text = FIELD.sub(shortened, text.text or "")
    before = row.getprevious()
    begin = f"{{% for {ROW} in {listed} %}}"
    if before is None:
        parent = row.getparent()
        parent.text = (parent.text or "") + begin
    else:
        before.tail = (before.tail or "") + begin
    row.tail = "{% endfor %}" + (row.tail or "")


def check_words(content: bytes, known: Known) -> Found:
    """The fields a document names, and every fault with its place: body, headers, footers, notes, properties."""
    document = DocxTemplate(BytesIO(content)).get_docx()
    found = Found()
    _check_part(found, document.element.body, "body", known)
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"header", "footer", "footnotes"} and not relation.is_external:
            part = relation.target_part
            tree = getattr(part, "element", None)
            root = tree if tree is not None else etree.fromstring(part.blob, _parser())
            _check_part(found, root, kind, known)
    properties = document.core_properties
    for name in ("author", "comments", "identifier", "keywords", "subject", "title", "category"):
        text = str(getattr(properties, name, "") or "")
        read_tokens(found, text, ("property",), known, in_row=False, may_loop=False)
    return found


def _check_part(found: Found, root: Any, part: str, known: Known) -> None:
    tables = {table: number for number, table in enumerate(root.iter(f"{W}tbl"), 1)}
    number = 0
    rows: dict[Any, set[str]] = {}
    for paragraph in root.iter(f"{W}p"):
        text = "".join(one.text or "" for one in paragraph.iter(f"{W}t") if _nearest(one) is paragraph)
        row = next(paragraph.iterancestors(f"{W}tr"), None)
        if row is None:
            number += 1
        if "{" not in text and "}" not in text:
            continue
        place: Place = (part, "paragraph", number, text.strip()[:EXCERPT])
        if row is not None:
            table = next(row.iterancestors(f"{W}tbl"))
            place = (part, "table", tables[table], _position(row, "tr"), _position(_cell(paragraph), "tc"))
            listed = rows.setdefault(row, set())
            listed |= {one for name in FIELD.findall(text) if (one := list_of(name, known))}
            if len(listed) > 1:
                found.wrong("two_lists", text, place)
                continue
        read_tokens(found, text, place, known, in_row=row is not None, may_loop=True)
    end_of_part(found, (part,))


def _nearest(text: Any) -> Any:
    return next(text.iterancestors(f"{W}p"))


def _cell(paragraph: Any) -> Any:
    return next(paragraph.iterancestors(f"{W}tc"))


def _position(element: Any, tag: str) -> int:
    return 1 + sum(1 for _one in element.itersiblings(f"{W}{tag}", preceding=True))


def fill_words(content: bytes, values: Mapping[str, Any], known: Known) -> bytes:
    """The document with its fields filled. Texts are data, never markup; line feeds stay."""
    document = RepeatingTemplate(BytesIO(content), known)
    document.render(_plain(values), jinja_env=ClosedEnvironment(), autoescape=True)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
