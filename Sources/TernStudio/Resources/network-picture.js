// How the network view draws: the curve or the field of decision, the points, the parts of hidden units, the weights.
import { make, short, tableBox, tableHead } from "./controls.js";
import { around, color, dashes, picture, rgb, scaled, series } from "./plot.js";

const kinds = ["dot", "square", "cross", "ring", "dot", "square"];

/** A field of the probabilities of `classes`, mixed from their colours: the surer, the fuller. `old` is painted over. */
export const field = (values, classes, width, height, old) => {
  const colors = classes.map(k => rgb(series(k))), count = values.length;
  // One colour for all cells: each is painted before the next.
  const mixed = [0, 0, 0, 0];
  return picture({ length: width * height }, width, height, (_, i) => {
    let most = 0;
    mixed.fill(0);
    for (let k = 0; k < count; k++) {
      const p = values[k][i], mine = colors[k];
      if (p > most) most = p;
      for (let c = 0; c < 3; c++) mixed[c] += p * mine[c];
    }
    mixed[3] = 40 + 110 * Math.max(0, (most - 1 / count) / (1 - 1 / count));
    return mixed;
  }, old);
};

/** Draws the points: of classes by their class; those held out in a ring. */
export const drawPoints = (p, points, isClasses, heldOut, chosen) => {
  const n = points.y.length, size = n > 300 ? 3 : 4.5, held = new Set(heldOut);
  for (let i = 0; i < n; i++) {
    const x = points.x[0][i], y = isClasses ? points.x[1][i] : points.y[i], k = isClasses ? points.y[i] : -1;
    const kind = k < 0 ? "dot" : kinds[k % 6], fill = k < 0 ? color("ink") : series(k);
    if (kind !== "cross" && kind !== "ring") p.mark(x, y, { kind, size: size + 1.5, fill: color("paper") });
    p.mark(x, y, { kind, size: i === chosen ? size + 1.5 : size, fill });
    if (held.has(i)) p.mark(x, y, { kind: "ring", size: size + 4, fill: color("muted") });
  }
};

/** The curve with its truth, process and parts; `shown` may be missing. */
export const drawCurve = (p, { shown, truth, process, hasParts }) => {
  p.clipped(c => {
    if (process) {
      const { x, mean, deviation } = process;
      c.beginPath();
      x.forEach((v, i) => c.lineTo(p.px(v), p.py(mean[i] + 2 * deviation[i])));
      for (let i = x.length - 1; i >= 0; i--) c.lineTo(p.px(x[i]), p.py(mean[i] - 2 * deviation[i]));
      c.closePath();
      c.globalAlpha = 0.18;
      c.fillStyle = series(1);
      c.fill();
      c.globalAlpha = 1;
      p.curve(x, mean, { stroke: series(1), width: 2, dash: dashes[1] });
    }
    if (truth) p.curve(truth.x, truth.y, { stroke: color("muted"), width: 1.5, dash: dashes[2] });
    if (!shown) return;
    const { picture } = shown;
    if (hasParts) for (const part of picture.units.at(-1) ?? []) p.curve(picture.unitX, part, { stroke: color("muted"), width: 1 });
    p.curve(picture.x, picture.values[0], { stroke: color("paper"), width: 5 });
    p.curve(picture.x, picture.values[0], { stroke: series(0), width: 2.5 });
  });
};

/** The loss by epoch, `longest` epochs wide, with a line where the rate was changed. */
export const drawLosses = (p, shown, longest, rates = []) => {
  const all = [...shown.losses].filter(v => v > 0 && Number.isFinite(v)), low = Math.min(...all), high = Math.max(...all);
  p.isLogY = true;
  p.x = [0, Math.max(2, longest)];
  p.y = all.length ? [low / 1.3, Math.max(high, low * 1.1) * 1.3] : [0.1, 1];
  p.axes("epoch", "loss");
  p.clipped(() => {
    for (const [from] of rates.slice(1)) p.curve([from, from], p.y, { stroke: color("muted"), dash: dashes[2], width: 1 });
    p.curve(Float64Array.from(shown.losses, (_, i) => i + 1), shown.losses, { stroke: series(0), width: 2 });
    p.mark(shown.losses.length, shown.losses.at(-1), { size: 4.5, fill: series(0) });
  });
};

/** The score of the points held out, by epoch. */
export const drawScores = (p, shown, name) => {
  const all = [...shown.scores].filter(Number.isFinite), high = 1, low = Math.max(-3, Math.min(0, ...all));
  p.x = [0, Math.max(2, shown.scores.length)];
  p.y = [low - 0.03 * (high - low), high + 0.03 * (high - low)];
  p.axes("epoch", `${name}, held out`);
  p.clipped(() => {
    p.curve(Float64Array.from(shown.scores, (_, i) => i + 1), shown.scores, { stroke: series(2), width: 2 });
    p.mark(shown.scores.length, shown.scores.at(-1), { size: 4.5, fill: series(2) });
  });
};

/** The field of decision. */
export const drawField = (p, image, shown) => {
  if (!image || !shown) return;
  p.clipped(() => p.image(image, around(shown.picture.x), around(shown.picture.y), { isSmooth: true }));
};

/** Small pictures, one for each hidden unit, layer by layer. */
export class Units {
  #canvases = []; #shape = ""; #field = null;
  constructor() { this.element = make("div", { className: "units" }); }

  show(shown, sizes, isClasses, activations) {
    const layers = shown.picture.units, shape = JSON.stringify([layers.map(l => l.length), sizes, activations, isClasses]);
    const isPart = !isClasses || shown.picture.values.length === 2;
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#canvases = layers.map(units => units.map(() => make("canvas", { width: 96, height: 72 })));
      this.element.replaceChildren(...layers.map((units, k) => {
        const isLast = k + 1 === layers.length, more = sizes[k + 1] - units.length;
        const grid = make("div", { className: "unit-grid" }, ...this.#canvases[k]);
        grid.setAttribute("role", "img");
        const what = isLast && isPart ? "each unit's part in the output" : "what each unit gives";
        grid.setAttribute("aria-label", `Hidden layer ${k + 1}: ${what}, ${units.length} pictures`);
        return make("figure", {}, grid, make("figcaption", {
          textContent: `Hidden layer ${k + 1}, ${activations[k]}: ${what}${more > 0 ? ` (the first ${units.length} of ${sizes[k + 1]})` : ""}`,
        }));
      }));
      if (!layers.length) this.element.replaceChildren(make("p", { textContent: "There is no hidden layer." }));
    }
    layers.forEach((units, k) => {
      let most = 1e-9;
      for (const unit of units) for (const v of unit) if (Math.abs(v) > most && Number.isFinite(v)) most = Math.abs(v);
      units.forEach((unit, j) => {
        const canvas = this.#canvases[k][j], c = canvas.getContext("2d"), { width, height } = canvas;
        c.clearRect(0, 0, width, height);
        if (isClasses) {
          const n = shown.picture.unitX.length;
          c.imageSmoothingEnabled = true;
          this.#field = picture(unit, n, n, v => scaled("anomaly", 0.5 + v / most / 2), this.#field);
          c.drawImage(this.#field, 0, 0, width, height);
          return;
        }
        c.strokeStyle = color("grid");
        c.lineWidth = 1;
        c.strokeRect(.5, .5, width - 1, height - 1);
        c.beginPath();
        c.moveTo(0, height / 2);
        c.lineTo(width, height / 2);
        c.stroke();
        c.strokeStyle = series(0);
        c.lineWidth = 2;
        c.beginPath();
        unit.forEach((v, i) => c.lineTo(i / (unit.length - 1) * width, height / 2 * (1 - 0.92 * v / most)));
        c.stroke();
      });
    });
  }
  redraw() { this.#shape = ""; }
}

/** The weights as fields of colour, blue below 0 and red above, layer by layer; and as numbers in a table. */
export class Weights {
  #grid = make("div", { className: "weights" });
  #table = make("table"); #shown = null;
  constructor() {
    const scroll = tableBox("The weights as numbers", this.#table, "scroll tall");
    this.details = make("details", { ontoggle: () => this.#fill() }, make("summary", { textContent: "The weights as numbers" }), scroll);
    this.element = make("div", {}, this.#grid, this.details);
  }

  show(shown) {
    this.#shown = shown;
    const { weights, biases, sizes } = shown.picture;
    const most = weights.concat(biases).reduce((m, w) => w.reduce((a, v) => Math.max(a, Math.abs(v)), m), 1e-9);
    if (this.#grid.childElementCount !== weights.length) this.#grid.replaceChildren(...weights.map(() => {
      const canvas = make("canvas");
      canvas.setAttribute("role", "img");
      return make("figure", {}, canvas, make("figcaption"));
    }));
    weights.forEach((w, k) => {
      const [inputs, outputs] = [sizes[k], sizes[k + 1]], figure = this.#grid.children[k], canvas = figure.children[0];
      const cell = Math.max(3, Math.min(14, Math.floor(220 / Math.max(inputs + 1, outputs))));
      const [width, height] = [outputs * cell, (inputs + 1) * cell];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      const c = canvas.getContext("2d");
      c.imageSmoothingEnabled = false;
      // The biases are the lowest row.
      const all = new Float64Array((inputs + 1) * outputs);
      all.set(biases[k], 0);
      for (let i = 0; i < inputs; i++) all.set(w.subarray(i * outputs, (i + 1) * outputs), (inputs - i) * outputs);
      c.drawImage(picture(all, outputs, inputs + 1, v => scaled("anomaly", 0.5 + v / most / 2)), 0, 0, width, height);
      const name = k + 1 === weights.length ? "output" : `layer ${k + 1}`;
      figure.children[1].textContent = `To ${name}: ${inputs} × ${outputs}, and ${outputs} bias${outputs === 1 ? "" : "es"} (lowest row)`;
      canvas.setAttribute("aria-label", `Weights to ${name}, from −${short(most)} to ${short(most)}`);
    });
    this.#fill();
  }

  #fill() {
    if (!this.details.open || !this.#shown) return;
    const { weights, biases, sizes } = this.#shown.picture, rows = [];
    let left = 0;
    const name = (layer, j) => layer === 0 ? (sizes[0] === 1 ? "x" : `x${j + 1}`) : layer === sizes.length - 1 ? (sizes.at(-1) === 1 ? "output" : `output ${j + 1}`) : `layer ${layer}, unit ${j + 1}`;
    const row = (from, to, value) => {
      if (rows.length >= 400) { left += 1; return; }
      rows.push(make("tr", {}, make("td", { textContent: to }), make("td", { textContent: from }), make("td", { textContent: short(value) })));
    };
    weights.forEach((w, k) => {
      for (let j = 0; j < sizes[k + 1]; j++) {
        row("bias", name(k + 1, j), biases[k][j]);
        for (let i = 0; i < sizes[k]; i++) row(name(k, i), name(k + 1, j), w[i * sizes[k + 1] + j]);
      }
    });
    if (left) rows.push(make("tr", {}, make("td", { colSpan: 3, textContent: `and ${left} more` })));
    this.#table.replaceChildren(tableHead(["to", "from", "weight"]), make("tbody", {}, ...rows));
  }
}
