"""Sets QGIS up as ``qgis.png`` shows it: ``STA_URL=… STA_TOKEN=… qgis --code docs/pictures/qgis.py`` (QGIS 3.36+).

Runs inside QGIS, with what QGIS itself brings – its world map for the outline –, and takes no picture by itself.
"""

from __future__ import annotations

import os

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsMarkerSymbol,
    QgsPalLayerSettings,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsSettings,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QDockWidget
from qgis.utils import iface

WORLD = "/usr/share/qgis/resources/data/world_map.gpkg|layername=states_provinces"
SHOWN = {"Thing_name": 500, "Thing_description": 460, "id": 40}
"""Columns of the attribute table with their widths in pixels."""


def outline() -> QgsVectorLayer:
    """The state around the city."""
    layer = QgsVectorLayer(WORLD, "Nordrhein-Westfalen (Umriss)", "ogr")
    layer.setSubsetString("name = 'Nordrhein-Westfalen'")
    layer.setRenderer(
        QgsSingleSymbolRenderer(QgsFillSymbol.createSimple({"color": "#f4f1ea", "outline_color": "#8a8a8a"}))
    )
    return layer


def places() -> QgsVectorLayer:
    """Locations with their things, recordings and simulated ones told apart and named."""
    uri = f"entity='Location' type=PointZ pageSize='200' expandTo='Thing:limit=100' url='{os.environ['STA_URL']}'"
    if token := os.environ.get("STA_TOKEN"):
        uri += f" http-header:Authorization='Bearer {token}'"
    layer = QgsVectorLayer(uri, "Locations (Points)", "sensorthings")
    recorded = """if("Thing_name" like '%Aufzeichnung aus Münster%', 'm', 's')"""
    categories = [
        QgsRendererCategory(value, QgsMarkerSymbol.createSimple({"size": "3.4", "color": colour}), label)
        for value, label, colour in (("m", "Aufzeichnung aus Münster", "#b5422c"), ("s", "Simulator", "#2f6f8f"))
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer(recorded, categories))
    name(layer)
    table = layer.attributeTableConfig()
    table.update(layer.fields())
    columns = table.columns()
    for column in columns:
        column.hidden = column.name not in SHOWN
        column.width = SHOWN.get(column.name, -1)
    columns.sort(key=lambda column: [*SHOWN].index(column.name) if column.name in SHOWN else len(SHOWN))
    table.setColumns(columns)
    table.setSortExpression(f"""{recorded} || if("Thing_name" like 'Fahrrad%', '0', '1')""")
    layer.setAttributeTableConfig(table)
    return layer


def name(layer: QgsVectorLayer) -> None:
    """Write the things' names beside the points."""
    settings, text, halo = QgsPalLayerSettings(), QgsTextFormat(), QgsTextBufferSettings()
    settings.fieldName, settings.isExpression = r"""regexp_replace("Thing_name", ' \\(.*', '')""", True
    halo.setEnabled(True)
    text.setSize(7)
    text.setBuffer(halo)
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def show() -> None:
    """Layers, panels and table; the extent last, for a layer that is added brings its own."""
    outlined, found = outline(), places()
    QgsProject.instance().addMapLayers([outlined])
    QgsProject.instance().layerTreeRoot().findLayer(outlined.id()).setCustomProperty("overview", 1)
    QgsProject.instance().addMapLayers([found])
    panels = {panel.objectName(): panel for panel in iface.mainWindow().findChildren(QDockWidget)}
    panels["Browser"].hide()
    panels["Overview"].show()
    iface.setActiveLayer(found)
    iface.showAttributeTable(found)
    extent = QgsRectangle(found.extent())
    extent.scale(1.2)

    def arrange() -> None:
        iface.mainWindow().resizeDocks([panels["Overview"]], [230], Qt.Vertical)
        iface.messageBar().clearWidgets()
        iface.mapCanvas().setExtent(extent)
        iface.mapCanvas().refresh()

    QTimer.singleShot(3500, arrange)


QgsSettings().setValue("qgis/dockAttributeTable", True)
QTimer.singleShot(2500, show)
