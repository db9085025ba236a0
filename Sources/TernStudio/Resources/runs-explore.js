// A run explored: maps of truth, prediction and baseline, the series of a cell, scores, a file to predict.
import { button, choice, make, progress, short, tableBox, tableHead } from "./controls.js";
import { Plot, color, dashes, picture, rangeOf, scaled, series } from "./plot.js";

const titles = { truth: "Truth", prediction: "Prediction", baseline: "Baseline" };
// In this order; what is not named comes after, as the file calls it.
const names = { rmse: "RMSE", mae: "MAE", bias: "bias", r: "r", anomaly_correlation: "anomaly r", skill_over_climatology: "skill over climatology" };

/** A bar of a scale's colours with numbers under it. */
const colorBar = () => {
  const canvas = make("canvas", { width: 256, height: 1 }), numbers = make("div", { className: "numbers" }), text = make("span");
  canvas.setAttribute("role", "img");
  return {
    element: make("div", { className: "colorbar" }, text, canvas, numbers),
    show(name, [low, high], what) {
      const c = canvas.getContext("2d");
      c.drawImage(picture(Float64Array.from({ length: 256 }, (_, i) => i / 255), 256, 1, share => scaled(name, share)), 0, 0);
      text.textContent = what;
      const digits = high - low < Math.max(Math.abs(low), Math.abs(high)) / 10 ? 5 : 3;
      const marks = [0, .25, .5, .75, 1].map(share => short(Number((low + share * (high - low)).toPrecision(digits))).replace("-", "−"));
      numbers.replaceChildren(...marks.map(textContent => make("span", { textContent })));
      canvas.setAttribute("aria-label", `Colours of ${what}: from ${marks[0]} to ${marks[4]}`);
    },
  };
};

/** `get()` the view's state, `put(part)` changes it. */
export const explorer = (page, { get, put }) => {
  let run = null, opened = null, maps = null, line = null, image = {};
  const note = make("p", { className: "mistake", hidden: true }), sentence = make("p");
  const complain = error => {
    note.hidden = !error;
    note.textContent = error?.message ?? "";
    if (error) page.announce(error.message);
  };
  const target = () => opened.targets[Math.min(get().target, opened.targets.length - 1)];
  const sample = () => { const n = target().labels.length; return get().sample < 0 ? n - 1 : Math.min(get().sample, n - 1); };
  const cell = () => {
    const t = target(), [column, row] = get().cell.split(",").map(Number);
    if (!t.x) return [0, 0];
    const inside = (i, n) => Number.isInteger(i) && i >= 0 && i < n;
    return inside(column, t.x.length) && inside(row, t.y.length) ? [column, row] : [t.x.length >> 1, t.y.length >> 1];
  };
  const args = () => ({
    run, isPredicted: get().predicted, target: Math.min(get().target, opened.targets.length - 1), sample: sample(),
    part: Math.min(get().part, Math.max(0, target().parts.length - 1)), column: cell()[0], row: cell()[1],
  });

  // ---- What is asked.

  const askMaps = page.latest("maps", result => { maps = result; paint(); draw(); page.timing.end(); }, complain);
  const askSeries = page.latest("series", result => { line = result; draw(); page.timing.end(); }, complain);
  const refresh = () => { if (opened) { askMaps(args()); askSeries(args()); } };

  // ---- Controls.

  const targets = choice({ label: "Field", options: [], onInput: v => { put({ target: Number(v), part: 0 }); refill(); refresh(); } });
  const parts = choice({ label: "Part", options: [], onInput: v => { put({ part: Number(v) }); refresh(); } });
  const scrub = make("input", { type: "range", min: 0, max: 1, step: 1 }), counter = make("span", { className: "count" });
  scrub.setAttribute("aria-label", "Sample shown");
  scrub.oninput = () => { page.timing.begin(); const i = Number(scrub.value); put({ sample: i === Number(scrub.max) ? -1 : i }); askMaps(args()); draw(); };
  const step = by => { const i = Math.max(0, Math.min(target().labels.length - 1, sample() + by)); put({ sample: i }); askMaps(args()); draw(); };
  const back = button("Sample back", () => step(-1)), on = button("Sample on", () => step(1));

  const heads = { ...titles, difference: "Prediction − truth" };
  const plots = Object.keys(heads).map(field => {
    const plot = new Plot({ aspect: 0.72, least: 170, most: 420 });
    const handle = plot.handle({
      name: `Cell on ${heads[field].toLowerCase()}`,
      onMove: ([x, y]) => {
        const t = target(), within = (edges, v) => Math.min(edges.length - 2, Math.max(0, edges.findLastIndex(edge => edge <= v)));
        page.timing.begin();
        put({ cell: `${within(t.xEdges, x)},${within(t.yEdges, y)}` });
        for (const other of plots) if (other.handle !== handle) [other.handle.x, other.handle.y] = [x, y];
        askSeries(args());
        draw();
      },
    });
    return { field, plot, handle, figure: make("figure", {}, make("h3", { textContent: heads[field] }), plot.element) };
  });
  const shared = colorBar(), apart = colorBar();
  plots.at(-1).figure.append(apart.element);
  const mapRow = make("div", { className: "run-maps" }, ...plots.map(p => p.figure)), scale = make("div", { className: "scale" }, shared.element);
  const bar = new Plot({ aspect: 0.3, least: 200, most: 340 });
  const place = make("p", { className: "said" });

  // ---- Drawing.

  const paint = () => {
    image = {};
    const t = target();
    if (!t.x || !maps.range) return;
    // Anomalies lie on both sides of 0; water at -1.8 degrees is none.
    const [low, high] = maps.range, isSigned = Math.min(-low, high) > Math.max(-low, high) / 5;
    const paintOne = (values, name, [from, to]) => picture(values, t.x.length, t.y.length, v => Number.isFinite(v) ? scaled(name, (v - from) / (to - from || 1)) : [0, 0, 0, 0]);
    const around0 = ends => { const far = Math.max(...ends.map(Math.abs)) || 1; return [-far, far]; };
    const name = isSigned ? "anomaly" : "viridis", ends = isSigned ? around0(maps.range) : maps.range;
    for (const field of t.fields) image[field] = paintOne(maps.maps[field], name, ends);
    shared.show(name, ends, `${Object.keys(titles).filter(f => t.fields.includes(f)).join(", ")}${t.units ? `, in ${t.units}` : ""}`);
    if (!maps.differenceRange) return;
    const both = around0(maps.differenceRange);
    image.difference = paintOne(maps.difference, "anomaly", both);
    apart.show("anomaly", both, `prediction − truth${t.units ? `, in ${t.units}` : ""}`);
  };

  const draw = () => {
    if (!opened) return;
    const t = target(), n = t.labels.length, i = sample(), [column, row] = cell();
    scrub.max = n - 1;
    scrub.value = i;
    scrub.setAttribute("aria-valuetext", t.labels[i]);
    counter.textContent = `${t.labels[i] || i + 1} (${i + 1} of ${n})`;
    back.disabled = i === 0;
    on.disabled = i === n - 1;
    mapRow.hidden = scale.hidden = !t.x;
    for (const { field, plot, handle, figure } of plots) {
      figure.hidden = field === "difference" ? !maps?.differenceRange : !t.fields.includes(field);
      if (!t.x || figure.hidden || !maps) continue;
      [plot.x, plot.y] = [t.xEdges, t.yEdges].map(edges => [edges[0], edges.at(-1)]);
      if (!get().cell || handle.isNew !== false) { [handle.x, handle.y] = [t.x[column], t.y[row]]; handle.isNew = false; }
      plot.draw(p => {
        p.clipped(() => {
          p.mark(t.x[column], t.y[row], { kind: "ring", size: 7, fill: color("paper") });
          p.mark(t.x[column], t.y[row], { kind: "ring", size: 5, fill: color("ink") });
        });
      }, p => {
        if (image[field]) p.clipped(() => p.cells(image[field], t.xEdges, t.yEdges));
        p.axes("longitude", "latitude", { hasGrid: false });
      }, [image[field], color("paper"), t]);
      const range = field === "difference" ? maps.differenceRange : maps.range;
      plot.label = `${heads[field]} of ${t.name}, ${maps.label}` + (range ? `, of values from ${short(range[0])} to ${short(range[1])}${t.units && ` ${t.units}`}${field === "difference" ? "" : " on all maps"}.` : ", without values.");
    }
    if (line) drawSeries(t, i);
  };

  const drawSeries = (t, i) => {
    const all = Object.values(line.values).flatMap(v => [...v]).filter(Number.isFinite);
    if (all.length === 0 || line.x.length !== t.labels.length) return;
    const [low, high] = rangeOf(all), more = (high - low || 1) * .07;
    const x0 = line.x[0], x1 = line.x.at(-1);
    bar.x = x1 > x0 ? [x0, x1] : [x0 - 1, x0 + 1];
    bar.y = [low - more, high + more];
    bar.draw(p => p.clipped(() => {
      p.curve([line.x[i], line.x[i]], bar.y, { stroke: color("muted"), width: 1, dash: [3, 3] });
      const styles = { truth: { stroke: color("ink"), width: 1.6 }, baseline: { stroke: series(1), width: 1.4, dash: dashes[1] }, prediction: { stroke: series(0), width: 1.8 } };
      for (const field of ["truth", "baseline", "prediction"]) if (line.values[field]) p.curve(line.x, line.values[field], styles[field]);
    }), p => p.axes(line.xName, t.units || t.name), [line, color("paper")]);
    const at = Object.entries(line.values).map(([field, v]) => `${titles[field].toLowerCase()} ${short(v[i])}`).join(", ");
    const scores = Object.entries(line.scores).map(([field, s]) => `${titles[field].toLowerCase()}: RMSE ${short(s.rmse)}, r ${short(s.r)}`).join("; ");
    place.textContent = `${line.place || t.name}. ${t.labels[i]}: ${at}${t.units && ` ${t.units}`}.${scores ? ` Over all ${t.labels.length} samples, ${scores}.` : ""}`;
    bar.label = `The series of ${t.name}${line.place ? ` at ${line.place}` : ""}. ${place.textContent}`;
    page.announce(place.textContent);
  };

  // ---- Scores.

  const table = make("table"), scroll = tableBox("Scores of the test part", table);
  scroll.hidden = true;
  const tabulate = () => {
    scroll.hidden = opened.scores.length === 0;
    const order = Object.keys(names), rank = key => order.includes(key) ? order.indexOf(key) : order.length;
    const keys = [...new Set(opened.scores.flatMap(row => Object.keys(row.scores)))].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    table.replaceChildren(
      tableHead(["model", "field", ...keys.map(key => names[key] ?? key.replaceAll("_", " "))]),
      make("tbody", {}, ...opened.scores.map(row => {
        const cells = keys.map(key => {
          const ends = row.intervals[key];
          return make("td", { textContent: key in row.scores ? short(row.scores[key]) : "", title: ends ? `95 % interval: ${short(ends[0])} to ${short(ends[1])}` : "" });
        });
        const line = make("tr", {}, make("th", { scope: "row", textContent: row.model }), make("td", { textContent: `${row.target}${row.units && row.units !== "1" ? ` (${row.units})` : ""}` }), ...cells);
        line.dataset.model = row.model;
        return line;
      })));
  };

  // ---- A file to predict.

  let abandon = null, refused = null;
  const bars = progress("Predicting", () => abandon?.abort());
  const file = make("input", { type: "file", accept: ".nc,.nc4,.cdf" });
  const own = button("Back to the run's own samples", () => { put({ predicted: false, sample: -1 }); open(); });
  const drop = make("div", { className: "drop", hidden: true },
    make("label", {}, "Drop a NetCDF file with the run's inputs here, or choose one: ", file), bars.element, own);
  file.onchange = () => { if (file.files[0]) predict(file.files[0]); file.value = ""; };
  const over = is => () => { drop.classList.toggle("over", is); };
  drop.ondragover = over(true);
  drop.ondragleave = drop.ondrop = over(false);
  page.onDrop(given => drop.hidden ? complain(new Error("There is no run here that predicts from a file.")) : predict(given));
  const predict = async given => {
    if (given.size > 60e6) return complain(new Error("The file is larger than 60 MB; use tern predict."));
    abandon = new AbortController();
    bars.share = 0;
    complain(null);
    refused = null;
    try {
      const found = await page.ask("predict", { run }, { file: await given.arrayBuffer(), signal: abandon.signal, onProgress: share => { bars.share = share; } });
      refused = null;
      put({ predicted: true, sample: -1, target: 0, part: 0 });
      take({ ...found, scores: opened?.scores ?? [] });
      page.announce(found.sentence);
    } catch (error) {
      // The earlier file's prediction is not this one's.
      refused = Object.assign(error, { message: error.message.replaceAll("dropped.nc", given.name) });
      complain(refused);
      if (get().predicted) { put({ predicted: false, sample: -1 }); opened = null; open(); }
    }
    bars.share = null;
  };

  // ---- The whole.

  const refill = () => {
    const t = target(), fill = (control, texts) => {
      control.options = texts.map((text, place) => [String(place), text]);
      control.element.hidden = texts.length < 2;
    };
    fill(targets, opened.targets.map(o => o.name));
    fill(parts, t.parts);
    targets.value = String(Math.min(get().target, opened.targets.length - 1));
    parts.value = String(Math.min(get().part, Math.max(0, t.parts.length - 1)));
  };
  const take = found => {
    // A number without a unit is in units of 1.
    for (const target of found.targets) if (target.units === "1") target.units = "";
    opened = found;
    maps = line = null;
    for (const p of plots) p.handle.isNew = true;
    sentence.textContent = [found.sentence, ...found.notes].join(" ");
    body.hidden = false;
    drop.hidden = !found.predicts;
    own.hidden = !get().predicted;
    refill();
    tabulate();
    refresh();
  };
  const body = make("div", { className: "explored", hidden: true },
    make("div", { className: "row" }, targets.element, parts.element),
    mapRow, scale, make("div", { className: "row" }, back, on, scrub, counter),
    make("figure", {}, bar.element, make("figcaption", { textContent: "Truth: as the text; prediction: coloured; baseline: dashed. Choose a cell on a map, by pointer or by the arrow keys." })),
    place);
  const open = async () => {
    const asked = run;
    try {
      const found = await page.ask("open", { run });
      if (asked !== run) return;
      // A file that was dropped is the page's own: a link does not hold it.
      if (get().predicted) put({ predicted: false });
      complain(refused);
      refused = null;
      if (JSON.stringify(found.sentence) !== JSON.stringify(opened?.sentence) || opened?.run !== run) take({ ...found, run });
    } catch (error) {
      if (asked !== run) return;
      opened = null;
      body.hidden = scroll.hidden = drop.hidden = true;
      sentence.textContent = "";
      complain(error);
    }
  };
  return {
    element: make("section", { className: "explorer" }, sentence, note, scroll, body, drop),
    /** Shows a run; the same again: what is new of it. */
    show(id) {
      if (id !== run) {
        [run, opened] = [id, null];
        body.hidden = scroll.hidden = drop.hidden = true;
        sentence.textContent = "";
        complain(null);
      }
      else if (get().predicted || bars.element.hidden === false) return;
      if (run) open();
    },
    draw() { if (maps) paint(); draw(); },
    /** The state has changed as a whole. */
    restore() { for (const p of plots) p.handle.isNew = true; if (opened) { refill(); refresh(); } },
    close() { abandon?.abort(); },
  };
};
