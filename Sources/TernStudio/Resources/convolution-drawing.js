// Grids of numbers: cells in colour, with their digits where there is room, a rim of zeros, and marks on cells.
import { complaints, make, short } from "./controls.js";
import { color, rangeOf, reused, scaled } from "./plot.js";

const number = (value, digits) => Number.isNaN(value) ? "" : short(Number(value.toPrecision(digits))).replace("-", "−");
const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;
const luminance = ([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b;

/** The colours of values: by their range or the one given, or, where `isSigned`, around zero. */
export const painter = (values, { isSigned = false, scale = isSigned ? "anomaly" : "viridis", range = rangeOf(values) } = {}) => {
  let [low, high] = range;
  if (isSigned) { high = Math.max(Math.abs(low), Math.abs(high)); low = -high; }
  const span = high - low || 1;
  return v => scaled(scale, high === low ? .5 : (v - low) / span);
};

/** Rows of numbers without blanks around semicolons. */
export const plain = text => text.replace(/\s*;\s*/g, ";").replace(/;+$/, "").trim();

/** A text of rows, shown line by line; mistakes stand under a caret. As `textField`, whose text has semicolons instead. */
export const gridField = ({ label, rows, onInput }) => {
  const id = `grid-${label.toLowerCase().replace(/\W+/g, "-")}`, note = make("div", { className: "mistake wide", id: id + "-note" });
  const input = make("textarea", { id, rows, spellcheck: false, autocomplete: "off", maxLength: 20000, className: "wide" });
  const text = () => input.value.replaceAll("\n", ";");
  input.setAttribute("aria-describedby", note.id);
  input.oninput = () => onInput(text());
  return {
    element: make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label, className: "wide" }), input, note),
    set value(value) { if (plain(value) !== plain(text())) input.value = plain(value).replaceAll(";", "\n"); },
    set disabled(is) { input.disabled = is; },
    complain: complaints(input, note, text),
  };
};

/** A picture of a field without marks: one dot of the canvas for each cell, as wide as its figure. */
export class Thumb {
  constructor(name) {
    this.canvas = make("canvas", { className: "thumb" });
    this.canvas.setAttribute("role", "img");
    this.caption = make("figcaption", { textContent: name });
    this.element = make("figure", {}, this.canvas, this.caption);
  }
  show(values, rows, columns, options, label) {
    const { canvas } = this, paint = painter(values, options);
    canvas.width = columns;
    canvas.height = rows;
    const c = canvas.getContext("2d"), image = c.createImageData(columns, rows);
    values.forEach((v, i) => { if (Number.isFinite(v)) image.data.set([...paint(v), 255], 4 * i); });
    c.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", label);
  }
}

/**
 * A grid under the pointer. `show({ rows, columns, values, rim, options })` draws it, `rim` as [above, below, left,
 * right]; `mark({ cells, window, strong })` marks cells: those with a slope, those of the window, the one pointed at.
 * `onPoint(row, column)` hears of the pointer and of the arrow keys.
 */
export class GridPicture {
  #canvas = make("canvas"); #grid = null; #marks = {}; #kept = null; #isKept = false; #width = 0; #unit = 0; #left = 0;

  constructor({ name, most = 560, widest = 64, onPoint = null }) {
    this.name = name;
    [this.most, this.widest] = [most, widest];
    this.#canvas.setAttribute("role", "img");
    this.element = make("div", { className: "plot" }, this.#canvas);
    this.cell = [0, 0];
    if (onPoint) {
      this.element.tabIndex = 0;
      this.element.setAttribute("role", "application");
      const point = event => {
        const place = this.#canvas.getBoundingClientRect();
        const found = this.#at(event.clientX - place.left, event.clientY - place.top);
        if (found && (found[0] !== this.cell[0] || found[1] !== this.cell[1] || !this.isPointed)) onPoint(...found);
      };
      this.#canvas.onpointermove = this.#canvas.onpointerdown = point;
      this.element.onkeydown = event => {
        const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
        if (!step || !this.#grid) return;
        event.preventDefault();
        const far = event.shiftKey ? 5 : 1, { rows, columns } = this.#grid;
        // The next key goes on from here, whether or not the program has answered.
        this.cell = [Math.min(rows - 1, Math.max(0, this.cell[0] + far * step[0])), Math.min(columns - 1, Math.max(0, this.cell[1] + far * step[1]))];
        onPoint(...this.cell);
      };
    }
    new ResizeObserver(() => {
      if (this.element.clientWidth === this.#width) return;
      this.#width = this.element.clientWidth;
      this.redraw();
    }).observe(this.element);
  }

  /** Whether it is this grid that was pointed at last. */
  isPointed = true;
  set label(text) { this.#canvas.setAttribute("aria-label", text); if (this.element.tabIndex === 0) this.element.setAttribute("aria-label", `${this.name}. Arrow keys move.`); }

  #at(x, y) {
    if (!this.#grid) return null;
    const { rows, columns, rim } = this.#grid;
    const row = Math.floor(y / this.#unit) - rim[0], column = Math.floor((x - this.#left) / this.#unit) - rim[2];
    return row >= 0 && column >= 0 && row < rows && column < columns ? [row, column] : null;
  }

  /** Takes a grid; it is drawn with its marks. */
  show(grid, marks = null) {
    this.#grid = { rim: [0, 0, 0, 0], ...grid };
    this.#isKept = false;
    if (marks) this.#marks = marks;
    this.redraw();
  }

  /** Draws anew, in the colours of now. */
  forget() { this.#isKept = false; this.redraw(); }

  mark(marks) { this.#marks = marks; this.redraw(); }

  redraw() {
    if (!this.#grid || this.#width === 0) return;
    const { rows, columns, rim } = this.#grid, ratio = devicePixelRatio;
    const across = columns + rim[2] + rim[3], down = rows + rim[0] + rim[1];
    const unit = Math.max(2, Math.min(this.widest, (this.#width - 4) / across, this.most / down));
    this.#unit = unit;
    this.#left = 2;
    const height = Math.ceil(unit * down) + 4;
    if (this.#canvas.width !== Math.round(this.#width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(this.#width * ratio);
      this.#canvas.height = Math.round(height * ratio);
      this.element.style.height = `${height}px`;
      this.#isKept = false;
    }
    const c = this.#canvas.getContext("2d");
    if (!this.#isKept) {
      this.#isKept = true;
      this.#kept = reused(this.#kept, this.#canvas.width, this.#canvas.height);
      const under = this.#kept.getContext("2d");
      under.setTransform(1, 0, 0, 1, 0, 0);
      under.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
      under.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.#cells(under, unit, across, down);
    }
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    c.drawImage(this.#kept, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { cells = [], window = [], strong = null, box = null } = this.#marks;
    const square = (row, column, stroke, width, inset) => {
      Object.assign(c, { strokeStyle: stroke, lineWidth: width });
      c.strokeRect(this.#left + (column + rim[2]) * unit + inset, (row + rim[0]) * unit + inset, unit - 2 * inset, unit - 2 * inset);
    };
    const thick = unit > 20 ? 3 : unit > 8 ? 2 : 1.3;
    for (const [row, column] of window) { square(row, column, color("paper"), thick + 1, thick / 2); square(row, column, color("ink"), 1, thick / 2); }
    for (const [row, column] of cells) { square(row, column, color("paper"), thick + 2, thick / 2); square(row, column, color("accent"), thick, thick / 2); }
    if (strong) { square(...strong, color("paper"), thick + 3, 0); square(...strong, color("ink"), thick + .5, 0); }
    if (box) {
      const [row, column, r, w] = box;
      for (const [stroke, width] of [[color("paper"), 5], [color("ink"), 2.5]]) {
        Object.assign(c, { strokeStyle: stroke, lineWidth: width });
        c.strokeRect(this.#left + (column + rim[2]) * unit, (row + rim[0]) * unit, w * unit, r * unit);
      }
    }
  }

  #cells(c, unit, across, down) {
    const { rows, columns, values, rim, options = {} } = this.#grid, paint = painter(values, options);
    const size = Math.max(9, Math.min(16, unit * .34)), hasDigits = unit >= 30;
    c.font = `${size}px ${color("sans")}`;
    c.textAlign = "center";
    c.textBaseline = "middle";
    const gap = unit >= 8 ? 1 : 0;
    for (let i = 0; i < down; i++) {
      for (let j = 0; j < across; j++) {
        const row = i - rim[0], column = j - rim[2], x = this.#left + j * unit, y = i * unit;
        const isInside = row >= 0 && column >= 0 && row < rows && column < columns;
        const value = isInside ? values[row * columns + column] : 0, isKnown = isInside && Number.isFinite(value);
        const fill = isKnown ? paint(value) : null;
        c.fillStyle = fill ? css(fill) : color(isInside ? "line" : "shade");
        c.fillRect(x, y, unit - gap, unit - gap);
        if (!isInside && gap) { c.strokeStyle = color("line"); c.lineWidth = 1; c.strokeRect(x + .5, y + .5, unit - 2, unit - 2); }
        if (!hasDigits) continue;
        c.fillStyle = fill ? (luminance(fill) > 140 ? "#111" : "#fff") : color("soft");
        c.fillText(number(value, unit < 44 ? 3 : 4), x + unit / 2, y + unit / 2, unit - 3);
      }
    }
  }
}
