"""What a PDF says about itself beside the standard properties: custom properties and metadata streams (XMP)."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from lianxin.disclosure.reading.plain import MARKS

MOST_OBJECTS = 50_000
DEEPEST = 20


class Unreadable(Exception):  # noqa: N818 - an answer, not a fault
    """The properties are there or may be there, and cannot be read."""


def own_properties(content: bytes, *, beside: frozenset[str]) -> list[str]:
    """The texts of the custom properties and of every metadata stream; `beside`: texts that are known already.

    Raises:
        Unreadable: damaged, protected, or of too many parts.
    """
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        _check_open(reader)
        return [text for text in _texts(reader.trailer.get("/Info")) if text not in beside] + list(_metadata(reader))
    except Exception as error:  # pypdf parses what strangers wrote and lets any error through
        raise Unreadable from error


def _check_open(reader: PdfReader) -> None:
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable


def _metadata(reader: PdfReader) -> Iterator[str]:
    """The text of every metadata stream: of the document, of its pages and pictures."""
    numbers = {number for numbers in reader.xref.values() for number in numbers} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise Unreadable
    for number in sorted(numbers):
        one = IndirectObject(number, 0, reader).get_object()
        if isinstance(one, StreamObject) and one.get("/Type") == "/Metadata":
            yield _decoded(one.get_data())


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Names and values of an object and of all it holds."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if depth > DEEPEST:
        raise Unreadable
    if isinstance(found, DictionaryObject):
        for name in found:
            yield str(name).removeprefix("/")
            yield from _texts(found.raw_get(name), depth + 1)
    elif isinstance(found, ArrayObject):
        for one in list.__iter__(found):
            yield from _texts(one, depth + 1)
    elif isinstance(found, bytes):
        yield _decoded(found)
    elif found is not None:
        yield str(found)


def _decoded(content: bytes) -> str:
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    return content.decode(encoding, "replace")
