"""Prometheus metrics, read from the database at every scrape: the same whichever process answers."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from apps.agreements.models import Agreement, Outbox
from apps.consumer import selectors as consumer
from apps.consumer.models import Purge
from apps.core import clock
from apps.core.models import Heartbeat
from apps.ledger import selectors as ledger
from apps.ledger.models import Fork
from apps.peers.models import Peer
from apps.provider import selectors as provider
from apps.sensors.models import DatastreamState, Quarantined

Family = Callable[[], Metric]


def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus; 404 without the token, or – where none is set – from beyond this machine."""
    if not _is_allowed(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    registry.register(NodeCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_allowed(request: HttpRequest) -> bool:
    token = settings.NODE.metrics_token.get_secret_value()
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # A proxy on this machine adds the header, so a request that came from outside is told apart from a local scrape.
    if request.headers.get("X-Forwarded-For"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR") or "127.0.0.1").is_loopback
    except ValueError:
        return False


class NodeCollector(Collector):
    """Everything an operator alarms on."""

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        for family in FAMILIES:
            yield family()


def _observations() -> Metric:
    own = DatastreamState.objects.filter(datastream__origin="").aggregate(n=Sum("observation_count"))["n"]
    replicas = DatastreamState.objects.exclude(datastream__origin="").aggregate(n=Sum("observation_count"))["n"]
    found = GaugeMetricFamily("owlnode_observations", "Observations stored", labels=["origin"])
    found.add_metric(["own"], own or 0)
    found.add_metric(["replica"], replicas or 0)
    return found


def _staleness() -> Metric:
    found = GaugeMetricFamily(
        "owlnode_replica_staleness_seconds",
        "Age of the owner's state that a replica is known to equal",
        labels=["owner", "dataset"],
    )
    for row in consumer.status():
        if row.staleness_s is not None and row.state == "active":
            found.add_metric([row.owner, row.dataset], row.staleness_s)
    return found


def _agreements() -> Metric:
    found = GaugeMetricFamily("owlnode_agreements_active", "Agreements in force", labels=["role"])
    counted = Agreement.objects.filter(state="active").values_list("role").annotate(n=Count("id"))
    for role, count in counted.order_by("role"):
        found.add_metric([role], count)
    return found


def _receipts() -> Metric:
    overdue = sum(row.overdue for row in provider.withdrawals())
    return GaugeMetricFamily("owlnode_receipts_overdue", "Deletion receipts that are late", value=overdue)


def _peers() -> Metric:
    found = GaugeMetricFamily("owlnode_peer_failures", "Failed calls since the last success", labels=["peer"])
    for did, failures in Peer.objects.filter(state="trusted").values_list("did", "failures"):
        found.add_metric([did], failures)
    return found


def _ledger() -> Metric:
    return GaugeMetricFamily("owlnode_ledger_entries", "Entries in the ledger", value=ledger.size())


def _forks() -> Metric:
    return GaugeMetricFamily("owlnode_ledger_forks", "Forks of peers' ledgers kept as evidence", value=_count(Fork))


def _quarantine() -> Metric:
    return GaugeMetricFamily("owlnode_quarantined", "Readings in quarantine", value=_count(Quarantined))


def _duties() -> Metric:
    now = clock.now()
    found = GaugeMetricFamily("owlnode_duties_due", "Background work whose time has come", labels=["duty"])
    found.add_metric(["outbox"], Outbox.objects.filter(next_attempt_at__lte=now).count())
    found.add_metric(["purge"], Purge.objects.filter(next_attempt_at__lte=now).count())
    return found


def _heartbeats() -> Metric:
    now = clock.now()
    found = GaugeMetricFamily(
        "owlnode_heartbeat_age_seconds", "Since a process of its own was last alive", labels=["process"]
    )
    for name, beat_at in Heartbeat.objects.filter(ended_at=None).values_list("name", "beat_at"):
        found.add_metric([name], (now - beat_at).total_seconds())
    return found


def _broker() -> Metric:
    found = GaugeMetricFamily(
        "owlnode_mqtt_connected", "Whether a process is connected to the MQTT broker", labels=["process"]
    )
    for name, report in Heartbeat.objects.filter(ended_at=None).values_list("name", "report"):
        if "connected" in report:
            found.add_metric([name], float(bool(report["connected"])))
    return found


def _count(model: type[Fork] | type[Quarantined]) -> int:
    return int(model._default_manager.count())


FAMILIES: tuple[Family, ...] = (
    _observations,
    _staleness,
    _agreements,
    _receipts,
    _peers,
    _ledger,
    _forks,
    _quarantine,
    _duties,
    _heartbeats,
    _broker,
)
