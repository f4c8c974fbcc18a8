"""Files: known by content, silent about their makers, scanned where a scanner is, destroyed for good."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from PIL import Image

from apps.accounts.models import User
from apps.desk import services
from apps.desk.errors import FileRefused, FileTooLarge, MalwareFound, NoSuchRequest, ScannerSilent
from apps.desk.models import Attachment, DoomedFile, Request
from apps.desk.services import storing
from apps.desk.types.submissions import Upload
from tests.desk.conftest import AT

pytestmark = pytest.mark.django_db
MARK = b"Erika Mustermann took this at 52.02N"


def picture(form: str = "JPEG") -> bytes:
    """A picture that says who took it, and where."""
    image = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    written = io.BytesIO()
    image.save(written, format=form, exif=exif)
    return written.getvalue()


def document() -> bytes:
    """A PDF with an author, a script, an attachment, and an older version inside."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(200, 200))
    pdf.docinfo["/Author"] = MARK.decode()
    with pdf.open_metadata() as meta:
        meta["dc:creator"] = [MARK.decode()]
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=MARK.decode())
    pdf.attachments["secret.txt"] = MARK
    written = io.BytesIO()
    pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    return written.getvalue()


def workbook() -> bytes:
    """A small workbook with an author."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as box:
        box.writestr("xl/workbook.xml", "<workbook/>")
        box.writestr("docProps/core.xml", MARK)
    return written.getvalue()


def everything_on_disk() -> bytes:
    """All bytes below the folder of files, once the tick has destroyed what is doomed."""
    storing.destroy_doomed(at=AT)
    folder = Path(settings.NODE.files_dir)
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def unpacked(content: bytes) -> bytes:
    """Everything readable in a file, streams inflated."""
    if content.startswith(b"%PDF"):
        written = io.BytesIO()
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pdf.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
        return written.getvalue()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return b"".join(box.read(name) for name in box.namelist())
    return content


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("holiday.jpg", picture(), "image/jpeg"),
        ("holiday.png", picture("PNG"), "image/png"),
        ("letter.pdf", document(), "application/pdf"),
        ("table.xlsx", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("wrongly-named.txt", picture(), "image/jpeg"),
    ],
)
def test_what_a_file_tells_about_its_maker_is_gone(case: Request, name: str, content: bytes, media_type: str) -> None:
    assert MARK in unpacked(content) or MARK in content
    file = services.attach_as_citizen(case=case, upload=Upload(name, content), at=AT)
    kept = storing.read(file.uid)
    assert MARK not in kept
    assert MARK not in unpacked(kept)
    assert (file.media_type, file.scan, file.size) == (media_type, "unscanned", len(kept))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ\x90\x00" + b"\0" * 200),
        ("a.html", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.txt", b"\x7fELF\x02\x01\x01\x00" + b"\0" * 50),
        ("a.pdf", b"%PDF-1.7 broken"),
        ("a.png", b"\x89PNG\r\n\x1a\n broken"),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.json", b"{nope"),
        ("a.txt", b""),
        ("noname", b"hello"),
    ],
)
def test_what_is_not_taken_says_so_and_leaves_nothing(case: Request, name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        services.attach_as_citizen(case=case, upload=Upload(name, content), at=AT)
    assert not Attachment.objects.exists()
    assert everything_on_disk() == b""


def test_a_workbook_with_macros_is_refused(case: Request) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as box:
        box.writestr("xl/workbook.xml", "<workbook/>")
        box.writestr("xl/vbaProject.bin", b"evil")
    with pytest.raises(FileRefused, match="without macros"):
        services.attach_as_citizen(case=case, upload=Upload("a.xlsx", written.getvalue()), at=AT)


def test_a_file_that_is_too_large_names_the_limit(case: Request) -> None:
    settings.NODE = settings.NODE.model_copy(update={"attachment_megabytes": 1})
    with pytest.raises(FileTooLarge, match="1 megabytes"):
        services.attach_as_citizen(case=case, upload=Upload("a.txt", b"x" * 1024 * 1025), at=AT)


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "a\r\nSet-Cookie: x.txt", "CON\\..\\b.txt", '"; evil=".txt'])
def test_a_name_is_harmless(case: Request, name: str) -> None:
    file = services.attach_as_citizen(case=case, upload=Upload(name, b"hello"), at=AT)
    assert not set(file.name) & set('/\\\r\n"')
    assert storing.path_of(file.uid).is_file()


def test_a_redacted_version_takes_the_place_of_the_original_for_good(case: Request, clerk: User) -> None:
    file = services.attach_as_citizen(case=case, upload=Upload("a.txt", b"my secret number 4711"), at=AT)
    before = file.uid
    after = services.redact(file=file, by=clerk, upload=Upload("a.txt", b"my secret number ####"), at=AT)
    assert b"####" in everything_on_disk()
    assert b"4711" not in everything_on_disk()
    assert after.uid != before
    assert after.redacted_at == AT
    assert not storing.path_of(before).exists()


def test_a_removed_file_is_destroyed_and_nobody_removes_what_is_anothers(case: Request, clerk: User) -> None:
    file = services.attach_as_staff(case=case, by=clerk, upload=Upload("a.txt", b"4711"), at=AT)
    with pytest.raises(NoSuchRequest):
        services.remove_as_citizen(case=case, file=file, at=AT)
    services.remove(file=file, by=clerk, at=AT)
    assert everything_on_disk() == b""
    assert not DoomedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_bytes_are_gone_the_moment_the_removal_is_committed(case: Request, clerk: User) -> None:
    file = services.attach_as_staff(case=case, by=clerk, upload=Upload("a.txt", b"4711"), at=AT)
    services.remove(file=file, by=clerk, at=AT)
    assert not storing.path_of(file.uid).exists()
    assert not DoomedFile.objects.exists()


def test_a_file_whose_row_was_never_made_is_destroyed_by_the_tick(case: Request) -> None:
    uid = storing.put(b"left over", at=AT)
    assert storing.destroy_doomed(at=AT) == 0
    assert storing.destroy_doomed(at=AT + storing.GRACE) == 1
    assert not storing.path_of(uid).exists()


class FakeClamd:
    """Speaks clamd's INSTREAM: finds what holds the word EICAR."""

    def __init__(self, path: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.socket.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while length := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(length)
                line.sendall(b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0")


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[FakeClamd]:
    """A scanner that is configured."""
    path = str(tmp_path / "clamd.sock")
    made = FakeClamd(path)
    settings.NODE = settings.NODE.model_copy(update={"clamav": path})
    yield made
    made.socket.close()


@pytest.mark.usefixtures("clamd")
def test_a_scanner_says_clean_or_stops_the_file(case: Request) -> None:
    file = services.attach_as_citizen(case=case, upload=Upload("a.txt", b"x" * 200_000), at=AT)
    assert file.scan == "clean"
    with pytest.raises(MalwareFound):
        services.attach_as_citizen(case=case, upload=Upload("b.txt", b"EICAR"), at=AT)
    assert Attachment.objects.count() == 1


def test_a_configured_scanner_that_is_silent_lets_nothing_in(case: Request) -> None:
    settings.NODE = settings.NODE.model_copy(update={"clamav": "/nowhere/clamd.sock"})
    with pytest.raises(ScannerSilent):
        services.attach_as_citizen(case=case, upload=Upload("a.txt", b"hello"), at=AT)
    assert not Attachment.objects.exists()
