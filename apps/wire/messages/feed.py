"""Messages beside the pages: "there is more", and "this is what you should hold"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from apps.wire import digests
from apps.wire.messages.base import AgreementUid, Digest, Message, Moment, Natural, StreamNumber

DayEntry = tuple[StreamNumber, dt.date, Natural, Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]]


class Hint(Message):
    """Go and pull. It carries no data and proves nothing; losing one costs only latency."""

    type: Literal["owl.hint"] = "owl.hint"
    version: Literal[1] = 1
    agreement: AgreementUid
    epoch: Natural
    high: Natural


class DigestReport(Message):
    """What the owner's own tables hold for an agreement, after its terms.

    ``epoch`` and ``high`` say after which batch, ``as_of`` up to which horizon, ``first_day`` to ``last_day``
    (both inclusive, UTC) which days; ``days`` lists [stream, day, count, hex] sorted, ``count`` is their sum
    and ``rows_digest`` the dataset digest over exactly these days.
    """

    type: Literal["owl.digest-report"] = "owl.digest-report"
    version: Literal[1] = 1
    agreement: AgreementUid
    epoch: Natural
    high: Natural
    as_of: Moment
    first_day: dt.date
    last_day: dt.date
    count: Natural
    rows_digest: Digest
    days: Annotated[tuple[DayEntry, ...], Field(max_length=200_000)]

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if self.count != sum(day.count for day in self.day_digests()):
            raise ValueError("count is not the sum of the days")
        if self.rows_digest != digests.combine(self.day_digests()):
            raise ValueError("rows_digest is not the digest of the days")
        if any(not self.first_day <= day.day <= self.last_day for day in self.day_digests()):
            raise ValueError("a day lies outside of first_day to last_day")
        return self

    def day_digests(self) -> list[digests.DayDigest]:
        """The days as ``digests.DayDigest``."""
        return [digests.DayDigest(*day) for day in self.days]

    @classmethod
    def covering(
        cls,
        days: Iterable[digests.DayDigest],
        *,
        agreement: str,
        epoch: int,
        high: int,
        as_of: dt.datetime,
        first_day: dt.date,
        last_day: dt.date,
    ) -> Self:
        """The report over these days, with count and rows_digest filled in. Raises ValidationError, BadRows."""
        listed = sorted(days)
        return cls(
            agreement=agreement,
            epoch=epoch,
            high=high,
            as_of=as_of,
            first_day=first_day,
            last_day=last_day,
            count=sum(day.count for day in listed),
            rows_digest=digests.combine(listed),
            days=tuple((day.stream, day.day, day.count, day.hex) for day in listed),
        )
