// A field of two variables as a surface in space, seen from the side; arrow keys and dragging turn it, and the start of
// the ways on it can be dragged.
import { make, short } from "./controls.js";
import { color, reused, roundNumbers, rounded, scaled } from "./plot.js";

/** Of each axis of the map one point in so many is a corner of the mesh. */
const every = 3;

export class Surface {
  #canvas = make("canvas"); #turn = -0.6; #tilt = 0.9; #shown = null; #mesh = null; #kept = null; #keptOf = ""; #dot = null; #onMove;

  /** `onMove([x, y])`: the start was moved; without: it stays. */
  constructor({ aspect = 0.7, onMove = null } = {}) {
    this.#onMove = onMove;
    this.element = make("div", { className: "plot", tabIndex: 0 }, this.#canvas);
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-label", "The surface; arrow keys turn it");
    new ResizeObserver(() => {
      const width = this.element.clientWidth;
      if (!width) return;
      this.element.style.height = `${Math.round(Math.min(640, width * aspect))}px`;
      this.redraw();
    }).observe(this.element);
    const turn = (a, b) => { this.#turn += a; this.#tilt = Math.min(1.5, Math.max(0.1, this.#tilt + b)); this.redraw(); };
    this.element.onkeydown = event => {
      const step = { ArrowLeft: [-.1, 0], ArrowRight: [.1, 0], ArrowUp: [0, .1], ArrowDown: [0, -.1] }[event.key];
      if (step) { event.preventDefault(); turn(...step); }
    };
    this.element.onpointerdown = event => {
      this.element.setPointerCapture(event.pointerId);
      this.element.onpointermove = e => turn(e.movementX / 150, e.movementY / 150);
    };
    this.element.onpointerup = this.element.onpointercancel = () => { this.element.onpointermove = null; };
    if (onMove) this.#addStart();
  }

  #addStart() {
    const dot = this.#dot = make("button", { type: "button", className: "handle" });
    dot.setAttribute("aria-roledescription", "draggable point");
    dot.onpointerdown = event => {
      event.stopPropagation();
      dot.setPointerCapture(event.pointerId);
      dot.onpointermove = e => {
        const place = this.#canvas.getBoundingClientRect();
        this.#move(this.#under(e.clientX - place.left, e.clientY - place.top));
      };
    };
    dot.onpointerup = dot.onpointercancel = event => { event.stopPropagation(); dot.onpointermove = null; };
    dot.onkeydown = event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const { map, start } = this.#shown, share = event.shiftKey ? 0.0025 : 0.025;
      this.#move([map.x, map.y].map((axis, i) => start[i] + step[i] * share * (axis.at(-1) - axis[0])));
    };
    this.element.append(dot);
  }

  #move(place) {
    if (!place) return;
    const { map } = this.#shown;
    this.#onMove([map.x, map.y].map((axis, i) => Math.min(axis.at(-1), Math.max(axis[0], rounded(place[i], [axis[0], axis.at(-1)])))));
  }

  /**
   * `map`: x, y, values; `paths`: { xs, ys, zs, count, stroke }; `lift` gives heights from 0 to 1, `value` is its inverse;
   * `start`: x, y and the value there.
   */
  show(map, paths, { lift, value, start }) {
    if (this.#mesh?.map !== map) this.#mesh = mesh(map, lift);
    this.#shown = { map, paths, lift, value, start };
    this.redraw();
  }

  /** How places are seen: `across(a, b)` and `up(a, b, h)` in pixels, for a and b from -1 to 1; `away` from the eye. */
  #view(width, height, em) {
    const [s, k, st, ct] = [Math.sin(this.#turn), Math.cos(this.#turn), Math.sin(this.#tilt) * .75, Math.cos(this.#tilt) * 1.3];
    const size = Math.min((width - 6 * em) / (2 * Math.SQRT2), (height - 5.5 * em) / (2 * Math.SQRT2 * st + ct));
    return {
      s, k, size, across: (a, b) => width / 2 + size * (a * k - b * s),
      up: (a, b, h) => height / 2 - .6 * em - size * ((a * s + b * k) * st + (h - .5) * ct),
    };
  }

  redraw() {
    const width = this.element.clientWidth, height = this.element.clientHeight;
    if (!this.#shown || !width) return;
    const { map, paths, lift, start } = this.#shown, c = this.#canvas.getContext("2d"), ratio = devicePixelRatio;
    const em = .8 * parseFloat(getComputedStyle(document.documentElement).fontSize), view = this.#view(width, height, em);
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) Object.assign(this.#canvas, { width: wide, height: high });
    // The surface itself is drawn again only where it or its place is another, not as a slider moves the ways on it.
    const key = [width, height, ratio, this.#turn, this.#tilt, color("paper")].join();
    if (this.#keptOf !== key || this.#mesh.isFresh) {
      this.#kept = reused(this.#kept, wide, high);
      const under = this.#kept.getContext("2d");
      under.setTransform(ratio, 0, 0, ratio, 0, 0);
      under.clearRect(0, 0, width, height);
      under.font = `${em}px ${color("sans")}`;
      this.#drawAxes(under, view, em);
      this.#drawMesh(under, view);
      [this.#keptOf, this.#mesh.isFresh] = [key, false];
    }
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    c.drawImage(this.#kept, 0, 0, width, height);
    const a = shares(map.x), b = shares(map.y);
    for (const { xs, ys, zs, count, stroke } of paths) {
      c.beginPath();
      let isDown = false;
      for (let n = 0; n < count; n++) {
        const x = view.across(a(xs[n]), b(ys[n])), y = view.up(a(xs[n]), b(ys[n]), lift(zs[n]) + .015);
        if (!Number.isFinite(x + y)) { isDown = false; continue; }
        if (isDown) c.lineTo(x, y); else c.moveTo(x, y);
        isDown = true;
      }
      for (const [w, ink] of [[5, color("paper")], [2.5, stroke]]) { Object.assign(c, { lineWidth: w, strokeStyle: ink, lineJoin: "round" }); c.stroke(); }
    }
    if (!this.#dot) return;
    const [x, y] = [a(start[0]), b(start[1])], at = lift(start[2]);
    this.#dot.style.left = `${Math.min(width, Math.max(0, view.across(x, y)))}px`;
    this.#dot.style.top = `${Math.min(height, Math.max(0, view.up(x, y, Number.isFinite(at) ? at : 0)))}px`;
    this.#dot.setAttribute("aria-label", `Start: x1 = ${short(start[0])}, x2 = ${short(start[1])}. Arrow keys move it.`);
  }

  #drawMesh(c, view) {
    const { columns, rows, a, b, heights, fills, strokes, px, py } = this.#mesh;
    for (let j = 0, n = 0; j < rows; j++) for (let i = 0; i < columns; i++, n++) {
      px[n] = view.across(a[i], b[j]);
      py[n] = view.up(a[i], b[j], heights[n]);
    }
    c.lineWidth = .5;
    // The farthest first: rows and columns begin at the side that lies away from the eye.
    const isFromEnd = [view.s > 0, view.k > 0];
    for (let q = 0; q < rows - 1; q++) {
      const j = isFromEnd[1] ? rows - 2 - q : q;
      for (let p = 0; p < columns - 1; p++) {
        const i = isFromEnd[0] ? columns - 2 - p : p, n = j * columns + i, m = n + columns;
        if (!Number.isFinite(py[n] + py[n + 1] + py[m] + py[m + 1])) continue;
        c.beginPath();
        c.moveTo(px[n], py[n]);
        c.lineTo(px[n + 1], py[n + 1]);
        c.lineTo(px[m + 1], py[m + 1]);
        c.lineTo(px[m], py[m]);
        c.closePath();
        c.fillStyle = fills[n];
        c.strokeStyle = strokes[n];
        c.fill();
        c.stroke();
      }
    }
  }

  /** The floor with the numbers of x1 and x2 along its near edges, and those of the value at its left corner. */
  #drawAxes(c, view, em) {
    const { map, value } = this.#shown, near = [view.s > 0 ? -1 : 1, view.k > 0 ? -1 : 1];
    const line = (...places) => {
      c.beginPath();
      places.forEach(([a, b, h], n) => { const [x, y] = [view.across(a, b), view.up(a, b, h)]; if (n) c.lineTo(x, y); else c.moveTo(x, y); });
      c.stroke();
    };
    Object.assign(c, { strokeStyle: color("muted"), fillStyle: color("muted"), lineWidth: 1, textAlign: "center", textBaseline: "middle" });
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]];
    line(...[...corners, corners[0]].map(([a, b]) => [a, b, 0]));
    // A word beside a place of an edge, out of the floor, and below it where it is seen from the side.
    const drop = .9 * em * Math.cos(this.#tilt);
    const write = (text, a, b) => c.fillText(text, view.across(a, b), view.up(a, b, 0) + drop);
    [map.x, map.y].forEach((axis, side) => {
      const at = (t, out) => side === 0 ? [t, near[1] * out] : [near[0] * out, t], far = 1 + 1.4 * em / view.size;
      for (const number of roundNumbers(axis[0], axis.at(-1), 4)) {
        const t = shares(axis)(number);
        line([...at(t, 1), 0], [...at(t, 1 + .4 * em / view.size), 0]);
        write(short(number).replace("-", "−"), ...at(t, far));
      }
      c.fillStyle = color("ink");
      write(["x1", "x2"][side], ...at(0, 1 + 3.2 * em / view.size));
      c.fillStyle = color("muted");
    });
    const [a, b] = corners.reduce((best, corner) => view.across(...corner) < view.across(...best) ? corner : best);
    const left = view.across(a, b), isTall = view.up(a, b, 0) - view.up(a, b, 1) > 3 * em;
    line([a, b, 0], [a, b, 1]);
    c.textAlign = "right";
    for (const share of isTall ? [.25, .5, .75, 1] : [1]) {
      const number = Number(value(share).toPrecision(2)), h = this.#shown.lift(number), y = view.up(a, b, Math.min(1, h));
      if (!Number.isFinite(y)) continue;
      c.beginPath();
      c.moveTo(left - .4 * em, y);
      c.lineTo(left, y);
      c.stroke();
      c.fillText(short(number).replace("-", "−"), left - .6 * em, y);
    }
    c.textAlign = "left";
    c.fillStyle = color("ink");
    c.fillText("f(x)", left - .6 * em, view.up(a, b, 1) - 1.1 * em);
  }

  /** The place of the surface that is seen at a place of the canvas: of the near ones the foremost, else the nearest. */
  #under(x, y) {
    const { map } = this.#shown, { columns, rows, a, b, px, py } = this.#mesh, { s, k } = this.#view(this.element.clientWidth, this.element.clientHeight, 13);
    let best = -1, least = Infinity, front = -1, least2 = Infinity;
    for (let j = 0, n = 0; j < rows; j++) for (let i = 0; i < columns; i++, n++) {
      const distance = (px[n] - x) ** 2 + (py[n] - y) ** 2, away = a[i] * s + b[j] * k;
      if (distance < least) [least, best] = [distance, n];
      if (distance < 100 && away < least2) [least2, front] = [away, n];
    }
    const n = front < 0 ? best : front;
    return n < 0 ? null : [map.x[every * (n % columns)], map.y[every * Math.floor(n / columns)]];
  }
}

/** Where a number lies along an axis, from -1 to 1. */
const shares = axis => { const first = axis[0], half = (axis[axis.length - 1] - first) / 2; return v => (v - first) / half - 1; };

/** The corners of a map's mesh, and the colours of its patches, as they are whatever the place of the eye. */
const mesh = (map, lift) => {
  const columns = Math.floor((map.x.length - 1) / every) + 1, rows = Math.floor((map.y.length - 1) / every) + 1, count = columns * rows;
  const heights = new Float32Array(count), fills = new Array(count), strokes = new Array(count), a = new Float32Array(columns), b = new Float32Array(rows);
  for (let i = 0; i < columns; i++) a[i] = shares(map.x)(map.x[every * i]);
  for (let j = 0; j < rows; j++) b[j] = shares(map.y)(map.y[every * j]);
  for (let n = 0; n < count; n++) {
    const h = heights[n] = lift(map.values[every * Math.floor(n / columns) * map.x.length + every * (n % columns)]);
    if (!Number.isFinite(h)) continue;
    const [red, green, blue] = scaled("viridis", h);
    fills[n] = `rgb(${red} ${green} ${blue})`;
    strokes[n] = `rgb(${Math.round(red * .8)} ${Math.round(green * .8)} ${Math.round(blue * .8)})`;
  }
  return { map, columns, rows, a, b, heights, fills, strokes, px: new Float32Array(count), py: new Float32Array(count), isFresh: true };
};
