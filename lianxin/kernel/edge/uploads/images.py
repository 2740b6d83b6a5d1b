"""Pictures are drawn anew: what leaves is pixels only, without place and time of the shot or what hid behind them."""

import io
import struct
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lianxin.kernel.errors import InvalidInput

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
MOST_PIXELS = 50_000_000
"""source: our own choice. A telephone takes up to 50 million; unpacked that is 200 MB."""
_QUALITY = 88
_MODES = {"PNG": ("RGB", "RGBA", "L", "LA"), "JPEG": ("RGB", "L"), "WEBP": ("RGB", "RGBA")}


def redraw(file: IO[bytes]) -> tuple[IO[bytes], str]:
    """The picture drawn anew, upright, and its ending.

    Raises:
        InvalidInput: it is no PNG, JPEG or WebP, is damaged, or has too many pixels.
    """
    try:
        with Image.open(file, formats=list(FORMATS)) as given:
            if given.width * given.height > MOST_PIXELS:
                raise _too_many()
            name = str(given.format)
            upright = _upright(given)
            mode = upright.mode if upright.mode in _MODES[name] else _simplest(upright, name)
            drawn = Image.new(mode, upright.size)
            drawn.paste(upright.convert(mode))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many() from error
    except InvalidInput:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
    ) as error:
        raise InvalidInput({"file": _("The picture is damaged or is no PNG, JPEG or WebP. Save it anew.")}) from error
    result = io.BytesIO()  # as large as what was unpacked a moment ago at the very most
    drawn.save(result, format=name, **({} if name == "PNG" else {"quality": _QUALITY}))
    result.seek(0)
    return result, FORMATS[name]


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except struct.error:  # what says how it was held is damaged, the picture is not
        return image


def _simplest(image: Image.Image, name: str) -> str:
    return "RGBA" if image.has_transparency_data and name != "JPEG" else "RGB"


def _too_many() -> InvalidInput:
    return InvalidInput(
        {
            "file": _("The picture has more than %(most)d million pixels. Make it smaller.")
            % {"most": MOST_PIXELS // 10**6}
        }
    )
