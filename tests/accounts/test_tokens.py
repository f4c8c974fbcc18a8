"""API tokens: shown once, kept as a hash, ended by time or by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts import services
from apps.accounts.models import ApiToken, User
from apps.accounts.types import UserKind
from apps.core.errors import Invalid, NotPermitted, Unauthenticated

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def gateway(db: None) -> User:
    """A service that delivers readings."""
    return services.create_principal(kind=UserKind.SERVICE, name="gateway-1")


def test_the_secret_opens_the_door_and_is_not_kept(gateway: User) -> None:
    token, secret = services.issue_token(name="g", user=gateway, scopes=["ingest"], expires_at=None, at=AT)
    found = services.authenticate_token(secret=secret, scope="ingest", at=AT)
    assert found == token
    assert found.user == gateway
    assert secret.startswith("owl_")
    row = ApiToken.objects.values().get()
    assert all(secret[15:] not in str(value) for value in row.values())


@pytest.mark.parametrize(
    "forge",
    [
        lambda secret: "",
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: secret + "x",
        lambda secret: "owl_0123456789" + secret[14:],
        lambda secret: secret + "\n",
        lambda secret: "\udcff\x00",
    ],
)
def test_anything_else_is_unknown(gateway: User, forge: object) -> None:
    _token, secret = services.issue_token(name="g", user=gateway, scopes=["ingest"], expires_at=None, at=AT)
    assert callable(forge)
    with pytest.raises(Unauthenticated) as caught:
        services.authenticate_token(secret=forge(secret), scope="ingest", at=AT)
    assert caught.value.code == "unknown-token"


def test_an_expired_a_revoked_and_an_orphaned_token_each_say_so(gateway: User) -> None:
    end = AT + timedelta(days=1)
    token, secret = services.issue_token(name="g", user=gateway, scopes=["ingest"], expires_at=end, at=AT)
    services.authenticate_token(secret=secret, scope="ingest", at=end - timedelta(microseconds=1))
    with pytest.raises(Unauthenticated) as expired:
        services.authenticate_token(secret=secret, scope="ingest", at=end)
    services.revoke_token(token=token, at=AT)
    services.revoke_token(token=token, at=end)
    with pytest.raises(Unauthenticated) as revoked:
        services.authenticate_token(secret=secret, scope="ingest", at=AT)
    _other, secret = services.issue_token(name="h", user=gateway, scopes=["ingest"], expires_at=end, at=AT)
    services.set_active(user=gateway, active=False)
    with pytest.raises(Unauthenticated) as orphaned:
        services.authenticate_token(secret=secret, scope="ingest", at=AT)
    assert [expired.value.code, revoked.value.code, orphaned.value.code] == [
        "expired-token",
        "revoked-token",
        "revoked-token",
    ]
    assert token.revoked_at == AT


def test_a_token_does_only_what_its_scopes_say(gateway: User) -> None:
    _token, secret = services.issue_token(name="g", user=gateway, scopes=["ingest"], expires_at=None, at=AT)
    for scope in ("ingest:write", "inges", ""):
        with pytest.raises(NotPermitted):
            services.authenticate_token(secret=secret, scope=scope, at=AT)


def test_the_last_use_is_kept_to_the_minute_without_a_write_for_every_request(gateway: User) -> None:
    _token, secret = services.issue_token(name="g", user=gateway, scopes=["ingest"], expires_at=None, at=AT)
    for second in (0, 30, 59):
        services.authenticate_token(secret=secret, scope="ingest", at=AT + timedelta(seconds=second))
    assert ApiToken.objects.get().last_used_at == AT
    services.authenticate_token(secret=secret, scope="ingest", at=AT + timedelta(seconds=60))
    assert ApiToken.objects.get().last_used_at == AT + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("name", "scopes", "expires_at", "part"),
    [
        (" ", ["ingest"], None, "name"),
        ("g", [], None, "scopes"),
        ("g", ["Ingest"], None, "scopes"),
        ("g", ["ingest\n"], None, "scopes"),
        ("g", ["ingest"], AT, "expires_at"),
    ],
)
def test_an_impossible_token_is_refused(
    gateway: User, name: str, scopes: list[str], expires_at: datetime | None, part: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.issue_token(name=name, user=gateway, scopes=scopes, expires_at=expires_at, at=AT)
    assert caught.value.part == part
