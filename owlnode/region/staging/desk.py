"""Requests of citizens at a demo node: some of its own, and one that travels to the city that has the data.

Each step twice is the same as once.
"""

from __future__ import annotations

from datetime import timedelta

from apps.core import clock
from apps.desk import services as desk
from apps.desk.models import Forwarding, Request
from apps.desk.services import links
from apps.desk.states import UNTAKEN, Status
from apps.desk.types import Direction
from apps.desk.types.submissions import Submission, Upload
from apps.peers.models import Peer
from owlnode.region.staging import people

DUST = Submission(
    subject="Feinstaub am Jahnplatz",
    description="Bitte alle Stundenwerte für Feinstaub (PM2,5) seit Januar, wenn möglich als Datei.",
    place="Jahnplatz",
    period="seit Januar, jede Stunde",
    requester_name="Erika Beispiel",
    email="erika@beispiel.example",
)
COUNTERS = Submission(
    subject="Radverkehr an der Alfred-Bozi-Straße",
    description="Wie viele Fahrräder wurden dort im Frühjahr gezählt, und wie genau ist die Zählung?",
    place="Alfred-Bozi-Straße",
    period="Frühjahr",
    requester_name="Max Muster",
    email="max@beispiel.example",
)
GAUGE = Submission(
    subject="Pegel der Lutter bei Starkregen",
    description="Wie schnell ist der Pegel bei den letzten drei Starkregen gestiegen?",
    place="Lutter, Stauteich I",
    requester_name="Mina Mustermann",
)
BORDER = Submission(
    subject="Stickstoffdioxid an der Stadtgrenze",
    description="Wie hoch war die Belastung an der Herforder Straße im letzten Jahr? Ich bitte um alle Stundenwerte.",
    place="Herforder Straße",
    period="das letzte Jahr, jede Stunde",
    requester_name="Ada Anders",
    email="ada@beispiel.example",
)
VALUES = b"Zeit;Stickstoffdioxid in Mikrogramm je Kubikmeter\n2026-01-01T00:00:00Z;21,5\n2026-01-01T01:00:00Z;19,8\n"


def receive() -> list[str]:
    """Three requests of this city's own, of different ages and in different hands; their numbers."""
    known = Request.objects.filter(subject__in=[one.subject for one in (DUST, COUNTERS, GAUGE)])
    if known:
        return [case.case_number for case in known.order_by("id")]
    clerk = people.person("desk")
    dust, counters, gauge = (_received(DUST, days=27), _received(COUNTERS, days=12), _received(GAUGE, days=2))
    desk.take(case=dust, by=clerk)
    desk.pick_law(case=dust, by=clerk, law="uig")
    desk.take(case=counters, by=people.person("desk2"))
    desk.pick_law(case=counters, by=clerk, law="ifg")
    desk.ask_clarification(case=counters, by=clerk, question="Welche Monate meinen Sie mit „Frühjahr“?")
    return [case.case_number for case in (dust, counters, gauge)]


def hand_over(*, to: str) -> str:
    """A citizen asks here for what ``to`` has, and agrees that it is passed on; the token of the status page."""
    known = Request.objects.filter(subject=BORDER.subject).first()
    if known is not None:
        return links.current(case=known, purpose="status")
    clerk = people.person("desk")
    made = desk.receive(submission=BORDER)
    desk.confirm(case=made.case)
    desk.take(case=made.case, by=clerk)
    desk.pick_law(case=made.case, by=clerk, law="uig")
    reason = f"Die Messstation an der Herforder Straße betreibt die Stadt {to}; wir haben keine eigenen Werte."
    desk.propose_forwarding(case=made.case, by=clerk, peer=Peer.objects.get(name=to), reason=reason)
    desk.answer_forwarding(case=made.case, agrees=True)
    return made.token


def take_up() -> str:
    """Take the request that another city passed on into work; its number here, '' while none has arrived."""
    found = Forwarding.objects.filter(direction=Direction.IN).select_related("request").order_by("id").last()
    if found is None:
        return ""
    clerk, case = people.person("desk"), found.request
    if case.status not in UNTAKEN:
        return case.case_number
    desk.take(case=case, by=clerk)
    desk.pick_law(case=case, by=clerk, law="uig")
    desk.note(case=case, by=clerk, body="Umweltamt gefragt: Die Stundenwerte liegen geprüft vor.")
    return case.case_number


def answer(*, number: str) -> str:
    """Grant a request and deliver a file; its state afterwards."""
    clerk, case = people.person("desk"), Request.objects.get(case_number=number)
    if case.status != Status.WORK:
        return str(case.status)
    text = "Ihrem Antrag wird entsprochen. Sie erhalten alle geprüften Stundenwerte der Station als Datei; kostenfrei."
    desk.decide(case=case, by=clerk, resolution="granted", text=text)
    upload = Upload("stickstoffdioxid-stundenwerte.csv", VALUES)
    desk.deliver_file(case=case, by=clerk, upload=upload, title="Stundenwerte der Station Herforder Straße")
    case.refresh_from_db()
    return str(case.status)


def _received(submission: Submission, *, days: int) -> Request:
    case = desk.receive(submission=submission, at=clock.now() - timedelta(days=days)).case
    return desk.confirm(case=case) if submission.email else case
