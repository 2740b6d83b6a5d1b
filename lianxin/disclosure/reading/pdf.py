"""PDF: text of all pages, remarks, form fields, bookmarks, properties; the copy is rebuilt from pictures of the pages.

A PDF cannot be masked in place safely: a black bar leaves the text under it, and text taken out of a content stream may
stand a second time in a font's table, an earlier revision, a layer or a remark. So the copy holds nothing of the
original but pixels: each page is drawn, the places of stars are painted over, and the picture is all that is kept.
"""

import ctypes
import io
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from lianxin.disclosure.reading.detectors import Found, find
from lianxin.disclosure.reading.masking import starred
from lianxin.disclosure.reading.outcome import CannotRead, Outcome
from lianxin.disclosure.reading.pdf_properties import Unreadable, own_properties

MOST_PAGES = 300
DOTS_PER_INCH = 150
POINTS_PER_INCH = 72
LARGEST_SIDE = 6000
QUALITY = 80
SMALLEST_PICTURE = 24
"""Points; a picture smaller than this on both sides is a bullet or an ornament."""
BREAKS = {0x02: "\u200b", 0xFFFE: "\u200b", 0xAD: "\u200b"}
"""What the engine gives for a hyphen at a line's end."""
MAPPED = 0x10FFFF
FIELDS = ("Contents", "V", "TU", "RC", "DV")


def read_pdf(content: bytes) -> Outcome:
    """Check a PDF; where something was found, the copy consists of pictures of its pages, masked.

    Raises:
        CannotRead: encrypted, damaged, or of too many pages.
    """
    document = _opened(content)
    try:
        return _checked(document, content)
    except pdfium.PdfiumError as error:
        raise CannotRead("damaged") from error
    finally:
        document.close()


def _checked(document: Any, content: bytes) -> Outcome:
    if len(document) > MOST_PAGES:
        raise CannotRead("too_many_pages")
    outcome = Outcome()
    stars: dict[int, list[int]] = {}
    remarks = False
    _check_beside_pages(document, outcome)
    _check_properties(document, content, outcome)
    for number in range(len(document)):
        stars[number], noted = _check_page(document, number, outcome)
        remarks |= noted
    if outcome.count:
        outcome.masked = _rebuilt(document, stars, with_remarks=not remarks)
        outcome.masked_clear = not outcome.unread
    return outcome


def _opened(content: bytes) -> Any:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        code = "encrypted_pdf" if "password" in str(error).lower() or "security" in str(error).lower() else "damaged"
        raise CannotRead(code) from error


def _check_text(outcome: Outcome, text: str, place: tuple[str | int, ...]) -> bool:
    found = find(text)
    outcome.note(text, found, place)
    return bool(found)


def _check_beside_pages(document: Any, outcome: Outcome) -> None:
    """Bookmarks, attachments, dynamic forms."""
    for mark in document.get_toc():
        _check_text(outcome, mark.get_title() or "", ("bookmarks",))
    if document.count_attachments():
        outcome.miss("attachment", ("document",))
    if document.get_formtype() in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
        outcome.miss("dynamic_form", ("document",))


def _check_properties(document: Any, content: bytes, outcome: Outcome) -> None:
    """The standard properties, those that programs add of their own, and metadata streams."""
    standard = frozenset(document.get_metadata_dict(skip_empty=True).values())
    for value in standard:
        _check_text(outcome, value, ("properties",))
    try:
        for value in own_properties(content, beside=standard):
            _check_text(outcome, value, ("properties",))
    except Unreadable:
        outcome.miss("part", ("properties",))


def _check_page(document: Any, number: int, outcome: Outcome) -> tuple[list[int], bool]:
    """Check one page: the characters to be covered, and whether a remark on it holds something."""
    place = ("page", number + 1)
    page = document[number]
    try:
        textpage = page.get_textpage()
        text, unmapped = _text_of(textpage)
        found = find(text)
        outcome.note(text, found, place)
        pictures = [one for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]) if _is_large(one)]
        if pictures:
            outcome.miss("page_picture" if text.strip() else "page_without_text", place)
        elif not text.strip() and next(page.get_objects(), None) is not None:
            outcome.miss("page_without_text", place)
        if unmapped:
            outcome.miss("glyphs", place)
        noted = [_check_text(outcome, said, ("remark", number + 1)) for said in _remarks(page)]
        return _covered(text, found), any(noted)
    finally:
        page.close()


def _covered(text: str, found: list[Found]) -> list[int]:
    return [place for one in found for place in starred(text, one)]


def _text_of(textpage: Any) -> tuple[str, int]:
    """The characters of a page, one for each index of the engine, and how many glyphs have no known character."""
    signs, unmapped = [], 0
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            unmapped += 1
        sign = BREAKS.get(code) or (chr(code) if 0 < code <= MAPPED and not 0xD800 <= code <= 0xDFFF else " ")  # noqa: PLR2004 - surrogates
        signs.append(sign)
    return "".join(signs), unmapped


def _is_large(picture: Any) -> bool:
    left, bottom, right, top = picture.get_bounds()
    return bool(right - left >= SMALLEST_PICTURE or top - bottom >= SMALLEST_PICTURE)


def _remarks(page: Any) -> Iterator[str]:
    """Texts of remarks and form fields, and addresses of links."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        remark = raw.FPDFPage_GetAnnot(page, index)
        if not remark:
            continue
        for key in FIELDS:
            size = raw.FPDFAnnot_GetStringValue(remark, key.encode(), None, 0)
            buffer = ctypes.create_string_buffer(size)
            wide = ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR))
            raw.FPDFAnnot_GetStringValue(remark, key.encode(), wide, size)
            text = buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
            if text:
                yield text
        link = raw.FPDFAnnot_GetLink(remark)
        action = raw.FPDFLink_GetAction(link) if link else None
        if action:
            size = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0)
            address = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(page.pdf, action, address, size)
            yield address.value.decode("utf-8", "replace")
        raw.FPDFPage_CloseAnnot(remark)


def _rebuilt(document: Any, stars: dict[int, list[int]], *, with_remarks: bool) -> bytes:
    """A document of pictures of the pages, the covered characters painted over."""
    if with_remarks:
        document.init_forms()
    made = pdfium.PdfDocument.new()
    for number, covered in stars.items():
        page = document[number]
        width, height = page.get_size()
        scale = min(DOTS_PER_INCH / POINTS_PER_INCH, LARGEST_SIDE / max(width, height, 1))
        picture = _drawn(page, covered, scale, with_remarks=with_remarks)
        new = made.new_page(width, height)
        image = pdfium.PdfImage.new(made)
        image.load_jpeg(io.BytesIO(picture), inline=True)
        image.set_matrix(pdfium.PdfMatrix().scale(width, height))
        new.insert_obj(image)
        new.gen_content()
        new.close()
        page.close()
    kept = io.BytesIO()
    made.save(kept)
    made.close()
    return kept.getvalue()


def _drawn(page: Any, covered: list[int], scale: float, *, with_remarks: bool) -> bytes:
    bitmap = page.render(scale=scale, may_draw_forms=with_remarks, draw_annots=with_remarks)
    places = bitmap.get_posconv(page)
    textpage = page.get_textpage()
    picture = bitmap.to_pil().convert("RGB")
    spare = max(2, round(scale))
    for index in covered:
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        first, second = places.to_bitmap(left, top), places.to_bitmap(right, bottom)
        box = (
            min(first[0], second[0]),
            min(first[1], second[1]) - spare,
            max(first[0], second[0]),
            max(first[1], second[1]) + spare,
        )
        picture.paste((0, 0, 0), box)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()
