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

const STEPS = [0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2, 3, -3]; // a name moves by parts of its own size

const overlap = (a, b) =>
  Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

const around = (x, y, w, h) => ({ x: x - 2, y: y - 2, w: w + 4, h: h + 4 });

// What a name must not lie on: pins, and the map's own buttons and notes.
const taken = (map, frame, layer) => {
  const edge = frame.getBoundingClientRect();
  const controls = [...frame.querySelectorAll(".leaflet-control")].map((one) => {
    const box = one.getBoundingClientRect();
    return around(box.left - edge.left - frame.clientLeft, box.top - edge.top - frame.clientTop, box.width, box.height);
  });
  const pinned = layer.getLayers().map((marker) => {
    const at = map.latLngToContainerPoint(marker.getLatLng());
    const { offsetWidth, offsetHeight } = marker.getElement();
    return around(at.x, at.y, offsetWidth, offsetHeight);
  });
  return [...controls, ...pinned];
};

// Where the name of a city may stand: inside it and near its middle before outside and far.
const seats = (map, name) => {
  const { offsetWidth: w, offsetHeight: h } = name.getTooltip().getElement();
  const middle = map.latLngToContainerPoint(name.getTooltip().getLatLng());
  const [north, south] = [name.getBounds().getNorthWest(), name.getBounds().getSouthEast()].map((at) => map.latLngToContainerPoint(at));
  const places = STEPS.flatMap((down) => STEPS.map((right) => ({ dx: right * w * 0.5, dy: down * h })));
  const far = ({ dx, dy }) => {
    const inside = middle.x + dx > north.x && middle.x + dx < south.x && middle.y + dy > north.y && middle.y + dy < south.y;
    return Math.hypot(dx, dy) + (inside ? 0 : 1000);
  };
  const sorted = places.sort((a, b) => far(a) - far(b));
  return sorted.map(({ dx, dy }) => ({ dx, dy, x: middle.x + dx - w / 2, y: middle.y + dy - h / 2, w, h }));
};

// Moves the names of cities away from what would cover them, this city's name first.
const keepReadable = (map, frame, layer, names) => {
  const full = taken(map, frame, layer);
  const size = { x: 0, y: 0, w: frame.clientWidth, h: frame.clientHeight };
  for (const name of names) {
    const covered = (seat) => full.reduce((sum, other) => sum + overlap(seat, other), seat.w * seat.h - overlap(seat, size));
    const free = seats(map, name).find((seat) => covered(seat) < 1);
    const tooltip = name.getTooltip();
    tooltip.setOpacity(free ? 1 : 0); // better no name than half a one at the edge
    if (free) {
      tooltip.options.offset = L.point(free.dx, free.dy);
      tooltip.update();
      full.push(free);
    }
  }
};

// Draws the outline and returns the cities with their names, this one first; what to show of it: the places, and the city around them, or the map would be pins on white.
const outline = async (map, frame, bounds) => {
  const answer = await fetch(frame.dataset.outline);
  const here = frame.dataset.city;
  const names = [];
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
        names[properties.slug === here ? "unshift" : "push"](layer);
      }
    },
  }).addTo(map);
  if (bounds.isValid()) {
    map.fitBounds(bounds, { maxZoom: 12.5 });
  }
  return names;
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
    const names = await outline(map, frame, places.length ? bounds.pad(0.25) : bounds);
    const settle = () => keepReadable(map, frame, layer, names);
    map.on("zoomend moveend resize", settle);
    settle();
    document.fonts.ready.then(settle); // other letters are of another width
  }
  frame.owlMap = { map, layer };
  frame.dataset.ready = "yes";
};

for (const frame of document.querySelectorAll("[data-owl-map]")) {
  draw(frame);
}
