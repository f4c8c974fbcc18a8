"""What the law wants under a decision: grounds and remedy, binding in German and for convenience in English, too.

German is the language of the authority (§ 23 (1) VwVfG NRW): only the German text sets a period running or can be
relied on. Whoever asked in English gets an English one below it, which says that it binds nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from apps.core.languages import Language
from apps.desk.types.laws import LawRules, grounds_of

CONVENIENCE = _("English translation for your convenience; the German text above is binding.")


@dataclass(frozen=True, slots=True)
class LegalPart:
    """Grounds, each with its section, and remedy in one language; ``binding`` is true of the German one only."""

    language: Language
    grounds: tuple[str, ...]
    remedy: str

    @property
    def binding(self) -> bool:
        """Whether this is the text that counts."""
        return self.language == "de"


def legal_parts(*, law: str, codes: Sequence[str], remedy: str, english: str | None) -> tuple[LegalPart, ...]:
    """The binding part, and the English one where ``english``, the translated remedy, is given; none that is empty."""
    texts: tuple[tuple[Language, str | None], ...] = (("de", remedy), ("en", english))
    made = (_part(language, law, codes, text) for language, text in texts if text is not None)
    return tuple(part for part in made if part.grounds or part.remedy)


def remedy_in(language: Language, rules: LawRules) -> str:
    """The legal remedy of a law in one of the two languages."""
    with override(language):
        return str(rules.remedy)


def _part(language: Language, law: str, codes: Sequence[str], remedy: str) -> LegalPart:
    known = grounds_of(law)
    with override(language):
        grounds = tuple(f"{known[code].title} ({known[code].section})" for code in codes if code in known)
    return LegalPart(language, grounds, remedy)
