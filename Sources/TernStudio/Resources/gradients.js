// The view of vanishing gradients: the length of each layer's gradient, as the chain is drawn and as it trains.
import { button, choice, copies, group, guide, key, linkCommand, make, prediction, progress, short, slider, tableBox, tableHead } from "./controls.js";
import { steps as guideSteps } from "./gradients-guide.js";
import { Plot, color, dashes, picture, rangeOf, scaled, series } from "./plot.js";

/** The whole state, as the address holds it. `kept`: chains to compare with, as `describeChain` writes them, apart by |. */
export const defaults = {
  depth: 20, width: 32, activation: "sigmoid", initializer: "glorot_uniform", normalizes: false, skips: false, seed: 0,
  optimizer: "sgd", rate: 0.1, steps: 100, trained: false, at: -1, kept: "",
};

export const whole = ["depth", "width", "seed", "steps", "at"];

const mostKept = 5;
const chainOf = text => {
  const [activation, initializer, normalizes, skips, depth, width, seed] = text.split(":");
  return { activation, initializer, normalizes: normalizes === "1", skips: skips === "1", depth: Number(depth), width: Number(width), seed: Number(seed) };
};
const nameOf = s => `${s.activation}, ${s.initializer}${s.normalizes ? ", batch norm" : ""}${s.skips ? ", skips" : ""}, ${s.depth} × ${s.width}`;

export const open = async page => {
  const known = await page.ask("describe");
  let state = structuredClone(defaults), untrained = null, run = null, kept = new Map(), abandon = null, isOpen = true;

  const chain = () => ({
    depth: state.depth, width: state.width, activation: state.activation, initializer: state.initializer,
    normalizes: state.normalizes, skips: state.skips, seed: state.seed,
  });
  const settings = () => ({ ...chain(), optimizer: state.optimizer, rate: state.rate, steps: state.steps });
  const describeChain = () => [state.activation, state.initializer, Number(state.normalizes), Number(state.skips), state.depth, state.width, state.seed].join(":");

  const askNorms = page.latest("norms", found => {
    untrained = found;
    note.hidden = true;
    page.isStale = false;
    draw();
    page.timing.end();
  }, mistake => { page.isStale = true; failed(mistake); });
  function failed(mistake) {
    note.textContent = mistake.message;
    note.hidden = false;
    page.announce(mistake.message);
  }

  /** What changes the chain or its training ends the training that there was. */
  const change = part => {
    page.timing.begin();
    abandon?.abort();
    Object.assign(state, part, { trained: false, at: -1 });
    run = null;
    page.save(state);
    askNorms(chain());
  };

  // ---- Training.

  const bar = progress("Training the chain", () => abandon?.abort());
  const train = button("Train", async () => {
    abandon?.abort();
    const own = abandon = new AbortController(), mine = { steps: [], losses: [], norms: [], outcome: "", isUnderWay: true };
    run = mine;
    state.at = -1;
    bar.share = 0;
    note.hidden = true;
    try {
      const found = await page.ask("train", settings(), {
        signal: own.signal, onProgress: share => { if (own === abandon) bar.share = share; },
        onPart: part => {
          if (own !== abandon || own.signal.aborted) return;
          mine.steps.push(part.step);
          mine.losses.push(part.loss);
          mine.norms.push(part.norms);
          if (!page.reducesMotion()) draw();
        },
      });
      if (run === mine) {
        run = found;
        state.trained = true;
        page.save(state);
      }
    } catch (error) {
      mine.isUnderWay = false;
      mine.outcome = `The training was abandoned at step ${mine.steps.at(-1) ?? 0}.`;
      if (run === mine && mine.steps.length === 0) run = null;
      if (error.message !== "abandoned") failed(error);
    }
    if (!isOpen) return;
    if (own === abandon) bar.share = null;
    draw();
  }, { className: "main" });

  // ---- Controls.

  const depth = slider({ label: "Layers", min: 1, max: 60, step: 1, onInput: x => change({ depth: x }) });
  const width = slider({ label: "Units of each", min: 2, max: 64, step: 1, onInput: x => change({ width: x }) });
  const activation = choice({ label: "Activation", options: known.activations.map(n => [n, n]), onInput: x => change({ activation: x }) });
  const initializer = choice({ label: "Initialiser", options: known.initializers.map(n => [n, n]), onInput: x => change({ initializer: x }) });
  const tick = (text, key) => {
    const box = make("input", { type: "checkbox", onchange: () => change({ [key]: box.checked }) });
    return { box, element: make("label", { className: "row" }, box, text) };
  };
  const normalizes = tick("batch normalisation", "normalizes"), skips = tick("skips over each layer", "skips");
  const seed = slider({ label: "Seed", min: 0, max: 100, step: 1, onInput: x => change({ seed: x }) });
  const optimizer = choice({ label: "Optimiser", options: known.optimizers.map(n => [n, n]), onInput: x => change({ optimizer: x, rate: x === "adam" ? 0.001 : 0.1 }) });
  const rate = slider({ label: "Learning rate", min: 1e-4, max: 10, isLog: true, onInput: x => change({ rate: x }) });
  const steps = slider({ label: "Steps", min: 1, max: 1000, step: 1, onInput: x => change({ steps: x }) });
  const note = make("p", { className: "mistake", hidden: true });
  const fit = () => {
    Object.entries({ depth, width, activation, initializer, seed, optimizer, rate, steps }).forEach(([key, control]) => { control.value = state[key]; });
    normalizes.box.checked = state.normalizes;
    skips.box.checked = state.skips;
  };

  const keep = button("Keep for comparison", () => {
    const names = state.kept ? state.kept.split("|") : [], name = describeChain();
    if (!names.includes(name)) names.push(name);
    state.kept = names.slice(-mostKept).join("|");
    page.save(state);
    loadKept();
  });
  const clear = button("Forget those kept", () => { state.kept = ""; page.save(state); kept = new Map(); draw(); });
  const loadKept = async () => {
    const wanted = (state.kept ? state.kept.split("|") : []).slice(0, mostKept), found = new Map();
    for (const text of wanted) {
      try { found.set(text, kept.get(text) ?? await page.ask("norms", chainOf(text))); } catch (error) { failed(error); }
    }
    kept = found;
    draw();
  };

  // ---- The steps of a training.

  const scrub = make("input", { type: "range", min: 0, max: 1, step: 1, value: 0 });
  scrub.setAttribute("aria-label", "Step shown");
  const counter = make("span", { className: "count" });
  const at = () => state.at < 0 ? run.steps.length - 1 : Math.min(state.at, run.steps.length - 1);
  const to = k => { state.at = k >= run.steps.length - 1 ? -1 : Math.max(0, k); page.save(state); page.timing.begin(); draw(); page.timing.end(); };
  scrub.oninput = () => to(Number(scrub.value));
  const back = button("Step back", () => to(at() - 1)), forward = button("Step on", () => to(at() + 1));
  const scrubber = make("div", { className: "row" }, back, forward, scrub, counter);

  // ---- Drawing.

  const plot = new Plot({ aspect: 0.72 }), losses = new Plot({ aspect: 0.55, most: 320 }), history = new Plot({ aspect: 0.6, most: 340 });
  const keys = make("div", { className: "keys" }), said = make("div", { className: "said answer" }), table = make("table");
  const historyCaption = make("figcaption", { textContent: "The length by step and layer: bright is long. The scale is logarithmic." });
  const shownNorms = () => run?.steps.length ? run.norms[at()] : untrained?.norms;

  const draw = () => {
    const norms = shownNorms();
    if (!norms || !untrained) return;
    const others = [...kept].map(([text, found]) => ({ text, norms: found.norms }));
    const curves = [...others.map(o => o.norms), untrained.norms, norms], all = curves.flatMap(c => [...c]).filter(v => v > 0 && Number.isFinite(v));
    const longest = Math.max(...curves.map(c => c.length));
    plot.isLogY = true;
    plot.x = [0.5, longest + 0.5];
    const low = all.length ? Math.min(...all) : 1e-3, high = all.length ? Math.max(...all) : 1;
    plot.y = [Math.max(low, high * 1e-30) / 3, high * 3];
    const layers = n => Array.from({ length: n }, (_, i) => i + 1);
    plot.draw(p => {
      p.axes("layer", "length of the gradient");
      p.clipped(() => {
        others.forEach(({ norms }, i) => p.curve(layers(norms.length), norms, { stroke: series(i + 1), dash: dashes[(i + 1) % dashes.length], width: 1.8 }));
        if (run?.steps.length) p.curve(layers(untrained.norms.length), untrained.norms, { stroke: color("muted"), dash: [3, 4], width: 1.8 });
        p.curve(layers(norms.length), norms, { stroke: series(0), width: 2.5 });
        norms.forEach((v, i) => p.mark(i + 1, v, { size: 3, fill: series(0) }));
      });
    });
    keys.replaceChildren(key("series-0", nameOf(state) + (run?.steps.length ? `, step ${run.steps[at()]}` : "")),
      ...(run?.steps.length ? [key("muted", "before training")] : []), ...others.map(({ text }, i) => key(`series-${i + 1}`, nameOf(chainOf(text)))));
    clear.hidden = others.length === 0;
    drawRun();
    drawTable(norms);
    const sentence = run?.outcome || (run ? "It trains." : untrained.outcome);
    said.replaceChildren(make("p", { textContent: sentence }));
    plot.label = `The length of the gradient at each of ${norms.length} layers, on a logarithmic axis: ${short(norms[0])} at the first, ${short(norms.at(-1))} at the last. ${sentence}`;
    if (!run?.isUnderWay && !predict.is) page.announce(sentence);
  };

  const drawRun = () => {
    const has = Boolean(run?.steps.length);
    for (const element of [losses.element, history.element, historyCaption, scrubber]) element.hidden = !has;
    if (!has) return;
    const k = at();
    losses.x = [0, state.steps];
    losses.fitY(...rangeOf(run.losses));
    losses.draw(p => {
      p.axes("step", "mean square error");
      p.clipped(() => { p.curve(run.steps, run.losses, { stroke: series(0) }); p.mark(run.steps[k], run.losses[k], { size: 5, fill: series(0) }); });
    });
    losses.label = `The loss by step, ${short(run.losses[0])} to ${short(run.losses.at(-1))}.`;
    const count = untrained.norms.length, rows = run.norms.length, logs = new Float64Array(count * rows);
    // Steps along x, layers along y, the first below.
    for (let j = 0; j < count; j++) for (let i = 0; i < rows; i++) logs[j * rows + i] = Math.log10(run.norms[i][j]);
    const known = logs.filter(Number.isFinite), least = Math.min(...known), most = Math.max(...known), span = most - least || 1;
    const image = picture(logs, rows, count, v => Number.isFinite(v) ? scaled("viridis", (v - least) / span) : [0, 0, 0, 0]);
    history.x = [0, run.steps.at(-1) || 1];
    history.y = [.5, count + .5];
    history.draw(p => {
      p.clipped(() => p.image(image, history.x, history.y, { isSmooth: false }));
      p.axes("step", "layer", { hasGrid: false });
      p.clipped(() => p.curve([run.steps[k], run.steps[k]], history.y, { stroke: color("paper"), width: 2 }));
    });
    history.label = `The length of each layer's gradient by step, from 10 to the power of ${least.toFixed(1)} to 10 to the power of ${most.toFixed(1)}.`;
    historyCaption.textContent = `The length of the gradient by step and layer, from ${short(Number((10 ** least).toPrecision(2)))} (dark) to ${short(Number((10 ** most).toPrecision(2)))} (bright), logarithmically.`;
    scrub.max = run.steps.length - 1;
    scrub.value = k;
    scrub.setAttribute("aria-valuetext", `step ${run.steps[k]}`);
    counter.textContent = `step ${run.steps[k]} of ${state.steps}`;
    back.disabled = k === 0;
    forward.disabled = k === run.steps.length - 1;
  };

  const drawTable = norms => {
    const rows = Array.from(norms, (v, i) => make("tr", {}, make("th", { scope: "row", textContent: String(i + 1) }),
      ...[v, untrained.norms[i] ?? NaN].map(length => make("td", { textContent: short(length) }))));
    table.replaceChildren(tableHead(["layer", "length", "before training"]), make("tbody", {}, ...rows));
  };
  page.onTheme(draw);

  // ---- The page.

  const tour = guide(guideSteps, {
    announce: page.announce,
    apply: (setting, isPlayed) => {
      predict.set(!isPlayed);
      const step = guideSteps.find(s => s.setting === setting);
      shown.show({ ...structuredClone(defaults), ...setting });
      page.save(state);
      if (isPlayed && step?.trains) train.click();
    },
  });
  const predict = prediction(page.root, tour);
  const load = async () => ({ ...await page.ask("copies", settings()), command: linkCommand("a chain of layers", "gradients") });
  const scroll = tableBox("The lengths by layer", table, "scroll tall answer");
  page.root.append(
    make("div", { className: "row" }, make("h2", { textContent: "Vanishing gradients" }), tour.toggle),
    make("p", { className: "lead", textContent: "The gradient of an early layer is a product over all later ones. Deepen the chain, change what it is made of, and watch how much arrives." }),
    tour.element,
    make("div", { className: "view" },
      make("div", { className: "stage" },
        make("figure", { className: "answer" }, plot.element, keys), scrubber,
        make("div", { className: "row" }, train, bar.element, keep, clear)),
      make("div", { className: "controls" },
        group("The chain", depth.element, width.element, activation.element, initializer.element, normalizes.element, skips.element, seed.element),
        group("Training", optimizer.element, rate.element, steps.element, note),
        make("p", { className: "note", textContent: "It sees 64 examples of noise, inputs and targets normal, which it can only learn by heart." })),
      make("div", { className: "side" }, said, make("figure", {}, losses.element), make("figure", {}, history.element, historyCaption)),
      make("div", { className: "rest" }, scroll, copies({ load, announce: page.announce }))));

  const shown = {
    show(next) {
      abandon?.abort();
      const wasTrained = next.trained;
      state = next;
      run = null;
      fit();
      page.timing.begin();
      askNorms(chain());
      loadKept();
      if (wasTrained) { const place = state.at; train.onclick().then(() => { state.at = place; draw(); }); }
    },
    close() { isOpen = false; abandon?.abort(); predict.set(false); },
  };
  return shown;
};
