"""Where the embedded servers keep things: short socket paths, and for root a place that ``nobody`` may enter."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from owlnode.embedded.child import NOBODY

SOCKET_PATH_BYTES = 107


def is_root() -> bool:
    """PostgreSQL refuses to run as root, so root's server runs as ``nobody``."""
    return os.geteuid() == 0


def is_open(path: Path) -> bool:
    """True when everybody may enter every folder on the way to ``path``."""
    existing = path.resolve()
    while not existing.exists():
        existing = existing.parent
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in [existing, *existing.parents])


def own_folder(path: Path, *, for_server: bool) -> Path:
    """Make ``path`` with mode 0700 for the user who runs the server; nobody else's permissions change."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    if for_server and is_root():
        os.chown(path, NOBODY, NOBODY)
    return path


def server_home(home: Path) -> Path:
    """The folder for the database's data: below ``home``, or for root with a closed ``home`` in the temporary area."""
    if is_root() and not is_open(home):
        return Path(tempfile.gettempdir()) / f"owl-data-{_mark(home)}"
    return home


def socket_folder(home: Path, name: str) -> Path:
    """A folder whose sockets' paths are short enough for the kernel (``facts``: under 108 bytes)."""
    near = home / "run" / name
    if len(os.fsencode(near)) + 24 < SOCKET_PATH_BYTES and (not is_root() or is_open(home)):
        return near
    return Path(tempfile.gettempdir()) / f"owl-{_mark(home)}-{name}"


def programs(source: Path, libraries: Path) -> Path:
    """The programs' folder; for root, when it lies behind closed doors, a copy that ``nobody`` can reach."""
    if not is_root() or is_open(source):
        return source
    digest = hashlib.sha256(str(source.stat().st_mtime_ns).encode() + bytes(source)).hexdigest()[:12]
    target = Path(tempfile.gettempdir()) / f"owl-programs-{digest}"
    if not target.exists():
        fresh = Path(tempfile.mkdtemp(prefix="owl-programs-"))
        fresh.chmod(0o755)
        shutil.copytree(source, fresh / source.parent.name / source.name, symlinks=True)
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        fresh.rename(target)
    return target / source.parent.name / source.name


def _mark(home: Path) -> str:
    return hashlib.sha256(bytes(home.resolve())).hexdigest()[:10]
