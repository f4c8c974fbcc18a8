"""URLs of the portal edge."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.portal.requests.urls")),
]
