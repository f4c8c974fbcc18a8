"""A citizen asks; two cities answer."""

from __future__ import annotations

from owlnode.tour.shooting import BIELEFELD, HERFORD, Shooting

ARRIVAL_SECONDS = 60.0


def prepare(shooting: Shooting) -> tuple[str, str]:
    """Requests in both cities; the number in Bielefeld of the one that Herford passed on, and its token in Herford."""
    engine = shooting.engine
    engine.ask(BIELEFELD, "receive")
    token = str(engine.ask(HERFORD, "hand-over", to=engine.nodes[BIELEFELD].name))
    found: list[str] = []

    def has_arrived() -> bool:
        number = str(engine.ask(BIELEFELD, "take-up"))
        found.extend([number] if number else [])
        return bool(found)

    engine.wait_until(has_arrived, "the request did not reach the other city", ARRIVAL_SECONDS)
    return found[0], token


def play(shooting: Shooting, *, number: str, token: str) -> None:
    """The form, the inbox, the case; then the answer on the citizen's own page."""
    engine, camera = shooting.engine, shooting.camera
    citizen = shooting.visitors.page(HERFORD)
    citizen.goto("/anfragen/neu")
    citizen.get_by_label("Worum geht es?").fill("Stickstoffdioxid an der Stadtgrenze")
    citizen.get_by_label("Was möchten Sie wissen oder bekommen?").fill(
        "Wie hoch war die Belastung an der Herforder Straße im letzten Jahr? Ich bitte um alle Stundenwerte."
    )
    citizen.get_by_label("Was möchten Sie wissen oder bekommen?").blur()
    camera.take(citizen, "asking", height=1120)
    clerk = shooting.visitors.page(BIELEFELD, "desk")
    clerk.goto("/console/requests/")
    camera.take(clerk, "desk-inbox", height=1000)
    clerk.goto(f"/console/requests/{number}")
    camera.take(clerk, "desk-case", height=1100)
    engine.ask(BIELEFELD, "answer", number=number)

    def is_answered() -> bool:
        citizen.goto(f"/anfragen/stand/{token}")
        return citizen.get_by_role("link", name="Herunterladen").is_visible()

    engine.wait_until(is_answered, "the answer did not come back", ARRIVAL_SECONDS)
    camera.take(citizen, "status", height=1100)
