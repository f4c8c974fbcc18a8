"""An owner takes data back: first what will happen, then the receipt, the proof, and why nobody sees it any more."""

from __future__ import annotations

from owlnode.tour.shooting import BICYCLES, BIELEFELD, Shooting

RECEIPT_SECONDS = 120.0
PROOF_SECONDS = 60.0


def play(shooting: Shooting) -> None:
    """Goes on from the agreement's page on which ``sharing`` has left the owner."""
    engine, camera = shooting.engine, shooting.camera
    owner = shooting.visitors.page(BIELEFELD, "owner")
    agreement = owner.url
    owner.get_by_role("link", name="Widerrufen …").click()
    owner.get_by_label("Begründung").fill("Die Zählstellen werden umgebaut.")
    camera.take(owner, "withdraw", height=800)
    owner.get_by_role("button", name="Jetzt widerrufen").click()
    proven = owner.get_by_text("Die Kopie ist gelöscht, und das ist nachgewiesen")

    def is_proven() -> bool:
        owner.goto(agreement)
        return proven.is_visible()

    engine.wait_until(is_proven, "no receipt came", RECEIPT_SECONDS)
    camera.take(owner, "receipt", height=900)
    owner.get_by_role("link", name="im Nachweisbuch").first.click()
    entry = owner.url
    proof = owner.get_by_role("link", name="Nachweis herunterladen")

    def is_covered() -> bool:
        owner.goto(entry)
        return proof.is_visible()

    engine.wait_until(is_covered, "no checkpoint covers the receipt", PROOF_SECONDS)
    camera.take(owner, "proof", height=900)
    owner.goto(f"/console/explain?dataset={BICYCLES}")
    owner.get_by_label("Stadt").select_option(label="Detmold")
    owner.get_by_role("button", name="Erklären").click()
    camera.take(owner, "why-not", height=900)
