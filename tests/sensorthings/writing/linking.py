"""Every way in which a writer can name an entity that is there already, by the kind of entity that is named.

``{key}`` stands for its id; ``{place}`` for the same seen as a feature; the others are the writer's own.
"""

from __future__ import annotations

from typing import Any

from tests.sensorthings.writing.clients import ELSEWHERE, JSON_PATCH, datastream, location, thing

Way = tuple[str, str, Any]
T1 = "2026-01-02T00:00:00Z"
KEY = {"@iot.id": "{key}"}
FEATURE = {"name": "f", "description": "", "encodingType": "application/geo+json", "feature": ELSEWHERE}
LATER = {"name": "Later", "description": "d"}


def _own(name: str) -> dict[str, str]:
    return {"@iot.id": f"{{{name}}}"}


def _stream(**more: Any) -> dict[str, Any]:
    return datastream(Thing=_own("thing")) | more


def _rows(components: list[str], row: list[Any], stream: dict[str, str]) -> list[dict[str, Any]]:
    return [{"Datastream": stream, "components": components, "dataArray": [row]}]


def _observed(feature: Any) -> list[Way]:
    """The ways in which an observation names its feature."""
    body = {"Datastream": _own("stream"), "result": 1, "phenomenonTime": T1, "FeatureOfInterest": feature}
    beside = {"Observations": [body], **datastream()}
    del body["Datastream"]
    return [
        ("POST", "Observations", body | {"Datastream": _own("stream")}),
        ("POST", "Datastreams({stream})/Observations", body),
        ("POST", "Things({thing})/Datastreams({stream})/Observations", body),
        ("POST", "Things({thing})/Datastreams", beside),
        ("PATCH", "Observations({observation})", {"FeatureOfInterest": feature}),
        ("PUT", "Observations({observation})", {"result": 2, "phenomenonTime": T1, "FeatureOfInterest": feature}),
        ("POST", "$batch", _batch("POST", "Datastreams({stream})/Observations", body)),
        (
            "POST",
            "CreateObservations",
            _rows(["result", "FeatureOfInterest/id"], [1, feature["@iot.id"]], _own("stream")),
        ),
    ]


def _batch(method: str, url: str, body: Any) -> dict[str, Any]:
    return {"requests": [{"id": "1", "atomicityGroup": "g", "method": method, "url": url, "body": body}]}


PLACES: list[Way] = [
    ("POST", "Things", LATER | {"Locations": [KEY]}),
    ("POST", "Datastreams", datastream(Thing=LATER | {"Locations": [KEY]})),
    ("POST", "Things({thing})/Locations/$ref", KEY),
    ("PATCH", "Things({thing})", {"Locations": [KEY]}),
    ("PUT", "Things({thing})", LATER | {"Locations": [KEY]}),
    (JSON_PATCH, "Things({thing})", [{"op": "add", "path": "/Locations", "value": [KEY]}]),
    ("POST", "Locations({key})/Things", LATER),
    ("POST", "Locations({key})/HistoricalLocations", {"time": T1, "Thing": _own("thing")}),
    ("POST", "HistoricalLocations", {"time": T1, "Thing": _own("thing"), "Locations": [KEY]}),
    ("POST", "Things({thing})/HistoricalLocations", {"time": T1, "Locations": [KEY]}),
    ("PATCH", "HistoricalLocations({history})", {"Locations": [KEY]}),
    ("POST", "$batch", _batch("POST", "Things", LATER | {"Locations": [KEY]})),
    ("POST", "$batch", _batch("PATCH", "Things({thing})", {"Locations": [KEY]})),
    *_observed({"@iot.id": "{place}"}),
]
SENSORS: list[Way] = [
    ("POST", "Datastreams", _stream(Sensor=KEY)),
    ("POST", "Things", LATER | {"Datastreams": [datastream(Sensor=KEY)]}),
    ("POST", "Things({thing})/Datastreams", datastream(Sensor=KEY)),
    ("POST", "Sensors({key})/Datastreams", {k: v for k, v in _stream().items() if k != "Sensor"}),
    ("PATCH", "Datastreams({stream})", {"Sensor": KEY}),
    (JSON_PATCH, "Datastreams({stream})", [{"op": "add", "path": "/Sensor", "value": KEY}]),
    ("POST", "$batch", _batch("POST", "Datastreams", _stream(Sensor=KEY))),
]
OBSERVED: list[Way] = [
    ("POST", "Datastreams", _stream(ObservedProperty=KEY)),
    ("POST", "Things", LATER | {"Datastreams": [datastream(ObservedProperty=KEY)]}),
    (
        "POST",
        "ObservedProperties({key})/Datastreams",
        {k: v for k, v in _stream().items() if k != "ObservedProperty"},
    ),
    ("PATCH", "Datastreams({stream})", {"ObservedProperty": KEY}),
]
FEATURES: list[Way] = [
    *_observed(KEY),
    ("POST", "FeaturesOfInterest({key})/Observations", {"Datastream": _own("stream"), "result": 1}),
]
LINKED: dict[str, list[Way]] = {
    "Locations": PLACES,
    "Sensors": SENSORS,
    "ObservedProperties": OBSERVED,
    "FeaturesOfInterest": FEATURES,
}
"""What describes things: whoever sees it may link to it."""
BOUND: dict[str, list[Way]] = {
    "Things": [
        ("POST", "Datastreams", datastream(Thing=KEY)),
        ("POST", "Things({key})/Datastreams", datastream()),
        ("POST", "Things({key})/Locations", location()),
        ("POST", "Things({key})/Datastreams/$ref", _own("stream")),
        ("POST", "Things({key})/Locations/$ref", _own("location")),
        ("POST", "Locations({location})/Things/$ref", KEY),
        ("POST", "Locations", location() | {"Things": [KEY]}),
        ("POST", "HistoricalLocations", {"time": T1, "Thing": KEY, "Locations": [_own("location")]}),
        ("PATCH", "Datastreams({stream})", {"Thing": KEY}),
        ("PATCH", "HistoricalLocations({history})", {"Thing": KEY}),
        ("PATCH", "Things({key})", LATER),
        ("PUT", "Things({key})", LATER),
        (JSON_PATCH, "Things({key})", [{"op": "replace", "path": "/name", "value": "x"}]),
        ("DELETE", "Things({key})", None),
    ],
    "Datastreams": [
        ("POST", "Things", thing(Datastreams=[KEY])),
        ("POST", "Things({thing})/Datastreams/$ref", KEY),
        ("POST", "Sensors({sensor})/Datastreams/$ref", KEY),
        ("POST", "Observations", {"Datastream": KEY, "result": 1}),
        ("POST", "Observations", {"Datastream": KEY, "result": 1, "FeatureOfInterest": FEATURE}),
        ("POST", "Datastreams({key})/Observations", {"result": 1}),
        ("POST", "Datastreams({key})/Observations", {"result": 1, "FeatureOfInterest": FEATURE}),
        ("POST", "CreateObservations", _rows(["result"], [1], KEY)),
        ("POST", "$batch", _batch("POST", "Observations", {"Datastream": KEY, "result": 1})),
        ("PATCH", "Observations({observation})", {"Datastream": KEY}),
        ("PATCH", "Datastreams({key})", {"name": "x"}),
        ("DELETE", "Datastreams({key})", None),
    ],
    "HistoricalLocations": [
        ("POST", "Things({thing})/HistoricalLocations/$ref", KEY),
        ("POST", "Locations({location})/HistoricalLocations/$ref", KEY),
        ("POST", "Locations", location() | {"HistoricalLocations": [KEY]}),
        ("PATCH", "HistoricalLocations({key})", {"time": T1}),
        ("DELETE", "HistoricalLocations({key})", None),
    ],
    "Locations": [
        ("POST", "Locations({key})/Things/$ref", _own("thing")),
        ("PATCH", "Locations({key})", {"name": "x"}),
        ("DELETE", "Locations({key})", None),
        ("PATCH", "FeaturesOfInterest({place})", {"name": "x"}),
        ("DELETE", "FeaturesOfInterest({place})", None),
    ],
    "Sensors": [
        ("POST", "Sensors({key})/Datastreams/$ref", _own("stream")),
        ("PATCH", "Sensors({key})", {"name": "x"}),
        ("DELETE", "Sensors({key})", None),
    ],
    "ObservedProperties": [("PATCH", "ObservedProperties({key})", {"name": "x"})],
    "FeaturesOfInterest": [
        ("PATCH", "FeaturesOfInterest({key})", {"name": "x"}),
        ("DELETE", "FeaturesOfInterest({key})", None),
    ],
    "Observations": [
        ("PATCH", "Observations({key})", {"result": 5}),
        ("PUT", "Observations({key})", {"result": 5}),
        (JSON_PATCH, "Observations({key})", [{"op": "replace", "path": "/result", "value": 5}]),
        ("DELETE", "Observations({key})", None),
    ],
}
"""What only its writer may change or hang something on: seeing it is not enough."""


def filled(value: Any, names: dict[str, int]) -> Any:
    """A path or body with every ``{name}`` replaced: alone by the number, within a text by its digits."""
    if isinstance(value, dict):
        return {name: filled(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    if isinstance(value, str) and value[:1] == "{" and value[1:-1] in names:
        return names[value[1:-1]]
    return value.format(**names) if isinstance(value, str) and "{" in value else value
