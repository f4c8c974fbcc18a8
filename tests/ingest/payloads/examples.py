"""Payloads as network servers and kits send them, shortened only where nothing is read."""

from __future__ import annotations

from typing import Any

THINGS_STACK: dict[str, Any] = {
    "end_device_ids": {
        "device_id": "mast-1",
        "application_ids": {"application_id": "stadtklima"},
        "dev_eui": "70B3D57ED0000001",
        "join_eui": "0000000000000000",
        "dev_addr": "260B1234",
    },
    "correlation_ids": ["as:up:01H"],
    "received_at": "2026-05-01T12:00:00.987654321Z",
    "uplink_message": {
        "session_key_id": "AYf",
        "f_port": 2,
        "f_cnt": 17,
        "frm_payload": "AQID",
        "decoded_payload": {"temperature": 21.5, "humidity": 0, "battery": {"voltage": 3.6}, "soil": [1, 2]},
        "rx_metadata": [
            {
                "gateway_ids": {"gateway_id": "gw-1", "eui": "58A0CBFFFE000000"},
                "time": "2026-05-01T12:00:00Z",
                "rssi": -90,
                "snr": 7.5,
                "location": {"latitude": 52.02, "longitude": 8.53},
            }
        ],
        "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}, "frequency": "868100000"},
        "received_at": "2026-05-01T12:00:00.123456789Z",
        "locations": {"user": {"latitude": 52.02, "longitude": 8.53, "altitude": 118, "source": "SOURCE_REGISTRY"}},
    },
}
CHIRPSTACK: dict[str, Any] = {
    "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
    "time": "2026-05-01T12:00:00.433789+00:00",
    "deviceInfo": {
        "tenantName": "Stadtwerke",
        "applicationName": "Klima",
        "deviceProfileName": "SHT",
        "deviceName": "mast-1",
        "devEui": "70b3d57ed0000001",
        "tags": {"ort": "Markt"},
    },
    "devAddr": "00189440",
    "dr": 1,
    "fCnt": 4,
    "fPort": 1,
    "data": "EQ==",
    "object": {"temperature": 21.5, "battery": {"voltage": 3.6}},
    "rxInfo": [{"gatewayId": "0016c001f153a14c", "rssi": -48, "snr": 9}],
    "txInfo": {"frequency": 867100000},
}
AIRROHR: dict[str, Any] = {
    "esp8266id": "12345678",
    "software_version": "NRZ-2020-133",
    "sensordatavalues": [
        {"value_type": "SDS_P1", "value": "5.38"},
        {"value_type": "SDS_P2", "value": "2.10"},
        {"value_type": "BME280_temperature", "value": "21.50"},
        {"value_type": "BME280_pressure", "value": "101325.00"},
        {"value_type": "BME280_humidity", "value": "45.10"},
        {"value_type": "DNMS_noise_LAeq", "value": "53.2"},
        {"value_type": "DNMS_noise_LA_min", "value": "41.0"},
        {"value_type": "samples", "value": "5000000"},
    ],
}
OPENSENSEMAP: list[dict[str, Any]] = [
    {"sensor": "s1", "value": "21.5", "createdAt": "2026-05-01T12:00:00Z", "location": [8.53, 52.02, 118]},
    {"sensor": "s2", "value": 45, "createdAt": "2026-05-01T12:00:00Z"},
]
NGSI_LD: dict[str, Any] = {
    "id": "urn:ngsi-ld:Notification:1",
    "type": "Notification",
    "subscriptionId": "urn:ngsi-ld:Subscription:1",
    "notifiedAt": "2026-05-01T12:00:05Z",
    "data": [
        {
            "id": "urn:ngsi-ld:WeatherObserved:1",
            "type": "WeatherObserved",
            "name": {"type": "Property", "value": "Wetter am Markt"},
            "temperature": {
                "type": "Property",
                "value": 294.65,
                "unitCode": "KEL",
                "observedAt": "2026-05-01T12:00:00Z",
            },
            "wind": {"type": "Property", "value": {"speed": 3.2}, "observedAt": "2026-05-01T11:59:00Z"},
            "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [8.53, 52.02]}},
            "refDevice": {"type": "Relationship", "object": "urn:ngsi-ld:Device:1"},
        }
    ],
}
