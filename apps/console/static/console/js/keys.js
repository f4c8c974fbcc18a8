// Says in words why a key did not work: allauth's script writes that into the browser's log, where nobody looks.
(function () {
  const troubles = () => Array.from(document.querySelectorAll("#key-trouble [data-trouble]"));

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const name = event.detail.exception.name;
    const known = troubles().find((one) => one.dataset.trouble.split(" ").includes(name));
    const shown = known || troubles().find((one) => one.dataset.trouble === "");
    troubles().forEach((one) => { one.hidden = one !== shown; });
  });

  // Enter in a field of such a form would send it without the key's answer: it asks the key instead.
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button[data-key]");
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
})();
