"""Accounts: who works here in which role, departments, and who holds which right on which dataset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import selectors, services
from apps.accounts.types import Role
from apps.catalogue import selectors as catalogue
from apps.console import answers
from apps.console.gate import FORM, WRITE, StaffRequest, screen
from apps.console.pages import page
from apps.console.signin import relief
from apps.core.errors import NotFound, OwlError

COLUMNS = ("view_dataset", "prepare_dataset", "gate_dataset", "release_dataset", "pull_dataset")


class Hiring(forms.Form):
    """A new colleague."""

    username = forms.CharField(label=gettext_lazy("Username"), max_length=150)
    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)
    email = forms.EmailField(label=gettext_lazy("Email at work"), required=False)
    password = forms.CharField(
        label=gettext_lazy("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Hand it over in person; it is changed under “Change password”."),
    )


class Founding(forms.Form):
    """A new department."""

    slug = forms.SlugField(label=gettext_lazy("Short name"), max_length=60)
    name_de = forms.CharField(label=gettext_lazy("Name (German)"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=200)


@screen(Role.ADMINISTRATOR)
def index(request: StaffRequest) -> HttpResponse:
    """People by role as a matrix, departments, and the rights on datasets."""
    people = list(selectors.people())
    context = {
        "roles": Role.choices,
        "people": [
            {"person": one, "cells": [_places(one, role) for role in Role.values], "active": one.is_active}
            for one in people
        ],
        "departments": selectors.departments(),
        "datasets": _rights(request),
        "columns": COLUMNS,
    }
    return page(request, "console/people/index.html", {**context, "role_choices": Role.choices})


@screen(Role.ADMINISTRATOR, methods=FORM)
def hire(request: StaffRequest) -> HttpResponse:
    """A new account."""
    form = Hiring(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.hire(by=request.user, **form.cleaned_data)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("The account is there. Now give it its roles."))
            return redirect("console:person", key=made.pk)
    return page(request, "console/people/form.html", {"form": form, "heading": _("New account")})


@screen(Role.ADMINISTRATOR, methods=FORM)
def department(request: StaffRequest) -> HttpResponse:
    """A new department."""
    form = Founding(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.found_department(by=request.user, **form.cleaned_data)
        except OwlError as error:
            answers.put(form, error)
        else:
            messages.success(request, _("The department is there."))
            return redirect("console:people")
    return page(request, "console/people/form.html", {"form": form, "heading": _("New department")})


@screen(Role.ADMINISTRATOR)
def detail(request: StaffRequest, key: int) -> HttpResponse:
    """One person: roles to give and take, password, on and off."""
    context = {
        "person": selectors.shown(key),
        "departments": selectors.departments(),
        "role_choices": Role.choices,
        "myself": key == request.user.pk,
    }
    context |= relief.state_of(context["person"])
    return page(request, "console/people/detail.html", context)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def give(request: StaffRequest, key: int) -> HttpResponse:
    """Give a role."""
    services.give_role(by=request.user, user=selectors.shown(key), **_duty(request))
    messages.success(request, _("The role is given."))
    return redirect("console:person", key=key)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def take(request: StaffRequest, key: int) -> HttpResponse:
    """Take a role away."""
    services.take_role(by=request.user, user=selectors.shown(key), **_duty(request))
    messages.success(request, _("The role is taken away; it no longer counts."))
    return redirect("console:person", key=key)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def switch(request: StaffRequest, key: int) -> HttpResponse:
    """Switch an account on or off."""
    active = request.POST.get("active") == "yes"
    services.switch(by=request.user, user=selectors.shown(key), active=active)
    messages.success(request, _("The account is on.") if active else _("The account is off; every gate is closed."))
    return redirect("console:person", key=key)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def password(request: StaffRequest, key: int) -> HttpResponse:
    """Give a colleague a new password."""
    person = selectors.shown(key)
    services.renew_password(by=request.user, user=person, password=request.POST.get("password", ""))
    # Whoever forgot the old one has often tried it too many times before asking.
    relief.forgive(request, person)
    messages.success(request, _("The password is new; the colleague's sessions are ended."))
    return redirect("console:person", key=key)


def _duty(request: StaffRequest) -> dict[str, Any]:
    slug = request.POST.get("department", "")
    place = selectors.department(slug=slug) if slug else None
    if slug and place is None:
        raise NotFound(_("There is no such department."), part="department")
    return {"role": request.POST.get("role", ""), "department": place}


def _places(person: Any, role: str) -> list[str]:
    """Where somebody holds a role, in words; empty for nowhere."""
    held = [row for row in person.roles.all() if row.role == role]
    return [str(row.department) if row.department else _("all departments") for row in held]


def _rights(request: StaffRequest) -> list[dict[str, Any]]:
    """For every dataset who holds which right, in the order of the columns."""
    rows = list(catalogue.visible_to(request.user).select_related("department").order_by("identifier"))
    held = selectors.rights_on(type(rows[0])) if rows else {}
    return [
        {
            "dataset": row,
            "cells": [[holder for holder, code in held.get(str(row.pk), []) if code == name] for name in COLUMNS],
        }
        for row in rows
    ]
