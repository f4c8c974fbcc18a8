// A chart above its table: <div data-owl-chart="addresses of JSON" hidden>; each answers {unit, series: [{label, unit, times: [seconds], values}]}.
// Drag to zoom, double click to see everything again; the legend follows the pointer.

const COLOURS = ["--kern-color-action-default", "--kern-color-feedback-danger", "--kern-color-feedback-success", "--kern-color-feedback-warning", "--kern-color-feedback-info", "--kern-color-action-visited"];
const DASHES = [[], [8, 4], [2, 3], [10, 4, 2, 4], [4, 4], [14, 4]];
const HEIGHT = 320;

// English as it is read in Europe: days before months, hours up to 24.
const spoken = () => (document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "currentColor";

const axes = (unit) => {
  const stroke = colour("--kern-color-layout-text-default");
  const font = `14px ${getComputedStyle(document.body).fontFamily}`;
  const grid = { stroke: colour("--kern-color-layout-border"), width: 0.5 };
  const axis = { stroke, font, grid, ticks: grid };
  return [{ ...axis, values: dates(), space: 72 }, { ...axis, label: unit, labelFont: font, size: 64 }];
};

// Dates as the page's language writes them, in the region's time: days where a step is long, else hours.
const dates = () => {
  const language = spoken();
  const zone = { timeZone: "Europe/Berlin" };
  const day = new Intl.DateTimeFormat(language, { ...zone, day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(language, { ...zone, hour: "2-digit", minute: "2-digit" });
  return (plot, splits, index, space, step) => {
    let before = "";
    return splits.map((seconds) => {
      const date = day.format(new Date(seconds * 1000));
      const first = date !== before;
      before = date;
      const time = step >= 86400 ? "" : hour.format(new Date(seconds * 1000));
      return time && first ? `${time}\n${date}` : time || date;
    });
  };
};

// A value between two gaps makes no line: it is drawn as a point.
const alone = (plot, series, shown) => {
  const values = plot.data[series];
  const at = (index, step) => {
    let next = index + step;
    while (values[next] === undefined && next >= 0 && next < values.length) {
      next += step;
    }
    return values[next];
  };
  const all = [...values.keys()].filter((index) => values[index] != null);
  return shown ? all : all.filter((index) => at(index, -1) == null && at(index, 1) == null);
};

const options = (frame, unit, lines) => {
  const language = spoken();
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Berlin" });
  return {
    width: frame.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Europe/Berlin"),
    axes: axes(unit),
    cursor: { drag: { x: true, y: false } },
    series: [
      { label: frame.dataset.time, value: (plot, seconds) => (seconds == null ? "–" : moment.format(new Date(seconds * 1000))) },
      ...lines.map((line, index) => ({
        label: line.label,
        stroke: colour(COLOURS[index % COLOURS.length]),
        dash: DASHES[index % DASHES.length],
        width: 2,
        points: { size: 6, filter: alone },
        value: (plot, value) => (value == null ? "–" : `${number.format(value)} ${line.unit}`),
      })),
    ],
  };
};

const load = async (address) => {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).series : [];
};

const draw = async (frame) => {
  const lines = (await Promise.all(frame.dataset.owlChart.trim().split(/\s+/).map(load))).flat();
  if (!lines.length) {
    return;
  }
  frame.hidden = false;
  const columns = uPlot.join(lines.map((line) => [line.times, line.values]));
  const plot = new uPlot(options(frame, lines[0].unit, lines), columns, frame);
  plot.root.querySelector("canvas").setAttribute("aria-hidden", "true");
  const hint = document.createElement("p");
  hint.className = "owl-muted owl-small";
  hint.textContent = frame.dataset.hint || "";
  frame.append(hint);
  new ResizeObserver(() => plot.setSize({ width: frame.clientWidth, height: HEIGHT })).observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
  frame.dataset.ready = "yes";
};

for (const frame of document.querySelectorAll("[data-owl-chart]")) {
  draw(frame);
}
