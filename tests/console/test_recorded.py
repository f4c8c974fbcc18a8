"""An entry in words: numbers as numbers, moments as moments, names where they are known, the rest as it was hashed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import translation

from apps.console.recorded import Said, facts, texts
from apps.console.subjects import Named

PAYLOAD = {
    "agreement": "urn:uuid:1",
    "peer": "did:web:herford.example",
    "rows": 12,
    "as_of": "2026-05-01T12:00:00.000000Z",
    "change": "released",
    "something_new": "x",
    "signatures": [{"role": "steward", "commitment": "sha-256:00"}, {"role": "owner", "commitment": "sha-256:11"}],
}


def test_every_fact_is_said_in_words_with_its_code_beside_it() -> None:
    with translation.override("en"):
        found = {
            fact.key: fact
            for fact in facts(PAYLOAD, {"did:web:herford.example": Named("Herford", "/console/peers/1/")})
        }
    assert found["rows"].words == "rows"
    assert found["rows"].values == (Said(number=12),)
    assert found["as_of"].values == (Said(moment=datetime(2026, 5, 1, 12, tzinfo=UTC)),)
    assert found["peer"].values == (Said(words="Herford", code="did:web:herford.example", url="/console/peers/1/"),)
    assert found["agreement"].values == (Said(code="urn:uuid:1"),)
    assert found["signatures"].values[0] == Said(words="steward (prepared)", code="sha-256:00")


def test_a_key_without_words_stays_as_it_is_and_comes_last() -> None:
    found = facts(PAYLOAD, {})
    assert (found[-1].key, found[-1].words, found[-1].values) == ("something_new", "", (Said(code="x"),))


def test_a_dataset_is_named_by_its_subject_so_that_no_other_word_is_taken_for_one() -> None:
    names = {"urn:owl:dataset:air": Named("Luft")}
    found = {fact.key: fact for fact in facts({"dataset": "air", "format": "air"}, names)}
    assert found["dataset"].values == (Said(words="Luft", code="air"),)
    assert found["format"].values == (Said(code="air"),)


def test_texts_are_found_in_every_part() -> None:
    assert {"urn:uuid:1", "steward", "sha-256:11"} <= set(texts(PAYLOAD))
