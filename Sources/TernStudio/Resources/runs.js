// The view of runs: watched while they are trained, side by side; one of them explored.
import { button, choice, copies, group, guide, key, make, short, tableBox, tableHead } from "./controls.js";
import { Plot, color, dashes, rangeOf, series } from "./plot.js";
import { explorer } from "./runs-explore.js";
import { steps as guideSteps } from "./runs-guide.js";

/** `runs`: what stands side by side, as names with commas; "": the newest. `run`: what is explored; "": the first of them. */
export const defaults = {
  runs: "", quantity: "loss", log: false, run: "", target: 0, sample: -1, part: 0, cell: "", predicted: false,
};

export const whole = ["target", "sample", "part"];

const most = 6;

/** A name from an address, which may be damaged. */
const decoded = text => { try { return decodeURIComponent(text); } catch { return ""; } };

export const open = async page => {
  let state = structuredClone(defaults), known = await page.ask("list"), states = new Map(), timer = null, isClosed = false, isBusy = false, trouble = "";
  // Fits whose folder went as their model was written: the page keeps what it has seen of them.
  const ended = new Map();

  const chosen = () => {
    const there = new Set(known.runs.map(r => r.id)), named = state.runs.split(",").filter(Boolean).map(decoded).filter(id => there.has(id));
    return named.length ? named.slice(0, most) : known.runs.slice(0, 1).map(r => r.id);
  };
  const explored = () => known.runs.some(r => r.id === state.run) ? state.run : chosen()[0] ?? "";
  const put = part => { Object.assign(state, part); page.save(state); };

  // ---- Watching: what has changed is asked for each second.

  let rounds = 0, seen = "";
  const watch = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      if (rounds++ % 3 === 0) {
        const found = await page.ask("list");
        for (const run of found.runs) ended.delete(run.id);
        for (const one of states.values()) {
          if (one.kind !== "fit" || ended.has(one.id) || found.runs.some(r => r.id === one.id)) continue;
          if (!(await page.ask("ended", { run: one.id, began: one.began ?? 0 })).hasModel) continue;
          ended.set(one.id, { ...one, status: "finished", sentence: `finished; ${one.leaves}; the epochs are those that were seen here` });
          note.hidden = true;
        }
        for (const one of ended.values()) {
          states.set(one.id, one);
          found.runs.unshift({ id: one.id, title: one.title, status: one.status });
        }
        known = found;
        const there = new Set(known.runs.map(r => r.id)), gone = [...states.values()].filter(s => !there.has(s.id));
        for (const one of gone) states.delete(one.id);
        if (gone.length) tell(`${gone.map(s => s.title).join(", ")}: the folder is not there any more.`);
        list();
      }
      const all = chosen(), runs = all.filter(id => !ended.has(id)), stamps = Object.fromEntries(runs.filter(id => states.has(id)).map(id => [id, states.get(id).stamp]));
      const changed = runs.length ? await page.ask("watch", { runs, known: stamps }) : [];
      for (const one of changed) states.set(one.id, one);
      const now = all.map(id => id + ended.has(id)).join();
      if (changed.length || seen !== now) { seen = now; draw(); }
      lookInto();
      trouble = "";
    } catch (error) {
      // A run may have gone: what there is is asked for next.
      rounds = 0;
      if (trouble === error.message && error.message !== note.textContent) tell(error.message);
      trouble = error.message;
    }
    isBusy = false;
  };
  /** Shows the fields of the run that is explored, where they are other ones. */
  const lookInto = () => {
    const id = explored(), now = states.get(id)?.status ?? known.runs.find(r => r.id === id)?.status;
    // Checkpoints come every ten seconds.
    if (id !== shownRun || now !== shownStatus || (now === "training" && rounds % 5 === 0)) {
      [shownRun, shownStatus] = [id, now];
      heading.textContent = id && !ended.has(id) ? `Explore ${known.runs.find(r => r.id === id)?.title ?? id}` : "";
      explore.show(ended.has(id) ? "" : id);
    }
  };
  const tell = text => {
    note.textContent = text;
    note.hidden = false;
    page.announce(text);
  };
  let shownRun = null, shownStatus = null;
  const tick = async () => {
    clearTimeout(timer);
    await watch();
    if (!isClosed) timer = setTimeout(tick, document.hidden ? 5000 : 1000);
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(tick, 0); };

  // ---- Controls.

  const boxes = make("div", { className: "runs" }), note = make("p", { className: "mistake", hidden: true });
  const exploredRun = choice({ label: "Run explored", options: [], onInput: id => { put({ run: id, target: 0, sample: -1, part: 0, cell: "", predicted: false }); soon(); } });
  const quantity = choice({ label: "Quantity", options: [["loss", "loss"]], onInput: name => { put({ quantity: name }); draw(); } });
  const log = make("input", { type: "checkbox", onchange: () => { page.timing.begin(); put({ log: log.checked }); draw(); page.timing.end(); } });
  let listed = "";
  const list = () => {
    const order = chosen(), text = JSON.stringify([known, order]);
    if (text === listed) return;
    listed = text;
    empty.hidden = known.runs.length > 0;
    view.hidden = known.runs.length === 0;
    empty.textContent = `There is no run yet in ${known.folders.join(", ")}. Train one, and it appears here: tern train examples/sst-precipitation.yaml`;
    const focus = document.activeElement?.value;
    boxes.replaceChildren(...known.runs.map(run => {
      const box = make("input", { type: "checkbox", value: run.id, checked: order.includes(run.id) }), key = make("span", { className: "key" }), at = order.indexOf(run.id);
      key.style.background = at < 0 ? "none" : `var(--series-${at})`;
      box.disabled = (!box.checked && order.length >= most) || (box.checked && order.length === 1);
      box.onchange = () => {
        const next = box.checked ? [...chosen(), run.id] : chosen().filter(id => id !== run.id);
        put({ runs: next.map(encodeURIComponent).join(",") });
        note.hidden = true;
        list();
        soon();
      };
      return make("label", {}, box, key, make("span", { textContent: run.title }), make("span", { className: `status ${run.status}`, textContent: run.status }));
    }));
    if (focus) [...boxes.querySelectorAll("input")].find(b => b.value === focus)?.focus();
    exploredRun.options = known.runs.map(r => [r.id, r.title]);
    exploredRun.value = explored();
  };

  // ---- Drawing.

  const plot = new Plot({ aspect: 0.62 }), hint = make("span"), table = make("table"), said = make("div", { className: "said" });
  /** The curves of the quantity: those of training broad, those kept apart dashed, and drawn over them. */
  const curves = () => chosen().flatMap((id, i) => (states.get(id)?.curves ?? [])
    .filter(c => c.quantity === state.quantity || c.quantity === `val_${state.quantity}`)
    .map(c => ({ ...c, id, stroke: series(i), isKept: c.quantity.startsWith("val_") })));

  const draw = () => {
    const found = [...new Set([...states.values()].flatMap(s => s.curves.map(c => c.quantity.replace(/^val_/, ""))))].sort();
    if (found.length && !found.includes(state.quantity)) found.push(state.quantity);
    if (found.length) quantity.options = found.map(name => [name, name.replaceAll("_", " ")]);
    quantity.value = state.quantity;
    const all = curves(), finite = all.flatMap(c => [...c.values]).filter(Number.isFinite);
    const positive = finite.filter(v => v > 0), isLacking = state.log && positive.length < finite.length;
    plot.isLogY = state.log && positive.length > 0;
    const values = plot.isLogY ? positive : finite, [low, high] = rangeOf(values);
    hint.textContent = !isLacking ? "" : plot.isLogY ? " Values of 0 and below have no place on an axis of powers of ten, and are not drawn."
      : " No value is above 0: the axis is an even one.";
    const last = all.reduce((a, c) => Math.max(a, ...c.epochs.slice(-1)), 2), more = (high - low || 1) * .06;
    plot.x = [1, last];
    plot.y = values.length === 0 ? [0, 1] : plot.isLogY ? [low / 1.15, high * 1.15] : [low - more, high + more];
    plot.draw(p => {
      p.axes("epoch", state.quantity.replaceAll("_", " "));
      p.clipped(() => all.toSorted((a, b) => a.isKept - b.isKept).forEach(c => {
        // Where both run together the narrow dashes lie on the broad line.
        p.curve(c.epochs, c.values, { stroke: c.stroke, width: c.isKept ? 2 : 5, dash: c.isKept ? dashes[1] : [], opacity: c.isKept ? 1 : .45 });
        if (c.epochs.length) p.mark(c.epochs.at(-1), c.values.at(-1), { kind: c.isKept ? "ring" : "dot", size: c.isKept ? 5 : 3.5, fill: c.stroke });
      }));
    });
    tabulate(all);
    describe();
  };

  const tabulate = all => {
    const rows = all.map(c => {
      // A quantity may begin later than the run: NaN until then.
      const least = c.values.reduce((best, v, i) => Number.isFinite(v) && !(c.values[best] <= v) ? i : best, -1);
      const row = make("tr", {}, make("th", { scope: "row" }, key(`series-${chosen().indexOf(c.id) % 8}`, states.get(c.id).title)),
        ...[c.network || "1", c.isKept ? "kept apart" : "training", String(c.epochs.at(-1) ?? 0), short(c.values.at(-1) ?? NaN), short(c.values[least] ?? NaN), String(c.epochs[least] ?? "")].map(textContent => make("td", { textContent })));
      row.dataset.run = c.id;
      row.dataset.quantity = c.quantity;
      return row;
    });
    table.replaceChildren(tableHead(["run", "network", "curve", "epochs", "last", "least", "at epoch"]), make("tbody", {}, ...rows));
  };

  let told = "";
  const describe = () => {
    const sentences = chosen().map(id => states.get(id)).filter(Boolean).map(s => `${s.title}: ${s.sentence}.`);
    said.replaceChildren(...chosen().map(id => states.get(id)).filter(Boolean).map(s => {
      const line = make("div", { className: "row" }, make("p", { textContent: `${s.title}: ${s.sentence}.` }));
      if (s.all && s.status !== "finished") {
        const bar = make("progress", { max: s.all, value: s.done });
        bar.setAttribute("aria-label", `Epochs of ${s.title}`);
        line.append(bar);
      }
      return line;
    }));
    plot.label = `${state.quantity} by epoch. ${sentences.join(" ")}`;
    // Epochs come too often to be told one by one.
    const status = chosen().map(id => `${states.get(id)?.title}: ${states.get(id)?.status}`).join(", ");
    if (status !== told) { told = status; page.announce(sentences.join(" ")); }
  };

  // ---- The page.

  const loadCopies = async () => {
    const runs = chosen().filter(id => !ended.has(id));
    if (runs.length) return page.ask("copies", { runs });
    const said = chosen().map(id => `${states.get(id).title}: ${states.get(id).leaves}`).join("; ");
    return { swift: `// ${said}\n`, python: `# ${said}\n`, command: `# ${said}\n` };
  };
  const explore = explorer(page, { get: () => state, put }), heading = make("h3", {});
  page.onTheme(() => { draw(); explore.draw(); });
  const tour = guide(guideSteps, {
    announce: page.announce,
    apply: setting => { Object.assign(state, structuredClone(setting)); page.save(state); restore(); },
  });
  const scroll = tableBox("Last and least values of the curves", table);
  const empty = make("p", { className: "said", hidden: true });
  const view = make("div", { className: "view" },
    make("div", { className: "stage" }, make("figure", {}, plot.element, make("figcaption", {}, "Broad and pale, a dot at the end: on the examples that are learned from; dashed, a ring at the end: on those kept apart.", hint))),
    make("div", { className: "controls" },
      group("Side by side", boxes, note),
      group("Curves", quantity.element, make("label", { className: "row" }, log, "an axis of powers of ten")),
      group("Explore", exploredRun.element)),
    make("div", { className: "side" }, said, scroll),
    make("div", { className: "rest" }, heading, explore.element,
      copies({ load: loadCopies, announce: page.announce })));
  page.root.append(
    make("div", { className: "row" }, make("h2", { textContent: "Runs" }), tour.toggle),
    make("p", { className: "lead", textContent: "Trainings as they go, beside each other; and what a trained network has learned, cell by cell." }),
    tour.element, empty, view);

  const restore = () => {
    log.checked = state.log;
    exploredRun.value = explored();
    draw();
    explore.restore();
  };
  return {
    show(next) {
      state = next;
      listed = "";
      list();
      restore();
      rounds = 0;
      soon();
    },
    close() { isClosed = true; clearTimeout(timer); explore.close(); },
  };
};
