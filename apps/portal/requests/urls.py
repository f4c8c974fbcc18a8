"""Addresses of the citizen's pages. A secret link is the only thing in an address that leads to a person's request."""

from __future__ import annotations

from django.urls import path

from apps.portal.requests import acting, asking, following, public

urlpatterns = [
    path("requests/new", asking.ask, name="desk-request"),
    path("requests/confirm/<str:token>", following.confirm, name="desk-confirm"),
    path("requests/status/<str:token>", following.status, name="desk-status"),
    path("requests/status/<str:token>/reply", acting.reply, name="desk-reply"),
    path("requests/status/<str:token>/fee", acting.fee, name="desk-fee"),
    path("requests/status/<str:token>/forwarding", acting.forwarding, name="desk-forwarding"),
    path("requests/status/<str:token>/withdraw", acting.withdraw, name="desk-withdraw"),
    path("requests/status/<str:token>/link", acting.renew, name="desk-renew"),
    path("requests/status/<str:token>/files/<uuid:uid>", following.file, name="desk-file"),
    path("requests/status/<str:token>/files/<uuid:uid>/remove", acting.remove_file, name="desk-remove-file"),
    path("requests/register", public.register, name="desk-register"),
    path("requests/figures", public.figures, name="desk-figures"),
]
