// The shell of a page: colour mode, search, chapters on a phone, the section that is read, what
// lies beside the screen. The theme's own script does the like, but measures every block of
// code and every table before a phone may scroll: a second and more on these pages.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const narrow = matchMedia("(max-width: 959.98px)");

  // The colour mode: as the system, or what the reader chose; the button tells which.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const words = { auto: "as your system", light: "light", dark: "dark" };
  function setMode(mode) {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
    all(".theme-switch-button").forEach((button) => {
      button.title = `Colour mode: ${words[mode]}`;
      button.setAttribute("aria-label", button.title);
    });
  }
  function nextMode() {
    const order = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
    const mode = order[(order.indexOf(root.dataset.mode) + 1) % order.length];
    try {
      localStorage.setItem("mode", mode);
    } catch {
      // Storage is refused to some files; the mode then holds for this page.
    }
    setMode(mode);
  }
  setMode(root.dataset.mode in words ? root.dataset.mode : "auto");
  dark.addEventListener("change", () => setMode(root.dataset.mode));
  all(".theme-switch-button").forEach((button) => button.addEventListener("click", nextMode));

  // A dialog closes on a click beside it; Escape and the focus are the browser's affair,
  // were it not for Sphinx, which takes Escape for itself.
  function closeBeside(dialog) {
    dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
    dialog.addEventListener("click", (event) => {
      const box = dialog.getBoundingClientRect();
      const inside =
        box.left <= event.clientX && event.clientX <= box.right && box.top <= event.clientY && event.clientY <= box.bottom;
      if (event.target === dialog && !inside) dialog.close();
    });
  }

  // Search: the field of the search page, else a dialog that sends to that page.
  const field = document.querySelector(".bd-search-container form.bd-search input");
  const search = document.getElementById("pst-search-dialog");
  function openSearch() {
    if (field) {
      field.focus();
      field.select();
    } else if (search.open) search.close();
    else search.showModal();
  }
  closeBeside(search);
  all(".search-button__button").forEach((button) => button.addEventListener("click", openSearch));
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    openSearch();
  });
  if (/^(Mac|iP)/.test(navigator.platform)) all(".kbd-shortcut__modifier").forEach((key) => (key.textContent = "⌘"));
  if (field) openSearch();

  // On a narrow screen a side bar moves into a dialog, and back when that closes.
  function move(from, to) {
    to.append(...from.childNodes);
    to.classList.add(...from.classList);
    from.className = "";
  }
  ["primary", "secondary"].forEach((name) => {
    const button = document.querySelector(`.${name}-toggle`);
    const bar = document.getElementById(`pst-${name}-sidebar`);
    const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
    if (!button || !bar || !dialog) return;
    dialog.setAttribute("aria-label", button.getAttribute("aria-label"));
    button.addEventListener("click", () => {
      move(bar, dialog);
      dialog.showModal();
    });
    dialog.addEventListener("close", () => move(dialog, bar));
    // A link to another part of this page loads no page that would close it.
    dialog.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
    narrow.addEventListener("change", () => dialog.open && dialog.close());
    closeBeside(dialog);
  });

  // The section that is read, in the list of contents.
  const entries = new Map();
  all("#pst-page-toc-nav a").forEach((link) => {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const heading = section && section.querySelector("h1, h2, h3, h4");
    if (heading) entries.set(heading, link);
  });
  const read = new IntersectionObserver(
    (seen) => {
      const last = seen.filter((entry) => entry.isIntersecting).pop();
      if (!last) return;
      entries.forEach((link, heading) => {
        link.classList.toggle("active", heading === last.target);
        if (heading === last.target) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    },
    { rootMargin: "0px 0px -70% 0px" },
  );
  entries.forEach((_, heading) => read.observe(heading));

  // A block that goes on beside the screen shows it, and can be scrolled by keyboard.
  const wide = ".table-region, .cell_output > .output, .pst-scrollable-table-container, .book-inputs-table, div.math";
  function cue(region) {
    const left = region.scrollLeft;
    const hidden = region.scrollWidth - region.clientWidth;
    region.classList.toggle("more-left", left > 1);
    region.classList.toggle("more-right", left < hidden - 1);
    if (!region.hasAttribute("tabindex") && hidden > 1) region.tabIndex = 0;
  }
  const resized = new ResizeObserver((seen) => seen.forEach((entry) => cue(entry.target)));
  all(wide).forEach((region) => {
    resized.observe(region);
    region.addEventListener("scroll", () => cue(region), { passive: true });
  });

  // The way back up.
  const up = document.getElementById("pst-back-to-top");
  if (up) {
    addEventListener("scroll", () => up.classList.toggle("shown", scrollY > innerHeight), { passive: true });
    up.addEventListener("click", () => {
      scrollTo({ top: 0 });
      document.querySelector("#pst-skip-link a").focus({ preventScroll: true });
    });
  }

  // Sphinx would hide the marks of found words by a script in an address, which the policy refuses.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#searchbox a")) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });
})();
