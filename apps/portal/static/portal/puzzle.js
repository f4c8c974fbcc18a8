// Does the proof of work that ALTCHA asks for, so that nobody has to do a sum. Without it the sum stays.
const puzzle = JSON.parse(document.getElementById("puzzle").textContent);
const field = document.querySelector("input[name=altcha]");
const sum = document.querySelector("[data-desk-sum]");
const told = document.querySelector("[data-desk-proof]");
// The browser hashes beside the page: waiting for one number after another takes several times as long.
const AT_ONCE = 500;

const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function solve() {
  const words = new TextEncoder();
  const most = puzzle.max_number ?? puzzle.maxnumber ?? 100000;
  const hash = (number) => crypto.subtle.digest("SHA-256", words.encode(puzzle.salt + number));
  for (let first = 0; first <= most; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, most + 1 - first) }, (_, index) => first + index);
    const digests = await Promise.all(numbers.map(hash));
    const found = digests.findIndex((digest) => hex(digest) === puzzle.challenge);
    if (found >= 0) {
      return numbers[found];
    }
  }
  return null;
}

// Whoever sends before the work is done waits for it, instead of being asked for a sum that nobody has shown them.
function hold(form) {
  let pressed = null;
  const wait = (event) => {
    if (event.submitter?.value === "back") {
      return;
    }
    event.preventDefault();
    pressed = event.submitter;
    told.textContent = told.dataset.wait;
  };
  form.addEventListener("submit", wait);
  return (solved) => {
    form.removeEventListener("submit", wait);
    told.textContent = "";
    if (pressed && solved) {
      form.requestSubmit(pressed);
    }
  };
}

// Browsers offer the hash only to pages that came over TLS or from this machine.
if (field && sum && globalThis.crypto?.subtle && !sum.querySelector(".kern-error")) {
  sum.hidden = true;
  const release = hold(field.form);
  const started = performance.now();
  const number = await solve().catch(() => null);
  if (number === null) {
    sum.hidden = false;
  } else {
    const { algorithm, challenge, salt, signature } = puzzle;
    const took = Math.round(performance.now() - started);
    field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature, took }));
  }
  release(number !== null);
}
