"""What others asked, and how the city answers, in numbers."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.desk import selectors
from apps.desk.types import city_day

FIRST_YEAR = 2024
A_PAGE = 20


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """``GET /anfragen/register``: answered requests whose askers agreed, without any person."""
    shown = Paginator(selectors.register(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/requests/register.html", {"page": shown})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """``GET /anfragen/zahlen?year=…``: how many, how fast, with what result."""
    this_year = city_day(clock.now()).year
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else this_year
    year = year if FIRST_YEAR <= year <= this_year else this_year
    found = selectors.figures(year)
    years = range(this_year, FIRST_YEAR - 1, -1)
    context = {"figures": found, "fees": found.fee_cents / 100, "years": years}
    return render(request, "portal/requests/figures.html", context)
