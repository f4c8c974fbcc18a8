"""A request as WSGI describes it (PEP 3333, "environ Variables"), from how ASGI does."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

from owlnode.serving.types import Scope

_OWN_NAMES = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
BLOCK = 64 * 1024


class Blocks(FileWrapper):
    """A file in blocks that are worth a way to the loop each."""

    def __init__(self, file: Any, _block_size: int = 0) -> None:
        super().__init__(file, BLOCK)


def environ_of(scope: Scope, body: io.BufferedIOBase) -> dict[str, Any]:
    """The environ of a request.

    Header names with an underscore are left out: WSGI could not tell them from those with a hyphen, and a proxy in
    front vouches only for the latter (``X-Forwarded-Proto``).
    """
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": Blocks,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"] = scope["client"][0]
    _add_headers(environ, scope["headers"])
    return environ


def _add_headers(environ: dict[str, Any], headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Add the headers to the environ, repeated ones joined (RFC 9110, section 5.3; cookies: RFC 9113, 8.2.3)."""
    for name, value in headers:
        if b"_" in name:
            continue
        key = _OWN_NAMES.get(name) or "HTTP_" + name.decode("latin-1").replace("-", "_").upper()
        text = value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if name == b'cookie' else ','}{text}"
        environ[key] = text


def _path(scope: Scope) -> str:
    """The path's bytes as Latin-1, as WSGI wants it: what is no UTF-8 is for the application to refuse."""
    raw = scope.get("raw_path")
    return (unquote_to_bytes(raw) if raw else scope["path"].encode()).decode("latin-1")
