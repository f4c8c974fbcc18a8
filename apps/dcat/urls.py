"""URLs of the dcat edge."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path, re_path


def catalogue(request: HttpRequest, suffix: str = "") -> HttpResponseBase:
    """``views.catalogue``."""
    from apps.dcat import views  # noqa: PLC0415 - RDF is 16 MB in every process, and harvesters come once a day

    return views.catalogue(request, suffix=suffix)


def dataset(request: HttpRequest, identifier: str, suffix: str = "") -> HttpResponseBase:
    """``views.dataset``."""
    from apps.dcat import views  # noqa: PLC0415

    return views.dataset(request, identifier, suffix=suffix)


urlpatterns: list[URLPattern | URLResolver] = [
    path("catalog", catalogue, name="dcat-catalogue"),
    re_path(r"^catalog\.(?P<suffix>ttl|xml|jsonld)$", catalogue, name="dcat-catalogue-file"),
    path("dataset/<slug:identifier>", dataset, name="dcat-dataset"),
    re_path(r"^dataset/(?P<identifier>[-a-z0-9]+)\.(?P<suffix>ttl|xml|jsonld)$", dataset, name="dcat-dataset-file"),
]
