"""Files as they may be kept: of a known type by their content, and without what they tell about their makers."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import puremagic
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.desk.errors import FileRefused, FileTooLarge
from apps.desk.types.submissions import Upload


@dataclass(frozen=True, slots=True)
class Kind:
    """A type that is taken: its ending, media type and what makes it clean."""

    ending: str
    media_type: str
    clean: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class CleanFile:
    """What is kept of an upload."""

    name: str
    media_type: str
    content: bytes


def sanitize(upload: Upload) -> CleanFile:
    """The file without its metadata. Raises FileTooLarge, FileRefused naming the way out."""
    most = settings.NODE.attachment_megabytes * 1024 * 1024
    if len(upload.content) > most:
        raise FileTooLarge(
            _("A file has at most %(most)d megabytes.") % {"most": settings.NODE.attachment_megabytes}, part="file"
        )
    if not upload.content:
        raise FileRefused(_("This file is empty."), part="file")
    kind = _kind(upload)
    return CleanFile(_name(upload.name, kind.ending), kind.media_type, kind.clean(upload.content))


def _kind(upload: Upload) -> Kind:
    """The type by the content; the name's ending only tells texts apart."""
    ending = upload.name.rpartition(".")[2].lower()
    for magic, kind in _MAGIC:
        if upload.content.startswith(magic):
            return kind
    if ending in _TEXTS and not _looks_binary(upload.content):
        return _TEXTS[ending]
    raise FileRefused(
        _("Files of this type are not taken."),
        part="file",
        remedy=_("Save it as PDF, PNG, JPEG, CSV, TXT, JSON, GeoJSON, Parquet or XLSX."),
    )


def _looks_binary(content: bytes) -> bool:
    """Whether puremagic finds the signature of some other format in what claims to be text."""
    if b"\0" in content:
        return True
    try:
        found = puremagic.magic_string(content[:4096])
    except puremagic.PureError:
        return False
    return any(match.confidence >= 0.8 and not _textual(str(match.mime_type)) for match in found)


def _textual(mime: str) -> bool:
    return mime.startswith("text/plain") or mime in {"", "text/csv", "application/json", "application/geo+json"}


def _name(given: str, ending: str) -> str:
    """A harmless file name that people still recognise."""
    stem = given.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or given
    stem = re.sub(r"[^\w .()-]+", "_", stem).strip(" .")[:100] or "file"
    return f"{stem}.{ending}"


def _by(place: str) -> Callable[[bytes], bytes]:
    """What cleans a type, loaded by the first file of it: documents and pictures take 7 MB of every process else."""

    def clean(content: bytes) -> bytes:
        bare: bytes = import_string(place)(content)
        return bare

    return clean


def _text(content: bytes) -> bytes:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1252").encode()
        except UnicodeDecodeError as error:
            raise FileRefused(_("This text cannot be read."), part="file", remedy=_("Save it as UTF-8.")) from error
    return content


def _json(content: bytes) -> bytes:
    text = _text(content)
    try:
        json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FileRefused(_("This is no readable JSON."), part="file") from error
    return text


def _sheet(content: bytes) -> bytes:
    """A workbook without the parts that name its authors; one with macros or of another kind is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            names = box.namelist()
            if "xl/workbook.xml" not in names or any("vbaproject" in name.lower() for name in names):
                raise FileRefused(
                    _("Of packed files only workbooks (XLSX) without macros are taken."),
                    part="file",
                    remedy=_("Save it as PDF, CSV or XLSX."),
                )
            if sum(entry.file_size for entry in box.infolist()) > 20 * settings.NODE.attachment_megabytes * 1024 * 1024:
                raise FileTooLarge(_("This workbook is too large when unpacked."), part="file")
            return _repacked(box)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise FileRefused(_("This workbook cannot be read."), part="file") from error


def _repacked(box: zipfile.ZipFile) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bare:
        for entry in box.infolist():
            content = box.read(entry)
            if entry.filename in _AUTHORS:
                content = _AUTHORS[entry.filename]
            bare.writestr(zipfile.ZipInfo(entry.filename), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _as_it_is(content: bytes) -> bytes:
    return content


_AUTHORS = {
    "docProps/core.xml": b'<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8"?><Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_MAGIC = (
    (b"%PDF-", Kind("pdf", "application/pdf", _by("apps.desk.services.documents.clean"))),
    (b"\x89PNG\r\n\x1a\n", Kind("png", "image/png", _by("apps.desk.services.pictures.clean_png"))),
    (b"\xff\xd8\xff", Kind("jpg", "image/jpeg", _by("apps.desk.services.pictures.clean_jpeg"))),
    (b"PAR1", Kind("parquet", "application/vnd.apache.parquet", _as_it_is)),
    (b"PK\x03\x04", Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _sheet)),
)
_TEXTS = {
    "txt": Kind("txt", "text/plain; charset=utf-8", _text),
    "csv": Kind("csv", "text/csv; charset=utf-8", _text),
    "json": Kind("json", "application/json", _json),
    "geojson": Kind("geojson", "application/geo+json", _json),
}
