"""Bytes on disk under opaque names, so that none outlives its row – not even after a crash in between.

Before a file is written its name stands in the list of the doomed; the transaction that makes its row strikes it off.
Who deletes a row puts the name back on the list in the same transaction. The tick destroys what is on the list.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from apps.core import clock
from apps.desk.models import DoomedFile

GRACE = timedelta(hours=1)
"""How long a file may be there without a row: an upload that is just being taken in."""


def path_of(uid: uuid.UUID) -> Path:
    """Where the file of this name is."""
    return Path(settings.NODE.files_dir) / "desk" / uid.hex[:2] / uid.hex


def put(content: bytes, *, at: datetime) -> uuid.UUID:
    """Write bytes safely to disk, outside of any transaction that may be rolled back; returns their new name.

    Unless ``keep`` is called for it in the transaction that makes its row, it is destroyed an hour later.
    """
    with _new_file(at) as (uid, file):
        file.write(content)
    return uid


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was written part by part: its name on disk, its bytes, its SHA-256 in hex."""

    uid: uuid.UUID
    size: int
    sha256: str


def put_parts(parts: Iterable[bytes], *, at: datetime, most: int) -> Kept | None:
    """Write a file part by part as ``put`` does; None, and nothing kept, when it would be more than ``most`` bytes."""
    digest, size = hashlib.sha256(), 0
    with _new_file(at) as (uid, file):
        for part in parts:
            size += len(part)
            if size > most:
                break
            digest.update(part)
            file.write(part)
    if size > most:
        _destroy(uid)
        return None
    return Kept(uid, size, digest.hexdigest())


def keep(uid: uuid.UUID) -> None:
    """The file has a row now: strike it off the list, in the transaction that makes the row."""
    DoomedFile.objects.filter(uid=uid).delete()


def doom(uid: uuid.UUID, *, at: datetime) -> None:
    """The row goes: destroy the file once that is committed; the tick does it if this process dies before."""
    DoomedFile.objects.get_or_create(uid=uid, defaults={"since": at})
    transaction.on_commit(partial(_destroy, uid))


def read(uid: uuid.UUID) -> bytes:
    """The bytes. Raises FileNotFoundError."""
    return path_of(uid).read_bytes()


def destroy_doomed(*, at: datetime | None = None) -> int:
    """Destroy every file on the list whose time has come; returns how many."""
    due = list(DoomedFile.objects.filter(since__lte=at or clock.now()).values_list("uid", flat=True)[:500])
    for uid in due:
        _destroy(uid)
    return len(due)


@contextmanager
def _new_file(at: datetime) -> Iterator[tuple[uuid.UUID, BinaryIO]]:
    """A new file that nobody else can read, on the list of those to be destroyed; safe on disk when it is left."""
    uid = uuid.uuid4()
    DoomedFile.objects.create(uid=uid, since=at + GRACE)
    target = path_of(uid)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield uid, file
        file.flush()
        os.fsync(file.fileno())


def _destroy(uid: uuid.UUID) -> None:
    path_of(uid).unlink(missing_ok=True)
    DoomedFile.objects.filter(uid=uid).delete()
