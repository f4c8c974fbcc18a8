"""From triage to decision: the law drives the clock, grounds and remedy; two people refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.core.errors import Conflict, Invalid
from apps.desk import services
from apps.desk.errors import NoSuchStep, NotTriaged, SecondPersonNeeded
from apps.desk.models import Decision, Fee, Message, Request
from apps.desk.states import Resolution, Status
from apps.desk.types import LAWS, Law, RequesterKind
from tests.desk.conftest import AT

pytestmark = pytest.mark.django_db


def test_nothing_that_depends_on_the_law_works_before_triage(case: Request, clerk: User) -> None:
    services.take(case=case, by=clerk, at=AT)
    with pytest.raises(NotTriaged):
        services.ask_clarification(case=case, by=clerk, question="Which street?", at=AT)
    with pytest.raises(NotTriaged):
        services.decide(case=case, by=clerk, resolution="granted", text="Yes", at=AT)


def test_an_organisation_cannot_be_decided_under_the_ifg(make: Callable[..., Request], clerk: User) -> None:
    case = make(requester_kind=RequesterKind.ORGANISATION)
    with pytest.raises(Invalid, match="natural persons"):
        services.pick_law(case=case, by=clerk, law="ifg", at=AT)
    assert services.pick_law(case=case, by=clerk, law="uig", at=AT).law == "uig"


def test_the_uig_gives_two_months_once_with_a_reason_that_the_requester_reads(work: Request, clerk: User) -> None:
    with pytest.raises(Invalid) as error:
        services.extend(case=work, by=clerk, reason=" ", at=AT)
    assert error.value.part == "reason"
    after = services.extend(case=work, by=clerk, reason="Ten thousand pages", at=AT)
    assert after.due_on == date(2026, 7, 6)
    assert after.deadline_changes.filter(kind="extension").get().reason == "Ten thousand pages"
    assert after.messages.filter(kind="extension").get().body == "Ten thousand pages"
    with pytest.raises(Conflict):
        services.extend(case=work, by=clerk, reason="More", at=AT)


def test_the_ifg_knows_no_extension(case: Request, clerk: User) -> None:
    services.pick_law(case=case, by=clerk, law="ifg", at=AT)
    with pytest.raises(Conflict, match="knows no extension"):
        services.extend(case=case, by=clerk, reason="Much", at=AT)


def test_changing_the_law_takes_the_extension_back(work: Request, clerk: User) -> None:
    services.extend(case=work, by=clerk, reason="Much", at=AT)
    after = services.pick_law(case=work, by=clerk, law="ifg", at=AT)
    assert (after.extended, after.due_on) == (False, date(2026, 6, 5))
    assert after.deadline_changes.filter(kind="law").count() == 1


@pytest.mark.parametrize(
    ("law", "asked_after", "due"),
    [
        ("uig", 10, date(2026, 7, 1)),
        ("ifg", 10, date(2026, 6, 5)),  # the IFG says nothing of a new beginning
        ("uig", 40, date(2026, 6, 5)),  # asked when the month was over
    ],
)
def test_clarification_restarts_the_clock_where_the_law_says_so(
    case: Request, clerk: User, law: str, asked_after: int, due: date
) -> None:
    services.pick_law(case=case, by=clerk, law=law, at=AT)
    asked = AT + timedelta(days=asked_after)
    services.ask_clarification(case=case, by=clerk, question="Which street?", at=asked)
    services.reply(case=case, body="The market", at=AT + timedelta(days=max(28, asked_after + 1)))
    case.refresh_from_db()
    assert (case.status, case.due_on) == (Status.WORK, due)
    assert [message.kind for message in case.messages.all()] == ["clarification", "answer"]


def test_a_message_without_a_question_moves_nothing(work: Request) -> None:
    services.reply(case=work, body="And please also 2024", at=AT)
    work.refresh_from_db()
    assert work.status == Status.WORK


def test_a_grant_needs_one_person_and_carries_no_remedy(work: Request, clerk: User) -> None:
    decision = services.decide(case=work, by=clerk, resolution="granted", text="Here you are", at=AT)
    work.refresh_from_db()
    assert (work.status, work.resolution, decision.state) == (Status.DECIDED, Resolution.GRANTED, "final")
    assert decision.remedy == ""


@pytest.mark.parametrize("resolution", ["refused", "partly"])
def test_two_people_refuse(work: Request, clerk: User, second: User, resolution: str) -> None:
    services.decide(
        case=work,
        by=clerk,
        resolution=resolution,
        text="Secrets",
        grounds=["uig-9-secrets", "uig-9-personal"],
        at=AT,
    )
    work.refresh_from_db()
    assert (work.status, work.resolution) == (Status.WORK, "")
    assert not Message.objects.filter(request=work).exists()
    with pytest.raises(SecondPersonNeeded):
        services.sign(case=work, by=clerk, at=AT)
    services.sign(case=work, by=second, at=AT)
    work.refresh_from_db()
    assert (work.status, work.resolution) == (Status.DECIDED, resolution)
    told = work.messages.get().body
    assert "§ 9 (1) no. 3 UIG" in told
    assert "§ 9 (1) no. 1 UIG" in told


@pytest.mark.parametrize("language", ["de", "en"])
def test_grounds_and_rights_are_told_in_german_and_to_an_english_requester_also_in_english(
    make: Callable[..., Request], clerk: User, second: User, language: str
) -> None:
    case = services.take(case=make(language=language), by=clerk, at=AT)
    services.pick_law(case=case, by=clerk, law="uig", at=AT)
    services.decide(case=case, by=clerk, resolution="refused", text="So", grounds=["uig-9-secrets"], at=AT)
    decision = services.sign(case=case, by=second, at=AT)
    told = case.messages.get().body
    german = ["Betriebs- und Geschäftsgeheimnisse (§ 9 Abs. 1 Satz 1 Nr. 3 UIG)", "Verwaltungsgericht Minden", "Klage"]
    english = ["the German text above is binding", "Trade and business secrets (§ 9 (1) no. 3 UIG)", "bring an action"]
    assert [word for word in german if word not in told] == []
    assert [word for word in english if (word in told) != (language == "en")] == []
    assert ("Klage" in decision.remedy, "bring an action" in decision.remedy_english) == (True, True)
    if language == "en":
        assert told.index("Klage") < told.index("the German text above is binding") < told.index("bring an action")


def test_the_database_itself_refuses_one_person_alone(work: Request, clerk: User) -> None:
    made = services.decide(case=work, by=clerk, resolution="refused", text="No", grounds=["uig-8-vague"], at=AT)
    for signer in (None, clerk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=made.pk).update(state="final", signed_by=signer)


def test_a_refusal_that_is_sent_back_can_be_prepared_anew(work: Request, clerk: User, second: User) -> None:
    services.decide(case=work, by=clerk, resolution="refused", text="No", grounds=["uig-8-vague"], at=AT)
    with pytest.raises(Conflict):
        services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    services.send_back(case=work, by=second, objection="Too short", at=AT)
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    work.refresh_from_db()
    assert work.status == Status.DECIDED


@pytest.mark.parametrize(
    ("resolution", "grounds", "part"),
    [
        ("refused", [], "grounds"),
        ("refused", ["ifg-7-drafts"], "grounds"),
        ("refused", ["uig-8-vague", "uig-8-vague"], "grounds"),
        ("granted", ["uig-8-vague"], "grounds"),
        ("withdrawn", [], "resolution"),
        ("", [], "resolution"),
    ],
)
def test_impossible_decisions_name_their_part(
    work: Request, clerk: User, resolution: str, grounds: list[str], part: str
) -> None:
    with pytest.raises(Invalid) as error:
        services.decide(case=work, by=clerk, resolution=resolution, text="So", grounds=grounds, at=AT)
    assert error.value.part == part


@pytest.mark.parametrize(
    ("law", "cents", "allowed"),
    [("uig", 50_000, True), ("uig", 50_001, False), ("uig", 500, True), ("ifg", 999, False), ("ifg", 1_000, True)],
)
def test_a_fee_stays_within_the_law(case: Request, clerk: User, law: str, cents: int, allowed: bool) -> None:
    services.take(case=case, by=clerk, at=AT)
    services.pick_law(case=case, by=clerk, law=law, at=AT)
    if allowed:
        assert services.estimate_fee(case=case, by=clerk, cents=cents, reason="Work", at=AT).cents == cents
    else:
        with pytest.raises(Invalid):
            services.estimate_fee(case=case, by=clerk, cents=cents, reason="Work", at=AT)


def test_a_fee_is_charged_only_with_consent_and_never_above_the_estimate(work: Request, clerk: User) -> None:
    services.estimate_fee(case=work, by=clerk, cents=5_000, reason="Two hours", at=AT)
    services.answer_fee(case=work, agrees=True, at=AT)
    with pytest.raises(Invalid, match="not agreed"):
        services.decide(case=work, by=clerk, resolution="granted", text="Yes", fee_cents=5_001, at=AT)
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", fee_cents=4_000, at=AT)
    fee = Fee.objects.get(request=work)
    assert (fee.state, fee.charged_cents) == ("charged", 4_000)


def test_without_consent_there_is_no_fee(work: Request, clerk: User) -> None:
    services.estimate_fee(case=work, by=clerk, cents=5_000, reason="Two hours", at=AT)
    services.answer_fee(case=work, agrees=False, at=AT)
    with pytest.raises(Invalid, match="not agreed"):
        services.decide(case=work, by=clerk, resolution="granted", text="Yes", fee_cents=1_000, at=AT)


def test_a_refusal_is_free(work: Request, clerk: User) -> None:
    services.estimate_fee(case=work, by=clerk, cents=5_000, reason="Two hours", at=AT)
    services.answer_fee(case=work, agrees=True, at=AT)
    with pytest.raises(Invalid, match="free of charge"):
        services.decide(
            case=work, by=clerk, resolution="refused", text="No", grounds=["uig-8-vague"], fee_cents=100, at=AT
        )


def test_who_is_heard_stays_inside(work: Request, clerk: User) -> None:
    services.hear_third_party(
        case=work, by=clerk, party="Secret Sensors Ltd", question="May we?", due_on=date(2026, 5, 20), at=AT
    )
    with pytest.raises(NoSuchStep):
        services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    services.conclude_hearing(case=work, by=clerk, agrees=False, answer="Rather not", at=AT)
    work.refresh_from_db()
    assert work.status == Status.WORK
    assert not [one for one in work.messages.all() if "Secret" in one.body or "Rather" in one.body]


@pytest.mark.parametrize("law", Law)
def test_every_ground_and_remedy_of_the_law_table_is_whole(law: Law) -> None:
    rules = LAWS[law]
    assert len({ground.code for ground in rules.grounds}) == len(rules.grounds)
    assert all(ground.section and str(ground.title) for ground in rules.grounds)
    assert "Commissioner" in str(rules.remedy)
    assert rules.fee_max_cents == 50_000
