"""Whether an answer counts: who signed it, and what its status means."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import ClockSkew, Unauthenticated
from apps.peers.clients.transport import RawAnswer
from apps.peers.errors import AnswerUnproven, Redirected, Refused
from apps.peers.models import Peer, PeerKey
from apps.peers.types import Answer
from apps.wire import canonical, keys, signatures
from apps.wire.errors import BadJson

CLOCK_CODES = frozenset({"clock-skew", "signature-too-old", "signature-from-future"})


def prove(peer: Peer, raw: RawAnswer, asked: signatures.Request, *, sent_at: datetime) -> tuple[Answer, float | None]:
    """The answer, and the peer's clock minus ours in seconds where its signature told.

    A 2xx answer with a body must be signed by a key of this very peer, any other is verified if it is signed.
    Raises AnswerUnproven; ClockSkew when it is rightly signed at an impossible time.
    """
    now = clock.now()
    must = 200 <= raw.status < 300 and bool(raw.body)
    if not must and "signature" not in raw.headers:
        return Answer(raw.status, raw.headers, raw.body), None

    def resolve(keyid: str) -> keys.VerifyKey | None:
        row: PeerKey | None = PeerKey.objects.usable(now).filter(peer=peer, keyid=keyid).first()
        return row.verify_key if row else None

    try:
        verified = signatures.verify_response(
            status=raw.status, headers=raw.headers, body=raw.body, request=asked, resolve=resolve, at=now
        )
    except Unauthenticated as error:
        raise AnswerUnproven(
            _("The answer of %(peer)s is not proven to be its own: %(why)s") % {"peer": peer.did, "why": error.message},
            part=error.part,
            remedy=_("Nothing of it was used. If it repeats, compare the fingerprints by telephone."),
        ) from error
    # The signer's clock is cut to whole seconds: on average half a second is lost.
    offset = (verified.created - sent_at - (now - sent_at) / 2).total_seconds() + 0.5
    return Answer(raw.status, raw.headers, raw.body, proven=True), round(offset, 1)


def judge(peer: Peer, answer: Answer) -> Answer:
    """The answer if its status is 2xx. Raises ClockSkew, Redirected, Refused."""
    if 200 <= answer.status < 300:
        return answer
    code, detail = _problem(answer)
    if answer.status == 401 and code in CLOCK_CODES:
        raise ClockSkew(
            _("%(peer)s refuses our signature because the clocks differ.") % {"peer": peer.did},
            offset_seconds=_date_offset(answer, peer),
            remedy=_("Compare both clocks with a time server (NTP)."),
        )
    kind = Redirected if 300 <= answer.status < 400 else Refused
    raise kind(
        _("%(peer)s refused (%(status)d %(code)s): %(detail)s")
        % {"peer": peer.did, "status": answer.status, "code": code, "detail": detail},
        answer=answer,
        peer_code=code,
    )


def _problem(answer: Answer) -> tuple[str, str]:
    """Code and detail of an RFC 9457 answer, shortened; empty for anything else. A hint only: it may be unsigned."""
    try:
        value: Any = canonical.loads(answer.body)
    except BadJson:
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    return str(value.get("code", ""))[:60], str(value.get("detail", ""))[:300]


def _date_offset(answer: Answer, peer: Peer) -> float:
    try:
        theirs = email.utils.parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return peer.clock_offset_s or 0.0
    aware = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return round((aware - clock.now()).total_seconds(), 1)
