"""What can be done with a request now: one panel an act, in the order in which a clerk needs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.console.requests import forms
from apps.desk.selectors import CaseFile
from apps.desk.states import OPEN, Act, Resolution, Status
from apps.desk.types import Direction, ForwardingState, TemplateUse

if TYPE_CHECKING:
    from apps.desk.models import TextTemplate

When = Callable[[CaseFile], bool]


@dataclass(frozen=True, slots=True)
class Panel:
    """An act with its form. ``uses`` are the templates offered in it; ``main`` panels stand open."""

    key: str
    title: str | Promise
    button: str | Promise
    form: type[forms.ActForm]
    when: When
    uses: tuple[str, ...] = ()
    main: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel on the page, with its form and the templates that fit."""

    panel: Panel
    form: forms.ActForm
    templates: list[TextTemplate]
    open: bool


def _can(act: Act) -> When:
    return lambda file: act in file.acts and (act != Act.DECIDE or file.draft is None)


def _triaged(act: Act) -> When:
    return lambda file: bool(file.case.law) and _can(act)(file)


def _open(file: CaseFile) -> bool:
    return file.case.status in OPEN


def _untriaged(file: CaseFile) -> bool:
    return _open(file) and not file.case.law


def _retriable(file: CaseFile) -> bool:
    return _open(file) and bool(file.case.law)


def _extendable(file: CaseFile) -> bool:
    rules, case = file.rules, file.case
    longer = rules is not None and rules.extended_months is not None
    return longer and not case.extended and case.due_on is not None and _open(file)


def _live(file: CaseFile, direction: Direction) -> bool:
    return any(one.direction == direction and one.ended_at is None for one in file.forwardings)


def _forwardable(file: CaseFile) -> bool:
    free = not _live(file, Direction.OUT) and not _live(file, Direction.IN)
    return free and file.case.status in {Status.RECEIVED, Status.CONFIRMED, Status.WORK}


def _deliverable(file: CaseFile) -> bool:
    return file.case.status == Status.DECIDED and file.case.resolution in {Resolution.GRANTED, Resolution.PARTLY}


def _publishable(file: CaseFile) -> bool:
    answered = file.case.decided_at is not None and file.case.resolution != Resolution.WITHDRAWN
    return answered and file.case.register_consent


def _handed_in(file: CaseFile) -> bool:
    return Act.SEND_HOME in file.acts and any(
        one.direction == Direction.IN and one.state == ForwardingState.TAKEN for one in file.forwardings
    )


def _not_closed(file: CaseFile) -> bool:
    return file.case.status != Status.CLOSED


PANELS = (
    Panel("take", _("Begin"), _("Take it into work"), forms.PlainForm, _can(Act.TAKE), main=True),
    Panel("law", _("Triage: which law?"), _("Set the law"), forms.LawForm, _untriaged, main=True),
    Panel(
        "sign",
        _("A decision awaits the second signature"),
        _("Sign and send"),
        forms.PlainForm,
        lambda file: file.draft is not None,
        main=True,
    ),
    Panel("send-back", _("Do not sign"), _("Send back"), forms.TextForm, lambda file: file.draft is not None),
    Panel(
        "decide",
        _("Decide"),
        _("Decide"),
        forms.DecideForm,
        _triaged(Act.DECIDE),
        (TemplateUse.GRANT, TemplateUse.PARTLY, TemplateUse.REFUSAL, TemplateUse.NOT_HELD),
    ),
    Panel("deliver-file", _("Deliver a file"), _("Deliver"), forms.DeliverFileForm, _deliverable, main=True),
    Panel(
        "deliver-export",
        _("Deliver a dataset as a file"),
        _("Write and deliver"),
        forms.DeliverExportForm,
        _deliverable,
    ),
    Panel("deliver-dataset", _("Point to a public dataset"), _("Deliver"), forms.DeliverDatasetForm, _deliverable),
    Panel(
        "clarify",
        _("Ask what is meant"),
        _("Send the question"),
        forms.TextForm,
        _triaged(Act.ASK_CLARIFICATION),
        (TemplateUse.CLARIFICATION,),
    ),
    Panel("resume", _("Go on without an answer"), _("Go on"), forms.PlainForm, _can(Act.RESUME), main=True),
    Panel(
        "hear",
        _("Hear a third party"),
        _("Note the hearing"),
        forms.HearForm,
        _triaged(Act.HEAR_THIRD_PARTY),
        (TemplateUse.HEARING,),
    ),
    Panel(
        "heard",
        _("What the third party said"),
        _("End the hearing"),
        forms.HeardForm,
        _can(Act.CONCLUDE_HEARING),
        main=True,
    ),
    Panel(
        "fee", _("Estimate a fee"), _("Ask for consent"), forms.FeeForm, _triaged(Act.ESTIMATE_FEE), (TemplateUse.FEE,)
    ),
    Panel("extend", _("Extend the deadline"), _("Extend"), forms.TextForm, _extendable, (TemplateUse.EXTENSION,)),
    Panel(
        "forward",
        _("Another city has the data"),
        _("Ask the requester"),
        forms.ForwardForm,
        _forwardable,
        (TemplateUse.FORWARDING,),
    ),
    Panel("recall", _("Take it back from the other city"), _("Take it back"), forms.PlainForm, _can(Act.RETURN)),
    Panel("send-home", _("Give it back to the city it came from"), _("Give it back"), forms.TextForm, _handed_in),
    Panel("write", _("Write to the requester"), _("Send"), forms.TextForm, _not_closed, (TemplateUse.MESSAGE,)),
    Panel("note", _("Internal note"), _("Keep"), forms.TextForm, lambda file: True),
    Panel("attach", _("Add a file"), _("Add"), forms.FileForm, _not_closed),
    Panel("assign", _("Who works on it"), _("Assign"), forms.AssignForm, _open),
    Panel("law", _("Choose another law"), _("Set the law"), forms.LawForm, _retriable),
    Panel("publish", _("Public register"), _("Publish"), forms.PublishForm, _publishable),
    Panel("close", _("Close"), _("Close the request"), forms.PlainForm, _can(Act.CLOSE)),
)
BY_KEY = {panel.key: panel for panel in PANELS}
