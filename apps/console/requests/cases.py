"""One request with everything that belongs to it, and what can be done now."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse

from apps.accounts.types import Role
from apps.console.gate import StaffRequest, screen
from apps.console.pages import page
from apps.console.requests import forms
from apps.console.requests.panels import PANELS, Panel, Shown
from apps.desk import selectors
from apps.desk.selectors import CaseFile
from apps.desk.states import OPEN
from apps.desk.types import euros

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.desk.models import TextTemplate


@screen(Role.DESK)
def case(request: StaffRequest, number: str) -> HttpResponse:
    """``GET /console/requests/<number>``; ``?template=<key>`` starts a text from a template."""
    return show(request, number)


@screen(Role.DESK)
def file(request: StaffRequest, number: str, uid: uuid.UUID) -> HttpResponse:
    """``GET …/files/<uid>``: as a download, whatever it is."""
    found, path = selectors.staff_file(selectors.find(request.user, number), uid)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]  # a streamed answer has no other difference that counts here


def show(
    request: StaffRequest, number: str, *, bound: tuple[str, forms.ActForm] | None = None, status: int = 200
) -> HttpResponse:
    """The page; ``bound`` is a form that was sent and is not right yet."""
    whole = selectors.case_file(selectors.find(request.user, number))
    texts = list(selectors.templates(law=whole.case.law))
    chosen = next((one for one in texts if one.key == request.GET.get("template")), None)
    context = {
        "file": whole,
        "case": whole.case,
        "is_open": whole.case.status in OPEN,
        "waits_for": selectors.waits_for(whole.case),
        "panels": [
            _shown(panel, whole, texts, chosen, bound, by=request.user) for panel in PANELS if panel.when(whole)
        ],
        "fee_euros": "" if whole.fee is None else euros(whole.fee.owed_cents),
        "may_sign": whole.draft is not None and whole.draft.prepared_by_id != request.user.pk,
    }
    return page(request, "console/requests/case.html", context, status=status)


def _shown(
    panel: Panel,
    file: CaseFile,
    texts: list[TextTemplate],
    chosen: TextTemplate | None,
    bound: tuple[str, forms.ActForm] | None,
    *,
    by: User,
) -> Shown:
    offered = [one for one in texts if one.use in panel.uses]
    picked = chosen is not None and chosen.use in panel.uses
    if bound is not None and bound[0] == panel.key:
        return Shown(panel, bound[1], offered, open=True)
    initial: dict[str, str] = {}
    if chosen is not None and picked:
        # The uses of templates for decisions bear the names of the results.
        initial = {"text": selectors.template_text(chosen, file.case), "resolution": chosen.use}
    form = panel.form(file=file, by=by, initial=initial, auto_id=f"{panel.key}-%s")
    return Shown(panel, form, offered, open=picked or (panel.main and bound is None and chosen is None))
