// A small network that learns fronts from the sea-surface temperature, layer by layer, and where it looks.
import { button, group, key, make, progress, short, slider } from "./controls.js";
import { GridPicture, Thumb } from "./convolution-drawing.js";
import { Plot, dashes, rangeOf, series } from "./plot.js";

/**
 * The section of the convolution view. `state()` is the view's, `settings()` what names the field, `save(part)` keeps a
 * change in the address.
 */
export const networkSection = (page, known, { state, settings, save }) => {
  let report = null, epochs = [], isTraining = false, abandon = null, look = null, field = null, isOpen = true;

  // ---- Training.

  const bar = progress("Training the network", () => abandon?.abort());
  const said = make("p", { className: "said" }), note = make("p", { className: "mistake", hidden: true });
  const train = button("Train the network", async () => {
    if (isTraining) return;
    [isTraining, epochs, report] = [true, [], null];
    train.disabled = true;
    abandon = new AbortController();
    bar.share = 0;
    note.hidden = true;
    said.textContent = "It trains.";
    const { seed, epochs: count } = state();
    try {
      report = await page.ask("train", { seed, epochs: count }, {
        onProgress: share => { bar.share = share; }, signal: abandon.signal,
        onPart: part => { epochs.push(part); drawLosses(); },
      });
      said.textContent = report.outcome;
      page.announce(report.outcome);
      save({ network: true });
      looks.hidden = false;
      askLook();
    } catch (error) {
      said.textContent = error.message === "abandoned" ? "The training is abandoned." : error.message;
      page.announce(said.textContent);
    }
    if (!isOpen) return;
    [isTraining, train.disabled, bar.share] = [false, false, null];
    drawLosses();
  }, { className: "main" });
  const seed = slider({ label: "Seed of the weights", min: 0, max: 100, step: 1, onInput: x => save({ seed: x }) });
  const count = slider({ label: "Epochs", min: 1, max: 200, step: 1, onInput: x => save({ epochs: x }) });

  const losses = new Plot({ aspect: 0.55, most: 300 });
  const drawLosses = () => {
    const numbers = report ? [report.losses, report.validationLosses] : [epochs.map(e => e.loss), epochs.map(e => e.validationLoss)];
    const xs = report || !epochs.length ? Array.from(numbers[0], (_, i) => i + 1) : epochs.map(e => e.epoch);
    losses.element.parentElement.hidden = xs.length === 0;
    if (xs.length === 0) return;
    losses.isLogY = true;
    losses.x = [0, Math.max(state().epochs, xs.at(-1))];
    const all = numbers.flatMap(list => [...list]).filter(v => v > 0);
    losses.y = [Math.min(...all) / 1.5, Math.max(...all) * 1.5];
    losses.draw(p => {
      p.axes("epoch", "mean square error");
      p.clipped(() => numbers.forEach((ys, i) => p.curve(xs, ys, { stroke: series(i), dash: dashes[i] })));
    });
    losses.label = `The loss by epoch: training ends at ${short(numbers[0].at(-1))}, validation at ${short(numbers[1].at(-1))}.`;
  };

  // ---- The patch, and what the network makes of it.

  const picture = new GridPicture({
    name: "The field: the patch that the network looks at", most: 260, widest: 14,
    onPoint: (row, column) => {
      page.timing.begin();
      // The pointer holds the patch in its middle; keys move its corner.
      // Of a large field not every cell is drawn.
      const half = picture.isKey ? 0 : Math.floor(known.side / 2), place = [row, column].map(n => Math.max(0, n * (field?.step ?? 1) - half));
      save({ patch: place.join(",") });
      askLook();
    },
  });
  picture.element.addEventListener("keydown", () => { picture.isKey = true; }, { capture: true });
  picture.element.addEventListener("pointermove", () => { picture.isKey = false; }, { capture: true });
  const fieldCaption = make("figcaption"), answer = make("p", { className: "product" });
  const askField = page.latest("field", found => {
    field = found;
    picture.show({ rows: found.shownRows, columns: found.shownColumns, values: found.values });
    picture.label = `${found.title}, ${found.rows} × ${found.columns} cells.`;
    fieldCaption.textContent = `${found.title}. The frame is the patch of ${known.side} × ${known.side} cells that the network sees.`;
    drawBox();
  }, error => { note.textContent = error.message; note.hidden = false; });
  const ask = page.latest("look", found => {
    look = found;
    note.hidden = true;
    made.hidden = false;
    drawLook();
    page.timing.end();
  }, error => {
    look = null;
    note.textContent = error.message;
    note.hidden = false;
    made.hidden = true;
    drawBox();
    page.announce(error.message);
  });
  const askLook = () => {
    if (!report) return;
    const [row, column] = state().patch.split(",").map(Number);
    ask({ settings: settings(), row: row || 0, column: column || 0 });
  };

  const drawBox = () => {
    if (!field) return;
    const [row, column] = (look ? [look.row, look.column] : state().patch.split(",").map(Number)), step = field.step, side = known.side / step;
    picture.cell = [Math.floor(row / step), Math.floor(column / step)];
    picture.mark(report ? { box: [row / step, column / step, side, side] } : {});
  };

  const patch = new Thumb("The patch"), saliency = new Thumb("Saliency: the answer's gradient"), fronts = new Thumb("The field's gradient");
  const strips = make("div", { className: "strips" });
  let thumbs = null;
  const names = { conv2d: "Convolution", max_pooling2d: "Max pooling", dense: "Dense" };
  const title = layer => {
    const kind = Object.keys(names).find(k => layer.name.startsWith(k));
    return `${kind ? names[kind] : layer.name}, ${layer.shape.join(" × ")}`;
  };
  const drawLook = () => {
    const { side } = known;
    patch.show(look.patch, side, side, {}, "The values of the patch");
    saliency.show(look.saliency, side, side, { isSigned: true }, "By how much the answer changes with each cell");
    fronts.show(look.fronts, side - 2, side - 2, { scale: "cividis" }, "The length of the field's gradient in each cell");
    // The last layer's one number is said.
    const layers = look.layers.filter(layer => layer.rows * layer.columns > 1);
    if (!thumbs) {
      thumbs = layers.map(layer => layer.maps.map((_, i) => new Thumb(layer.maps.length > 1 ? `map ${i + 1}` : "")));
      strips.replaceChildren(...layers.map((layer, k) => make("div", { className: "strip" },
        make("h4", { textContent: title(layer) }), make("div", { className: layer.rows === 1 ? "maps units" : "maps" }, ...thumbs[k].map(t => t.element)))));
    }
    layers.forEach((layer, k) => {
      // All maps of a layer share their colours.
      const range = rangeOf(layer.maps.flatMap(values => [...values]));
      layer.maps.forEach((values, i) => thumbs[k][i].show(values, layer.rows, layer.columns, { scale: "cividis", range }, `${title(layer)}, map ${i + 1}, from ${short(Math.min(...values))} to ${short(Math.max(...values))}`));
    });
    answer.textContent = look.note
      ? `The network says ${short(look.answer)}; the strongest gradient in the patch is ${short(look.truth)}: both ${look.note}.`
      : `The network says ${short(look.answer)} K per 100 km; the strongest gradient in the patch is ${short(look.truth)}.`;
    page.announce(answer.textContent);
    drawBox();
  };

  const made = make("div", { className: "strips" }, answer,
    make("p", { className: "note", textContent: "Saliency is the gradient of the answer by each cell: the answer rises with red cells and falls with blue ones. Does it lie on the front?" }),
    make("div", { className: "maps" }, patch.element, fronts.element, saliency.element), strips);
  const looks = make("div", { className: "looks", hidden: true },
    make("figure", {}, picture.element, fieldCaption), note, made);
  const element = make("section", { className: "network" },
    make("h3", { textContent: "A small network of such windows" }),
    make("p", { className: "lead", textContent: "It learns from patches of the sea-surface temperature how strong the strongest front in each is. The answer is known, so you can judge where it looks." }),
    make("div", { className: "two" },
      make("div", {}, group("Training", count.element, seed.element), make("div", { className: "row" }, train, bar.element), said),
      make("div", {}, make("figure", {}, losses.element, make("figcaption", {}, key("series-0", "training"), " ", key("series-1", "validation: 225° to 245° E"))))),
    looks);

  return {
    element,
    show() {
      seed.value = state().seed;
      count.value = state().epochs;
      askField(settings());
      drawLosses();
      if (state().network && !report && !isTraining) train.click();
      else if (report) askLook();
    },
    fieldChanged() { look = null; askField(settings()); askLook(); },
    redraw() { picture.forget(); if (look) drawLook(); drawLosses(); },
    close() { isOpen = false; abandon?.abort(); },
  };
};
