"""A certificate authority of the tests' own, and certificates of brokers from it."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from apps.core import clock

DAY = timedelta(days=1)


class Authority:
    """Its own certificate stands in ``path``."""

    def __init__(self, home: Path, name: str = "authority") -> None:
        self.home = home
        self.path = home / f"{name}.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        mine = self._builder(self._name, self._key).add_extension(constraints, critical=True)
        self.path.write_bytes(mine.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def certify(self, *, address: str = "127.0.0.1", name: str = "broker") -> dict[str, str]:
        """A broker's certificate for an address: its files as Mosquitto's settings name them, always the same."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        theirs = self._builder(subject, key).add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        files = {"certfile": self.home / f"{name}.crt", "keyfile": self.home / f"{name}.key"}
        files["certfile"].write_bytes(theirs.public_bytes(serialization.Encoding.PEM))
        files["keyfile"].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return {name: str(path) for name, path in files.items()}

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = clock.now()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
        )
