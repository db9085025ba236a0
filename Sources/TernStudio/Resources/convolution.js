// The convolution view: a window over a grid, forward and backward, and a small network. The program computes; here it
// is drawn.
import { button, choice, copies, group, guide, latitude, linkCommand, longitude, make, prediction, short, slider } from "./controls.js";
import { GridPicture, gridField, plain } from "./convolution-drawing.js";
import { steps as guideSteps } from "./convolution-guide.js";
import { networkSection } from "./network-looks.js";
import { rangeOf } from "./plot.js";

/** The whole state, as the address holds it. `at` and `patch`: row,column. `from`: what is pointed at. */
export const defaults = {
  input: "digits", digits: "0 1 2;3 4 5;6 7 8", variable: "", map: 0, row: 0, column: 108, size: 24, operation: "convolution",
  kernel: "0 1; 2 3", window: 2, padding: "valid", margin: 1, stride: 1, dilation: 1, at: "0,0", from: "output",
  network: false, seed: 0, epochs: 40, patch: "3,116",
};

export const whole = ["map", "row", "column", "size", "window", "margin", "stride", "dilation", "seed", "epochs"];

/** What of the settings matters: the rest is left out where answers are looked up in a page that was exported. */
const matters = s => {
  const isPool = s.operation !== "convolution", { input, digits, row, column, size, operation, kernel, window, padding, margin, stride, dilation } = s;
  return {
    input, ...(input === "digits" ? { digits } : { row, column, size }), operation, padding, stride,
    ...(isPool ? { window } : { kernel, dilation }), ...(!isPool && padding === "explicit" ? { margin } : {}),
  };
};

/** In a page that was exported a cell is taken out of the answer for all cells. */
export const recorded = {
  action: name => name === "place" ? "places" : name,
  file: (args, limits) => {
    const s = args.settings ?? args;
    if (s.input !== "digits") return s.input ?? "";
    const number = limits.digits.indexOf(s.digits), isKnown = s.operation !== "convolution" || limits.kernel.includes(s.kernel);
    return number >= 0 && isKnown ? `numbers-${number}` : "guide";
  },
  split: (action, args) => [action === "describe" ? args : matters(args.settings ?? args)],
  join: (action, [found], { row, column, isInput }) => {
    if (action !== "place") return found;
    if (!found.outputs.length) return null;
    const { outputs, inputs, cells, slopes, ends, shapes } = found, [mine, other] = isInput ? shapes : shapes.toReversed();
    const r = Math.min(Math.max(row, 0), mine[0] - 1), c = Math.min(Math.max(column, 0), mine[1] - 1), at = r * mine[1] + c;
    const dense = new Float32Array(other[0] * other[1]);
    for (let k = 0, out = 0; k < cells.length; k++) {
      while (k >= ends[out]) out += 1;
      if (isInput && cells[k] === at) dense[out] = slopes[k];
      if (!isInput && out === at) dense[cells[k]] = slopes[k];
    }
    return { row: r, column: c, isInput, text: (isInput ? inputs : outputs)[at], slopes: dense };
  },
};

const place = text => text.split(",").map(Number).map(n => Number.isInteger(n) && n >= 0 ? n : 0);

const noNetwork = { show() {}, fieldChanged() {}, redraw() {}, close() {} };

export const open = async page => {
  const known = await page.ask("describe");
  let state = structuredClone(defaults), result = null, found = null, dropped = null, resultOf = "";

  // ---- What is asked.

  const settings = () => {
    const isPool = state.operation !== "convolution";
    return {
      input: state.input, digits: state.digits, variable: state.variable, map: state.map, row: state.row, column: state.column, size: state.size,
      operation: state.operation, kernel: state.kernel, window: state.window,
      padding: state.padding, margin: state.margin, stride: state.stride,
      dilation: isPool ? 1 : state.dilation,
    };
  };
  const pointed = () => {
    const [row, column] = place(state.at);
    return { settings: settings(), row, column, isInput: state.from === "input" };
  };
  // The output and the cell that is pointed at are asked for at once; an impossible window has no cells.
  const askResult = page.latest(
    asked => Promise.all([page.ask("convolve", asked.settings), page.ask("place", asked).catch(() => null)]), ([reply, cell], asked) => {
      [result, found, resultOf] = [reply, cell, JSON.stringify(asked.settings)];
      note.hidden = true;
      page.isStale = false;
      kernel.complain(null);
      digits.complain(null);
      drawResult();
      if (!result.impossible) return drawPoint();
      page.timing.end();
      page.announce(result.impossible);
    }, mistake => { page.isStale = true; failed(mistake); });
  const askPlace = page.latest("place", (reply, asked) => {
    if (JSON.stringify(asked.settings) !== resultOf) return;
    found = reply;
    drawPoint();
  }, () => {});
  const drawPoint = () => {
    drawPlace();
    page.timing.end();
    if (found && !predict.is) page.announce(found.text);
  };

  function failed(mistake) {
    const field = { kernel, digits }[mistake.argument];
    field?.complain(mistake.message, mistake.offset);
    note.textContent = mistake.message;
    note.hidden = field !== undefined && !field.element.hidden;
    page.announce(mistake.message);
  }

  const change = part => {
    page.timing.begin();
    Object.assign(state, part);
    page.save(state);
    fit();
    askResult(pointed());
  };
  const point = (from, row, column) => {
    page.timing.begin();
    Object.assign(state, { from, at: `${row},${column}` });
    page.save(state);
    if (result && !result.impossible) askPlace(pointed());
  };

  // ---- Controls.

  const source = choice({
    label: "Input", options: [["digits", "numbers, typed"], ["sst", "sea-surface temperature"], ["file", "a file of yours"]],
    onInput: input => { change({ input, at: "0,0", row: 0, column: input === "sst" ? defaults.column : 0 }); network.fieldChanged(); },
  });
  const grid = choice({ label: "Numbers", options: [["", "typed"], ...known.grids.map(g => [g.text, g.name])], onInput: text => { if (text) change({ digits: text }); } });
  const digits = gridField({ label: "Numbers, row by row", rows: 6, onInput: text => change({ digits: text }) });
  const row = slider({ label: "First row", min: 0, max: 400, step: 1, onInput: x => change({ row: x }) });
  const column = slider({ label: "First column", min: 0, max: 400, step: 1, onInput: x => change({ column: x }) });
  const size = slider({ label: "Rows and columns shown", min: 3, max: known.mostCells, step: 1, onInput: x => change({ size: x }) });
  const variable = choice({ label: "Variable", options: [["", "the first map"]], onInput: name => { change({ variable: name, map: 0 }); network.fieldChanged(); } });
  const map = slider({ label: "Map", min: 0, max: 1, step: 1, onInput: x => { change({ map: x }); network.fieldChanged(); } });
  const operation = choice({
    label: "What the window does", options: [["convolution", "convolution"], ["maximum", "largest (max pooling)"], ["mean", "mean (average pooling)"]],
    onInput: name => change({ operation: name, stride: name === "convolution" ? 1 : state.window }),
  });
  const picked = choice({ label: "Kernel", options: [["", "typed"], ...known.kernels.map(k => [k.text, k.name])], onInput: text => { if (text) change({ kernel: text }); } });
  const kernel = gridField({ label: "The kernel, row by row", rows: 3, onInput: text => change({ kernel: text }) });
  const window_ = slider({ label: "Window", min: 1, max: known.mostWindow, step: 1, onInput: x => change({ window: x }) });
  const padding = choice({
    label: "Padding", options: [["valid", "valid: none"], ["same", "same: zeros, Keras's way"], ["explicit", "zeros on each side"]],
    onInput: name => change({ padding: name }),
  });
  const margin = slider({ label: "Zeros on each side", min: 0, max: 12, step: 1, onInput: x => change({ margin: x }) });
  const stride = slider({ label: "Stride", min: 1, max: 12, step: 1, onInput: x => change({ stride: x }) });
  const dilation = slider({ label: "Dilation", min: 1, max: 12, step: 1, onInput: x => change({ dilation: x }) });
  const note = make("p", { className: "mistake", hidden: true });
  const padded = make("p", { className: "note", hidden: true, textContent: "Pooling has no zeros on each side, which would win over negative numbers and pull means to 0: the padding is valid now." });

  const parted = make("p", { className: "note", hidden: true });

  const chooser = make("input", { type: "file", hidden: true, onchange: () => { if (chooser.files[0]) take(chooser.files[0]); } });
  const pick = button("Open a picture or a NetCDF file", () => chooser.click());
  const fileNote = make("p", { className: "note", textContent: page.limits ? "Numbers and files of your own want the program." : "Or drop it on the page. It stays on this machine." });
  if (page.limits) {
    Object.entries({ input: source, digits: grid, kernel: picked, window: window_, margin, padding }).forEach(([key, control]) => control.limit(page.limits[key]));
    for (const control of [row, column, size]) control.limit([]);
    pick.disabled = digits.disabled = kernel.disabled = true;
  }

  const fit = () => {
    const isPool = state.operation !== "convolution", isMap = state.input !== "digits", maps = dropped?.maps ?? [];
    if (page.limits) {
      const { part } = page.limits, other = isMap && Object.keys(part).some((key) => state[key] !== part[key]);
      if (isMap) Object.assign(state, part);
      if (other) {
        parted.textContent = `Of the map this page holds ${part.size} × ${part.size} cells alone: they are shown, not the part that was asked for. The program shows any.`;
        page.announce(parted.textContent);
      }
      parted.hidden = !isMap || !parted.textContent;
      stride.limit(page.limits.stride[state.operation] ?? []);
      dilation.limit(page.limits.dilation[state.input] ?? []);
    }
    padded.hidden = !(isPool && state.padding === "explicit");
    if (!padded.hidden) {
      state.padding = "valid";
      page.save(state);
      page.announce(padded.textContent);
    }
    source.value = state.input;
    grid.value = known.grids.find(g => plain(g.text) === plain(state.digits))?.text ?? "";
    operation.value = state.operation;
    picked.value = known.kernels.find(k => plain(k.text) === plain(state.kernel))?.text ?? "";
    padding.value = state.padding;
    digits.value = state.digits;
    kernel.value = state.kernel;
    variable.value = state.variable;
    Object.entries({ row, column, size, map, window: window_, margin, stride, dilation }).forEach(([key, control]) => { control.value = state[key]; });
    digits.element.hidden = grid.element.hidden = isMap;
    for (const control of [row, column, size]) control.element.hidden = !isMap;
    variable.element.hidden = state.input !== "file" || maps.length < 2;
    map.element.hidden = state.input !== "file" || !maps.some(m => m.count > 1);
    picked.element.hidden = kernel.element.hidden = dilation.element.hidden = isPool;
    window_.element.hidden = !isPool;
    margin.element.hidden = isPool || state.padding !== "explicit";
  };

  // ---- A file that is dropped.

  const take = async file => {
    note.hidden = true;
    fileNote.textContent = `Reading ${file.name} …`;
    try {
      let bytes, about = { name: file.name };
      if (file.type.startsWith("image/")) {
        const image = await createImageBitmap(file), scale = Math.min(1, 256 / Math.max(image.width, image.height));
        const [width, height] = [image.width, image.height].map(n => Math.max(1, Math.round(n * scale)));
        const c = new OffscreenCanvas(width, height).getContext("2d");
        c.drawImage(image, 0, 0, width, height);
        bytes = c.getImageData(0, 0, width, height).data.buffer;
        about = { ...about, width, height };
      } else {
        bytes = await file.arrayBuffer();
      }
      if (bytes.byteLength > 60e6) throw new Error(`${file.name} is larger than 60 MB; cut a part out of it.`);
      dropped = await page.ask("drop", about, { file: bytes });
      fileNote.textContent = `${dropped.name}: ${dropped.maps.map(m => `${m.name}, ${m.rows} × ${m.columns}${m.count > 1 ? `, ${m.count} maps` : ""}`).join("; ")}.`;
      variable.options = dropped.maps.map(m => [m.name, m.name]);
      map.max = Math.max(...dropped.maps.map(m => m.count)) - 1;
      change({ input: "file", variable: dropped.maps[0].name, map: 0, row: 0, column: 0, at: "0,0", from: "output" });
      network.fieldChanged();
      page.announce(fileNote.textContent);
    } catch (error) {
      fileNote.textContent = "Nothing was read.";
      failed(error);
    }
  };
  if (!page.limits) page.onDrop(take);

  // ---- Drawing.

  const inputPicture = new GridPicture({ name: "Input: a cell, and the outputs that it feeds", onPoint: (r, c) => point("input", r, c) });
  const outputPicture = new GridPicture({ name: "Output: a cell, and the inputs that it saw", most: 420, onPoint: (r, c) => point("output", r, c) });
  const kernelPicture = new GridPicture({ name: "Kernel", most: 150, widest: 44 });
  const inputCaption = make("figcaption"), outputCaption = make("figcaption"), kernelCaption = make("figcaption");
  const product = make("p", { className: "product answer" }), remarks = make("div", { className: "said" });

  /** The colours' ends, in words. */
  const ends = values => { const [low, high] = rangeOf(values); return low <= high ? ` Colours go from ${short(low)} to ${short(high)}.` : ""; };
  const drawResult = () => {
    const r = result, isMap = r.latitudes !== undefined;
    row.max = Math.max(1, r.whole[0] - r.rows);
    column.max = Math.max(1, r.whole[1] - r.columns);
    inputPicture.show({ rows: r.rows, columns: r.columns, values: r.values, rim: r.margins.flat() });
    inputPicture.label = `${r.title}, ${r.rows} rows by ${r.columns} columns, with padding of ${r.margins.flat().join(", ")} cells above, below, left and right.`;
    const part = r.whole[0] > r.rows || r.whole[1] > r.columns ? `, rows from ${r.start[0]} and columns from ${r.start[1]} of ${r.whole[0]} × ${r.whole[1]}` : "";
    const region = isMap && r.longitudes ? `; ${latitude(r.latitudes[0])} to ${latitude(r.latitudes.at(-1))}, ${longitude(r.longitudes[0])} to ${longitude(r.longitudes.at(-1))}` : "";
    inputCaption.textContent = `${r.title}${r.units ? `, in ${r.units}` : ""}: ${r.rows} × ${r.columns} cells${part}${region}.${ends(r.values)}${r.values.some(Number.isNaN) ? " Grey: nothing, such as land." : ""}`;
    const isPool = state.operation !== "convolution";
    kernelPicture.element.parentElement.hidden = isPool;
    const weights = r.kernel.flat();
    kernelPicture.show({ rows: r.kernel.length, columns: r.kernel[0].length, values: weights, options: { isSigned: true } });
    kernelPicture.label = `The kernel: ${r.kernel.map(line => line.join(" ")).join("; ")}.`;
    kernelCaption.textContent = `The kernel, ${r.kernel.length} × ${r.kernel[0].length}.`;
    outputPicture.element.hidden = r.impossible !== undefined;
    if (r.impossible) {
      outputCaption.textContent = "There is no output.";
      product.textContent = r.impossible;
      inputPicture.mark({});
      found = null;
      remarks.replaceChildren();
      return;
    }
    const isSigned = !isPool && r.output.some(v => v < 0) && r.output.some(v => v > 0);
    outputPicture.show({ rows: r.outputRows, columns: r.outputColumns, values: r.output, options: { isSigned } });
    outputPicture.label = `The output, ${r.outputRows} rows by ${r.outputColumns} columns.`;
    outputCaption.replaceChildren(
      make("span", { textContent: `The output, ${r.outputRows} × ${r.outputColumns}: ` }),
      make("span", { textContent: "⌊(n + before + after − window) / stride⌋ + 1" }),
      make("br"), make("span", { textContent: `rows: ${r.formulas[0]}` }), make("br"), make("span", { textContent: `columns: ${r.formulas[1]}` }), make("br"), make("span", { textContent: ends(r.output).trim() }));
    remarks.replaceChildren(...r.notes.map(textContent => make("p", { textContent })));
  };

  const drawPlace = () => {
    if (!result || result.impossible || !found) return;
    const r = result, columns = found.isInput ? r.outputColumns : r.columns, cells = [];
    found.slopes.forEach((slope, i) => { if (slope !== 0) cells.push([Math.floor(i / columns), i % columns]); });
    inputPicture.isPointed = found.isInput;
    outputPicture.isPointed = !found.isInput;
    const strong = [found.row, found.column];
    if (found.isInput) {
      inputPicture.cell = strong;
      inputPicture.mark({ strong });
      outputPicture.mark({ cells });
    } else {
      outputPicture.cell = strong;
      outputPicture.mark({ strong });
      // The window's cells, those on the rim too.
      const window = r.kernel.flatMap((line, a) => line.map((_, b) => [found.row * r.stride + a * r.dilation - r.margins[0][0], found.column * r.stride + b * r.dilation - r.margins[1][0]]))
        .filter(([i, j]) => i < r.rows + r.margins[0][1] && j < r.columns + r.margins[1][1]);
      inputPicture.mark({ window, cells: predict.is ? [] : cells });
    }
    const lack = /\bnan\b/.test(found.text) ? " (nan: the cell has no value, such as land; what it enters has none either)" : "";
    product.textContent = (found.isInput ? found.text : `Output (${found.row}, ${found.column}): ${found.text}`) + lack;
  };

  // ---- The page.

  const network = page.limits ? noNetwork : networkSection(page, known, { state: () => state, settings, save: part => { Object.assign(state, part); page.save(state); } });
  page.onTheme(() => { for (const picture of [inputPicture, outputPicture, kernelPicture]) picture.forget(); network.redraw(); });

  const tour = guide(guideSteps, {
    announce: page.announce,
    apply: (setting, isPlayed) => {
      predict.set(!isPlayed);
      shown.show({ ...structuredClone(defaults), ...setting });
      page.save(state);
    },
  });
  const predict = prediction(page.root, tour);
  const load = async () => ({ ...await page.ask("copies", pointed()), command: linkCommand("one convolution", "convolution") });
  page.root.append(
    make("div", { className: "row" }, make("h2", { textContent: "Convolution" }), tour.toggle),
    make("p", { className: "lead", textContent: "A window moves over a grid and multiplies what lies under it by its kernel. Point at an output to see what it saw, at an input to see what it feeds." }),
    tour.element,
    make("div", { className: "view pictures" },
      make("div", { className: "stage" },
        make("figure", {}, inputPicture.element, inputCaption), product),
      make("div", { className: "controls" },
        group("Input", source.element, grid.element, digits.element, variable.element, map.element, row.element, column.element, size.element, pick, chooser, fileNote),
        group("Window", operation.element, picked.element, kernel.element, window_.element),
        group("How it moves", padding.element, margin.element, stride.element, dilation.element, padded, parted, note)),
      make("div", { className: "side" },
        make("figure", { className: "answer" }, outputPicture.element, outputCaption),
        make("figure", {}, kernelPicture.element, kernelCaption)),
      make("div", { className: "rest" }, remarks, ...(page.limits
        ? [make("p", { className: "note", textContent: "A small network of such windows learns in the program, tern studio." })]
        : [copies({ load, announce: page.announce }), network.element]))));

  const shown = {
    show(next) {
      state = next;
      fit();
      page.timing.begin();
      askResult(pointed());
      network.show();
    },
    close() {
      network.close();
      predict.set(false);
    },
  };
  return shown;
};
