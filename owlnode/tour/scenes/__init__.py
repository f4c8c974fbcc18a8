"""Where the pictures are taken, scene by scene; each leaves the region as the next one needs it."""

from __future__ import annotations

from owlnode.tour.scenes import ending, portal, requests, sharing
from owlnode.tour.shooting import Shooting


def play(shooting: Shooting) -> None:
    """Take every picture of the tour. What ends things comes after what shows them; the register tells of both."""
    number, token = requests.prepare(shooting)
    portal.play(shooting)
    requests.play(shooting, number=number, token=token)
    sharing.play(shooting)
    ending.play(shooting)
    portal.play_register(shooting)
