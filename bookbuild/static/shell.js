// What the theme leaves undone: names that tell a state, the way back up, what lies beside the screen.
"use strict";
(() => {
  const root = document.documentElement;
  const modes = { auto: "as your system", light: "light", dark: "dark" };
  const switches = [...document.querySelectorAll(".theme-switch-button")];

  function nameMode() {
    const name = `Colour mode: ${modes[root.dataset.mode] || modes.auto}`;
    switches.forEach((button) => {
      button.title = name;
      button.setAttribute("aria-label", name);
    });
  }
  nameMode();
  new MutationObserver(nameMode).observe(root, { attributeFilter: ["data-mode"] });

  const up = document.getElementById("pst-back-to-top");
  if (up) {
    addEventListener("scroll", () => up.classList.toggle("shown", scrollY > innerHeight), { passive: true });
    up.addEventListener("click", () => {
      scrollTo({ top: 0 });
      document.querySelector("#pst-skip-link a").focus({ preventScroll: true });
    });
  }

  // A table that goes on beside the screen shows it; its region can be reached by keyboard.
  const wide = ".table-region, .cell_output .output.text_html, .pst-scrollable-table-container, .book-inputs-table";
  const regions = [...document.querySelectorAll(wide)];
  function cue(region) {
    const left = region.scrollLeft;
    region.classList.toggle("more-left", left > 1);
    region.classList.toggle("more-right", left + region.clientWidth < region.scrollWidth - 1);
  }
  const resized = new ResizeObserver((entries) => entries.forEach((entry) => cue(entry.target)));
  regions.forEach((region) => {
    resized.observe(region);
    region.addEventListener("scroll", () => cue(region), { passive: true });
  });

  // Sphinx would hide the marks of found words by a script in an address, which the policy refuses.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#searchbox a")) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });

  const field = document.querySelector(".bd-search-container form.bd-search input");
  if (field) {
    field.focus();
    field.select();
  }
})();
