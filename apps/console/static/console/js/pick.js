// A pin of the map ticks its datastreams in the list; without scripts the list alone does the same.
const help = document.getElementById("pick-help");
const form = document.getElementById("pick");

const boxes = (key) => key.trim().split(" ").map((id) => form.querySelector(`input[name="datastream"][value="${id}"]`)).filter(Boolean);

const connect = (layer) => {
  help.hidden = false;
  layer.eachLayer((marker) => {
    marker.on("click", () => {
      const list = boxes(marker.key || "");
      const tick = !list.every((box) => box.checked);
      for (const box of list) {
        box.checked = tick;
      }
      const pin = marker.getElement();
      if (pin) {
        pin.textContent = tick ? "✓" : "+";
      }
    });
  });
};

const frame = document.querySelector("[data-owl-map]");
const wait = () => (frame.owlMap ? connect(frame.owlMap.layer) : requestAnimationFrame(wait));
if (frame) {
  wait();
}
