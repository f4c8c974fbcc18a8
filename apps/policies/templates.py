"""Sensible terms to begin with, per class of sensitivity (environment, traffic, people, sensitive)."""

from __future__ import annotations

from datetime import timedelta

from apps.policies.terms import Terms


def environment() -> Terms:
    """Air, water, weather, soil: public, raw, exact, at once."""
    return Terms(visibility="public", onward="peers")


def traffic() -> Terms:
    """Whole car parks and traffic: quarter hours, for peers."""
    return Terms(visibility="peers", resolution="PT15M", statistics=("mean",), retention=timedelta(days=90))


def flood() -> Terms:
    """Water levels for whoever protects against floods: quarter hours, deleted after 90 days."""
    return Terms(
        visibility="peers",
        resolution="PT15M",
        statistics=("mean", "max"),
        purposes=("flood-protection",),
        retention=timedelta(days=90),
    )


def people() -> Terms:
    """People and bicycles: hourly sums an hour late, on a 100 m grid, small counts suppressed."""
    return Terms(
        visibility="peers",
        resolution="PT1H",
        statistics=("count", "sum"),
        delay=timedelta(hours=1),
        grid_m=100,
        suppress_below=3,
        retention=timedelta(days=90),
    )


def sensitive() -> Terms:
    """Meters, number plates, indoor air: daily, groups of ten, and internal until somebody decides otherwise."""
    return Terms(
        visibility="internal",
        resolution="P1D",
        statistics=("mean", "count"),
        delay=timedelta(days=1),
        grid_m=1_000,
        suppress_below=10,
        retention=timedelta(days=30),
    )


CLASSES = {"environment": environment, "traffic": traffic, "people": people, "sensitive": sensitive}
NAMED = {**CLASSES, "flood": flood}
"""Everything a steward can begin with."""
