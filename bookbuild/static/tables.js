// Sorting and searching for every table of evidence. Without it the tables are plain, with all rows.
"use strict";
(() => {
  const SORTED_FROM = 6;
  const SEARCHED_FROM = 8;
  const ORDERS = { none: "ascending", ascending: "descending", descending: "none" };
  const collator = new Intl.Collator(document.documentElement.lang || "en", { numeric: true });
  // The first number of "12%", "1,234", "−0.40 (−0.51 to −0.29)", "p < 0.001", "3/12"; not of "5-HT".
  const NUMBER =
    /^(?:p\s*)?[([]?\s*([<>≤≥=≈]?)\s*([-+−]?)\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+|∞)(?:e([-+]?\d+))?(?=$|[\s%,;:)\]–]|\/\d)/i;
  const EMPTY = /^[–—-]?$/;
  const searched = new Map();
  let made = 0;

  function element(tag, attributes = {}, ...children) {
    const it = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => it.setAttribute(name, value));
    it.append(...children);
    return it;
  }

  function text(cell) {
    if (!cell) return "";
    const link = cell.querySelector(".row-link");
    const all = cell.textContent.trim();
    return link ? all.slice(0, all.length - link.textContent.length).trim() : all;
  }

  function number(said) {
    const found = NUMBER.exec(said);
    if (!found) return null;
    const [, bound, sign, digits, power] = found;
    const size = digits === "∞" ? Infinity : Number(digits.replaceAll(",", "")) * 10 ** (power || 0);
    // "< 0.001" comes before 0.001, "> 5" after 5.
    return [sign === "-" || sign === "−" ? -size : size, { "<": -1, ">": 1 }[bound] || 0];
  }

  // What a column is sorted by: numbers before words where most cells are numbers, else words.
  function keys(rows, column) {
    const said = rows.map((row) => text(row.cells[column]));
    const numbers = said.map(number);
    const filled = said.filter((each) => !EMPTY.test(each)).length;
    const numeric = 2 * numbers.filter(Boolean).length > filled;
    return said.map((each, i) => ({
      words: each,
      empty: EMPTY.test(each),
      number: numeric ? numbers[i] : null,
    }));
  }

  function compare(a, b) {
    if (a.number && b.number) return Math.sign(a.number[0] - b.number[0]) || a.number[1] - b.number[1];
    if (a.number || b.number) return a.number ? -1 : 1;
    return collator.compare(a.words, b.words);
  }

  // Rows that are alike keep their order, and empty cells stand last in either direction.
  function ordered(rows, column, order) {
    if (order === "none") return rows;
    const turn = order === "ascending" ? 1 : -1;
    const known = keys(rows, column);
    return rows
      .map((row, i) => i)
      .sort((i, j) => known[i].empty - known[j].empty || turn * compare(known[i], known[j]) || i - j)
      .map((i) => rows[i]);
  }

  function sortable(table, rows, say) {
    const headers = [...table.tHead.rows[0].cells];
    headers.forEach((header, column) => {
      const button = element("button", { type: "button", class: "sort" });
      button.append(...header.childNodes);
      header.append(button);
      button.addEventListener("click", () => {
        const order = ORDERS[header.getAttribute("aria-sort") || "none"];
        headers.forEach((each) => each.removeAttribute("aria-sort"));
        if (order !== "none") header.setAttribute("aria-sort", order);
        table.tBodies[0].append(...ordered(rows, column, order));
        const name = button.textContent.trim();
        say(order === "none" ? "in the first order" : `sorted by ${name}, ${order}`);
      });
    });
  }

  function newForm(caption) {
    const id = `table-search-${(made += 1)}`;
    const hidden = element("span", { class: "table-name" }, `: ${caption}`);
    const label = element("label", { for: id }, "Search this table", hidden);
    const field = element("input", { type: "search", name: "words", autocomplete: "off", id });
    const status = element("p", { role: "status" });
    return element("form", { class: "table-search" }, label, field, status);
  }

  // A form may bring choices of its own: each is the name of a data- attribute of the rows.
  function searchable(form, region, rows, noun, status) {
    const choices = [...form.querySelectorAll("select")];
    let texts;
    let waiting;

    function show() {
      const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
      // Not before somebody searches: to read every cell takes a phone a quarter of a second.
      if (words.length) texts ||= rows.map((row) => [...row.cells].map(text).join(" ").toLowerCase());
      let count = 0;
      rows.forEach((row, i) => {
        const fits =
          choices.every((choice) => !choice.value || row.dataset[choice.name] === choice.value) &&
          words.every((word) => texts[i].includes(word));
        row.hidden = !fits;
        count += fits;
      });
      status.textContent = count
        ? `${count} of ${rows.length} ${noun} shown`
        : `None of the ${rows.length} ${noun} fits this choice`;
    }

    function soon(delay) {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        show();
        region.scrollTop = 0;
      }, delay);
    }

    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => soon(200));
    form.addEventListener("reset", () => soon(0));
    searched.set(region, {
      show,
      clear() {
        clearTimeout(waiting);
        [form.elements.words, ...choices].forEach((field) => (field.value = ""));
        show();
      },
    });
  }

  function prepare(table) {
    const region = table.closest(".table-region") || table;
    const rows = table.tBodies.length === 1 && table.tHead ? [...table.tBodies[0].rows] : [];
    const merged = [...table.querySelectorAll("[colspan], [rowspan]")].length;
    if (rows.length < SORTED_FROM || table.tHead.rows.length !== 1 || merged) return;
    const own = region.parentElement.matches("[data-table]") && region.parentElement.querySelector("form");
    const form = own || newForm(table.caption ? table.caption.textContent : "");
    const status = form.querySelector("[role=status]");
    const noun = region.parentElement.dataset.table || "rows";
    if (!own && rows.length < SEARCHED_FROM) {
      status.className = "table-name";
      region.before(status);
    } else if (!own) region.before(form);
    sortable(table, rows, (said) => (status.textContent = `${rows.length} ${noun}, ${said}`));
    if (own || rows.length >= SEARCHED_FROM) searchable(form, region, rows, noun, status);
  }

  // A link to a row that a search hides shows all rows again.
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const row = target && target.closest("tr");
    if (!row) return;
    if (row.hidden) searched.get(row.closest(".table-region"))?.clear();
    row.scrollIntoView();
  }

  document.querySelectorAll("table.evidence-table:not([data-plain])").forEach(prepare);
  addEventListener("hashchange", follow);
  addEventListener("pageshow", () => {
    // A browser that comes back to the page fills the fields in again.
    searched.forEach((each) => each.show());
    follow();
  });
})();
