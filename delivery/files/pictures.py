"""Pictures: written again from their points, so that where and when they were taken, and all else in them, is gone."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from delivery.files.refused import DAMAGED, PICTURE, FileRefused

MOST_POINTS = 50_000_000
_PLAIN = ("1", "L", "RGB", "RGBA", "LA", "P")


def rewritten(content: bytes, kind: str) -> bytes:
    """The picture as the kind that it is ("PNG", "JPEG"), the right way up. Raises `FileRefused`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a large picture: it is measured here
            with Image.open(io.BytesIO(content), formats=[kind]) as opened:
                if opened.width * opened.height > MOST_POINTS:
                    raise FileRefused(PICTURE)
                opened.load()
                turned = ImageOps.exif_transpose(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, MemoryError):
        raise FileRefused(DAMAGED) from None
    mode = turned.mode if kind == "PNG" and turned.mode in _PLAIN else "RGBA" if turned.mode == "RGBA" else "RGB"
    if kind == "JPEG":
        mode = "L" if turned.mode == "L" else "RGB"
    points = turned.convert(mode)
    plain = Image.new(points.mode, points.size)
    if palette := points.getpalette():
        plain.putpalette(palette)
    plain.paste(points)
    made = io.BytesIO()
    plain.save(made, format=kind, **({"quality": 90} if kind == "JPEG" else {}))
    return made.getvalue()
