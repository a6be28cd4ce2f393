// The search of the claims table. Without it every row is shown.
"use strict";
(() => {
  const box = document.querySelector("[data-claims]");
  const form = box && box.querySelector("form");
  if (!form) return;
  const rows = [...box.querySelectorAll("tbody tr")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const status = form.querySelector("[role=status]");
  const region = box.querySelector("[role=region]");
  const names = ["review", "verdict", "kind"];
  let waiting;

  function show() {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits =
        names.every((name) => !form.elements[name].value || row.dataset[name] === form.elements[name].value) &&
        words.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      count += fits;
    });
    status.textContent = count ? `${count} of ${rows.length} claims shown` : "No claim fits this choice";
  }

  function soon(delay) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      show();
      region.scrollTop = 0;
    }, delay);
  }

  // A link to a claim that the filters hide shows all claims again.
  function follow() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row || !rows.includes(row)) return;
    if (row.hidden) {
      clearTimeout(waiting);
      ["words", ...names].forEach((name) => (form.elements[name].value = ""));
      show();
    }
    row.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => soon(200));
  form.addEventListener("reset", () => soon(0));
  addEventListener("hashchange", follow);
  addEventListener("pageshow", () => {
    show();
    follow();
  });
})();
