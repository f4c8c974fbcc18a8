"""Requests, their numbers and the secret links to them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.core.models import Timestamped
from apps.desk.querysets import RequestQuerySet
from apps.desk.states import Resolution, Status
from apps.desk.types import Law, RequesterKind


class CaseCounter(models.Model):
    """The last number given out per prefix and year. Taking one locks the row: numbers may have gaps, never twins."""

    prefix = models.CharField(pgettext_lazy("case number", "prefix"), max_length=4)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("counter of case numbers")
        verbose_name_plural = _("counters of case numbers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="desk_one_counter_per_year", fields=["prefix", "year"]),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}-{self.last:05d}"


LANGUAGES = [("de", _("German")), ("en", _("English"))]


class Request(Timestamped):
    """A citizen's request for data.

    ``received_at`` is the moment of submission and never changes: deadlines count from it. ``due_on`` is the last day
    for the decision, None while no clock of ours runs. ``clock_from`` is the day whose event set the clock running.
    ``erase_on`` is set when the request is closed; on that day the row and all that hangs on it are deleted.
    ``submission`` makes sending a form twice one request. ``commitments`` are the salts in the ledger to erase.
    """

    uid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    case_number = models.CharField(_("case number"), max_length=20, unique=True)
    submission = models.UUIDField(_("submission"), unique=True, default=uuid.uuid4, editable=False)
    status = models.CharField(
        _("status"), max_length=16, choices=Status.choices, default=Status.RECEIVED, db_index=True
    )
    resolution = models.CharField(_("result"), max_length=12, choices=Resolution.choices, blank=True, default="")
    law = models.CharField(_("law"), max_length=4, choices=Law.choices, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)

    subject = models.CharField(_("what it is about"), max_length=200)
    description = models.TextField(_("what is asked for"), max_length=10_000)
    place = models.CharField(_("place"), max_length=300, blank=True, default="")
    period = models.CharField(_("time"), max_length=300, blank=True, default="")
    dataset_key = models.CharField(_("dataset"), max_length=300, blank=True, default="")

    requester_name = models.CharField(_("name"), max_length=200, blank=True, default="")
    requester_kind = models.CharField(
        _("who asks"), max_length=12, choices=RequesterKind.choices, default=RequesterKind.PERSON
    )
    email = models.EmailField(_("email address"), blank=True, default="")
    email_confirmed_at = models.DateTimeField(_("address confirmed at"), null=True, blank=True)
    postal_address = models.TextField(_("postal address"), max_length=500, blank=True, default="")
    register_consent = models.BooleanField(_("may appear in the public register, anonymised"), default=False)

    received_at = models.DateTimeField(_("received at"), default=clock.now, db_index=True)
    clock_from = models.DateField(_("clock runs from"))
    due_on = models.DateField(_("due on"), null=True, blank=True, db_index=True)
    extended = models.BooleanField(_("deadline extended"), default=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    erase_on = models.DateField(_("erased on"), null=True, blank=True, db_index=True)

    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in charge"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    commitments = ArrayField(models.UUIDField(), verbose_name=_("commitments in the ledger"), default=list, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering: ClassVar[list[str]] = ["-received_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="desk_request_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="desk_request_resolution", condition=Q(resolution__in=["", *Resolution.values])
            ),
            models.CheckConstraint(
                name="desk_a_decided_request_says_how",
                condition=~Q(status__in=[Status.DECIDED, Status.CLOSED]) | ~Q(resolution=""),
            ),
            models.CheckConstraint(
                name="desk_an_open_request_has_no_result",
                condition=Q(status__in=[Status.DECIDED, Status.CLOSED]) | Q(resolution=""),
            ),
            models.CheckConstraint(
                name="desk_deputy_is_another", condition=Q(deputy__isnull=True) | ~Q(deputy=models.F("owner"))
            ),
        ]

    def __str__(self) -> str:
        return self.case_number


class SecretLink(models.Model):
    """A link to the status page. The token is derived when it is needed; here lies only what finds it again.

    The token is an HMAC of ``nonce`` under the node's secret key, ``digest`` its SHA-256: neither a copy of the
    database nor a look at a screen of operators opens a request.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="links", verbose_name=_("request"))
    purpose = models.CharField(
        _("purpose"), max_length=8, choices=[("status", _("status page")), ("confirm", _("confirm the address"))]
    )
    nonce = models.BinaryField(_("nonce"), max_length=32)
    digest = models.CharField(_("digest of the token"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret link")
        verbose_name_plural = _("secret links")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.get_purpose_display()}"
