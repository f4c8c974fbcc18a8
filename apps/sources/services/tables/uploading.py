"""A table on its way in: kept, previewed without a trace, imported through ``take`` – as often as it likes, once
counts."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Gone, Invalid, TooLarge
from apps.sensors.models import Datastream
from apps.sources.models import Source, TableUpload
from apps.sources.services import units
from apps.sources.services.plausibility import assess, flagged
from apps.sources.services.routing import routes
from apps.sources.services.sorting import Sorted, sort, usable
from apps.sources.services.tables import parsing, sniffing
from apps.sources.services.taking import take
from apps.sources.types import Format, Taken, Uplink
from apps.sources.types.tables import Preview, TableForm, TableKey

MAX_BYTES = 50 * 1024 * 1024
BLOCK = 2_000
SHOWN = 10
LOOKED_AT = 2_000
KEPT = timedelta(days=2)
COUNTED = ("accepted", "corrected", "unchanged", "flagged", "ignored", "quarantined")


def upload_table(*, source: Source, name: str, content: bytes, at: datetime) -> TableUpload:
    """Keep a CSV file for its preview and import; files that nobody imported within two days are dropped.

    Raises Invalid (not a table of readings, source of another format) and TooLarge.
    """
    if source.format != Format.CSV:
        raise Invalid(_("This source takes no tables."), part="source")
    if len(content) > MAX_BYTES:
        raise TooLarge(_("The file is larger than 50 MB."), part="file", remedy=_("Split it."))
    sniffing.guess(sniffing.decode(content), device=source.slug)
    TableUpload.objects.filter(imported_at=None, uploaded_at__lt=at - KEPT).delete()
    return TableUpload.objects.create(source=source, name=name[:200] or "table.csv", content=content, uploaded_at=at)


def preview_table(*, upload: TableUpload, form: TableForm | None = None, at: datetime) -> Preview:
    """The first lines, every quantity with its datastream, and what would be stored, doubted and held. Writes nothing.

    Without a form the table's is guessed. Raises Invalid when the form does not fit, Gone after the import.
    """
    text = _text(upload)
    form = form or sniffing.guess(text, device=upload.source.slug)
    sent = list(itertools.islice(parsing.uplinks(text, form), LOOKED_AT))
    found = sort(list(enumerate(sent)), routes(upload.source, _devices(sent)), at=at)
    lines = list(itertools.islice(sniffing.records(text, form.delimiter), SHOWN + 1))
    times = [uplink.time for uplink in sent if uplink.time is not None]
    return Preview(
        form=form,
        titles=tuple(lines[0]),
        rows=tuple(tuple(line) for line in lines[1:]),
        keys=_keys(sent, found),
        lines=len(sent),
        first_time=min(times, default=None),
        last_time=max(times, default=None),
        stored=len(found.stream),
        flagged=flagged(assess(readings=found.readings())) if found.stream else 0,
        reasons=dict(Counter(one.reason for one in found.held)),
    )


def import_table(*, upload: TableUpload, form: TableForm, at: datetime) -> dict[str, int]:
    """Take the whole table in, block by block; returns the counts of ``types.Taken`` and the number of lines.

    Broken off, it is called again: what was taken is then unchanged. Raises Invalid and Gone like ``preview_table``.
    """
    text = _text(upload)
    account = dict.fromkeys(("lines", *COUNTED), 0)
    lines = parsing.uplinks(text, form)
    while block := list(itertools.islice(lines, BLOCK)):
        _add(account, take(source=upload.source, uplinks=block, at=at), len(block))
    upload.imported_at, upload.account, upload.content = at, account | {"form": asdict(form)}, b""
    upload.save(update_fields=["imported_at", "account", "content"])
    return account


def _text(upload: TableUpload) -> str:
    if upload.imported_at is not None:
        raise Gone(_("This table was imported already."), part="upload")
    return sniffing.decode(bytes(upload.content))


def _add(account: dict[str, int], taken: Taken, lines: int) -> None:
    account["lines"] += lines
    for name in COUNTED:
        account[name] += getattr(taken, name)


def _devices(sent: Sequence[Uplink]) -> set[str]:
    return {uplink.device for uplink in sent if usable(uplink.device)}


def _keys(sent: Sequence[Uplink], found: Sorted) -> tuple[TableKey, ...]:
    """Every quantity of every device in the lines looked at, in the order of its first appearance."""
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for uplink in sent:
        for key, value in uplink.values.items():
            entry = seen.setdefault(
                (uplink.device, key), {"unit": uplink.units.get(key, ""), "example": str(value)[:60], "count": 0}
            )
            entry["count"] += 1
    targets = {
        (sent[place].device, key): stream
        for place, key, stream in zip(found.uplink, found.key, found.stream, strict=True)
    }
    reasons = {(sent[one.uplink].device, one.key): one.reason for one in reversed(found.held)}
    names = dict(Datastream.objects.filter(pk__in=set(targets.values())).values_list("pk", "name"))
    fitting = _fitting() if any(pair not in targets for pair in seen) else []
    return tuple(
        TableKey(
            device=device,
            key=key,
            datastream_id=targets.get((device, key)),
            datastream=names.get(targets.get((device, key), 0), ""),
            reason=reasons.get((device, key), ""),
            suggested="" if (device, key) in targets else _suggested(device, key, entry["unit"], fitting),
            **entry,
        )
        for (device, key), entry in seen.items()
    )


def _fitting() -> list[tuple[int, str, str, str, str]]:
    rows = Datastream.objects.own().order_by("pk")
    return list(rows.values_list("pk", "name", "external_key", "unit_symbol", "thing__name")[:5_000])


def _suggested(device: str, key: str, unit: str, streams: Sequence[tuple[int, str, str, str, str]]) -> str:
    """The one datastream whose name or external key is the quantity's, in the same unit; '' when several are."""
    wanted = key.casefold()
    found = [
        external or str(pk)
        for pk, name, external, symbol, thing in streams
        if (name.casefold() == wanted or external.casefold() in {wanted, f"{device}/{key}".casefold()})
        and (not unit or units.same(unit, symbol))
    ]
    return found[0] if len(found) == 1 else ""
