"""Names cut into short pieces, so that an index over them finds a part of a name without reading every name."""

import unicodedata

NAME_PIECE = 2
PINYIN_PIECE = 3


def folded(text: str) -> str:
    """A name, code or search as it is compared: width, case and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def pieces_of(text: str, size: int = NAME_PIECE) -> list[str]:
    """Every run of `size` neighbouring letters, each once: two for names and initials, three for pinyin."""
    text = folded(text)
    return sorted({text[start : start + size] for start in range(len(text) - size + 1)})
