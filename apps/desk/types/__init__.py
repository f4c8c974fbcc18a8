"""Plain values and pure rules of the desk: words, the law table, deadlines, lights."""

from apps.desk.types.amounts import euros
from apps.desk.types.deadlines import add_months, city_day, extended_due, first_due, shift_to_working_day
from apps.desk.types.holidays import is_holiday, is_working_day
from apps.desk.types.laws import LAWS, Ground, Law, LawRules, grounds_of, rules_of
from apps.desk.types.legal import CONVENIENCE, LegalPart, legal_parts, remedy_in
from apps.desk.types.lights import Lamp, Light, lamp
from apps.desk.types.words import (
    KEEP_DAYS,
    AuthorKind,
    DeadlineChangeKind,
    DecisionState,
    DeliveryKind,
    Direction,
    FeeState,
    ForwardingState,
    MailKind,
    MessageKind,
    RequesterKind,
    ScanResult,
    TemplateUse,
)

__all__ = [
    "CONVENIENCE",
    "KEEP_DAYS",
    "LAWS",
    "AuthorKind",
    "DeadlineChangeKind",
    "DecisionState",
    "DeliveryKind",
    "Direction",
    "FeeState",
    "ForwardingState",
    "Ground",
    "Lamp",
    "Law",
    "LawRules",
    "LegalPart",
    "Light",
    "MailKind",
    "MessageKind",
    "RequesterKind",
    "ScanResult",
    "TemplateUse",
    "add_months",
    "city_day",
    "euros",
    "extended_due",
    "first_due",
    "grounds_of",
    "is_holiday",
    "is_working_day",
    "lamp",
    "legal_parts",
    "remedy_in",
    "rules_of",
    "shift_to_working_day",
]
