// A field of two variables as a surface in space, seen from the side; arrow keys and dragging turn it.
import { make } from "./controls.js";
import { color, scaled } from "./plot.js";

export class Surface {
  #canvas = make("canvas"); #turn = -0.6; #tilt = 0.9; #shown = null;

  constructor({ aspect = 0.7 } = {}) {
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
  }

  /** `map`: x, y, values; `paths`: { xs, ys, zs, count, stroke }; heights are shown by `lift`, from 0 to 1. */
  show(map, paths, lift) { this.#shown = { map, paths, lift }; this.redraw(); }

  redraw() {
    const width = this.element.clientWidth, height = this.element.clientHeight;
    if (!this.#shown || !width) return;
    const { map, paths, lift } = this.#shown, c = this.#canvas.getContext("2d");
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = height * devicePixelRatio;
    c.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const nx = map.x.length, ny = map.y.length, [x0, x1] = [map.x[0], map.x[nx - 1]], [y0, y1] = [map.y[0], map.y[ny - 1]];
    const size = 0.34 * Math.min(width, height * 1.5), [s, k] = [Math.sin(this.#turn), Math.cos(this.#turn)];
    const project = (x, y, h) => {
      const a = 2 * (x - x0) / (x1 - x0) - 1, b = 2 * (y - y0) / (y1 - y0) - 1;
      const across = a * k - b * s, away = a * s + b * k;
      return [width / 2 + size * across, height * .62 - size * (away * Math.sin(this.#tilt) * .75 + (h - .35) * Math.cos(this.#tilt) * 1.3), away];
    };
    const every = 3, quads = [];
    for (let j = 0; j + every < ny; j += every) {
      for (let i = 0; i + every < nx; i += every) {
        const corners = [[i, j], [i + every, j], [i + every, j + every], [i, j + every]]
          .map(([p, q]) => project(map.x[p], map.y[q], lift(map.values[q * nx + p])));
        const shade = lift(map.values[j * nx + i]);
        if (corners.every(p => p.every(Number.isFinite))) quads.push({ corners, shade, away: corners[0][2] + corners[2][2] });
      }
    }
    quads.sort((a, b) => b.away - a.away);
    c.lineWidth = .5;
    for (const { corners, shade } of quads) {
      c.beginPath();
      corners.forEach(([x, y], n) => n ? c.lineTo(x, y) : c.moveTo(x, y));
      c.closePath();
      const [r, g, b] = scaled("viridis", shade);
      c.fillStyle = `rgb(${r} ${g} ${b})`;
      c.strokeStyle = `rgb(${r * .8} ${g * .8} ${b * .8})`;
      c.fill();
      c.stroke();
    }
    for (const { xs, ys, zs, count, stroke } of paths) {
      c.beginPath();
      for (let n = 0; n < count; n++) {
        const [x, y] = project(xs[n], ys[n], lift(zs[n]) + .015);
        if (Number.isFinite(x + y)) { if (n) c.lineTo(x, y); else c.moveTo(x, y); }
      }
      for (const [w, ink] of [[5, color("paper")], [2.5, stroke]]) { Object.assign(c, { lineWidth: w, strokeStyle: ink, lineJoin: "round" }); c.stroke(); }
    }
  }
}
