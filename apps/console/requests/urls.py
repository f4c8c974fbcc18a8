"""Addresses of the desk's screens, below ``console/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.console.requests import acting, cases, figures, inbox, texts

screens: list[URLPattern] = [
    path("requests/", inbox.inbox, name="requests"),
    path("requests/figures/", figures.figures, name="request-figures"),
    path("texts/", texts.index, name="texts"),
    path("texts/new", texts.create, name="text-new"),
    path("texts/<slug:key>/", texts.change, name="text"),
    path("texts/<slug:key>/remove", texts.remove, name="text-remove"),
    path("requests/<str:number>", cases.case, name="request"),
    path("requests/<str:number>/do/<slug:act>", acting.act, name="request-act"),
    path("requests/<str:number>/files/<uuid:uid>", cases.file, name="request-file"),
    path("requests/<str:number>/files/<uuid:uid>/<slug:act>", acting.file_act, name="request-file-act"),
]
