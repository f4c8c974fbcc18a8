"""Base models: time stamps, duties, task runs, heartbeats."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class Timestamped(models.Model):
    """Knows when it was made and last changed (UTC)."""

    created_at = models.DateTimeField(_("created at"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


class Duty(models.Model):
    """A piece of background work as a row: what is due is in the database, tasks only hint at it.

    ``next_attempt_at`` NULL means nothing is due. ``lease`` fences: whoever lost it may write nothing more.
    """

    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True, blank=True, db_index=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    lease = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts since the last success"), default=0)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        abstract = True


class TaskRun(models.Model):
    """One run of one background task; logs carry its id."""

    class Outcome(models.TextChoices):
        """How a run ended."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    task_id = models.CharField(_("task id"), max_length=64, db_index=True)
    name = models.CharField(_("name"), max_length=120, db_index=True)
    started_at = models.DateTimeField(_("started at"), default=clock.now, db_index=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    detail = models.TextField(_("detail"), blank=True, default="")

    class Meta:
        verbose_name = _("task run")
        verbose_name_plural = _("task runs")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.task_id}"


class Heartbeat(models.Model):
    """A process that runs for itself, outside Celery, and when it was last alive. One row a name; the newest holds it.

    ``report`` is what the process says about itself, ``memory`` what it wants to find again after a restart.
    """

    name = models.CharField(_("process"), max_length=60, unique=True)
    holder = models.UUIDField(_("holder"), editable=False)
    place = models.CharField(_("machine and number"), max_length=200, blank=True, default="")
    started_at = models.DateTimeField(_("started at"), default=clock.now)
    beat_at = models.DateTimeField(_("last alive"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    report = models.JSONField(_("report"), blank=True, default=dict)
    memory = models.JSONField(_("memory"), blank=True, default=dict)

    class Meta:
        verbose_name = _("running process")
        verbose_name_plural = _("running processes")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
