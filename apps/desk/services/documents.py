"""PDF documents without what they tell about their makers, and without anything that acts."""

from __future__ import annotations

import io

import pikepdf
from django.utils.translation import gettext as _

from apps.desk.errors import FileRefused

_FORBIDDEN_KEYS = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/JavaScript", "/JS")
_ROOT_KEYS = ("/OpenAction", "/Metadata", "/Collection", "/AF")


def clean(content: bytes) -> bytes:
    """The document written anew: no metadata, scripts, attachments or actions, and no older version left inside.

    Raises FileRefused for what is locked or cannot be read.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            _strip(pdf)
            written = io.BytesIO()
            pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    except pikepdf.PasswordError as error:
        raise FileRefused(
            _("This PDF is locked with a password."), part="file", remedy=_("Save it without one.")
        ) from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise FileRefused(_("This PDF cannot be read."), part="file") from error
    return written.getvalue()


def _strip(pdf: pikepdf.Pdf) -> None:
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    _without(pdf.Root, _ROOT_KEYS)
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        _without(names, ("/JavaScript", "/EmbeddedFiles"))
    for found in pdf.objects:
        if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            _without(found, _FORBIDDEN_KEYS)


def _without(found: pikepdf.Object, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in found:
            del found[key]
