// Sensors to touch: asks once a second for one tiny answer that all viewers share; an unchanged one comes as 304.

const board = document.querySelector("[data-owl-live]");
const state = document.querySelector("[data-owl-live-state]");
const EVERY = 1000;
const seen = new Map();

const number = (value) =>
  value == null
    ? "–"
    : new Intl.NumberFormat(document.documentElement.lang, {
        minimumFractionDigits: Math.abs(value) >= 100 ? 0 : 1,
        maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 1,
        useGrouping: false,
      }).format(value);

const show = ({ id, value, time }) => {
  const card = board.querySelector(`[data-stream="${id}"]`);
  if (!card) {
    return;
  }
  card.querySelector("[data-value]").textContent = number(value);
  const known = seen.get(id);
  if (known !== undefined && known !== time) {
    card.classList.remove("owl-board--new");
    requestAnimationFrame(() => card.classList.add("owl-board--new"));
  }
  seen.set(id, time);
};

// In seconds while it is of this moment, else in the largest unit: nobody reads millions of seconds.
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang);

const since = (seconds) => {
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) || [];
  return unit ? ago.format(-Math.floor(seconds / size), unit) : board.dataset.ago.replace("{seconds}", Math.max(0, seconds));
};

const age = () => {
  for (const [id, time] of seen) {
    const line = board.querySelector(`[data-stream="${id}"] [data-age]`);
    if (line && time != null) {
      line.textContent = since(Math.round(Date.now() / 1000 - time));
    }
  }
};

const ask = async () => {
  try {
    const answer = await fetch(board.dataset.owlLive, { cache: "no-cache", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    (await answer.json()).values.forEach(show);
    state.textContent = "";
    age();
  } catch {
    state.textContent = board.dataset.lost;
  }
  setTimeout(ask, document.hidden ? 10 * EVERY : EVERY);
};

ask();
