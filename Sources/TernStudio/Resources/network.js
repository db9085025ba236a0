// The network view: a network learns a curve or classes from points. All numbers come from the program.
import { button, choice, copies, group, guide, make, progress, short, slider, tableBox, whenIdle } from "./controls.js";
import { box, brushes, columnChoices, layerList, leftOut, wordColumns } from "./network-controls.js";
import { steps as guideSteps } from "./network-guide.js";
import { Units, Weights, drawCurve, drawField, drawLosses, drawPoints, drawScores, field } from "./network-picture.js";
import { editor, fileField, mostInAddress, readPoints, writePoints } from "./network-points.js";
import { Plot, color } from "./plot.js";

/**
 * The whole state, as the address holds it. `points`: as they were edited, "" : as they are made; `view` of one's own;
 * `epoch`: the one that is shown, 0: the last; `axes` and `classes`: the names of a table's columns and classes, with
 * semicolons.
 */
export const defaults = {
  task: "curve", data: "sine", count: 30, noise: 0.1, draw: 0, points: "", view: "", layers: "8,8", activations: "tanh,tanh",
  solver: "adam", rate: 0.01, momentum: 0.9, nesterov: true, alpha: 0.0001, batch: 0, epochs: 1000, seed: 0, stopping: false,
  fraction: 0.2, patience: 50, tol: 0.0001, process: false, kernel: "rbf", white: true, parts: false, speed: 60, trained: true,
  epoch: 0, axes: "", classes: "",
};

export const whole = ["count", "draw", "batch", "epochs", "seed", "patience", "epoch"];

const list = (text, mark = ",") => text === "" ? [] : text.split(mark);

export const open = async page => {
  const known = await page.ask("describe");
  let state = structuredClone(defaults), points = { x: [[]], y: [] }, truth = null, view = [[-6, 6], [-2.5, 2.5]];
  let result = null, shown = null, history = [], image = null, imageOf = null, process = null, table = null, file = null;
  let run = 0, running = null, isPaused = false, brush = 0;
  const isClasses = () => state.task === "classes";

  // ---- What is asked.

  const settings = () => ({
    task: state.task, x: points.x, y: points.y, view: isClasses() ? view : [view[0]], units: list(state.layers).map(Number),
    activations: list(state.activations), solver: state.solver, rate: state.rate, momentum: state.momentum, nesterov: state.nesterov,
    alpha: state.alpha, batch: state.batch || null, epochs: state.epochs, seed: state.seed, stopping: state.stopping,
    fraction: state.fraction, patience: state.patience, tol: state.tol,
  });
  const isSine = () => !isClasses() && state.data === "sine";
  const request = more => ({ settings: settings(), run: 0, watches: false, paused: false, speed: 0, isSine: isSine(), ...more });
  const failed = mistake => {
    note.textContent = mistake.message;
    note.hidden = false;
    page.announce(mistake.message);
  };

  // Trains to the end at once, as settings change: one at a time, the newest of those that came meanwhile.
  let settling = null, next = null;
  const settle = async () => {
    if (settling) { next = true; return; }
    const mine = settling = new AbortController(), begun = performance.now();
    try {
      const found = await page.ask("train", request(), {
        signal: mine.signal, onProgress: share => { if (performance.now() - begun > 300) bar.share = share; },
      });
      if (settling === mine) { note.hidden = true; history = []; finish(found); page.timing.end(); }
    } catch (error) {
      if (settling === mine && error.message !== "abandoned") { forget(); failed(error); }
      if (settling === mine && error.message === "abandoned") page.announce("Training is abandoned.");
    }
    if (settling !== mine) return;
    settling = null;
    bar.share = null;
    if (next) { next = null; settle(); }
  };
  const stopSettling = () => { settling?.abort(); settling = next = null; bar.share = null; };

  // Trains as it is watched: parts come as epochs go.
  const watch = async (paused, at = 0) => {
    stopRun();
    stopSettling();
    const mine = running = new AbortController(), number = ++run;
    [isPaused, history, result, shown] = [paused, [], null, null];
    [state.trained, state.epoch] = [true, at];
    page.save(state);
    note.hidden = true;
    fitButtons();
    try {
      const found = await page.ask("train", request({ run: number, watches: true, paused, speed: at ? 0 : state.speed, ...(at ? { at } : {}) }), {
        signal: mine.signal,
        onPart: part => {
          if (running !== mine) return;
          history.push(part);
          if (history.length > 400) history = history.filter((_, i) => i % 2 === 0);
          // On the way to an epoch that a link names there is nothing to see.
          if (part.epoch < at) return;
          show(part);
          if (isPaused) keepEpoch();
          page.timing.end();
        },
      });
      if (running === mine) { running = null; finish(found); }
    } catch (error) {
      if (running !== mine) return;
      running = null;
      forget();
      failed(error);
    }
    fitButtons();
  };
  function stopRun() { running?.abort(); running = null; isPaused = false; }
  const tell = change => page.ask("change", { run, ...change }).catch(failed);

  /** The address names the epoch that is shown, where it is not the last. */
  const keepEpoch = () => {
    state.epoch = !shown || (running && !isPaused) || (result && shown === result.last) ? 0 : shown.epoch;
    page.save(state);
  };

  const finish = found => {
    result = found;
    state.epoch = 0;
    page.save(state);
    history.push(found.last);
    show(found.last);
    fitButtons();
    loadSame();
  };
  const show = epoch => {
    shown = epoch;
    scrub.max = Math.max(0, history.length - 1);
    scrub.value = Math.max(0, history.indexOf(epoch));
    draw();
  };

  /** What was learned is not of the settings that were refused. */
  const forget = () => { [result, shown, history] = [null, null, []]; draw(); };

  /** After a change: what was learned is of other settings now. */
  const again = () => {
    if (points.y.length < 2) { stopRun(); stopSettling(); result = shown = null; draw(); return; }
    if (running) return watch(isPaused);
    result = null;
    if (!Number.isInteger(state.epoch) || state.epoch < 0 || state.epoch >= state.epochs) state.epoch = 0;
    if (state.trained && state.epoch) return watch(true, state.epoch);
    if (state.trained) settle(); else { shown = null; draw(); page.timing.end(); }
  };

  // A fit takes seconds: one that is under way for points or a kernel of before is abandoned.
  let fitting = null;
  const askProcess = page.latest(
    args => page.ask("process", args, { signal: (fitting = new AbortController()).signal }), found => { process = found; draw(); },
    error => { if (error.message !== "abandoned") { process = null; failed(error); draw(); } });
  const refreshProcess = () => {
    fitting?.abort();
    if (!state.process || isClasses() || points.y.length < 2) { process = null; return; }
    askProcess({ x: points.x[0], y: points.y, view: [view[0]], kernel: state.kernel, white: state.white, isSine: isSine() });
  };

  const askData = page.latest("data", (found, args) => {
    if (args.data !== state.data) return;
    view = found.view;
    const { places } = found;
    truth = found.truth ? { x: places, y: found.truth } : null;
    points = state.points ? readPoints(state.points, isClasses()) : { x: found.x.map(a => [...a]), y: [...found.y] };
    note.hidden = true;
    learned();
  }, mistake => { stopRun(); stopSettling(); forget(); failed(mistake); });
  const learned = () => { refreshProcess(); fitBrushes(); again(); draw(); };
  /** Brings the points that the state names. */
  const refreshData = () => {
    if (state.data !== "own") return askData({ data: state.data, count: state.count, noise: state.noise, seed: state.draw });
    truth = null;
    const ends = list(state.view).map(Number), wanted = isClasses() ? [[-2, 2], [-2, 2]] : [[-6, 6], [-2.5, 2.5]];
    view = ends.length === 4 && ends.every(Number.isFinite) && ends[1] > ends[0] && ends[3] > ends[2] ? [[ends[0], ends[1]], [ends[2], ends[3]]] : wanted;
    points = readPoints(state.points, isClasses());
    learned();
  };

  const change = (part, how = again) => {
    page.timing.begin();
    Object.assign(state, part);
    if (how === again || how === refreshData) state.epoch = 0;
    page.save(state);
    // The program computes while the page is put right.
    how();
    fit();
  };

  // ---- Points.

  const plot = new Plot({ aspect: 0.75 }), losses = new Plot({ aspect: 0.6, most: 340 }), scores = new Plot({ aspect: 0.5, most: 300 });
  const edits = editor(plot, {
    get: () => ({ points, isClasses: isClasses(), brush }), announce: page.announce, most: known.mostPoints,
    onEdit: edited => {
      points = edited;
      state.epoch = 0;
      page.timing.begin();
      keep();
      page.save(state);
      refreshProcess();
      again();
      draw();
    },
  });
  /** Puts the points into the state, where they are few enough. */
  const keep = () => {
    const fits = points.y.length <= mostInAddress && points.y.length > 0;
    state.points = fits ? writePoints(points) : "";
    if (!fits) { state.data = "own"; state.view = view.flat().join(","); truth = null; }
    many.hidden = points.y.length <= mostInAddress;
    fit();
  };
  const many = make("p", { className: "note", hidden: true, textContent: `More than ${mostInAddress} points are not put into the address: a link opens without them.` });

  const tableNote = make("p", { className: "note table-note", hidden: true });
  const readTable = async (columns, isScaled = false) => {
    try {
      if (columns) table = { ...table, columns };
      else {
        // The columns can be chosen where those that come first are refused; those of a file before are not these.
        table = null;
        columnsField.show(null);
        tableNote.hidden = true;
        table = await page.ask("columns", { task: state.task }, { file });
        columnsField.show(table, isClasses());
      }
      const found = columns ? await askTable(columns, isScaled) : await firstTable();
      table = found;
      points = { x: found.x.map(a => [...a]), y: [...found.y] };
      [view, truth] = [found.view, null];
      const plainly = name => name.replaceAll(";", ",").slice(0, 40), more = isScaled ? ", scaled" : "";
      const axes = found.columns.slice(0, 2).map(name => plainly(name) + more).join(";"), classes = found.classes.map(plainly).join(";");
      Object.assign(state, { data: "own", view: view.flat().join(","), axes, classes });
      keep();
      page.save(state);
      tableNote.textContent = [found.note, leftOut(found, isClasses())].filter(Boolean).join(" ");
      tableNote.hidden = !tableNote.textContent;
      note.hidden = true;
      page.announce(`${points.y.length} points are read. ${tableNote.textContent}`);
      columnsField.show(table, isClasses(), isScaled);
      learned();
    } catch (error) {
      const more = [/scale the data/.test(error.message) ? `The box "scale the columns" does that.` : "", table ? leftOut(table, isClasses()) : ""];
      failed({ message: [error.message, ...more].filter(Boolean).join(". ").replace("..", ".") });
    }
  };
  const askTable = (columns, isScaled) => page.ask("table", { task: state.task, columns, isScaled }, { file });
  /** The table with the columns that come first; where that of the class has too many classes, another one of words. */
  const firstTable = async () => {
    let refused;
    for (const label of [table.columns[2], ...wordColumns(table).reverse()]) {
      const columns = isClasses() && label ? [...table.columns.slice(0, 2), label] : table.columns;
      try { return await askTable(columns, false); } catch (error) { refused ??= error; }
      if (!/ classes; /.test(refused.message)) break;
    }
    throw refused;
  };
  const upload = fileField(page, { label: "A table of one's own (CSV): choose it, or drop it on the page", onFile: bytes => { file = bytes; readTable(); } });
  const columnsField = columnChoices({ onInput: readTable });
  const brushRow = brushes({ onInput: k => { brush = k; fitBrushes(); } });
  const fitBrushes = () => {
    brushRow.element.hidden = !isClasses();
    const count = Math.max(3, 1 + Math.max(0, ...(isClasses() ? points.y : [0])));
    if (isClasses()) brushRow.show(Array.from({ length: Math.min(6, count) }, (_, k) => list(state.classes, ";")[k] ?? `class ${k}`), brush);
  };
  const clear = button("Remove all", () => change({ data: "own", points: "", view: view.flat().join(",") }, refreshData));

  // ---- Controls.

  const sets = { curve: ["sine", "own"], classes: ["moons", "circles", "xor", "blobs", "own"] };
  const title = name => name === "own" ? "one's own" : name;
  const task = choice({ label: "What is learned", options: [["curve", "a curve"], ["classes", "classes in the plane"]], onInput: value => {
    [table, file, brush] = [null, null, 0];
    columnsField.show(null);
    tableNote.hidden = true;
    change({ task: value, data: sets[value][0], points: "", view: "", axes: "", classes: "", noise: defaults.noise, count: value === "curve" ? 30 : 100 }, refreshData);
  } });
  const dataChoice = choice({ label: "Points", options: [], onInput: data => change(data === "own" ? { data, points: writePoints(points), view: view.flat().join(","), axes: "", classes: "" } : { data, points: "", view: "", axes: "", classes: "" }, refreshData) });
  const made = (key, more) => slider({ ...more, onInput: x => change({ [key]: x, points: "" }, refreshData) });
  const count = made("count", { label: "How many", min: 4, max: 300, step: 1 }), noise = made("noise", { label: "Noise", min: 0, max: 1, step: 0.01 });
  const drawSeed = made("draw", { label: "Seed of the points", min: 0, max: 100, step: 1 });
  const layers = layerList({ ...known, onInput: ({ units, activations }) => change({ layers: units.join(","), activations: activations.join(",") }) });
  const solver = choice({ label: "Optimiser", options: known.solvers.map(s => [s.name, s.isScikitLearns ? s.name : `${s.name}, Keras's`]), onInput: name => change({ solver: name }) });
  const set = (key, more) => slider({ ...more, onInput: x => change({ [key]: x }) });
  const rate = slider({ label: "Learning rate", min: 1e-5, max: 10, isLog: true, onInput: x => {
    if (!running) return change({ rate: x });
    state.rate = x;
    page.save(state);
    tell({ rate: x });
  } });
  const momentum = set("momentum", { label: "Momentum", min: 0, max: 0.999, step: 0.001 }), nesterov = box("Nesterov's", is => change({ nesterov: is }));
  const alpha = slider({ label: "L2 penalty (alpha)", min: 1e-6, max: 100, isLog: true, onInput: x => change({ alpha: x }) });
  const batch = set("batch", { label: "Batch (0: min(200, points))", min: 0, max: 200, step: 1 });
  const epochs = set("epochs", { label: "Epochs at most", min: 1, max: known.mostEpochs, step: 1 });
  const seed = set("seed", { label: "Seed (random_state)", min: 0, max: 100, step: 1 });
  const stopping = box("early stopping: hold points out, stop when their score stalls", is => change({ stopping: is }));
  const fraction = set("fraction", { label: "Share held out", min: 0.05, max: 0.9, step: 0.01 });
  const patience = set("patience", { label: "Epochs without progress", min: 1, max: known.mostEpochs, step: 1 });
  const hasProcess = box("a Gaussian process beside it, with its band", is => change({ process: is }, () => { refreshProcess(); draw(); page.timing.end(); }));
  const kernel = choice({ label: "Kernel", options: known.kernels.map(k => [k, k]), onInput: k => change({ kernel: k }, refreshProcess) });
  const white = box("the points have noise (WhiteKernel)", is => change({ white: is }, refreshProcess));
  const parts = box("parts of the last hidden units in the picture", is => change({ parts: is }, draw));
  const processGroup = group("Gaussian process", hasProcess.element, kernel.element, white.element);
  const note = make("p", { className: "mistake", hidden: true });

  const fit = () => {
    const options = sets[state.task];
    dataChoice.options = options.map(o => [o, o !== "own" && state.points && o === state.data ? `${o}, edited` : title(o)]);
    dataChoice.value = state.data;
    task.value = state.task;
    for (const one of [count, noise, drawSeed]) one.element.hidden = state.data === "own";
    if (!layers.isFocused) layers.value = { units: list(state.layers).map(Number), activations: list(state.activations) };
    momentum.element.hidden = nesterov.element.hidden = state.solver !== "sgd";
    fraction.element.hidden = !state.stopping;
    batch.element.hidden = state.solver === "lbfgs";
    processGroup.hidden = isClasses();
    kernel.element.hidden = white.element.hidden = !state.process;
    parts.element.hidden = isClasses();
    Object.entries({ count, noise, draw: drawSeed, solver, rate, momentum, nesterov, alpha, batch, epochs, seed, stopping, fraction, patience, process: hasProcess, kernel, white, parts, speed })
      .forEach(([key, control]) => { control.value = state[key]; });
  };

  // ---- Running.

  const train = button("Train", () => {
    if (!running) return page.reducesMotion() ? (state.trained = true, again()) : watch(false);
    isPaused = !isPaused;
    tell({ paused: isPaused, ...(isPaused ? {} : { speed: state.speed }) });
    keepEpoch();
    fitButtons();
  }, { className: "main" });
  const step = button("One epoch", () => {
    if (!running) return watch(true);
    isPaused = true;
    tell({ step: 1 });
    fitButtons();
  });
  const toEnd = button("To the end", () => {
    state.trained = true;
    if (running) { isPaused = false; tell({ paused: false, speed: 0 }); fitButtons(); } else settle();
  });
  const abandon = button("Abandon", () => { if (running) { stopRun(); page.announce("Training is abandoned."); } else { state.trained = false; result = shown = null; history = []; page.save(state); draw(); } fitButtons(); });
  const speed = slider({ label: "Epochs in a second", min: 1, max: 5000, isLog: true, onInput: x => { state.speed = x; page.save(state); if (running) tell({ speed: x }); } });
  const bar = progress("Training", () => { stopSettling(); page.announce("Training is abandoned."); });
  const scrub = make("input", { type: "range", min: 0, max: 0, step: 1, value: 0 });
  scrub.setAttribute("aria-label", "Epoch shown");
  scrub.oninput = () => { const epoch = history[Number(scrub.value)]; if (epoch) { if (running && !isPaused) { isPaused = true; tell({ paused: true }); fitButtons(); } shown = epoch; keepEpoch(); draw(); } };
  const counter = make("span", { className: "count" });
  const fitButtons = () => {
    train.textContent = !running ? "Train" : isPaused ? "Go on" : "Pause";
    abandon.textContent = running ? "Abandon" : "Forget";
    abandon.disabled = !running && !shown;
    scrub.hidden = history.length < 2;
  };

  // ---- Drawing.

  const units = new Units(), weights = new Weights(), numbers = make("table"), said = make("div", { className: "said" });
  const scoreName = () => isClasses() ? "accuracy" : "R²";
  const drawNumbers = () => {
    const rows = [["epoch", shown ? `${shown.epoch} of ${shown.mostEpochs}` : "–"], ["loss", shown ? short(shown.loss) : "–"], ["learning rate", shown ? short(shown.rate) : short(state.rate)]];
    if (shown?.score !== undefined && shown?.score !== null) rows.push([`${scoreName()}, held out`, short(shown.score)]);
    if (shown?.error !== undefined && shown?.error !== null) rows.push(["squared error beside the sine", short(shown.error)]);
    const isLast = result && shown === result.last;
    rows.push([`${scoreName()}, all points`, isLast ? short(result.score) : "–"], ["weights and biases", result ? String(result.parameters) : "–"]);
    if (process && state.process) rows.push(["log marginal likelihood of the process", short(process.likelihood)]);
    if (process && state.process && typeof process.error === "number") rows.push(["its squared error beside the sine", short(process.error)]);
    numbers.replaceChildren(make("tbody", {}, ...rows.map(([name, value]) => {
      const row = make("tr", {}, make("th", { scope: "row", textContent: name }), make("td", { textContent: value }));
      row.dataset.number = name;
      return row;
    })));
  };
  /** A warning in the words of the page. */
  const byControl = text => text.replace(/maxIter \((\d+)\) epochs/, "$1 epochs").replace("raise maxIter", "raise \"Epochs at most\"");
  const describe = () => {
    const n = points.y.length, count = new Set(points.y).size, some = `${n} point${n === 1 ? "" : "s"}`;
    const what = isClasses() ? `${some} of ${count} class${count === 1 ? "" : "es"}` : some;
    const isLast = result && shown === result.last;
    const sentences = isLast ? [result.outcome, ...result.warnings.map(byControl)] : [shown ? `Epoch ${shown.epoch}: loss ${short(shown.loss)}.` : `${what}; ${n < 2 ? "a network learns from two and more: add some" : "the network has not learned yet"}.`];
    if (isLast && result.rates.length > 1) sentences.push(`The rate was changed while it trained: ${result.rates.map(([from, r]) => `${short(r)} from epoch ${from} on`).join(", ")}.`);
    if (process && state.process) sentences.push(`The Gaussian process: ${process.kernel}.`, ...process.warnings);
    said.replaceChildren(...sentences.map(textContent => make("p", { textContent })));
    plot.label = isClasses() ? `${what}, and the field of decision. ${sentences[0]}` : `${what}, and the function of the network. ${sentences.join(" ")}`;
    losses.label = `The loss by epoch. ${shown ? `Now ${short(shown.loss)}.` : ""}`;
    scores.label = `The score of the points held out, by epoch. ${shown?.score ? `Now ${short(shown.score)}.` : ""}`;
    if (!running) page.announce(sentences.join(" "));
  };

  // Units and weights follow the function, as soon as there is time.
  const drawParts = whenIdle(() => {
    if (!shown) return;
    units.show(shown, shown.picture.sizes, isClasses(), list(state.activations));
    weights.show(shown);
  });
  const axisNames = () => {
    const named = state.data === "own" ? state.axes.split(";") : [];
    return named.length === 2 ? named : isClasses() ? ["x1", "x2"] : ["x", "y"];
  };
  const drawUnder = p => {
    if (isClasses()) drawField(p, image, shown);
    p.axes(...axisNames(), { hasGrid: !isClasses() });
  };
  const drawOver = p => {
    if (!isClasses()) drawCurve(p, { shown, truth, process: state.process ? process : null, hasParts: state.parts });
    p.clipped(() => drawPoints(p, points, isClasses(), result?.heldOut ?? [], edits.chosen));
  };
  function draw() {
    if (imageOf !== shown) {
      imageOf = shown;
      image = shown && isClasses() ? field(shown.picture.values, shown.picture.classes, shown.picture.x.length, shown.picture.y.length, image) : null;
    }
    [plot.x, plot.y] = view;
    edits.place();
    plot.draw(drawOver, drawUnder, [isClasses() ? shown : null, color("paper"), ...axisNames(), ...view.flat()]);
    losses.element.hidden = !shown;
    scores.element.hidden = !shown?.scores.length;
    if (shown) {
      losses.draw(p => drawLosses(p, shown, running ? shown.epoch : (history.at(-1)?.losses ?? shown.losses).length, result?.rates));
      if (shown.scores.length) scores.draw(p => drawScores(p, shown, scoreName()));
      drawParts();
    }
    units.element.hidden = weights.element.hidden = !shown;
    const at = history.indexOf(shown);
    counter.textContent = shown ? `epoch ${shown.epoch}` : "";
    if (at >= 0) { scrub.value = at; scrub.setAttribute("aria-valuetext", `epoch ${shown.epoch}`); }
    drawNumbers();
    describe();
    fitButtons();
  }
  page.onTheme(() => { imageOf = image = null; units.redraw(); draw(); });

  // ---- The same as scikit-learn or Keras.

  const copyArgs = () => ({
    settings: settings(), data: state.data !== "own" && !state.points ? { data: state.data, count: state.count, noise: state.noise, seed: state.draw } : null,
    process: state.process && !isClasses() ? state.kernel : null, white: state.white, rates: result?.rates ?? null,
  });
  const same = make("details", { className: "same" }), sameText = make("p"), sameCode = make("pre", { tabIndex: 0 });
  sameCode.setAttribute("role", "region");
  sameCode.setAttribute("aria-label", "The call in Python");
  same.append(make("summary", { textContent: "The same as scikit-learn or Keras" }), sameText, sameCode);
  // Rounding grows from step to step of lbfgs: two programs agree in some digits.
  const likely = () => state.solver === "lbfgs"
    ? `or about so many with a loss of about ${Number(result.last.loss.toPrecision(2))} and the ${scoreName()} about ${Number(result.score.toPrecision(2))}`
    : `with the loss ${short(result.last.loss)} and the ${scoreName()} ${short(result.score)}`;
  const askSame = page.latest("copies", found => {
    const estimator = isClasses() ? "MLPClassifier" : "MLPRegressor";
    sameText.textContent = !result ? "Train the network first."
      : `${result.isScikitLearns ? "" : "scikit-learn has no call for this run (it has one activation for all hidden layers, adam, sgd and lbfgs, and no rate that is changed by hand), but Keras has its parts. "}With seed ${state.seed}, ${result.isScikitLearns ? `scikit-learn's ${estimator}` : "Keras"} ends after ${result.last.epoch} epoch${result.last.epoch === 1 ? "" : "s"} ${likely()}, as here:`;
    sameCode.textContent = found.python;
  }, failed);
  function loadSame() { if (same.open && points.y.length >= 2) askSame(copyArgs()); }
  same.ontoggle = loadSame;

  // ---- The page.

  const tour = guide(guideSteps, {
    announce: page.announce,
    apply: (setting, isPlayed) => {
      const next = { ...structuredClone(defaults), ...structuredClone(setting), trained: isPlayed };
      if (isPlayed) { state.trained = true; if (page.reducesMotion()) again(); else watch(false); return; }
      shownView.show(next);
      page.save(state);
    },
  });
  const scroll = tableBox("Numbers of the epoch shown", numbers);
  page.root.append(
    make("div", { className: "row" }, make("h2", { textContent: "A network learns" }), tour.toggle),
    make("p", { className: "lead", textContent: "From points to a function. Drag the points, add some, take some away; watch what each unit has in it." }),
    tour.element,
    make("div", { className: "view" },
      make("div", { className: "stage" },
        make("figure", {}, plot.element, make("figcaption", { textContent: "A press on the picture adds a point; points can be dragged." })),
        brushRow.element,
        make("div", { className: "row" }, edits.more, edits.tool, clear, many),
        make("div", { className: "row" }, train, step, toEnd, abandon, counter),
        make("div", { className: "row" }, scrub), bar.element),
      make("div", { className: "controls" },
        group("What it learns from", task.element, dataChoice.element, count.element, noise.element, drawSeed.element, upload.element, columnsField.element, tableNote, note),
        group("Hidden layers: units and activation", layers.element),
        group("Training", solver.element, rate.element, momentum.element, nesterov.element, alpha.element, batch.element, epochs.element, patience.element, seed.element, speed.element),
        group("Early stopping", stopping.element, fraction.element),
        processGroup, parts.element),
      make("div", { className: "side" }, make("figure", {}, losses.element), make("figure", {}, scores.element), scroll),
      make("div", { className: "rest" }, said, same,
        make("section", {}, make("h3", { textContent: "The hidden units" }), units.element),
        make("section", {}, make("h3", { textContent: "The weights" }), weights.element),
        copies({ load: () => page.ask("copies", copyArgs()), announce: page.announce }))));

  const shownView = {
    show(given) {
      stopRun();
      stopSettling();
      state = given;
      [result, shown, history, process] = [null, null, [], null];
      if (!(state.task in sets)) state.task = "curve";
      if (!known.kernels.includes(state.kernel)) state.kernel = defaults.kernel;
      if (!sets[state.task].includes(state.data)) state.data = sets[state.task][0];
      fit();
      page.timing.begin();
      refreshData();
    },
    close() { stopRun(); stopSettling(); },
  };
  return shownView;
};
