"""``{% load portal %}``: codes in words, sizes, terms with their badges."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.core import languages
from apps.holdings.types import Entry, Freshness, Holding
from apps.policies import sentences
from apps.policies.sentences import Sentence
from apps.portal import words

register = template.Library()
TABLES = {
    "theme": words.THEMES,
    "licence": words.LICENCES,
    "freshness": words.FRESHNESS,
    "format": words.FORMATS,
    "visibility": words.VISIBILITIES,
    "statistic": words.STATISTICS,
    "resolution": words.RESOLUTIONS,
    "state": words.STATES,
}
ENDED = {
    Freshness.RECORDED: gettext_lazy("Recording until %(day)s"),
    Freshness.UPLOADED: gettext_lazy("Uploaded, until %(day)s"),
}
register.filter("purpose", words.purpose)


@register.filter
def word(code: str, table: str) -> str | Promise:
    """``{{ "ENVI"|word:"theme" }}``: a code in words; the code itself where there are none."""
    return TABLES[table].get(str(code), str(code))


@register.filter
def freshness_words(holding: Holding) -> str:
    """How fresh it is; of a recording or an upload until when it goes, since nothing of it can be late."""
    ended = ENDED.get(holding.freshness)
    if ended is not None and holding.last_time is not None:
        return str(ended) % {"day": formats.date_format(timezone.localtime(holding.last_time), "SHORT_DATE_FORMAT")}
    return str(words.FRESHNESS[str(holding.freshness)])


@register.filter
def freshness_badge(code: str) -> str:
    """The colour that goes with the words for freshness."""
    return words.FRESHNESS_BADGES.get(str(code), "info")


@register.filter
def state_badge(code: str) -> str:
    """The colour that goes with the words for an agreement's state."""
    return words.STATE_BADGES.get(str(code), "info")


@register.filter
def spoken(duration: timedelta | None) -> str:
    """A duration as people say it; '' for none."""
    return "" if duration is None else sentences.spoken(duration)[languages.current() == "en"]


@register.filter
def terms(holding: Holding) -> list[Sentence]:
    """A holding's terms in plain sentences of the reader's language; none where no terms are in force."""
    return sentences.render(holding.terms, languages.current()) if holding.terms else []


@register.filter
def clauses(entry: Entry) -> tuple[Sentence, ...]:
    """An agreement's terms in plain sentences of the reader's language."""
    return entry.sentences_en if languages.current() == "en" else entry.sentences_de


@register.filter
def mark(sentence: Sentence) -> str:
    """How strong a clause is, in words."""
    return sentence.mark(languages.current())
