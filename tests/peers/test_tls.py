"""TLS to a pinned address: the certificate must still be that of the name."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.core.errors import PeerUnreachable
from apps.peers import clients
from apps.peers.clients import transport
from tests.peers.city import City, Received, Reply
from tests.peers.conftest import Configure

NAME = "owl.example.org"


def certificate(folder: Path, name: str = NAME) -> tuple[Path, Path]:
    """A certificate of that name, signed by itself, and its key: two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pkcs8 = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption()))
    return cert_file, key_file


@pytest.fixture
def tls_city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Configure) -> Iterator[City]:
    """A city behind TLS under a name that resolves to this machine."""
    cert_file, key_file = certificate(tmp_path)
    city = City()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    city.server.socket = context.wrap_socket(city.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert_file))
    found = [(2, 1, 6, "", ("127.0.0.1", city.port))]
    monkeypatch.setattr("socket.getaddrinfo", lambda host, *args, **kwargs: found)
    transport.forget_connections()
    yield city
    city.close()
    transport.forget_connections()


def serving_document(city: City, base_url: str) -> Any:
    def document(received: Received) -> Reply:
        assert received.headers["Host"] == f"{NAME}:{city.port}"
        return Reply(body=b"[]", signed=False)

    city.script = document
    return base_url


def test_the_connection_goes_to_the_checked_address_under_the_original_name(tls_city: City) -> None:
    base_url = serving_document(tls_city, f"https://{NAME}:{tls_city.port}")
    with pytest.raises(Exception, match="no identity"):  # TLS was fine, the document is not
        clients.fetch_document(base_url)
    assert len(tls_city.requests) == 1


def test_a_certificate_of_another_name_is_refused(tls_city: City) -> None:
    with pytest.raises(PeerUnreachable):
        clients.fetch_document(f"https://other.example.org:{tls_city.port}")
    assert not tls_city.requests


def test_a_certificate_of_nobody_known_is_refused(
    tls_city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(PeerUnreachable):
        clients.fetch_document(f"https://{NAME}:{tls_city.port}")
    assert not tls_city.requests
