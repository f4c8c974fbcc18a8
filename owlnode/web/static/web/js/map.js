// A map beside a list: the node's own schematic outline, tiles only where the city configured a server.
// <div data-owl-map="id of a JSON script" hidden> – the script holds [{name, lon, lat, label, text, url}].
// With data-gather ("sensors here") pins that would cover each other become one with their number.

const NEAR = { x: 76, y: 26 }; // pixels: a pin with a value and its unit

const escape = (text) => {
  const node = document.createElement("span");
  node.textContent = text;
  return node.innerHTML;
};

const popup = (place) => {
  const link = place.url ? `<a href="${escape(place.url)}">${escape(place.name)}</a>` : escape(place.name);
  return `<strong>${link}</strong>${place.text ? `<br>${escape(place.text)}` : ""}`;
};

const popups = (places) =>
  places.length === 1 ? popup(places[0]) : `<ul class="owl-plain owl-stack">${places.map((place) => `<li>${popup(place)}</li>`).join("")}</ul>`;

// The places in groups of those whose pins would lie on each other as the map is now.
const gather = (map, places) => {
  const groups = [];
  for (const place of places) {
    const at = map.latLngToLayerPoint([place.lat, place.lon]);
    const near = groups.find((group) => Math.abs(group.at.x - at.x) < NEAR.x && Math.abs(group.at.y - at.y) < NEAR.y);
    if (near) {
      near.places.push(place);
    } else {
      groups.push({ at, places: [place] });
    }
  }
  return groups.map((group) => group.places);
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

const icon = (places, words) => {
  if (places.length === 1) {
    return L.divIcon({ className: "owl-pin", html: escape(places[0].label || "•"), iconSize: null });
  }
  const names = `${words}: ${places.map((place) => place.name).join(", ")}`;
  const html = `${places.length}<span class="kern-sr-only"> ${escape(names)}</span>`;
  return L.divIcon({ className: "owl-pin owl-pin--many", html, iconSize: null });
};

const pins = (layer, groups, words) => {
  layer.clearLayers();
  for (const places of groups) {
    const [{ lat, lon, name, key }] = places;
    const title = places.length === 1 ? name : `${places.length} ${words}`;
    const marker = L.marker([lat, lon], { icon: icon(places, words), alt: title, title, keyboard: true });
    marker.bindPopup(popups(places), { maxHeight: 260 }).addTo(layer);
    marker.key = key;
  }
};

// Draws the pins, and anew whenever another zoom lets other pins lie on each other.
const keepApart = (map, layer, places, words) => {
  let drawn = "";
  const redraw = () => {
    const groups = gather(map, places);
    const now = groups.map((group) => group.length).join();
    if (now !== drawn) {
      drawn = now;
      pins(layer, groups, words);
    }
  };
  map.on("zoomend", redraw);
  redraw();
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
  const layer = L.featureGroup().addTo(map);
  const bounds = L.latLngBounds(places.map((place) => [place.lat, place.lon]));
  if (places.length) {
    map.fitBounds(bounds.pad(0.25), { maxZoom: frame.dataset.tiles ? 14 : 12.5 });
  } else {
    map.setView([52.02, 8.67], 9.5);
  }
  if (frame.dataset.gather) {
    keepApart(map, layer, places, frame.dataset.gather);
  } else {
    pins(layer, places.map((place) => [place]), "");
  }
  if (!frame.dataset.tiles) {
    await outline(map, frame, places.length ? bounds.pad(0.25) : bounds);
  }
  frame.owlMap = { map, layer };
  frame.dataset.ready = "yes";
};

for (const frame of document.querySelectorAll("[data-owl-map]")) {
  draw(frame);
}
