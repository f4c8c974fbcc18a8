"""The private halves of this node's keys: one PEM file per version, mode 0600, in a folder of mode 0700.

The files are the only copy. They are never logged, never in the database, and made without a moment at which others
could read them.
"""

from __future__ import annotations

import os
import re
import stat
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.peers.errors import KeyFileUnsafe, KeyMissing
from apps.wire import keys

_NAME = re.compile(r"key-([1-9][0-9]{0,8})\.pem\Z")


def folder() -> Path:
    """Where the key files are (``NODE.keys_dir``)."""
    return Path(settings.NODE.keys_dir)


def path(version: int) -> Path:
    """The file of one key version."""
    return folder() / f"key-{version}.pem"


def versions() -> list[int]:
    """The versions whose files are there, ascending."""
    if not folder().is_dir():
        return []
    found = (_NAME.match(entry.name) for entry in folder().iterdir())
    return sorted(int(match.group(1)) for match in found if match)


def check_modes() -> None:
    """Raises KeyFileUnsafe if anybody but the owner can read or write a key file, or write into the folder."""
    if not folder().is_dir():
        return
    if folder().stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _unsafe(folder(), "0700")
    for version in versions():
        _check_mode(path(version))


def load(version: int, keyid: str) -> keys.SigningKey:
    """The private key of a version under its id. Raises KeyMissing, KeyFileUnsafe, BadKey."""
    file = path(version)
    try:
        status = _check_mode(file)
        return _read(file, status.st_mtime_ns, status.st_ino, keyid)
    except FileNotFoundError as error:
        raise KeyMissing(
            _("The private key %(keyid)s is not at %(file)s.") % {"keyid": keyid, "file": file},
            part="keys_dir",
            remedy=_("Restore the key folder from the backup, or follow “key loss” in docs/operations.md."),
        ) from error


def create(version: int, keyid: str) -> keys.SigningKey:
    """A new key, safely on disk before it is returned. Raises FileExistsError rather than overwrite one."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    key = keys.generate(keyid)
    descriptor = os.open(path(version), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    entry = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(entry)  # the name too must survive a power cut
    finally:
        os.close(entry)
    return key


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _inode: int, keyid: str) -> keys.SigningKey:
    # Parsing a key for every signature would cost more than the signature; a changed file is read anew.
    return keys.from_pem(keyid, file.read_bytes())


def _check_mode(file: Path) -> os.stat_result:
    status = file.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise _unsafe(file, "0600")
    return status


def _unsafe(place: Path, mode: str) -> KeyFileUnsafe:
    return KeyFileUnsafe(
        _("%(place)s is open to others than its owner; this node does not start with it.") % {"place": place},
        part="keys_dir",
        remedy=_("chmod %(mode)s %(place)s – and if others could have read it, revoke the key.")
        % {"mode": mode.removeprefix("0"), "place": place},
    )
