"""URLs of the sensorthings edge: one view takes every path below the root."""

from django.urls import URLPattern, URLResolver, re_path

from apps.sensorthings import views

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^sta/v1\.1(?P<rest>/[\s\S]*)?\Z", views.resource, name="sensorthings"),
]
