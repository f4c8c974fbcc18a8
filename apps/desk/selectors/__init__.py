"""Reads of the desk: by secret link for requesters, by role for staff, numbers and register for everybody."""

from apps.desk.selectors.cases import StatusPage, by_token, delivered_file, staff_file, status_page
from apps.desk.selectors.figures import Figures, figures, register
from apps.desk.selectors.inbox import (
    CaseFile,
    InboxFilter,
    InboxRow,
    case_file,
    cities,
    city,
    colleague,
    colleagues,
    counts,
    department,
    departments,
    find,
    inbox,
    rows_of,
    waits_for,
)
from apps.desk.selectors.owners import Guess, likely_owners
from apps.desk.selectors.texts import PLACEHOLDERS, template, template_text, templates
from apps.desk.selectors.waiting import Waiting, Why, waiting_for
from apps.desk.selectors.workload import LawRow, Workload, workload

__all__ = [
    "PLACEHOLDERS",
    "CaseFile",
    "Figures",
    "Guess",
    "InboxFilter",
    "InboxRow",
    "LawRow",
    "StatusPage",
    "Waiting",
    "Why",
    "Workload",
    "by_token",
    "case_file",
    "cities",
    "city",
    "colleague",
    "colleagues",
    "counts",
    "delivered_file",
    "department",
    "departments",
    "figures",
    "find",
    "inbox",
    "likely_owners",
    "register",
    "rows_of",
    "staff_file",
    "status_page",
    "template",
    "template_text",
    "templates",
    "waiting_for",
    "waits_for",
    "workload",
]
