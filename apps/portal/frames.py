"""What every view of the portal is wrapped in: counted by kind of page, refusals as pages, who is asking."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core import logs
from apps.core.errors import OwlError
from apps.portal import counting

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from apps.accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
log = logging.getLogger(__name__)


def page(kind: str) -> Callable[[View[P]], View[P]]:
    """Count views of this kind (who looks is not known) and show a refusal of the domain as a page of its status."""

    def wrap(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                answer = view(request, *args, **kwargs)
            except OwlError as error:
                log.info("page refused", extra={"code": error.code, "status": error.status, "part": error.part})
                return refusal(request, error)
            if request.method == "GET" and answer.status_code == 200:
                counting.count(kind)
            return answer

        return wrapped

    return wrap


def refusal(request: HttpRequest, error: OwlError) -> HttpResponse:
    """The error as a page that says what is wrong and the way out."""
    context = {"status": error.status, "words": error.message, "remedy": error.remedy, "number": logs.request_id.get()}
    return render(request, "web/error.html", context, status=error.status)


def reader(request: HttpRequest) -> User | AnonymousUser:
    """Who is asking: somebody signed in sees here what they may see, everybody else what is public."""
    return request.user
