// The points of the network view: read from and written to the address, dragged, added, removed, by pointer and by keys.
import { button, make } from "./controls.js";
import { rounded } from "./plot.js";

/** Points as the address holds them: numbers with commas, points with semicolons. */
export const readPoints = (text, isClasses) => {
  const rows = text === "" ? [] : text.split(";").map(row => row.split(",").map(Number));
  const good = rows.filter(row => row.length === (isClasses ? 3 : 2) && row.every(Number.isFinite));
  return isClasses
    ? { x: [good.map(r => r[0]), good.map(r => r[1])], y: good.map(r => r[2]) }
    : { x: [good.map(r => r[0])], y: good.map(r => r[1]) };
};
export const writePoints = points => points.y.map((y, i) => [...points.x.map(a => a[i]), y].join(",")).join(";");
/** More than these are not put into the address. */
export const mostInAddress = 200;

/**
 * Makes the points of a plot movable. `get()` gives { points, isClasses, brush }, `onEdit(points)` gets the new ones.
 * A press on a point drags it, a press beside them adds one; with the tool "remove", or with Shift, a press removes.
 */
export const editor = (plot, { get, onEdit, announce, most }) => {
  const canvas = plot.element.querySelector("canvas");
  let chosen = 0, removes = false;
  const copyOf = points => ({ x: points.x.map(a => [...a]), y: [...points.y] });
  const place = (points, isClasses, i) => [points.x[0][i], isClasses ? points.x[1][i] : points.y[i]];
  const put = (points, isClasses, i, [x, y]) => { points.x[0][i] = x; if (isClasses) points.x[1][i] = y; else points.y[i] = y; };

  const move = to => {
    const { points, isClasses } = get(), next = copyOf(points);
    if (chosen >= next.y.length) return;
    put(next, isClasses, chosen, to);
    onEdit(next);
  };
  const remove = i => {
    const { points } = get(), next = copyOf(points);
    next.x.forEach(a => a.splice(i, 1));
    next.y.splice(i, 1);
    chosen = Math.max(0, Math.min(chosen, next.y.length - 1));
    announce(`A point is removed; there are ${next.y.length}.`);
    onEdit(next);
  };
  const add = ([x, y]) => {
    const { points, isClasses, brush } = get(), next = copyOf(points);
    if (next.y.length >= most) return announce(`There are ${most} points at most.`);
    next.x[0].push(x);
    if (isClasses) { next.x[1].push(y); next.y.push(brush); } else next.y.push(y);
    chosen = next.y.length - 1;
    announce(`A point is added; there are ${next.y.length}.`);
    onEdit(next);
  };

  const handle = plot.handle({ name: "Point", onMove: move, axes: () => get().isClasses ? ["x1", "x2"] : ["x", "y"] });
  handle.element.title = "Arrow keys move the point; Page Up and Page Down choose another; Insert adds one beside it, Delete removes it.";
  handle.element.addEventListener("keydown", event => {
    const { points, isClasses } = get(), n = points.y.length;
    if (event.key === "PageDown" || event.key === "PageUp") chosen = n ? (chosen + (event.key === "PageDown" ? 1 : n - 1)) % n : 0;
    else if (event.key === "Delete" || event.key === "Backspace") { if (n) remove(chosen); }
    else if (event.key === "Insert" || event.key === "+") {
      const [x, y] = n ? place(points, isClasses, chosen) : [(plot.x[0] + plot.x[1]) / 2, (plot.y[0] + plot.y[1]) / 2];
      add([Math.min(plot.x[1], rounded(x + (plot.x[1] - plot.x[0]) / 20, plot.x)), y]);
    } else return;
    event.preventDefault();
    shown.place();
    plot.redraw();
  });

  const nearest = (px, py) => {
    const { points, isClasses } = get();
    let best = -1, least = 14 ** 2;
    for (let i = 0; i < points.y.length; i++) {
      const [x, y] = place(points, isClasses, i), d = (plot.px(x) - px) ** 2 + (plot.py(y) - py) ** 2;
      if (d < least) [best, least] = [i, d];
    }
    return best;
  };
  const at = event => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const numbers = (px, py) => {
    const [x, y] = plot.at(px, py), within = (v, [a, b]) => Math.min(b, Math.max(a, v));
    return [within(rounded(x, plot.x), plot.x), within(rounded(y, plot.y), plot.y)];
  };
  const press = event => {
    if (event.button) return;
    const [px, py] = at(event), i = nearest(px, py);
    event.preventDefault();
    if (removes || event.shiftKey) { if (i >= 0) remove(i); return; }
    const { left, right, top, bottom } = plot.box;
    if (i >= 0) chosen = i; else if (px >= left && px <= right && py >= top && py <= bottom) add(numbers(px, py)); else return;
    event.target.setPointerCapture(event.pointerId);
    event.target.onpointermove = e => move(numbers(...at(e)));
  };
  const release = event => { event.target.onpointermove = null; };
  // The handle is where the chosen point is; a press on it may mean a neighbour.
  for (const target of [canvas, handle.element]) Object.assign(target, { onpointerdown: press, onpointerup: release, onpointercancel: release });

  const tool = button("Remove points", () => {
    removes = !removes;
    tool.setAttribute("aria-pressed", String(removes));
  });
  tool.setAttribute("aria-pressed", "false");
  const more = button("Add a point", () => {
    add([(plot.x[0] + plot.x[1]) / 2, (plot.y[0] + plot.y[1]) / 2]);
    handle.element.focus();
  });
  const shown = {
    tool, more,
    get chosen() { return chosen; },
    /** Puts the handle where the chosen point is. */
    place() {
      const { points, isClasses } = get();
      handle.element.hidden = points.y.length === 0;
      chosen = Math.max(0, Math.min(chosen, points.y.length - 1));
      if (points.y.length) [handle.x, handle.y] = place(points, isClasses, chosen);
    },
  };
  return shown;
};

/** A file to choose, or to drop on the page: `onFile(bytes, name)`. */
export const fileField = (page, { label, onFile }) => {
  const input = make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv", id: "network-file", className: "wide" });
  const take = async file => { if (file) onFile(await file.arrayBuffer(), file.name); };
  input.onchange = () => take(input.files[0]);
  page.onDrop(take);
  return { element: make("div", { className: "field" }, make("label", { htmlFor: input.id, textContent: label, className: "wide" }), input) };
};
