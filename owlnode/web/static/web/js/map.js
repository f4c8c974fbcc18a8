// A map beside a list: the node's own schematic outline, tiles only where the city configured a server.
// <div data-owl-map="id of a JSON script" hidden> – the script holds [{name, lon, lat, label, text, url}].

const escape = (text) => {
  const node = document.createElement("span");
  node.textContent = text;
  return node.innerHTML;
};

const popup = (place) => {
  const link = place.url ? `<a href="${escape(place.url)}">${escape(place.name)}</a>` : escape(place.name);
  return `<strong>${link}</strong>${place.text ? `<br>${escape(place.text)}` : ""}`;
};

// Draws the outline; what to show of it: the places, and the city around them, or the map would be pins on white.
const outline = async (map, frame, bounds) => {
  const answer = await fetch(frame.dataset.outline);
  const here = frame.dataset.city;
  L.geoJSON(await answer.json(), {
    interactive: false,
    style: ({ properties }) => ({
      className: `owl-outline owl-outline--${properties.kind}${properties.slug === here ? " owl-outline--here" : ""}`,
    }),
    onEachFeature: ({ properties }, layer) => {
      if (properties.slug === here && bounds.isValid() && layer.getBounds) {
        bounds.extend(layer.getBounds());
      }
      if (properties.kind === "city") {
        layer.bindTooltip(properties.name, { permanent: true, direction: "center", className: "owl-label" });
      }
    },
  }).addTo(map).bringToBack();
  if (bounds.isValid()) {
    map.fitBounds(bounds, { maxZoom: 12.5 });
  }
};

const pins = (map, places, decimals) => {
  const layer = L.featureGroup().addTo(map);
  for (const place of places) {
    const icon = L.divIcon({ className: "owl-pin", html: escape(place.label || "•"), iconSize: null });
    const marker = L.marker([place.lat, place.lon], { icon, alt: place.name, title: place.name, keyboard: true });
    marker.bindPopup(popup(place)).addTo(layer);
    marker.key = place.key;
  }
  return layer;
};

const draw = async (frame) => {
  const places = JSON.parse(document.getElementById(frame.dataset.owlMap).textContent);
  frame.hidden = false;
  const map = L.map(frame, { scrollWheelZoom: false, zoomSnap: 0.5, maxZoom: 17, minZoom: 8, attributionControl: true });
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution(escape(frame.dataset.note || ""));
  if (frame.dataset.tiles) {
    L.tileLayer(frame.dataset.tiles, { attribution: escape(frame.dataset.tilesFrom || "") }).addTo(map);
  }
  for (const [name, key] of [[".leaflet-control-zoom-in", "zoomIn"], [".leaflet-control-zoom-out", "zoomOut"]]) {
    const button = frame.querySelector(name);
    button.title = frame.dataset[key] || button.title;
    button.setAttribute("aria-label", button.title);
  }
  const layer = pins(map, places);
  if (places.length) {
    map.fitBounds(layer.getBounds().pad(0.25), { maxZoom: frame.dataset.tiles ? 14 : 12.5 });
  } else {
    map.setView([52.02, 8.67], 9.5);
  }
  if (!frame.dataset.tiles) {
    await outline(map, frame, places.length ? layer.getBounds().pad(0.25) : L.latLngBounds([]));
  }
  frame.owlMap = { map, layer };
  frame.dataset.ready = "yes";
};

for (const frame of document.querySelectorAll("[data-owl-map]")) {
  draw(frame);
}
