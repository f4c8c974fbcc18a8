"""URLs of the console edge: the door, and the screens behind it."""

from django.urls import URLPattern, URLResolver, include, path

from apps.console import today
from apps.console.requests import urls as requests

screens = [
    path("", today.today, name="today"),
    *requests.screens,
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/account/", include("apps.console.signin.urls")),
    path("console/", include((screens, "console"))),
]
