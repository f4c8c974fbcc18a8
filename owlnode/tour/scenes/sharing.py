"""Staff of two cities: what is waiting, what would leave, who signs, what others offer, what was agreed."""

from __future__ import annotations

from owlnode.tour.shooting import BICYCLES, BIELEFELD, DETMOLD, Shooting


def play(shooting: Shooting) -> None:
    """The preview of the steward, the gatekeeper's day, the release, a peer's offers, an agreement, the sensors."""
    camera, visitors = shooting.camera, shooting.visitors
    steward = visitors.page(BIELEFELD, "steward")
    steward.goto(f"/console/datasets/{BICYCLES}/terms/new?template=people")
    steward.get_by_role("button", name="Vorschau").click()
    steward.locator("#preview-heading").wait_for()
    camera.take(steward, "terms-preview", height=1100, top="#preview-heading")
    steward.goto("/console/sensors/")
    camera.take(steward, "sensors", height=900)

    number = shooting.engine.ask(BIELEFELD, "sharpen", dataset=BICYCLES)
    gatekeeper = visitors.page(BIELEFELD, "gatekeeper")
    gatekeeper.goto("/console/")
    camera.take(gatekeeper, "today", height=800)
    gatekeeper.goto(f"/console/datasets/{BICYCLES}/terms/{number}/")
    camera.take(gatekeeper, "release", height=1000)

    peer = visitors.page(DETMOLD, "owner")
    peer.goto("/console/agreements/offers")
    peer.get_by_role("link", name="Bielefeld").click()
    camera.take(peer, "offers", height=1000)

    owner = visitors.page(BIELEFELD, "owner")
    owner.goto("/console/agreements/")
    owner.get_by_role("row", name="Radverkehr").filter(has_text="Detmold").get_by_role("link").click()
    owner.locator(".owl-timeline").wait_for()
    camera.take(owner, "agreement", height=1000, top="#terms-heading")
