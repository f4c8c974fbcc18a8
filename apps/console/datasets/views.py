"""The list of datasets, one dataset, founding one and describing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.types import Role
from apps.agreements import selectors as agreements
from apps.catalogue import selectors as catalogue
from apps.catalogue import services
from apps.console import answers
from apps.console.datasets.forms import Description, Founding, Offering
from apps.console.gate import FORM, SIGHTED, StaffRequest, screen
from apps.console.pages import page
from apps.core.errors import NotFound, OwlError
from apps.peers import selectors as peers
from apps.sensors import selectors as sensors

DESCRIBED = (
    "title_de",
    "title_en",
    "description_de",
    "description_en",
    "theme",
    "licence",
    "attribution",
    "contact_email",
    "accrual",
)


@screen(*SIGHTED)
def index(request: StaffRequest) -> HttpResponse:
    """Every dataset this person may know of, with the terms in force and what waits."""
    return page(request, "console/datasets/index.html", {"rows": catalogue.standing(request.user)})


@screen(*SIGHTED)
def detail(request: StaffRequest, identifier: str) -> HttpResponse:
    """One dataset: what it holds, its versions of terms, its offers and who receives it."""
    dataset = catalogue.shown(request.user, identifier)
    versions = list(catalogue.versions(dataset))
    released = next((one for one in versions if one.state == "released"), None)
    context = {
        "dataset": dataset,
        "members": sensors.datastreams(catalogue.datastreams_of(dataset).values_list("pk", flat=True)),
        "versions": versions,
        "released": released,
        "sentences": catalogue.sentences_of(released, get_language() or "de") if released else [],
        "offers": agreements.offers_of(dataset),
        "agreements": agreements.agreements(request.user).filter(dataset=dataset),
        "offering": Offering(peers=list(peers.trusted())) if released else None,
        "may_offer": Role.OWNER in request.roles,
        "may_edit": Role.STEWARD in request.roles,
        "peers": peers.trusted(),
    }
    return page(request, "console/datasets/detail.html", context)


@screen(Role.STEWARD, methods=FORM)
def create(request: StaffRequest) -> HttpResponse:
    """A new dataset, and on to its sensors."""
    form = Founding(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        department = accounts.department(slug=values.pop("department"))
        if department is None:
            raise NotFound(_("There is no such department."), part="department")
        try:
            made = services.start_dataset(user=request.user, department=department, **values)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("The dataset is there. Now choose its sensors."))
            return redirect("console:dataset-members", identifier=made.identifier)
    return page(request, "console/datasets/form.html", {"form": form, "heading": _("New dataset")})


@screen(Role.STEWARD, methods=FORM)
def describe(request: StaffRequest, identifier: str) -> HttpResponse:
    """Titles and descriptions."""
    dataset = catalogue.shown(request.user, identifier)
    form = Description(request.POST or None, initial={name: getattr(dataset, name) for name in DESCRIBED})
    if request.method == "POST" and form.is_valid():
        try:
            services.describe_dataset(dataset=dataset, user=request.user, **form.cleaned_data)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("The description is saved."))
            return redirect("console:dataset", identifier=identifier)
    return page(
        request, "console/datasets/form.html", {"form": form, "heading": _("Describe the dataset"), "dataset": dataset}
    )
