"""The environ: what WSGI applications read of a request."""

from __future__ import annotations

import io
from typing import Any

from owlnode.serving.environ import BLOCK, environ_of
from owlnode.serving.types import Scope
from tests.owlnode.serving.client import scope


def made(found: Scope) -> dict[str, Any]:
    """The environ of a request without a body."""
    return environ_of(found, io.BytesIO())


def test_a_request_is_described_as_pep_3333_says() -> None:
    environ = made(scope("POST", "/console/", {"Content-Type": "text/csv", "Content-Length": "7"}, "page=2&x=%C3%A4"))
    wanted = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/console/",
        "QUERY_STRING": "page=2&x=%C3%A4",
        "CONTENT_TYPE": "text/csv",
        "CONTENT_LENGTH": "7",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "192.0.2.7",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    assert {name: environ[name] for name in wanted} == wanted


def test_a_path_is_its_bytes_whatever_they_are() -> None:
    assert made(scope("GET", "/daten/G%C3%BCtersloh"))["PATH_INFO"].encode("latin-1") == "/daten/Gütersloh".encode()
    assert made(scope("GET", "/daten/%FF"))["PATH_INFO"].encode("latin-1") == b"/daten/\xff"


def test_repeated_headers_are_joined_and_cookies_in_their_own_way() -> None:
    found = scope("GET", "/")
    found["headers"] += [(b"accept", b"a"), (b"accept", b"b"), (b"cookie", b"x=1"), (b"cookie", b"y=2")]
    environ = made(found)
    assert (environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("a,b", "x=1; y=2")


def test_a_header_that_only_looks_like_a_proxys_is_left_out() -> None:
    assert "HTTP_X_FORWARDED_PROTO" not in made(scope("GET", "/", {"X_Forwarded_Proto": "https"}))


def test_files_come_in_blocks_that_are_worth_their_way() -> None:
    wrap = made(scope("GET", "/"))["wsgi.file_wrapper"]
    assert [len(block) for block in wrap(io.BytesIO(b"x" * (BLOCK + 1)), 4096)] == [BLOCK, 1]
