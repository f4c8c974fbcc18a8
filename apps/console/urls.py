"""URLs of the console edge: the door, and the screens behind it."""

from django.urls import URLPattern, URLResolver, include, path

from apps.console import explain, ledger, mappings, peers, people, quarantine, sensors, sources, sync, today
from apps.console.agreements import negotiations
from apps.console.agreements import views as agreements
from apps.console.datasets import members, terms
from apps.console.datasets import views as datasets
from apps.console.requests import urls as requests
from apps.console.signin import relief
from apps.console.tables import views as tables

VERSION = "datasets/<slug:identifier>/terms/<int:number>"

screens: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    path("datasets/", datasets.index, name="datasets"),
    path("datasets/new", datasets.create, name="dataset-new"),
    path("datasets/<slug:identifier>/", datasets.detail, name="dataset"),
    path("datasets/<slug:identifier>/description", datasets.describe, name="dataset-describe"),
    path("datasets/<slug:identifier>/sensors", members.members, name="dataset-members"),
    path("datasets/<slug:identifier>/offer", terms.offer, name="dataset-offer"),
    path("datasets/<slug:identifier>/terms/new", terms.edit, name="terms-new"),
    path(f"{VERSION}/", terms.version, name="terms-version"),
    path(f"{VERSION}/prepare", terms.prepare, name="terms-prepare"),
    path(f"{VERSION}/gate", terms.gate, name="terms-gate"),
    path(f"{VERSION}/release", terms.release, name="terms-release"),
    path(f"{VERSION}/withdraw", terms.withdraw, name="terms-withdraw"),
    path("offers/<int:key>/close", terms.close, name="offer-close"),
    path("agreements/", agreements.index, name="agreements"),
    path("agreements/offers", negotiations.offers, name="offers"),
    path("agreements/ask/<int:key>", negotiations.ask, name="ask"),
    path("agreements/negotiations/<int:key>/", negotiations.negotiation, name="negotiation"),
    path("agreements/negotiations/<int:key>/decide", negotiations.decide, name="negotiation-decide"),
    path("agreements/negotiations/<int:key>/stop", negotiations.stop, name="negotiation-stop"),
    path("agreements/messages/<int:key>/retry", agreements.retry, name="message-retry"),
    path("agreements/<int:key>/", agreements.detail, name="agreement"),
    path("agreements/<int:key>/withdraw", agreements.withdraw, name="agreement-withdraw"),
    path("agreements/<int:key>/give-up", agreements.give_up, name="agreement-give-up"),
    path("agreements/<int:key>/renew", agreements.renew, name="agreement-renew"),
    path("agreements/<int:key>/pause", sync.pause, name="agreement-pause"),
    path("agreements/<int:key>/resume", sync.resume, name="agreement-resume"),
    path("explain", explain.explain, name="explain"),
    path("sync/", sync.index, name="sync"),
    path("sync/<int:key>/", sync.detail, name="replica"),
    path("sync/<int:key>/chart.json", sync.chart, name="replica-chart"),
    path("sync/<int:key>/compare", sync.compare, name="replica-compare"),
    path("sync/<int:key>/rebuild", sync.rebuild, name="replica-rebuild"),
    path("sensors/", sensors.index, name="sensors"),
    path("sensors/<int:key>/", sensors.detail, name="sensor"),
    path("sensors/<int:key>/rule", sensors.rule, name="sensor-rule"),
    path("sensors/<int:key>/chart.json", sensors.chart, name="sensor-chart"),
    path("sensors/quarantine", quarantine.index, name="quarantine"),
    path("sensors/quarantine/dismiss", quarantine.dismiss, name="quarantine-dismiss"),
    path("sensors/quarantine/replay", quarantine.replay, name="quarantine-replay"),
    path("sensors/quarantine/<int:key>/", quarantine.detail, name="piece"),
    path("sensors/quarantine/<int:key>/place", quarantine.place, name="piece-place"),
    path("sources/", sources.index, name="sources"),
    path("sources/new", sources.create, name="source-new"),
    path("sources/tables", tables.choose, name="tables"),
    path("sources/tables/<int:key>/", tables.preview, name="table"),
    path("sources/<slug:slug>/", sources.detail, name="source"),
    path("sources/<slug:slug>/token", sources.token, name="source-token"),
    path("sources/<slug:slug>/revoke", sources.revoke, name="source-revoke"),
    path("sources/<slug:slug>/switch", sources.switch, name="source-switch"),
    path("sources/<slug:slug>/meaning", mappings.meaning, name="source-meaning"),
    path("sources/<slug:slug>/ignore", mappings.ignore, name="source-ignore"),
    path("sources/<slug:slug>/unmap", mappings.unmap, name="source-unmap"),
    path("peers/", peers.index, name="peers"),
    path("peers/new", peers.propose, name="peer-new"),
    path("peers/<int:key>/", peers.detail, name="peer"),
    path("peers/<int:key>/confirm", peers.confirm, name="peer-confirm"),
    path("peers/<int:key>/suspend", peers.suspend, name="peer-suspend"),
    path("peers/<int:key>/resume", peers.resume, name="peer-resume"),
    path("peers/<int:key>/remove", peers.remove, name="peer-remove"),
    path("peers/<int:key>/distrust", peers.distrust, name="peer-distrust"),
    path("ledger/", ledger.index, name="ledger"),
    path("ledger/checkpoints", ledger.checkpoints, name="checkpoints"),
    path("ledger/<int:index>/", ledger.entry, name="entry"),
    path("ledger/<int:index>/proof.json", ledger.proof, name="proof"),
    path("people/", people.index, name="people"),
    path("people/new", people.hire, name="person-new"),
    path("people/department", people.department, name="department-new"),
    path("people/<int:key>/", people.detail, name="person"),
    path("people/<int:key>/give", people.give, name="role-give"),
    path("people/<int:key>/take", people.take, name="role-take"),
    path("people/<int:key>/switch", people.switch, name="person-switch"),
    path("people/<int:key>/password", people.password, name="person-password"),
    path("people/<int:key>/admit", relief.admit, name="person-admit"),
    path("people/<int:key>/disarm", relief.disarm, name="person-disarm"),
    *requests.screens,
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/account/", include("apps.console.signin.urls")),
    path("console/", include((screens, "console"))),
]
