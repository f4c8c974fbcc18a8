"""How the desk stands, in numbers for staff."""

from __future__ import annotations

from django.http import HttpResponse

from apps.accounts.types import Role
from apps.console.gate import StaffRequest, screen
from apps.console.pages import page
from apps.core import clock
from apps.desk import selectors
from apps.desk.types import city_day

YEARS = 5


@screen(Role.DESK)
def figures(request: StaffRequest) -> HttpResponse:
    """``GET /console/requests/figures/``; ``?year=`` chooses one of the last five."""
    now = city_day(clock.now()).year
    years = [now - back for back in range(YEARS)]
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), now)
    found = selectors.workload(request.user, year)
    context = {"found": found, "years": years, "fees": found.year.fee_cents / 100}
    return page(request, "console/requests/figures.html", context)
