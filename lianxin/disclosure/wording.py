"""Kinds, places and problems in words; the reading knows codes only."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.errors import Sentence

KINDS: dict[str, Sentence] = {
    "id_number": gettext_lazy("identity number"),
    "bank_card": gettext_lazy("bank card or account"),
    "mobile": gettext_lazy("mobile telephone"),
    "landline": gettext_lazy("telephone at home"),
}
PROBLEMS: dict[str, Sentence] = {
    "encrypted_or_old": gettext_lazy(
        "This file is protected by a password or of an old format (.doc, .xls, .wps, .et). "
        "Open it, save it as .docx or .xlsx without a password, and hand that in."
    ),
    "encrypted_pdf": gettext_lazy("This PDF is protected by a password. Save it without one and hand that in."),
    "macros": gettext_lazy("This file holds macros. Save it as .docx or .xlsx without macros and hand that in."),
    "damaged": gettext_lazy(
        "This file is damaged or incomplete. Open it in its program, save it anew, and hand that in."
    ),
    "other_kind": gettext_lazy("The content of this file is not what its name says. Save it anew in its program."),
    "not_supported": gettext_lazy("Files of this kind cannot be checked. Hand in .docx, .xlsx, .pdf, .csv or .txt."),
    "not_text": gettext_lazy("This file is no text. Save it as UTF-8 or GB18030 text and hand that in."),
    "empty": gettext_lazy("This file is empty."),
    "too_large": gettext_lazy("The file is larger than 30 MB. Split it, or shrink its pictures."),
    "too_large_unpacked": gettext_lazy("Unpacked, this file is too large to be checked. Split it into several."),
    "too_many_pages": gettext_lazy("This PDF has more than 300 pages. Split it into several."),
    "took_too_long": gettext_lazy("Checking this file takes too long. Split it into several."),
}
PARTS: dict[str, Sentence] = {
    "body": gettext_lazy("text"),
    "header": gettext_lazy("header"),
    "footer": gettext_lazy("footer"),
    "footnote": gettext_lazy("footnote"),
    "endnote": gettext_lazy("endnote"),
    "comment": gettext_lazy("comment"),
    "drawing": gettext_lazy("drawing"),
}
UNREAD: dict[str, Sentence] = {
    "picture": gettext_lazy("a picture: its text cannot be read"),
    "thumbnail": gettext_lazy("a small picture of the first page; the masked copy leaves it out"),
    "object": gettext_lazy("an embedded object"),
    "part": gettext_lazy("a part that cannot be read"),
    "page_without_text": gettext_lazy("a page that is a picture: its text cannot be read"),
    "page_picture": gettext_lazy("a picture on the page: its text cannot be read"),
    "glyphs": gettext_lazy("signs whose meaning the file does not say"),
    "attachment": gettext_lazy("files attached to the PDF"),
    "dynamic_form": gettext_lazy("a dynamic form (XFA)"),
}


_WHOLE: dict[str, Sentence] = {
    "title": gettext_lazy("title or file name"),
    "properties": gettext_lazy("properties of the file"),
    "links": gettext_lazy("address of a link"),
    "chart": gettext_lazy("data of a chart"),
    "pivot": gettext_lazy("data kept for a pivot table"),
    "comments": gettext_lazy("comments"),
    "bookmarks": gettext_lazy("bookmarks"),
    "document": gettext_lazy("the whole file"),
    "unused_string": gettext_lazy("text that no cell shows any more"),
}


def place_in_words(place: Sequence[Any]) -> str:
    """Where a finding stands, for a person with the file open before them."""
    code, *rest = place
    if code == "inside":
        return _("inside “%(file)s”: %(place)s") % {"file": rest[0], "place": place_in_words(rest[1:])}
    pattern = _patterns().get(code)
    if pattern is None:
        return str(_WHOLE.get(code, code))
    words, names = pattern
    facts = dict(zip(names, rest, strict=False))
    if "part" in facts:
        facts["part"] = PARTS.get(facts["part"], facts["part"])
    hidden = _(" (hidden)") if code in {"cell", "cells"} and len(rest) > len(names) else ""
    return words % facts + hidden


def _patterns() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The words for each place, and the names of what belongs to it."""
    return {
        "line": (_("line %(number)s"), ("number",)),
        "page": (_("page %(number)s"), ("number",)),
        "remark": (_("page %(number)s, remark, form field or link"), ("number",)),
        "cell": (_("sheet “%(sheet)s”, cell %(cell)s"), ("sheet", "cell")),
        "cells": (
            _("sheet “%(sheet)s”, %(cells)s (%(number)s cells with the same text)"),
            ("sheet", "cells", "number"),
        ),
        "boxes_cells": (_("sheet “%(sheet)s”, boxes from %(cell)s on"), ("sheet", "cell")),
        "cell_comment": (_("comment on cell %(cell)s"), ("cell",)),
        "paragraph": (_("%(part)s, paragraph %(first)s"), ("part", "first")),
        "table": (_("%(part)s, table row %(first)s, cell %(second)s"), ("part", "first", "second")),
        "textbox": (_("%(part)s, text box"), ("part",)),
        "boxes": (_("%(part)s, number in boxes"), ("part",)),
        "part": (_("part %(name)s of the file"), ("name",)),
    }


def problem_sentence(code: str) -> str:
    """What is wrong with a file and how to mend it."""
    return str(PROBLEMS.get(code, PROBLEMS["damaged"]))
