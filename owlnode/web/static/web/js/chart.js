// A chart above its table: <div data-owl-chart="address of JSON" hidden>; the JSON is {title, unit, times: [seconds], series: [{label, values}]}.
// Drag to zoom, double click to see everything again; the legend follows the pointer.

const COLOURS = ["--kern-color-action-default", "--kern-color-feedback-danger", "--kern-color-feedback-success", "--kern-color-feedback-warning", "--kern-color-feedback-info", "--kern-color-action-visited"];
const DASHES = [[], [8, 4], [2, 3], [10, 4, 2, 4], [4, 4], [14, 4]];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "currentColor";

const axes = (unit) => {
  const stroke = colour("--kern-color-layout-text-default");
  const grid = { stroke: colour("--kern-color-layout-border"), width: 0.5 };
  return [{ stroke, grid, ticks: grid }, { stroke, grid, ticks: grid, label: unit, size: 64 }];
};

const options = (frame, data) => {
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Berlin" });
  return {
    width: frame.clientWidth,
    height: 320,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Europe/Berlin"),
    axes: axes(data.unit),
    cursor: { drag: { x: true, y: false } },
    series: [
      { label: frame.dataset.time, value: (plot, seconds) => (seconds == null ? "–" : day.format(new Date(seconds * 1000))) },
      ...data.series.map((line, index) => ({
        label: line.label,
        stroke: colour(COLOURS[index % COLOURS.length]),
        dash: DASHES[index % DASHES.length],
        width: 2,
        spanGaps: false,
        value: (plot, value) => (value == null ? "–" : `${number.format(value)} ${data.unit}`),
      })),
    ],
  };
};

const draw = async (frame) => {
  const answer = await fetch(frame.dataset.owlChart, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    return;
  }
  const data = await answer.json();
  frame.hidden = false;
  const columns = [data.times, ...data.series.map((line) => line.values)];
  const plot = new uPlot(options(frame, data), columns, frame);
  new ResizeObserver(() => plot.setSize({ width: frame.clientWidth, height: 320 })).observe(frame);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
  frame.dataset.ready = "yes";
};

for (const frame of document.querySelectorAll("[data-owl-chart]")) {
  draw(frame);
}
