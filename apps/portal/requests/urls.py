"""Addresses of the citizen's pages. A secret link is the only thing in an address that leads to a person's request."""

from __future__ import annotations

from django.urls import path

from apps.portal.requests import acting, asking, following, public

urlpatterns = [
    path("anfragen/neu", asking.ask, name="desk-request"),
    path("anfragen/bestaetigen/<str:token>", following.confirm, name="desk-confirm"),
    path("anfragen/stand/<str:token>", following.status, name="desk-status"),
    path("anfragen/stand/<str:token>/nachricht", acting.reply, name="desk-reply"),
    path("anfragen/stand/<str:token>/gebuehr", acting.fee, name="desk-fee"),
    path("anfragen/stand/<str:token>/weiterleitung", acting.forwarding, name="desk-forwarding"),
    path("anfragen/stand/<str:token>/ruecknahme", acting.withdraw, name="desk-withdraw"),
    path("anfragen/stand/<str:token>/link", acting.renew, name="desk-renew"),
    path("anfragen/stand/<str:token>/dateien/<uuid:uid>", following.file, name="desk-file"),
    path("anfragen/stand/<str:token>/dateien/<uuid:uid>/vernichten", acting.remove_file, name="desk-remove-file"),
    path("anfragen/register", public.register, name="desk-register"),
    path("anfragen/zahlen", public.figures, name="desk-figures"),
]
