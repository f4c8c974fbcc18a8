"""Why a piece waits in quarantine, and by which way it came, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS: Final[Mapping[str, Promise | str]] = {
    "unknown-device": gettext_lazy("device that nobody has mapped"),
    "unknown-key": gettext_lazy("value that nobody has mapped"),
    "unknown-datastream": gettext_lazy("datastream that is not known here"),
    "unknown-column": gettext_lazy("column that is not known"),
    "unknown-feature": gettext_lazy("place that is not known here"),
    "unknown-field": gettext_lazy("field that is not known"),
    "unit-mismatch": gettext_lazy("sent in another unit than mapped"),
    "wrong-type": gettext_lazy("not a number where one belongs"),
    "wrong-row": gettext_lazy("line that does not fit the table"),
    "unreadable": gettext_lazy("unreadable"),
    "unreadable-row": gettext_lazy("unreadable line"),
    "unreadable-time": gettext_lazy("unreadable time"),
    "nonexistent-local-time": gettext_lazy("time that the clock skipped"),
    "naive-time": gettext_lazy("time without a time zone"),
    "time-in-future": gettext_lazy("time in the future"),
    "time-out-of-range": gettext_lazy("impossible time"),
    "result-time-out-of-range": gettext_lazy("impossible time of the result"),
    "backward-interval": gettext_lazy("interval that ends before it begins"),
    "interval-length": gettext_lazy("interval of an impossible length"),
    "negative-span": gettext_lazy("interval of an impossible length"),
    "not-finite": gettext_lazy("not a finite number"),
    "number-too-large": gettext_lazy("number too large"),
    "no-value": gettext_lazy("no value"),
    "no-values": gettext_lazy("message without values"),
    "missing-time": gettext_lazy("time is missing"),
    "missing-result": gettext_lazy("value is missing"),
    "missing-datastream": gettext_lazy("datastream is missing"),
    "missing-id": gettext_lazy("identifier is missing"),
    "missing-sensor": gettext_lazy("sensor is missing"),
    "not-permitted": gettext_lazy("the sender may not write this datastream"),
    "replica-is-read-only": gettext_lazy("belongs to another city"),
    "superseded": gettext_lazy("contradicted by a later line of the same call"),
    "unusable-name": gettext_lazy("name that cannot be kept"),
    "unstorable-text": gettext_lazy("text that cannot be kept"),
    "text-too-long": gettext_lazy("text too long"),
    "too-deep": gettext_lazy("nested too deeply"),
    "bad-extra": gettext_lazy("additions that cannot be kept"),
    "duplicate-column": gettext_lazy("column that is there twice"),
    "duplicate-key": gettext_lazy("name that is there twice"),
    "empty-file": gettext_lazy("empty file"),
    "no-header": gettext_lazy("file without titles"),
    "field-not-taken": gettext_lazy("field that is not taken"),
    "not-json": gettext_lazy("not JSON"),
    "not-utf-8": gettext_lazy("not readable as text"),
    "no-messages": gettext_lazy("the source takes only files"),
    "list-too-long": gettext_lazy("list too long"),
    "simulated-uplink": gettext_lazy("simulated message"),
    "invalid": gettext_lazy("not understood"),
}


def reason(code: str) -> str:
    """Why a piece waits, in words; a code without words is shown as it is, for somebody to look up."""
    return str(REASONS.get(code, code))


def table_reason(code: str) -> str:
    """Why a value of a table would wait: a table has measuring points, no devices."""
    return _("measuring point that nobody has mapped") if code == "unknown-device" else reason(code)


def way(source: str, names: Mapping[str, str] | None = None) -> str:
    """By which way a piece came, in words; ``names`` are those of sources by their short names."""
    kind, _sign, short = source.partition(":")
    name = (names or {}).get(short, short) if kind == "source" else short
    if kind == "source":
        return _("source %s") % name
    if kind == "recording":
        return _("recording: %s") % name
    return _("sender with the token %s") % name if kind == "ingest" else source
