"""URLs of the portal edge."""

from django.urls import URLPattern, URLResolver, include, path

from apps.portal.views import catalogue, datasets, home, lab, machines, notes, region, register

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="portal-home"),
    path("katalog", catalogue.catalogue, name="portal-catalogue"),
    path("datensaetze/<str:key>", datasets.dataset, name="portal-dataset"),
    path("datensaetze/<str:key>/verlauf.json", datasets.chart, name="portal-chart"),
    path("region", region.measurands, name="portal-region"),
    path("region/<slug:key>", region.measurand, name="portal-measurand"),
    path("weitergabe", register.register, name="portal-register"),
    path("reallabor", lab.lab, name="portal-lab"),
    path("reallabor/jetzt.json", lab.now, name="portal-lab-now"),
    path("", include("apps.portal.requests.urls")),
    path("impressum", notes.imprint, name="portal-imprint"),
    path("datenschutz", notes.privacy, name="portal-privacy"),
    path("barrierefreiheit", notes.accessibility, name="portal-accessibility"),
    path("robots.txt", machines.robots, name="portal-robots"),
    path("sitemap.xml", machines.sitemap, name="portal-sitemap"),
]
