// Drawing on a canvas: axes, curves, fields, lines of equal value, points that can be dragged. Colours are the page's.
import { make, short } from "./controls.js";
import { scales } from "./house.js";

const colors = new Map();
/** A colour of the page by its variable's name; kept, since asking the page takes longer than a curve. */
export const color = name => {
  if (!colors.has(name)) colors.set(name, getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim());
  return colors.get(name);
};
/** To be called when light becomes dark. */
export const forgetColors = () => colors.clear();
export const series = i => color(`series-${i % 8}`);
/** Dashes, so that series are told apart without colour. */
export const dashes = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];

/** A colour as #rrggbb as [r, g, b]. */
export const rgb = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
// Each step of a scale as numbers: a picture asks for thousands.
const steps = Object.fromEntries(Object.entries(scales).map(([name, colors]) => [name, colors.map(rgb)]));
/** The colour at a share, from 0 to 1, of one of the figures' scales: [r, g, b]. */
export const scaled = (name, share) => {
  const known = steps[name], place = Math.min(1, Math.max(0, share)) * (known.length - 1);
  const i = Math.min(known.length - 2, Math.floor(place)), t = place - i, a = known[i], b = known[i + 1];
  return [Math.round(a[0] * (1 - t) + b[0] * t), Math.round(a[1] * (1 - t) + b[1] * t), Math.round(a[2] * (1 - t) + b[2] * t)];
};

/** Round numbers within a range, about as many as asked for. */
export const roundNumbers = (low, high, count) => {
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough), found = [];
  for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
};

/** Round numbers for an axis, about `count`; three at the least, where there are as many. */
export const ticksOf = (range, count) => {
  let found = [];
  for (let n = Math.max(3, count); found.length < 3 && n < 12; n++) found = roundNumbers(...range, n);
  return found;
};

/** A number to about a four-hundredth of a range, in few digits. */
export const rounded = (v, [a, b]) => { const unit = 10 ** Math.floor(Math.log10((b - a) / 400)); return Number((Math.round(v / unit) * unit).toPrecision(12)); };

/** The least and the greatest of the numbers that are there. */
export const rangeOf = values => {
  let low = Infinity, high = -Infinity;
  for (const v of values) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
  return [low, high];
};

/** The range that cells cover whose middles are these: half a cell more on each side. */
export const around = middles => {
  const half = middles.length > 1 ? Math.abs(middles.at(-1) - middles[0]) / (middles.length - 1) / 2 : .5;
  return [middles[0] - half, middles.at(-1) + half];
};

/** A canvas of this size that is not shown: the one that there is, where it fits. */
export const reused = (canvas, width, height) =>
  canvas?.width === width && canvas.height === height ? canvas : new OffscreenCanvas(width, height);

export class Plot {
  #canvas; #context; #draw = () => {}; #under = null; #key = []; #kept = null; #isKept = false; #size = { width: 0, height: 0 }; #handles = [];
  x = [0, 1]; y = [0, 1]; isLogY = false;

  /** @param aspect height over width; @param isSquare one unit is as long on both axes: the range of x or y grows. */
  constructor({ aspect = 0.7, isSquare = false, least = 220, most = 640 } = {}) {
    this.#canvas = make("canvas");
    this.#canvas.setAttribute("role", "img");
    this.#context = this.#canvas.getContext("2d");
    this.element = make("div", { className: "plot" }, this.#canvas);
    this.isSquare = isSquare;
    new ResizeObserver(() => {
      const width = this.element.clientWidth, height = Math.round(Math.min(most, Math.max(least, width * aspect)));
      if (width === 0 || (width === this.#size.width && this.#ratio === devicePixelRatio)) return;
      this.element.style.height = `${height}px`;
      this.#size = { width, height };
      this.#ratio = devicePixelRatio;
      this.#isKept = false;
      this.#canvas.width = Math.round(width * devicePixelRatio);
      this.#canvas.height = Math.round(height * devicePixelRatio);
      this.redraw();
    }).observe(this.element);
  }
  #ratio = 0;

  /** What the picture shows, for those who do not see it. */
  set label(text) { this.#canvas.setAttribute("aria-label", text); }

  /**
   * Keeps how it is drawn, and draws. What lies `under` it, such as a field, is drawn again only when one of the things
   * in `key` is another.
   */
  draw(how, under = null, key = []) {
    if (key.length !== this.#key.length || key.some((part, i) => part !== this.#key[i])) this.#isKept = false;
    [this.#draw, this.#under, this.#key] = [how, under, key];
    this.redraw();
  }

  redraw() {
    if (this.#size.width === 0) return;
    if (!this.#isKept) this.#em = 0.8 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const em = this.#em, { width, height } = this.#size;
    this.box = { left: 5.3 * em, top: 0.7 * em, right: width - 0.8 * em, bottom: height - 3 * em };
    if (this.isSquare) this.#square();
    if (this.#under && !this.#isKept) {
      this.#kept = reused(this.#kept, this.#canvas.width, this.#canvas.height);
      const own = this.#context;
      this.#context = this.#kept.getContext("2d");
      this.#onto(this.#under);
      this.#context = own;
      this.#isKept = true;
    }
    this.#onto(() => {
      if (this.#under) this.#context.drawImage(this.#kept, 0, 0, width, height);
      this.#draw(this, this.#context);
    });
    for (const handle of this.#handles) handle.place();
  }

  #em = 13;

  #onto(draw) {
    const c = this.#context;
    c.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    c.clearRect(0, 0, this.#size.width, this.#size.height);
    c.font = `${this.#em}px ${color("sans")}`;
    c.save();
    draw(this, c);
    c.restore();
  }

  #square() {
    const { left, right, top, bottom } = this.box, [x0, x1] = this.wanted?.x ?? this.x, [y0, y1] = this.wanted?.y ?? this.y;
    const unit = Math.max((x1 - x0) / (right - left), (y1 - y0) / (bottom - top));
    const moreX = (unit * (right - left) - (x1 - x0)) / 2, moreY = (unit * (bottom - top) - (y1 - y0)) / 2;
    this.x = [x0 - moreX, x1 + moreX];
    this.y = [y0 - moreY, y1 + moreY];
  }

  /** The axis of y for values from `low` to `high`: logarithmic where they span more than two powers of ten. */
  fitY(low, high) {
    const more = (high - low || 1) * .06;
    this.isLogY = low > 0 && high / low > 100;
    this.y = this.isLogY ? [Math.max(low, high * 1e-16) / 1.5, high * 1.5] : [low - more, high + more];
  }

  px(x) { return this.box.left + (x - this.x[0]) / (this.x[1] - this.x[0]) * (this.box.right - this.box.left); }
  py(y) {
    const f = this.isLogY ? Math.log10 : v => v;
    return this.box.bottom - (f(y) - f(this.y[0])) / (f(this.y[1]) - f(this.y[0])) * (this.box.bottom - this.box.top);
  }
  /** The numbers at a place of the canvas. */
  at(px, py) {
    const { left, right, top, bottom } = this.box;
    return [this.x[0] + (px - left) / (right - left) * (this.x[1] - this.x[0]),
      this.y[0] + (bottom - py) / (bottom - top) * (this.y[1] - this.y[0])];
  }

  /** Lines through round numbers, the numbers, and the axes' names. */
  axes(xName, yName, { hasGrid = true } = {}) {
    const c = this.#context, { left, right, top, bottom } = this.box, em = parseFloat(c.font);
    c.strokeStyle = color("grid");
    c.fillStyle = color("muted");
    c.lineWidth = 1;
    c.textAlign = "center";
    c.textBaseline = "top";
    for (const x of ticksOf(this.x, Math.floor((right - left) / (6 * em)))) {
      const px = Math.round(this.px(x)) + .5;
      if (hasGrid) { c.beginPath(); c.moveTo(px, top); c.lineTo(px, bottom); c.stroke(); }
      const text = short(x).replace("-", "−"), half = c.measureText(text).width / 2;
      c.fillText(text, Math.min(px, this.#size.width - half - 1), bottom + .35 * em);
    }
    c.textAlign = "right";
    c.textBaseline = "middle";
    const powers = () => {
      const [a, b] = this.y.map(Math.log10);
      if (!Number.isFinite(a) || !Number.isFinite(b)) return [];
      const step = Math.max(1, Math.ceil((b - a) / 6)), found = [];
      for (let k = Math.ceil(a); k <= b; k++) if (k % step === 0) found.push(10 ** k);
      if (found.length > 1) return found;
      // Within a power of ten or two there are numbers between them.
      for (let k = Math.floor(a); k <= b; k++) for (const m of [2, 5]) found.push(Number(`${m}e${k}`));
      return found.filter(y => y >= this.y[0] && y <= this.y[1]);
    };
    for (const y of this.isLogY ? powers() : ticksOf(this.y, Math.floor((bottom - top) / (4 * em)))) {
      const py = Math.round(this.py(y)) + .5;
      if (hasGrid) { c.beginPath(); c.moveTo(left, py); c.lineTo(right, py); c.stroke(); }
      c.fillText(short(y).replace("-", "−"), left - .5 * em, py);
    }
    c.strokeStyle = color("muted");
    c.strokeRect(left + .5, top + .5, right - left - 1, bottom - top - 1);
    c.fillStyle = color("ink");
    c.textAlign = "center";
    c.textBaseline = "bottom";
    c.fillText(xName, (left + right) / 2, this.#size.height - .2 * em);
    c.save();
    c.translate(.9 * em, (top + bottom) / 2);
    c.rotate(-Math.PI / 2);
    c.textBaseline = "middle";
    c.fillText(yName, 0, 0);
    c.restore();
  }

  /** Draws within the axes alone. */
  clipped(draw) {
    const c = this.#context, { left, right, top, bottom } = this.box;
    c.save();
    c.beginPath();
    c.rect(left, top, right - left, bottom - top);
    c.clip();
    draw(c);
    c.restore();
  }

  /** A curve through the first `count` points; it breaks where a number is not finite. */
  curve(xs, ys, { stroke = color("ink"), width = 2, dash = [], count = xs.length, opacity = 1 } = {}) {
    const c = this.#context, far = 1e5;
    c.beginPath();
    let isDown = false;
    for (let i = 0; i < count; i++) {
      const x = this.px(xs[i]), y = this.py(ys[i]);
      if (!Number.isFinite(x) || !Number.isFinite(y)) { isDown = false; continue; }
      const a = Math.max(-far, Math.min(far, x)), b = Math.max(-far, Math.min(far, y));
      if (isDown) c.lineTo(a, b); else c.moveTo(a, b);
      isDown = true;
    }
    Object.assign(c, { strokeStyle: stroke, lineWidth: width, lineJoin: "round" });
    c.setLineDash(dash);
    const whole = c.globalAlpha;
    c.globalAlpha = whole * opacity;
    c.stroke();
    c.globalAlpha = whole;
    c.setLineDash([]);
  }

  /** Pieces of lines: x0, y0, x1, y1 of each. */
  pieces(numbers, { stroke = color("contour"), width = 1 } = {}) {
    const c = this.#context;
    c.beginPath();
    for (let i = 0; i + 3 < numbers.length; i += 4) {
      c.moveTo(this.px(numbers[i]), this.py(numbers[i + 1]));
      c.lineTo(this.px(numbers[i + 2]), this.py(numbers[i + 3]));
    }
    Object.assign(c, { strokeStyle: stroke, lineWidth: width });
    c.stroke();
  }

  /** A mark: dot, square, cross or ring. */
  mark(x, y, { kind = "dot", size = 4, fill = color("ink") } = {}) {
    const c = this.#context, px = this.px(x), py = this.py(y);
    if (!Number.isFinite(px) || !Number.isFinite(py)) return;
    Object.assign(c, { fillStyle: fill, strokeStyle: fill, lineWidth: 2 });
    c.beginPath();
    if (kind === "square") c.rect(px - size, py - size, 2 * size, 2 * size);
    else if (kind === "cross") { c.moveTo(px - size, py - size); c.lineTo(px + size, py + size); c.moveTo(px - size, py + size); c.lineTo(px + size, py - size); }
    else c.arc(px, py, size, 0, 2 * Math.PI);
    if (kind === "cross" || kind === "ring") c.stroke(); else c.fill();
  }

  /** An image made by `picture`, over the ranges given. */
  image(image, [x0, x1], [y0, y1], { opacity = 1, isSmooth = true } = {}) {
    const c = this.#context;
    c.globalAlpha = opacity;
    c.imageSmoothingEnabled = isSmooth;
    c.drawImage(image, this.px(x0), this.py(y1), this.px(x1) - this.px(x0), this.py(y0) - this.py(y1));
    c.globalAlpha = 1;
  }

  /** An image made by `picture`, each of its cells between its edges, which may lie unevenly. */
  cells(image, xs, ys) {
    const c = this.#context, n = ys.length - 1;
    // To whole pixels, so that no seam is seen between cells; even ones are drawn at once.
    const whole = v => Math.round(v * this.#ratio) / this.#ratio;
    const pieces = edges => {
      const count = edges.length - 1, step = (edges[count] - edges[0]) / count;
      const isEven = edges.every((edge, i) => Math.abs(edge - edges[0] - i * step) < .01 * Math.abs(step));
      return isEven ? [[0, count]] : Array.from({ length: count }, (_, i) => [i, i + 1]);
    };
    const columns = pieces(xs);
    c.imageSmoothingEnabled = false;
    for (const [south, north] of pieces(ys)) {
      const top = whole(this.py(ys[north])), bottom = whole(this.py(ys[south]));
      if (bottom <= top) continue;
      for (const [west, east] of columns) {
        const left = whole(this.px(xs[west])), right = whole(this.px(xs[east]));
        if (right > left) c.drawImage(image, west, n - north, east - west, north - south, left, top, right - left, bottom - top);
      }
    }
  }

  /**
   * A point that can be dragged, and moved by the arrow keys (with shift in smaller steps). `name` says what it is;
   * `onMove([x, y])`. `isFree`: whether it moves along y, too; else `height(x)` is its y. `axes()`: their names.
   */
  handle({ name, onMove, height, axes = () => ["x1", "x2"] }) {
    const dot = make("button", { type: "button", className: "handle" });
    const handle = { x: 0, y: 0, element: dot };
    dot.setAttribute("aria-roledescription", "draggable point");
    handle.place = () => {
      const y = height ? height(handle.x) : handle.y, { left, right, top, bottom } = this.box;
      dot.style.left = `${Math.min(right, Math.max(left, this.px(handle.x)))}px`;
      dot.style.top = `${Math.min(bottom, Math.max(top, Number.isFinite(y) ? this.py(y) : bottom))}px`;
      const said = height ? `x = ${short(handle.x)}` : `${axes()[0]} = ${short(handle.x)}, ${axes()[1]} = ${short(handle.y)}`;
      dot.setAttribute("aria-label", `${name}: ${said}. Arrow keys move it.`);
    };
    /** It stays where it is. */
    handle.fix = () => { handle.isFixed = true; dot.hidden = true; };
    const move = (x, y) => {
      if (handle.isFixed) return;
      handle.x = Math.min(this.x[1], Math.max(this.x[0], rounded(x, this.x)));
      handle.y = Math.min(this.y[1], Math.max(this.y[0], rounded(y, this.y)));
      handle.place();
      onMove([handle.x, handle.y]);
    };
    const follow = event => {
      const place = this.#canvas.getBoundingClientRect();
      move(...this.at(event.clientX - place.left, event.clientY - place.top));
    };
    dot.onpointerdown = event => { dot.setPointerCapture(event.pointerId); dot.onpointermove = follow; };
    dot.onpointerup = dot.onpointercancel = () => { dot.onpointermove = null; };
    dot.onkeydown = event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const share = event.shiftKey ? 0.0025 : 0.025;
      move(handle.x + step[0] * share * (this.x[1] - this.x[0]), handle.y + step[1] * share * (this.y[1] - this.y[0]));
    };
    // A press anywhere on the picture brings the point there.
    this.#canvas.onpointerdown = event => {
      this.#canvas.setPointerCapture(event.pointerId);
      this.#canvas.onpointermove = follow;
      follow(event);
    };
    this.#canvas.onpointerup = this.#canvas.onpointercancel = () => { this.#canvas.onpointermove = null; };
    this.element.append(dot);
    this.#handles.push(handle);
    return handle;
  }
}

/**
 * An image of a field, row by row from the lowest y: `paint(value, place)` gives [r, g, b] or [r, g, b, opacity]. `old`: an image
 * that is shown no more, to be painted over.
 */
export const picture = (values, width, height, paint, old = null) => {
  const canvas = reused(old, width, height), c = canvas.getContext("2d", { willReadFrequently: true }), data = c.createImageData(width, height);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const [r, g, b, a = 255] = paint(values[j * width + i], j * width + i), k = 4 * ((height - 1 - j) * width + i);
      data.data[k] = r; data.data[k + 1] = g; data.data[k + 2] = b; data.data[k + 3] = a;
    }
  }
  c.putImageData(data, 0, 0);
  return canvas;
};
