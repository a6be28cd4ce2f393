// The explorer: looks up what Python computed for the studies, method and interval chosen.
// Every number but the number needed to treat comes from the data as it is printed.
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const sections = new Map([...document.querySelectorAll("[data-explorer]")].map((it) => [it.dataset.explorer, it]));
  const explorers = new Map();

  function add(parent, tag, attributes = {}, text) {
    const made = parent.namespaceURI === SVG || tag === "svg" ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return parent.appendChild(made);
  }

  // ---- the number needed to treat: evidence/nnt.py, step by step ----
  function change(measure, effect, risk) {
    if (measure === "RD") return effect;
    if (measure === "RR") return risk * Math.expm1(Math.min(effect, 700));
    const away = Math.exp(-Math.abs(effect)), gain = -Math.expm1(-Math.abs(effect));
    if (effect > 0) return (1 - risk) * ((risk * gain) / ((1 - risk) * away + risk));
    return -risk * (((1 - risk) * gain) / (1 - risk + risk * away));
  }

  function neededText(rd) {
    const people = 1 / Math.abs(rd);
    return Number.isFinite(people) ? `${rd > 0 ? "NNTB" : "NNTH"} ${BigInt(Math.ceil(Number(people.toFixed(9))))}` : "∞";
  }

  function needed(about, [effect, lb, ub], risk, shownRisk) {
    let rd = change(about.measure, effect, risk);
    const beyond = about.measure === "RR" ? risk + rd > 1 : rd < -risk - 1e-9 || rd > 1 - risk + 1e-9;
    if (beyond) return `none: the ${about.name} cannot hold where ${shownRisk} ${about.event}`;
    const raw = [lb, ub].map((end) => change(about.measure, end, risk));
    let ends = raw.map((end) => Math.min(Math.max(end, -risk), 1 - risk));
    const cut = ends.some((end, i) => end !== raw[i]) ? "; a bound is cut off at the limit of a risk" : "";
    if (about.better === "lower") [rd, ends] = [-rd, [-ends[1], -ends[0]]];
    const through = ends[0] < 0 && ends[1] > 0;
    if (through || Math.abs(ends[1]) > Math.abs(ends[0])) ends.reverse();
    return `${neededText(rd)} (${ends.map(neededText).join(through ? " to ∞ to " : " to ")})${cut}`;
  }

  // ---- one explorer: its controls, and what they show ----
  function build(key, data) {
    const [body, said] = [".explorer-body", ".explorer-said"].map((name) => sections.get(key).querySelector(name));
    const own = { studies: data.studies.map((study) => study.on), ...data.chosen, baseline: data.nnt.chosen };
    let state = own;
    body.textContent = "";
    if (data.note) add(body, "p", { class: "explorer-note" }, data.note);

    const form = add(body, "div");
    form.addEventListener("input", read);
    const rows = add(form, "fieldset");
    add(rows, "legend", {}, `Studies (${data.measure}, ${data.level}% CI)`);
    const plots = data.studies.map((study, i) => {
      const row = add(rows, "div", { class: "explorer-row" }), label = add(row, "label");
      const box = add(label, "input", { type: "checkbox", value: study.id });
      add(label, "bdi", {}, study.label);
      add(row, "span", { class: "explorer-number" }, study.text);
      line(strip(row), study.at, data.axis.null);
      return { row, box, study, bit: 1 << i };
    });
    const pooled = add(rows, "div", { class: "explorer-row explorer-pooled" });
    const pooledName = add(pooled, "span"), pooledText = add(pooled, "span", { class: "explorer-number" });
    const picture = add(pooled, "svg", { class: "explorer-strip", role: "img" });
    axis(add(rows, "div", { class: "explorer-row explorer-axis" }), data.axis);

    const buttons = add(form, "p", { class: "explorer-buttons" });
    const button = (name, act) => add(buttons, "button", { type: "button" }, name).addEventListener("click", act);
    button("All", () => choose({ ...state, studies: data.studies.map(() => true) }));
    button("None", () => choose({ ...state, studies: data.studies.map(() => false) }));
    button("The book's choice", () => choose(own));
    button("Copy link", copy);
    const choices = add(form, "p", { class: "explorer-choices" });
    const [method, test] = [select("Spread between studies", data.methods), select("Interval", data.tests)];
    const risk = data.nnt.none ? null : risks();
    const copied = add(form, "p", { class: "explorer-copied", role: "status" });

    const result = add(body, "p", { class: "explorer-result", "aria-live": "polite" });
    const region = add(body, "div", { class: "table-region", role: "region", tabindex: 0, "aria-label": `Numbers of your choice: ${data.title}` });
    const table = add(region, "table", { class: "evidence-table" });
    add(table, "caption", {}, "Numbers of your choice");
    const numbers = add(table, "tbody");
    const by = `by ${data.chosen.method} and ${data.chosen.test}`;
    add(body, "p", { class: "explorer-own" }, `The book's own choice: ${data.own}, ${by}.`);
    show(own);
    return apply;

    function select(name, options) {
      const made = add(add(choices, "label", {}, name), "select");
      for (const [value, text] of Object.entries(options)) add(made, "option", { value }, text);
      return made;
    }

    function risks() {
      const listed = Object.fromEntries(data.nnt.risks.map(([percent, text]) => [`p${percent}`, text]));
      const list = select(`Of a hundred people, how many ${data.nnt.event}`, { ...listed, other: "another share" });
      const label = add(choices, "label", { hidden: "" }, "Share, percent");
      const box = add(label, "input", { type: "number", min: 0.1, max: 99.9, step: "any", inputmode: "decimal" });
      list.addEventListener("change", () => list.value === "other" && box.focus());
      return { list, label, box };
    }

    function read() {
      let baseline = state.baseline;
      if (risk) {
        risk.label.hidden = risk.list.value !== "other";
        if (risk.list.value !== "other") risk.box.value = risk.list.value.slice(1);
        baseline = risk.box.value === "" ? NaN : Number(risk.box.value);
      }
      choose({ studies: plots.map(({ box }) => box.checked), method: method.value, test: test.value, baseline }, true);
    }

    function choose(next, typed) {
      show(next, typed);
      history.replaceState(history.state, "", address());
    }

    function show(next, typed) {
      state = next;
      plots.forEach(({ box, row }, i) => {
        box.checked = state.studies[i];
        row.classList.toggle("explorer-out", !state.studies[i]);
      });
      [method.value, test.value] = [state.method, state.test];
      if (risk && !typed) {
        const listed = data.nnt.risks.some(([percent]) => percent === state.baseline);
        risk.list.value = listed ? `p${state.baseline}` : "other";
        risk.label.hidden = listed;
        risk.box.value = state.baseline;
      }
      said.textContent = copied.textContent = "";
      const chosen = plots.filter(({ box }) => box.checked), found = chosen.length > 1 ? looked(chosen) : null;
      draw(chosen, found);
      tell(chosen, found);
    }

    function looked(chosen) {
      const place = chosen.reduce((sum, { bit }) => sum + bit, -1);
      const ours = data.byMethod[state.method], ends = data.byTest[`${state.method} ${state.test}`];
      const text = (list) => data.texts[list[place]];
      const named = { estimate: text(ours.estimate), ci: text(ends.ci), studies: data.counts[chosen.length - 1] };
      const sentence = data.sentence.replace(/\{(\w+)\}/g, (_, name) => named[name]);
      const printed = { ...named, sentence, pi: text(ends.pi), p: text(ends.p), heterogeneity: text(ours.heterogeneity) };
      const value = ours.yi && [ours.yi[place], ...ends.bounds[place]];
      return { ...printed, value, middle: ours.middle[place], reach: ends.reach[place] };
    }

    function draw(chosen, found) {
      picture.textContent = "";
      const shown = found ? ["Pooled", `${found.estimate} (${found.ci})`] : ["Nothing pooled", ""];
      [pooledName.textContent, pooledText.textContent] = shown;
      const drawn = chosen.map(({ study }) => `${study.label} ${study.text}. `).join("");
      const pool = found ? `Pooled ${found.estimate} (${found.ci}), prediction interval ${found.pi}.` : "Nothing is pooled.";
      add(picture, "title", {}, `Forest plot, ${data.measure}. ${drawn}${pool}`);
      if (found) diamond(picture, found, data.axis.null);
    }

    function tell(chosen, found) {
      const one = chosen.length === 1 ? chosen[0].study : null;
      const nnt = found || one ? treat((found || one).value) : null;
      let words = "No study is ticked, so there is nothing to pool.";
      if (one) words = `Only “${one.label}” is ticked, so nothing is pooled. By itself: ${data.measure} ${one.text}, ${data.level}% CI.`;
      if (found) words = `${chosen.length} of ${plots.length} studies: ${found.sentence}. Prediction interval: ${found.pi}.`;
      result.textContent = nnt && !data.nnt.none ? `${words} Number needed to treat: ${nnt}.` : words;
      const lines = [["number needed to treat", nnt]];
      if (found) lines.unshift(["no effect", found.p], ["heterogeneity", found.heterogeneity]);
      if (found) lines.unshift(["pooled result", found.sentence], ["prediction interval", found.pi]);
      region.hidden = !nnt;
      numbers.textContent = "";
      for (const [name, text] of lines) {
        const row = add(numbers, "tr");
        add(row, "th", { scope: "row" }, name);
        add(row, "td", {}, text);
      }
    }

    function treat(value) {
      if (data.nnt.none) return data.nnt.none;
      if (!(state.baseline > 0 && state.baseline < 100)) return "none: the share must be above 0 and below 100 percent";
      const found = needed(data.nnt, value, state.baseline / 100, `${state.baseline}%`);
      return found.startsWith("none") ? found : `${found}, where ${state.baseline}% ${data.nnt.event}`;
    }

    function address() {
      const ids = data.studies.filter((_, i) => state.studies[i]).map((study) => encodeURIComponent(study.id));
      const parts = [`explore=${key}`, `studies=${ids.join(".")}`, `method=${state.method}`, `test=${state.test}`];
      if (risk && state.baseline) parts.push(`baseline=${state.baseline}`);
      return `#${parts.join("&")}`;
    }

    async function copy() {
      choose(state, true);
      copied.replaceChildren();
      try {
        await navigator.clipboard.writeText(location.href);
        copied.textContent = "The link is copied.";
      } catch {
        add(copied, "input", { readonly: "", "aria-label": "Link to this choice", value: location.href }).select();
      }
    }

    // What an address asks for; what this page does not have is named, and the book's choice stands.
    function apply(asked) {
      const next = { ...own }, wrong = [];
      const ids = asked.has("studies") ? asked.get("studies").split(".").filter(Boolean) : null;
      const unknown = (ids || []).filter((id) => !data.studies.some((study) => study.id === id));
      if (unknown.length) wrong.push(`the study “${unknown.join("”, “")}”`);
      else if (ids) next.studies = data.studies.map((study) => ids.includes(study.id));
      for (const [name, known] of [["method", data.methods], ["test", data.tests]]) {
        const value = asked.get(name);
        if (value !== null && !Object.hasOwn(known, value)) wrong.push(`the ${name} “${value}”`);
        else if (value !== null) next[name] = value;
      }
      const percent = asked.get("baseline");
      const fits = risk && /^[\d.]+$/.test(percent) && percent > 0 && percent < 100;
      if (fits) next.baseline = Number(percent);
      else if (percent !== null) wrong.push(`a baseline risk of “${percent}” percent`);
      show(next);
      const names = `The address names what this page does not have: ${wrong.join("; ")}.`;
      if (wrong.length) said.textContent = `${names} The book's own choice is shown instead.`;
    }
  }

  // ---- drawing: places are thousandths of the width ----
  const share = (at) => `${at / 10}%`;
  const strip = (parent) => add(parent, "svg", { class: "explorer-strip", "aria-hidden": "true" });
  const within = (at) => Math.min(Math.max(at, 0), 1000);

  function ends(svg, low, high, y, name) {
    add(svg, "line", { class: name, x1: share(within(low)), x2: share(within(high)), y1: y, y2: y });
    const off = [[low < 0, 0, "7,-4 0,0 7,4"], [high > 1000, 1000, "-7,-4 0,0 -7,4"]];
    for (const [beyond, at, points] of off)
      if (beyond) add(add(svg, "svg", { x: share(at), y, overflow: "visible" }), "polyline", { class: name, points });
  }

  function zero(svg, [at]) {
    if (at !== undefined) add(svg, "line", { class: "explorer-null", x1: share(at), x2: share(at), y2: "100%" });
  }

  function line(svg, [middle, low, high], places) {
    zero(svg, places);
    ends(svg, low, high, 10, "explorer-line");
    add(svg, "rect", { x: share(within(middle)), y: 6, width: 8, height: 8, transform: "translate(-4 0)" });
  }

  function diamond(svg, { middle, reach: [low, high, least, most] }, places) {
    zero(svg, places);
    const stretched = add(svg, "svg", { viewBox: "0 0 1000 20", preserveAspectRatio: "none", height: 20, width: "100%" });
    add(stretched, "polygon", { points: `${within(low)},10 ${within(middle)},3 ${within(high)},10 ${within(middle)},17` });
    ends(svg, low, high, 10, "explorer-ends");
    if (least !== null) ends(svg, least, most, 24, "explorer-prediction");
  }

  function axis(row, { ticks, name, favours }) {
    const svg = strip(row);
    add(svg, "line", { class: "explorer-line", x1: 0, x2: "100%", y1: 1, y2: 1 });
    for (const [at, text] of ticks) {
      add(svg, "line", { class: "explorer-line", x1: share(at), x2: share(at), y1: 1, y2: 5 });
      add(svg, "text", { x: share(at), y: 18, "text-anchor": "middle" }, text);
    }
    add(row, "span", {}, favours ? `${name}: ← ${favours[0]} | ${favours[1]} →` : name);
  }

  // ---- opening: the data load only now ----
  const asked = () => new URLSearchParams(location.hash.slice(1));

  window.bookExplorer = (key, data) => {
    explorers.set(key, build(key, data));
    if (asked().get("explore") === key) follow();
  };

  function load(key) {
    const body = sections.get(key).querySelector(".explorer-body");
    if (body.hasChildNodes()) return;
    add(body, "p", {}, "Loading …");
    const script = add(document.head, "script", { src: sections.get(key).dataset.file });
    const failed = "The data could not be loaded. The figure and the numbers above hold the book's own choice.";
    script.addEventListener("error", () => (body.textContent = failed));
  }

  function follow() {
    if (!location.hash.startsWith("#explore=")) return;
    const wanted = asked(), key = wanted.get("explore"), section = sections.get(key) || [...sections.values()][0];
    const unknown = `The address asks to explore “${key}”, which this page does not have.`;
    if (!sections.has(key)) section.querySelector(".explorer-said").textContent = unknown;
    else if (!explorers.has(key)) section.querySelector("details").open = true;
    else explorers.get(key)(wanted);
    section.scrollIntoView();
  }

  sections.forEach((section, key) => {
    const details = section.querySelector("details");
    details.hidden = false;
    details.addEventListener("toggle", () => details.open && load(key));
  });
  addEventListener("hashchange", follow);
  follow();
})();
