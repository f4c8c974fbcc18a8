"""Pictures without what they tell about place, time, camera and author."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.desk.errors import FileRefused, FileTooLarge

MAX_PIXELS = 60_000_000


def clean_png(content: bytes) -> bytes:
    """The picture's points alone, as PNG. Raises FileTooLarge, FileRefused."""
    return _clean(content, "PNG")


def clean_jpeg(content: bytes) -> bytes:
    """The picture's points alone, as JPEG. Raises FileTooLarge, FileRefused."""
    return _clean(content, "JPEG")


def _clean(content: bytes, form: str) -> bytes:
    """The picture's points alone, upright: no place, no time, no camera, no author, no preview."""
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise FileTooLarge(_("This picture has too many points."), part="file")
            upright = ImageOps.exif_transpose(opened)
            plain = upright.convert("RGB" if form == "JPEG" else "RGBA" if _is_clear(upright) else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileRefused(_("This picture cannot be read."), part="file") from error
    bare = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    written = io.BytesIO()
    bare.save(written, format=form, **({"quality": 92} if form == "JPEG" else {}))
    return written.getvalue()


def _is_clear(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
