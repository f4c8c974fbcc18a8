"""What staff do with a request: each form is one call to the desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.types import Role
from apps.console.gate import WRITE, StaffRequest, screen
from apps.console.requests import cases
from apps.console.requests.panels import BY_KEY
from apps.core.errors import Invalid
from apps.desk import selectors, services
from apps.desk.types.deadlines import CITY_ZONE
from apps.desk.types.submissions import Upload

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.desk.models import Request

Data = dict[str, Any]
Call = Callable[["Request", "User", Data], object]


@screen(Role.DESK, methods=WRITE)
def act(request: StaffRequest, number: str, act: str) -> HttpResponse:
    """``POST …/do/<act>``: check the form, make the call, come back to the request."""
    panel = BY_KEY.get(act)
    if panel is None:
        raise Http404
    file = selectors.case_file(selectors.find(request.user, number))
    form = panel.form(request.POST, request.FILES, file=file, by=request.user, auto_id=f"{panel.key}-%s")
    if not form.is_valid():
        return cases.show(request, number, bound=(act, form), status=400)
    try:
        CALLS[act](file.case, request.user, form.cleaned_data)
    except Invalid as error:
        # What was written stays in the form, with the reason beside it.
        part = {
            "cents": "euros",
            "fee": "euros",
            "file": "file_upload",
            "start": "first",
            "dataset": "dataset_key",
        }.get(error.part or "", error.part)
        form.add_error(part if part in form.fields else None, " ".join(filter(None, (error.message, error.remedy))))
        return cases.show(request, number, bound=(act, form), status=400)
    messages.success(request, _("Done."))
    return redirect("console:request", number=number)


@screen(Role.DESK, methods=WRITE)
def file_act(request: StaffRequest, number: str, uid: uuid.UUID, act: str) -> HttpResponse:
    """``POST …/files/<uid>/{show,hide,remove,redact}``."""
    case = selectors.find(request.user, number)
    found, _where = selectors.staff_file(case, uid)
    if act == "redact":
        upload = request.FILES.get("file_upload")
        if upload is None:
            raise Invalid(_("Please choose the redacted version."), part="file")
        services.redact(file=found, by=request.user, upload=_upload(upload))
    elif act == "remove":
        services.remove(file=found, by=request.user)
    elif act in {"show", "hide"}:
        services.show(file=found, by=request.user, shown=act == "show")
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect("console:request", number=number)


def _upload(given: Any) -> Upload:
    return Upload(name=given.name or "", content=given.read())


def _cents(data: Data) -> int:
    return int((data.get("euros") or 0) * 100)


def _decide(case: Request, by: User, data: Data) -> object:
    return services.decide(
        case=case,
        by=by,
        resolution=data["resolution"],
        text=data["text"],
        grounds=data["grounds"],
        language=data["language"],
        fee_cents=_cents(data),
    )


def _assign(case: Request, by: User, data: Data) -> object:
    return services.assign(
        case=case,
        by=by,
        owner=selectors.colleague(data["owner"]),
        deputy=selectors.colleague(data["deputy"]),
        department=selectors.department(data["department"]),
    )


def _hear(case: Request, by: User, data: Data) -> object:
    return services.hear_third_party(
        case=case, by=by, party=data["party"], question=data["text"], due_on=data["due_on"]
    )


def _heard(case: Request, by: User, data: Data) -> object:
    agrees = {"yes": True, "no": False}.get(data["agrees"])
    return services.conclude_hearing(case=case, by=by, agrees=agrees, answer=data["text"])


def _deliver_file(case: Request, by: User, data: Data) -> object:
    return services.deliver_file(
        case=case, by=by, upload=_upload(data["file_upload"]), title=data["title"], days=data["days"]
    )


def _deliver_dataset(case: Request, by: User, data: Data) -> object:
    return services.deliver_dataset(case=case, by=by, dataset_key=data["dataset_key"], kind=data["kind"])


def _deliver_export(case: Request, by: User, data: Data) -> object:
    return services.deliver_export(
        case=case,
        by=by,
        dataset_key=data["dataset_key"],
        format=data["format"],
        start=_morning(data["first"]),
        end=None if data["last"] is None else _morning(data["last"] + timedelta(days=1)),
        days=data["days"],
    )


def _morning(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), tzinfo=CITY_ZONE)


def _forward(case: Request, by: User, data: Data) -> object:
    return services.propose_forwarding(case=case, by=by, peer=selectors.city(data["peer"]), reason=data["text"])


def _attach(case: Request, by: User, data: Data) -> object:
    return services.attach_as_staff(case=case, by=by, upload=_upload(data["file_upload"]), shown=data["shown"])


CALLS: dict[str, Call] = {
    "take": lambda case, by, data: services.take(case=case, by=by),
    "law": lambda case, by, data: services.pick_law(case=case, by=by, law=data["law"]),
    "sign": lambda case, by, data: services.sign(case=case, by=by),
    "send-back": lambda case, by, data: services.send_back(case=case, by=by, objection=data["text"]),
    "decide": _decide,
    "deliver-file": _deliver_file,
    "deliver-export": _deliver_export,
    "deliver-dataset": _deliver_dataset,
    "clarify": lambda case, by, data: services.ask_clarification(case=case, by=by, question=data["text"]),
    "resume": lambda case, by, data: services.resume(case=case, by=by),
    "hear": _hear,
    "heard": _heard,
    "fee": lambda case, by, data: services.estimate_fee(case=case, by=by, cents=_cents(data), reason=data["text"]),
    "extend": lambda case, by, data: services.extend(case=case, by=by, reason=data["text"]),
    "forward": _forward,
    "recall": lambda case, by, data: services.recall(case=case, by=by),
    "send-home": lambda case, by, data: services.send_home(case=case, by=by, reason=data["text"]),
    "write": lambda case, by, data: services.write(case=case, by=by, body=data["text"]),
    "note": lambda case, by, data: services.note(case=case, by=by, body=data["text"]),
    "attach": _attach,
    "assign": _assign,
    "publish": lambda case, by, data: services.publish(case=case, by=by, title=data["title"], summary=data["text"]),
    "close": lambda case, by, data: services.close(case=case, by=by),
}
