"""The law table: what each of the two laws says about clocks, fees, grounds and remedies.

IFG NRW: Informationsfreiheitsgesetz Nordrhein-Westfalen. UIG NRW: Umweltinformationsgesetz Nordrhein-Westfalen, which
refers to the federal UIG for most of what stands here. Triage picks one; everything else follows from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.core.errors import Invalid


class Law(TextChoices):
    """Under which law a request is decided."""

    UIG = "uig", _("Environmental Information Act (UIG NRW)")
    IFG = "ifg", _("Freedom of Information Act (IFG NRW)")


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason that the law accepts for a refusal. ``emissions``: it also holds against data on emissions."""

    code: str
    section: StrOrPromise
    title: StrOrPromise
    needs_hearing: bool = False
    emissions: bool = True


@dataclass(frozen=True, slots=True)
class LawRules:
    """What one law says. Months are calendar months; fees are in cents.

    ``extended_months`` is None where the law knows no extension. ``remedy`` is the block that a refusal must carry; its
    period of a month runs only if it names the court and its seat (§ 58 VwGO): Minden's district is the whole of OWL.
    ``persons_only``: the right belongs to natural persons.
    """

    law: Law
    short: str
    months: int
    extended_months: int | None
    clarification_restarts: bool
    persons_only: bool
    duty_to_forward: bool
    fee_min_cents: int
    fee_max_cents: int
    fee_section: str
    simple: StrOrPromise
    remedy: StrOrPromise
    grounds: tuple[Ground, ...]


_REMEDY_IFG = _(
    "You may bring an action against this decision before the Administrative Court of Minden (Verwaltungsgericht "
    "Minden, Königswall 8, 32423 Minden) within one month of its notification. "
    "You also have the right to call the State Commissioner for Data Protection and Freedom of Information "
    "North Rhine-Westphalia (§ 13 IFG NRW), PO box 20 04 44, 40102 Düsseldorf, poststelle@ldi.nrw.de."
)
_REMEDY_UIG = _(
    "You may bring an action against this decision before the Administrative Court of Minden (Verwaltungsgericht "
    "Minden, Königswall 8, 32423 Minden) within one month of its notification. "
    "Before that you may apply to the city to have its decision reviewed (§ 3 UIG NRW in conjunction with § 6 UIG). "
    "You may also call the State Commissioner for Data Protection and Freedom of Information North Rhine-Westphalia, "
    "PO box 20 04 44, 40102 Düsseldorf, poststelle@ldi.nrw.de."
)

_IFG = LawRules(
    law=Law.IFG,
    short="IFG NRW",
    months=1,
    extended_months=None,
    clarification_restarts=False,
    persons_only=True,
    duty_to_forward=False,
    fee_min_cents=1_000,
    fee_max_cents=50_000,
    fee_section="§ 11 IFG NRW, VerwGebO IFG NRW",
    simple=_("Simple information is free; extensive work costs 10 to 500 euros; a refusal is free."),
    remedy=_REMEDY_IFG,
    grounds=(
        Ground("ifg-6-security", _("§ 6 a IFG NRW"), _("Danger to public safety or order")),
        Ground("ifg-6-proceedings", _("§ 6 b IFG NRW"), _("Harm to proceedings of courts, prosecution or supervision")),
        Ground("ifg-6-others", _("§ 6 c IFG NRW"), _("Information from another authority that does not agree")),
        Ground("ifg-7-drafts", _("§ 7 IFG NRW"), _("Drafts and the process of coming to a decision")),
        Ground("ifg-8-secrets", _("§ 8 IFG NRW"), _("Trade and business secrets"), needs_hearing=True),
        Ground("ifg-9-personal", _("§ 9 IFG NRW"), _("Personal data of others"), needs_hearing=True),
        Ground("ifg-5-abuse", _("§ 5 (4) IFG NRW"), _("The information is already available to the requester")),
    ),
)
_UIG = LawRules(
    law=Law.UIG,
    short="UIG NRW",
    months=1,
    extended_months=2,
    clarification_restarts=True,
    persons_only=False,
    duty_to_forward=True,
    fee_min_cents=0,
    fee_max_cents=50_000,
    fee_section="§ 5 UIG NRW, § 12 UIG",
    simple=_("Simple information and inspection on the spot are free; other work costs 500 euros at the most."),
    remedy=_REMEDY_UIG,
    grounds=(
        Ground("uig-8-security", _("§ 8 (1) no. 1 UIG"), _("International relations, defence or public safety")),
        Ground(
            "uig-8-deliberations",
            _("§ 8 (1) no. 2 UIG"),
            _("Confidential deliberations of authorities"),
            emissions=False,
        ),
        Ground("uig-8-proceedings", _("§ 8 (1) no. 3 UIG"), _("Pending court or criminal proceedings")),
        Ground("uig-8-environment", _("§ 8 (1) no. 4 UIG"), _("Protection of the environment itself"), emissions=False),
        Ground("uig-8-abuse", _("§ 8 (2) no. 1 UIG"), _("The request is manifestly abusive")),
        Ground("uig-8-internal", _("§ 8 (2) no. 2 UIG"), _("Internal communications of the authority")),
        Ground("uig-8-unfinished", _("§ 8 (2) no. 4 UIG"), _("Material that is not finished yet")),
        Ground("uig-8-vague", _("§ 8 (2) no. 5 UIG"), _("The request stayed too vague despite a question")),
        Ground(
            "uig-9-personal",
            _("§ 9 (1) no. 1 UIG"),
            _("Personal data of others"),
            needs_hearing=True,
            emissions=False,
        ),
        Ground("uig-9-property", _("§ 9 (1) no. 2 UIG"), _("Intellectual property, copyright"), needs_hearing=True),
        Ground(
            "uig-9-secrets",
            _("§ 9 (1) no. 3 UIG"),
            _("Trade and business secrets"),
            needs_hearing=True,
            emissions=False,
        ),
    ),
)
LAWS: Mapping[Law, LawRules] = MappingProxyType({Law.UIG: _UIG, Law.IFG: _IFG})


def rules_of(law: str) -> LawRules | None:
    """The rules of a law; None while triage has not picked one."""
    return LAWS[Law(law)] if law else None


def grounds_of(law: str) -> dict[str, Ground]:
    """The refusal grounds of a law by their code; empty before triage."""
    rules = rules_of(law)
    return {} if rules is None else {ground.code: ground for ground in rules.grounds}


def check_fee(rules: LawRules, cents: int) -> None:
    """Whether a fee of so many cents is within what the law allows. Raises Invalid, saying the limits."""
    low, high = rules.fee_min_cents, rules.fee_max_cents
    if cents > 0 and low <= cents <= high:
        return
    raise Invalid(
        str(_("Under the %(law)s a fee lies between %(low)s and %(high)s euros."))
        % {"law": rules.short, "low": max(low, 1) / 100, "high": high / 100},
        part="fee",
        remedy=str(rules.simple),
    )
