"""Terms as plain sentences, German and English, each marked enforced, cooperative or declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta

from apps.policies import purposes
from apps.policies.strengths import STRENGTHS, Strength
from apps.policies.terms import Terms

MARKS = {
    "de": {"enforced": "technisch durchgesetzt", "cooperative": "nachgewiesen", "declared": "erklärt"},
    "en": {"enforced": "enforced", "cooperative": "proven by receipt", "declared": "declared"},
}
VISIBILITY = {
    "internal": ("Nur für die eigene Stadt.", "For this city only."),
    "peers": ("Für Partnerstädte mit Vereinbarung.", "For peer cities under an agreement."),
    "public": ("Für alle öffentlich.", "Public for everybody."),
}
RESOLUTION = {
    "raw": ("Jeder einzelne Messwert.", "Every single value."),
    "PT15M": ("Zusammengefasst zu Viertelstunden", "Summarised by quarter hours"),
    "PT1H": ("Zusammengefasst zu Stunden", "Summarised by hours"),
    "P1D": ("Zusammengefasst zu Tagen (UTC)", "Summarised by days (UTC)"),
}
STATISTICS = {
    "mean": ("Mittelwert", "mean"),
    "min": ("kleinster Wert", "minimum"),
    "max": ("größter Wert", "maximum"),
    "count": ("Anzahl der Messwerte", "number of values"),
    "sum": ("Summe", "sum"),
}

UNITS = (
    (86_400, ("Tag", "Tage"), ("day", "days")),
    (3_600, ("Stunde", "Stunden"), ("hour", "hours")),
    (60, ("Minute", "Minuten"), ("minute", "minutes")),
    (1, ("Sekunde", "Sekunden"), ("second", "seconds")),
)
ONCE = {
    1: ("jede Sekunde", "every second"),
    60: ("jede Minute", "every minute"),
    3_600: ("jede Stunde", "every hour"),
    86_400: ("jeden Tag", "every day"),
    604_800: ("jede Woche", "every week"),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clause for a person: its text and how strong it is."""

    clause: str
    text: str
    strength: Strength

    def mark(self, language: str) -> str:
        """The strength in words."""
        return MARKS[language][self.strength]


def render(terms: Terms, language: str) -> list[Sentence]:
    """All clauses that say something, in the order a clerk would ask. ``language`` is ``de`` or ``en``."""
    column = {"de": 0, "en": 1}[language]
    return [Sentence(clause, pair[column], STRENGTHS[clause]) for clause, pair in _pairs(terms)]


def _pairs(terms: Terms) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "visibility", VISIBILITY[terms.visibility]
    yield "resolution", _resolution(terms)
    yield from _shape(terms)
    yield "purposes", _purposes(terms)
    yield from _end(terms)
    yield "onward", _onward(terms)


def _shape(terms: Terms) -> Iterator[tuple[str, tuple[str, str]]]:
    if terms.delay:
        de, en = spoken(terms.delay)
        yield "delay", (f"Frühestens {de} später.", f"{en} later at the earliest.")
    if terms.window is not None:
        de, en = spoken(terms.window)
        yield "window", (f"Nur die letzten {de}.", f"Only the last {en}.")
    if terms.grid_m is not None:
        yield (
            "grid_m",
            (
                f"Orte auf ein Raster von {terms.grid_m} m vergröbert.",
                f"Places coarsened to a grid of {terms.grid_m} m.",
            ),
        )
    if terms.suppress_below is not None:
        last = terms.suppress_below - 1
        small = (
            ("Die Anzahl 1 wird", "A count of 1 is")
            if last == 1
            else (
                f"Kleine Anzahlen von 1 bis {last} werden",
                f"Small counts from 1 to {last} are",
            )
        )
        yield (
            "suppress_below",
            (f"{small[0]} unterdrückt; null bleibt null.", f"{small[1]} suppressed; zero stays zero."),
        )


def _resolution(terms: Terms) -> tuple[str, str]:
    de, en = RESOLUTION[terms.resolution]
    if terms.resolution == "raw":
        return de, en
    chosen = [STATISTICS[name] for name in terms.statistics]
    return f"{de}: {', '.join(pair[0] for pair in chosen)}.", f"{en}: {', '.join(pair[1] for pair in chosen)}."


def _purposes(terms: Terms) -> tuple[str, str]:
    if not terms.purposes:
        return "Für jeden Zweck.", "For any purpose."
    german, english = (", ".join(purposes.words(one, language) for one in terms.purposes) for language in ("de", "en"))
    return f"Nur zum Zweck: {german}.", f"Only for: {english}."


def _end(terms: Terms) -> Iterator[tuple[str, tuple[str, str]]]:
    if terms.expires_at is not None:
        day = terms.expires_at.astimezone(UTC)
        yield "expires_at", (f"Endet am {day:%d.%m.%Y um %H:%M} UTC.", f"Ends on {day:%Y-%m-%d at %H:%M} UTC.")
    if terms.valid_for is not None:
        de, en = spoken(terms.valid_for)
        yield "valid_for", (f"Endet {de} nach Abschluss der Vereinbarung.", f"Ends {en} after the agreement.")
    if terms.retention is not None:
        de, en = spoken(terms.retention)
        yield "retention", (f"Wird {de} nach Empfang gelöscht.", f"Deleted {en} after receipt.")


def _onward(terms: Terms) -> tuple[str, str]:
    if terms.onward == "no":
        return "Darf nicht weitergegeben werden.", "Must not be shared onward."
    return "Darf an Partnerstädte weitergegeben werden.", "May be shared onward with peer cities."


def spoken(duration: timedelta) -> tuple[str, str]:
    """A duration as people say it, German and English."""
    rest, german, english = int(duration.total_seconds()), [], []
    for size, de, en in UNITS:
        count, rest = divmod(rest, size)
        if count:
            german.append(f"{count} {de[count != 1]}")
            english.append(f"{count} {en[count != 1]}")
    return " ".join(german) or "0 Sekunden", " ".join(english) or "0 seconds"


def every(interval: timedelta) -> tuple[str, str]:
    """How often something comes as people say it, in the largest unit that fits, German and English; '' for never."""
    seconds = int(interval.total_seconds())
    if seconds <= 0:
        return "", ""
    size, de, en = next(unit for unit in UNITS if seconds % unit[0] == 0)
    count = seconds // size
    return ONCE.get(seconds) or (f"alle {count} {de[1]}", f"every {count} {en[1]}")
