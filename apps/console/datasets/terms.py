"""Terms of a dataset: a form with templates and a preview, one version, and the steps of its release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.types import Role
from apps.agreements import selectors as agreements
from apps.agreements import services as agreement_services
from apps.catalogue import selectors as catalogue
from apps.catalogue import services
from apps.console import answers
from apps.console.datasets import clauses
from apps.console.datasets.forms import Offering
from apps.console.gate import FORM, SIGHTED, SIGNING, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.core import languages
from apps.core.errors import Invalid, NotFound, OwlError
from apps.peers import selectors as peers
from apps.policies import sentences
from apps.provider import selectors as provider


@screen(Role.STEWARD, methods=FORM)
def edit(request: StaffRequest, identifier: str) -> HttpResponse:
    """The form: begun from a template or the terms in force; looked at as sentences and values before it is kept."""
    dataset = catalogue.shown(request.user, identifier)
    form = clauses.Clauses(request.POST or None, initial=_initial(request, dataset))
    context: dict[str, Any] = {"dataset": dataset, "form": form, "templates": clauses.TEMPLATES}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "keep":
            draft = _draft(request, dataset, form)
            if draft is not None:
                return draft
        else:
            context |= {
                "sentences": sentences.render(form.terms, languages.current()),
                "preview": provider.preview(dataset, form.terms),
            }
    return page(request, "console/datasets/terms.html", context)


@screen(*SIGHTED)
def version(request: StaffRequest, identifier: str, number: int) -> HttpResponse:
    """One version: in plain words, what a peer would get beside what stays, who signed, and the next step."""
    dataset = catalogue.shown(request.user, identifier)
    row = catalogue.version(dataset, number)
    missing = catalogue.missing_signatures(row)
    context = {
        "dataset": dataset,
        "version": row,
        "sentences": catalogue.sentences_of(row, languages.current()),
        "preview": provider.preview(dataset, catalogue.terms_of(row)),
        "missing": missing,
        "steps": _steps(request, row, [role.value for role in missing]),
        "signed_myself": any(one.user_id == request.user.pk for one in row.signatures.all()),
        "across": catalogue.differences_across(dataset) if Role.GATEKEEPER in request.roles else [],
        "in_force": agreements.agreements(request.user).filter(dataset=dataset, state="active"),
    }
    return page(request, "console/datasets/version.html", context)


ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "prepare": (services.prepare, gettext_lazy("Prepared: the other signatures are asked for.")),
    "gate": (services.gate, gettext_lazy("Signed.")),
    "release": (services.release, gettext_lazy("Released. These terms are in force from now on.")),
}


def _step(name: str, role: Role) -> Callable[..., HttpResponse]:
    """A button of the release: one call, and back to the version."""
    act, words = ACTS[name]

    def press(request: StaffRequest, identifier: str, number: int) -> HttpResponse:
        dataset = catalogue.shown(request.user, identifier)
        act(version=catalogue.version(dataset, number), user=request.user)
        messages.success(request, words)
        return redirect("console:terms-version", identifier=identifier, number=number)

    press.__doc__ = f"The step “{name}” by the {role.value}."
    return screen(role, methods=WRITE)(press)


prepare = _step("prepare", Role.STEWARD)
gate = _step("gate", Role.GATEKEEPER)
release = _step("release", Role.OWNER)


@screen(Role.OWNER, Role.GATEKEEPER, methods=WRITE)
def withdraw(request: StaffRequest, identifier: str, number: int) -> HttpResponse:
    """Take a prepared or released version back."""
    dataset = catalogue.shown(request.user, identifier)
    services.withdraw_release(version=catalogue.version(dataset, number), user=request.user)
    messages.success(request, _("Taken back. Nothing new is agreed under these terms; agreements in force go on."))
    return redirect("console:terms-version", identifier=identifier, number=number)


@screen(Role.OWNER, methods=WRITE)
def offer(request: StaffRequest, identifier: str) -> HttpResponse:
    """Put the dataset before other cities under the terms in force."""
    dataset = catalogue.shown(request.user, identifier)
    released = catalogue.released(dataset)
    if released is None:
        raise NotFound(_("No terms of this dataset are in force."), part="terms")
    trusted = list(peers.trusted())
    form = Offering(request.POST, peers=trusted)
    if not form.is_valid():
        raise Invalid(_("Please say to whom it is offered, and who decides."), part="audience")
    wanted = set(form.cleaned_data["audience"])
    agreement_services.publish_offer(
        dataset=dataset,
        terms_version=released,
        user=request.user,
        standing=form.cleaned_data["standing"],
        audience=[peer for peer in trusted if str(peer.pk) in wanted],
    )
    messages.success(request, _("The offer is published; the other cities see it now."))
    return redirect("console:dataset", identifier=identifier)


@screen(Role.OWNER, methods=WRITE)
def close(request: StaffRequest, key: int) -> HttpResponse:
    """Take an offer away; agreements made under it live on."""
    row = agreements.offer(request.user, key)
    agreement_services.close_offer(offer=row, user=request.user)
    messages.success(request, _("The offer is closed. Agreements in force go on."))
    return answers.back(request, reverse("console:dataset", args=[row.dataset.identifier]))


def _initial(request: StaffRequest, dataset: Any) -> dict[str, Any]:
    chosen = clauses.template(request.GET.get("template", ""))
    if chosen is None:
        released = catalogue.released(dataset)
        chosen = catalogue.terms_of(released) if released else clauses.template(dataset.sensitivity)
    return clauses.initial_from(chosen) if chosen else {}


def _draft(request: StaffRequest, dataset: Any, form: clauses.Clauses) -> HttpResponse | None:
    try:
        made = services.draft_terms(
            dataset=dataset,
            terms=form.terms,
            override_reason=form.cleaned_data["override_reason"],
            user=request.user,
        )
    except OwlError as error:
        form.add_error(None, answers.sentence(error))
        return None
    messages.success(request, _("Version %d is kept as a draft.") % made.number)
    return redirect("console:terms-version", identifier=dataset.identifier, number=made.number)


def _steps(request: StaffRequest, row: Any, missing: list[str]) -> list[dict[str, str]]:
    """The buttons this person's roles allow in this state; what still stands against one, the domain says."""
    can = {role.value for role in request.roles & set(SIGNING)}
    if row.state == "draft":
        return [{"name": "terms-prepare", "label": _("Prepare for release (sign)")}] if "steward" in can else []
    if row.state != "prepared":
        return []
    buttons = []
    if "gatekeeper" in can and "gatekeeper" in missing:
        buttons.append({"name": "terms-gate", "label": _("Sign as the gatekeeper")})
    if "owner" in can and "gatekeeper" not in missing:
        buttons.append({"name": "terms-release", "label": _("Release")})
    return buttons
