// The descent view: optimisers race on one function. All numbers come from the program; here they are drawn.
import { button, choice, copies, group, guide, key, make, progress, short, slider, tableBox, tableHead, textField, ticks } from "./controls.js";
import { steps as guideSteps } from "./descent-guide.js";
import { Plot, around, color, dashes, picture, rangeOf, rgb, scaled, series } from "./plot.js";
import { Surface } from "./surface.js";

/** The whole state, as the address holds it. `start` and `view` as numbers with commas; "" : the function's own. */
export const defaults = {
  function: "bowl", start: "", view: "", optimizers: ["sgd", "momentum", "adam"], own: false, rate: 0.1, momentum: 0.9,
  schedule: "constant", decay: 0.95, noise: 0, seed: 0, steps: 40, at: -1, surface: false, basins: false,
};

/** In a page that was exported a race is put together of searches by one optimiser, each by what matters to it. */
export const recorded = {
  split: (action, args) => action !== "descend" ? [args] : args.optimizers.map(name => ({
    ...args, optimizers: [name], rate: name === "lbfgs" || name === "newton" ? null : args.rate,
    momentum: name === "momentum" || name === "nesterov" ? args.momentum : defaults.momentum, seed: args.noise > 0 ? args.seed : 0,
  })),
  join: (action, results) => action !== "descend" ? results[0] : { ...results[0], runs: results.flatMap(r => r.runs) },
};

export const whole = ["seed", "steps", "at"];

const numbers = text => text === "" ? null : text.split(",").map(Number);

export const open = async page => {
  const known = await page.ask("describe");
  let state = structuredClone(defaults), race = null, map = null, mapOf = "", basins = null, basinsOf = "", isBroken = false;
  let field = null, playing = null, wantsBasins = false;

  // ---- What is asked.

  const settings = () => ({
    function: state.function, start: numbers(state.start), optimizers: state.optimizers, rate: state.own ? null : state.rate,
    momentum: state.momentum, schedule: state.schedule, decay: state.decay, noise: state.noise, seed: state.seed, steps: state.steps,
  });
  const view = () => {
    const ends = numbers(state.view);
    return ends && ends.every(Number.isFinite) && ends.length === 2 * race.view.length
      ? race.view.map((_, i) => [ends[2 * i], ends[2 * i + 1]]) : race.view;
  };

  const askRace = page.latest("descend", result => {
    race = result;
    isBroken = page.isStale = false;
    expression.complain(null);
    note.hidden = true;
    refreshMap();
    draw();
    page.timing.end();
    if (wantsBasins) { wantsBasins = false; askBasins(); }
  }, failed);
  const askMap = page.latest("map", (result, args) => {
    map = result;
    mapOf = JSON.stringify(args);
    paintField();
    draw();
  }, failed);

  function failed(mistake) {
    isBroken = page.isStale = true;
    if (mistake.argument === "function") {
      expression.complain(mistake.message, mistake.offset);
      if (document.activeElement !== expression.element.querySelector("input")) note.hidden = false;
    } else {
      note.hidden = false;
    }
    note.textContent = mistake.message;
    page.announce(mistake.message);
  }

  const refreshMap = () => {
    const args = { function: state.function, view: view() };
    if (JSON.stringify(args) !== mapOf) askMap(args);
    // Basins are those of other settings now.
    if (basins && basinsOf !== basinKey()) { basins = null; state.basins = false; page.save(state); paintField(); }
  };

  const change = (part, { keepsPlace = false } = {}) => {
    page.timing.begin();
    stop();
    Object.assign(state, part);
    if (!keepsPlace) state.at = -1;
    page.save(state);
    askRace(settings());
  };

  // ---- Controls.

  const names = known.functions.map(f => [f.name, f.name]);
  const functionChoice = choice({
    label: "Function", options: [...names, ["", "an expression"]],
    onInput: name => {
      // What was computed beforehand begins at the function's own start.
      if (page.limits) {
        const { optimizers, own, rate, momentum } = state;
        shown.show({ ...structuredClone(defaults), function: name, optimizers, own, rate, momentum });
        return page.save(state);
      }
      expression.element.hidden = name !== "";
      const typed = name || (state.function.includes("x") ? state.function : "x1^4 - 3*x1*x2 + x2^2 + x2^4");
      expression.value = typed;
      change({ function: typed, start: "", view: "" });
    },
  });
  const expression = textField({
    label: "Arithmetic in x, or in x1 and x2", onInput: text => {
      const before = race?.start.length, count = /x_?2/.test(text) ? 2 : 1;
      change({ function: text, ...(before === count ? {} : { start: "", view: "" }) });
    },
  });
  const optimizers = ticks({ names: known.optimizers.map(o => o.name), most: known.mostOptimizers, onInput: chosen => { change({ optimizers: [...chosen] }); fit(); } });
  const rate = slider({ label: "Learning rate", min: 1e-4, max: 10, isLog: true, onInput: x => change({ rate: x }) });
  const own = make("input", { type: "checkbox", onchange: () => { change({ own: own.checked }); fit(); } });
  const momentum = slider({ label: "Momentum", min: 0, max: 0.999, step: 0.001, onInput: x => change({ momentum: x }) });
  const schedule = choice({ label: "Schedule", options: known.schedules.map(s => [s, s]), onInput: s => { change({ schedule: s }); fit(); } });
  const decay = slider({ label: "Factor after each step", min: 0.5, max: 1, step: 0.001, onInput: x => change({ decay: x }) });
  const noise = slider({ label: "Noise on the gradient", min: 0, max: 50, step: 0.1, onInput: x => { change({ noise: x }); fit(); } });
  const seed = slider({ label: "Seed of the noise", min: 0, max: 100, step: 1, onInput: x => change({ seed: x }) });
  const count = slider({ label: "Steps", min: 1, max: 500, step: 1, onInput: x => change({ steps: x }) });
  const note = make("p", { className: "mistake", hidden: true });

  const fit = () => {
    rate.disabled = state.own;
    momentum.element.hidden = !state.optimizers.some(o => o === "momentum" || o === "nesterov");
    decay.element.hidden = state.schedule !== "exponential";
    seed.element.hidden = state.noise === 0;
  };

  // ---- The picture, and the way through the steps.

  const plot = new Plot({ aspect: 0.78 }), values = new Plot({ aspect: 0.9, most: 480 });
  const surface = new Surface({ onMove: page.limits ? null : place => change({ start: place.join() }) });
  surface.element.hidden = true;
  const start = plot.handle({
    name: "Start", onMove: ([x, y]) => change({ start: race.start.length === 1 ? `${x}` : `${x},${y}` }),
    height: undefined,
  });
  const longest = () => race ? Math.max(...race.runs.map(r => r.values.length)) - 1 : 0;
  const at = () => state.at < 0 ? longest() : Math.min(state.at, longest());
  const scrub = make("input", { type: "range", min: 0, max: 1, step: 1, value: 0 });
  scrub.setAttribute("aria-label", "Step shown");
  const counter = make("span", { className: "count" });
  const to = step => {
    state.at = step >= longest() ? -1 : Math.max(0, step);
    page.save(state);
    draw();
  };
  scrub.oninput = () => { stop(); page.timing.begin(); to(Number(scrub.value)); page.timing.end(); };
  const play = button("Play", () => {
    if (playing) return stop();
    if (page.reducesMotion()) return to(longest());
    if (at() >= longest()) state.at = 0;
    const speed = Math.max(5, longest() / 8);
    let first = null;
    const from = at();
    play.textContent = "Pause";
    const frame = now => {
      first ??= now;
      const step = from + Math.floor((now - first) / 1000 * speed);
      if (step >= longest()) { to(longest()); return stop(); }
      if (step !== state.at) to(step);
      playing = requestAnimationFrame(frame);
    };
    playing = requestAnimationFrame(frame);
  }, { className: "main" });
  function stop() {
    if (playing) cancelAnimationFrame(playing);
    playing = null;
    play.textContent = "Play";
  }
  const back = button("Step back", () => { stop(); to(at() - 1); }), forward = button("Step on", () => { stop(); to(at() + 1); });

  const kind = button("Surface", () => { state.surface = !state.surface; page.save(state); draw(); });
  const zoom = factor => {
    const ends = view().map(([a, b]) => { const m = (a + b) / 2, r = (b - a) / 2 * factor; return [m - r, m + r].map(x => Number(x.toPrecision(6))); });
    change({ view: ends.flat().join(",") }, { keepsPlace: true });
  };
  const closer = button("Closer", () => zoom(1 / 1.5)), further = button("Further", () => zoom(1.5));
  const whole = button("Whole", () => change({ view: "" }, { keepsPlace: true }));

  if (page.limits) {
    Object.entries({ function: functionChoice, optimizers, rate, momentum, seed, schedule, decay, noise, steps: count })
      .forEach(([key, control]) => control.limit(page.limits[key]));
    start.fix();
    for (const each of [closer, further, whole]) each.disabled = true;
  }

  // ---- Basins.

  const basinArguments = () => ({ settings: { ...settings(), noise: 0 }, view: view(), count: 81 });
  const basinKey = () => JSON.stringify([{ ...settings(), start: null, noise: 0, seed: 0 }, race && view()]);
  let abandon = null;
  const bar = progress("Computing basins", () => abandon?.abort());
  const askBasins = async () => {
    const key = basinKey();
    abandon = new AbortController();
    bar.share = 0;
    try {
      const found = await page.ask("basins", basinArguments(),
        { onProgress: share => { bar.share = share; }, signal: abandon.signal });
      if (key !== basinKey()) { bar.share = null; return; }
      basins = found;
      basinsOf = key;
      state.basins = true;
      page.save(state);
      paintField();
      draw();
    } catch (error) {
      page.announce(error.message === "abandoned" ? "The basins are abandoned." : error.message);
      if (error.message !== "abandoned") failed(error);
    }
    bar.share = null;
  };
  const basinButton = button("Show basins", () => {
    if (basins) { state.basins = false; basins = null; page.save(state); paintField(); draw(); } else askBasins();
  });

  // ---- Drawing.

  let heights = { of: null };
  /** `lift` of a value, from 0, the lowest, to 1: the cube root spreads flat valleys; `value` is its inverse. */
  const heightsOf = map => {
    if (heights.of === map) return heights;
    const [low, high] = rangeOf(map.values), reach = high - low || 1;
    return heights = { of: map, lift: v => Math.cbrt((Math.min(high, v) - low) / reach), value: share => low + reach * share ** 3 };
  };

  /** Of the places where starts end, apart from the optimisers' colours. */
  const basinColors = () => {
    const n = Math.min(8, basins.places.length);
    return Array.from({ length: n }, (_, i) => scaled("viridis", n < 2 ? .5 : .08 + .87 * i / (n - 1)));
  };

  const paintField = () => {
    field = null;
    basinButton.textContent = basins ? "Hide basins" : "Show basins";
    if (!map) return;
    if (basins) {
      const colors = basinColors(), line = rgb(color("line"));
      const paint = k => k < 0 ? (k === -1 ? [0, 0, 0, 0] : [...line, 160]) : [...colors[k % 8], 150];
      field = { isSmooth: false, opacity: 1, image: picture(basins.ends, basins.x.length, basins.y.length || 1, paint), x: basins.x, y: basins.y };
    } else if (map.y.length) {
      const f = heightsOf(map).lift, clear = [0, 0, 0, 0];
      field = {
        isSmooth: true, opacity: 0.55, x: map.x, y: map.y,
        image: picture(map.values, map.x.length, map.y.length, v => Number.isFinite(v) ? scaled("viridis", f(v)) : clear),
      };
    }
  };

  const stroke = i => series(i), dash = i => dashes[i % dashes.length];

  /** The ranges of the place: the view, and of a curve its values. */
  const ranges = () => {
    const ends = view();
    if (race.start.length === 2) return ends;
    const finite = map.values.filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite), more = (high - low || 1) * 0.08;
    return [ends[0], [low - more, high + more]];
  };

  const drawUnder = p => {
    const isCurve = race.start.length === 1;
    if (field) {
      p.clipped(() => p.image(field.image, around(field.x), field.y.length ? around(field.y) : p.y, field));
    }
    p.axes(isCurve ? "x" : "x1", isCurve ? "f(x)" : "x2", { hasGrid: isCurve });
    p.clipped(() => {
      if (isCurve) p.curve(map.x, map.values, { stroke: color("muted"), width: 2 });
      for (const line of map.lines) p.pieces(line, { stroke: color(basins ? "muted" : "contour"), width: 1 });
      for (const place of basins?.places ?? []) if (!isCurve) p.mark(place[0], place[1], { kind: "cross", size: 5 });
    });
  };

  const drawPlace = p => {
    const isCurve = race.start.length === 1, ends = view(), n = at();
    p.clipped(() => {
      race.runs.forEach((run, i) => {
        const shown = Math.min(n + 1, run.values.length), xs = run.positions[0], ys = isCurve ? run.values : run.positions[1];
        if (isCurve) {
          // The tangent at the point that is shown: the slope is the program's.
          const k = shown - 1, slope = run.gradients[0][k], reach = (ends[0][1] - ends[0][0]) / 9;
          p.curve([xs[k] - reach, xs[k] + reach], [ys[k] - slope * reach, ys[k] + slope * reach], { stroke: stroke(i), width: 1.3 });
        }
        p.curve(xs, ys, { stroke: color("paper"), width: 4.5, count: shown });
        p.curve(xs, ys, { stroke: stroke(i), width: 2, dash: dash(i), count: shown });
        const isFew = shown <= 120;
        if (isFew) for (let k = 1; k < shown - 1; k++) p.mark(xs[k], ys[k], { size: 2.3, fill: stroke(i) });
        p.mark(xs[shown - 1], ys[shown - 1], { size: 5.5, fill: stroke(i) });
      });
    });
  };

  const drawValues = p => {
    const all = race.runs.flatMap(r => [...r.values]).filter(Number.isFinite), first = race.runs[0].values[0];
    const low = Math.min(...all), n = Math.max(1, longest());
    let high = Math.max(...all);
    if (Number.isFinite(first) && high > first + 20 * Math.abs(first - low) + 1e-9) high = first + 3 * Math.abs(first - low || first || 1);
    p.x = [0, n];
    p.fitY(low, high);
    p.axes("step", "value");
    p.clipped(() => race.runs.forEach((run, i) => {
      const steps = Float64Array.from(run.values, (_, k) => k), shown = Math.min(at() + 1, run.values.length);
      p.curve(steps, run.values, { stroke: stroke(i), width: 2, dash: dash(i), count: shown });
      p.mark(shown - 1, run.values[shown - 1], { size: 4.5, fill: stroke(i) });
    }));
  };

  const table = make("table"), said = make("div", { className: "said" }), basinSaid = make("p");
  const drawTable = () => {
    const n = at(), names = race.start.length === 1 ? ["x"] : ["x1", "x2"];
    const rows = race.runs.map((run, i) => {
      const k = Math.min(n, run.values.length - 1), name = make("th", { scope: "row" }, key(`series-${i % 8}`, run.name));
      const cells = [String(k), ...run.positions.map(p => short(p[k])), short(run.values[k]), short(run.lengths[k]), short(run.rates[k])];
      const row = make("tr", {}, name, ...cells.map(textContent => make("td", { textContent })));
      row.dataset.optimizer = run.name;
      return row;
    });
    table.replaceChildren(tableHead(["optimiser", "step", ...names, "value", "|gradient|", "rate"]), make("tbody", {}, ...rows));
  };

  const describe = () => {
    // The end is told when it is shown: who predicts is not to read it before.
    const n = at(), place = (run, k) => race.start.length === 1 ? short(run.positions[0][k]) : `(${run.positions.map(p => short(p[k])).join(", ")})`;
    const sentences = race.runs.map(run => n >= run.values.length - 1 ? run.outcome : `${run.name}: f = ${short(run.values[n])} at x = ${place(run, n)}, step ${n}.`);
    const where = `${race.name} from ${race.start.map(short).join(", ")}`;
    said.replaceChildren(...sentences.map(textContent => make("p", { textContent })), basinSaid);
    const colors = basins ? basinColors() : [], places = basins?.places.slice(0, 8) ?? [];
    basinSaid.replaceChildren(...!basins ? [] : [`Basins of ${state.optimizers[0]}; the colour says where a start ends: `, ...places.flatMap((p, i) => {
      const part = key("line", `${(100 * basins.counts[i] / basins.ends.length).toFixed(0)} % of the starts end at (${p.map(short).join(", ")}), f = ${short(basins.values[i])}${i + 1 < places.length ? ";" : ""}`);
      part.firstChild.style.background = `rgb(${colors[i].join(" ")})`;
      return i ? [" ", part] : [part];
    }), (places.length ? "" : "no start ends at rest")
      + (basins.escaped ? `; ${(100 * basins.escaped / basins.ends.length).toFixed(0)} % leave the view far behind` : "")
      + (basins.unfinished ? `; ${(100 * basins.unfinished / basins.ends.length).toFixed(0)} % are still under way after ${state.steps} steps` : "") + "."]);
    plot.label = `The way over ${where}. ${sentences.join(" ")}`;
    values.label = `The value by step, for ${race.runs.map(r => r.name).join(", ")}.`;
    if (!playing) page.announce([...sentences, basinSaid.textContent].join(" "));
  };

  function draw() {
    if (!race || !map || isBroken) return;
    // A picture waits for the map of its own function.
    if ((race.start.length === 1) !== (map.y.length === 0)) return;
    const isCurve = race.start.length === 1, isSurface = state.surface && !isCurve;
    [start.x, start.y] = [race.start[0], race.start[1] ?? race.runs[0].values[0]];
    plot.element.hidden = isSurface;
    surface.element.hidden = !isSurface;
    kind.hidden = isCurve;
    kind.textContent = isSurface ? "Contours" : "Surface";
    // A surface has no basins on it.
    basinButton.disabled = isSurface || !page.has("basins", basinArguments());
    if (isSurface) {
      surface.show(map, race.runs.map((r, i) => ({ xs: r.positions[0], ys: r.positions[1], zs: r.values, count: Math.min(at() + 1, r.values.length), stroke: stroke(i) })),
        { ...heightsOf(map), start: [...race.start, race.runs[0].values[0]] });
    } else {
      [plot.x, plot.y] = ranges();
      plot.draw(drawPlace, drawUnder, [map, field, basins, color("paper"), ...plot.x, ...plot.y]);
    }
    values.draw(drawValues);
    const n = at();
    scrub.max = longest();
    scrub.value = n;
    scrub.setAttribute("aria-valuetext", `step ${n} of ${longest()}`);
    counter.textContent = `step ${n} of ${longest()}`;
    back.disabled = n === 0;
    forward.disabled = n === longest();
    drawTable();
    describe();
  }
  page.onTheme(() => { paintField(); draw(); });

  // ---- The page.

  const tour = guide(guideSteps, {
    announce: page.announce,
    apply: (setting, isPlayed) => {
      shown.show({ ...structuredClone(defaults), ...structuredClone(setting), at: isPlayed ? -1 : 0 });
      page.save(state);
      if (isPlayed) { state.at = 0; setTimeout(() => { if (!playing) play.click(); }, 150); }
    },
  });
  const scroll = tableBox("Numbers at the step shown", table);
  page.root.append(
    make("div", { className: "row" }, make("h2", { textContent: "Descent" }), tour.toggle),
    make("p", { className: "lead", textContent: `A search sees the slope where it stands, and steps against it. ${page.limits ? "Move" : "Drag the start, move"} the sliders, and let optimisers race.` }),
    tour.element,
    make("div", { className: "view" },
      make("div", { className: "stage" },
        make("figure", {}, plot.element, surface.element),
        make("div", { className: "row" }, play, back, forward, scrub, counter),
        make("div", { className: "row" }, kind, closer, further, whole, basinButton, bar.element)),
      make("div", { className: "controls" },
        group("What is searched", functionChoice.element, expression.element, note),
        group("Optimisers", optimizers.element),
        group("Steps", rate.element, make("label", { className: "row" }, own, "each optimiser's own rate"), momentum.element, schedule.element, decay.element, count.element),
        group("Noise", noise.element, seed.element)),
      make("div", { className: "side" }, make("figure", {}, values.element)),
      make("div", { className: "rest" }, scroll, said,
        page.limits ? "" : copies({ load: () => page.ask("copies", { ...settings(), at: state.at }), announce: page.announce }))));

  const shown = {
    show(next) {
      stop();
      state = next;
      state.optimizers = [...new Set(state.optimizers)];
      const isNamed = known.functions.some(f => f.name === state.function);
      functionChoice.value = isNamed ? state.function : "";
      expression.element.hidden = isNamed;
      expression.value = state.function;
      optimizers.value = state.optimizers;
      own.checked = state.own;
      Object.entries({ rate, momentum, schedule, decay, noise, seed, steps: count }).forEach(([key, control]) => { control.value = state[key]; });
      fit();
      // The view is known when the race is.
      wantsBasins = state.basins;
      basins = null;
      paintField();
      page.timing.begin();
      askRace(settings());
    },
    close() { stop(); abandon?.abort(); },
  };
  return shown;
};
