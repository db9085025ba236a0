// Controls with their labels: each function makes an element whose value is read and set, and tells when it moves.

let number = 0;
const fresh = name => `${name}-${++number}`;

/** An element with properties and children. */
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

export const button = (text, onclick, properties = {}) => make("button", { type: "button", textContent: text, onclick, ...properties });

/** A number as C's %.6g writes it, which `tern` prints too. */
export const short = value => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits, power] = value.toExponential(5).split("e"), exponent = Number(power);
  const trim = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  if (exponent < -4 || exponent >= 6) {
    return `${trim(digits)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  return trim(value.toFixed(5 - exponent));
};

/** A place on the globe, by its sign: 175.0°W. */
const degrees = (value, [positive, negative]) => `${Math.abs(value).toFixed(1)}°${value < 0 ? negative : value > 0 ? positive : ""}`;
export const latitude = value => degrees(value, "NS");
export const longitude = value => degrees(value, "EW");

/** A group of controls under a name. */
export const group = (name, ...children) => make("fieldset", {}, make("legend", { textContent: name }), ...children);

/**
 * A slider beside a field for the exact number. `isLog`: equal ways are equal factors. `onInput(value)`.
 * It has `element`, `value` and `disabled`. What is typed beyond the ends is the end; with whole steps it is rounded.
 */
export const slider = ({ label, min, max, step = 0.01, isLog = false, onInput }) => {
  const id = fresh("slider");
  let from = x => isLog ? Math.log10(x) : x, to = x => isLog ? Number((10 ** x).toPrecision(3)) : x;
  const range = make("input", { type: "range", id, min: from(min), max: from(max), step: isLog ? 0.01 : step, className: "wide" });
  const field = make("input", { type: "number", min, max, step: isLog ? "any" : step });
  field.setAttribute("aria-label", `${label}, as a number`);
  // A field of an English page leaves a comma out without a word: 0,1 would be 1.
  field.addEventListener("beforeinput", event => {
    if (event.data !== ",") return;
    event.preventDefault();
    document.execCommand("insertText", false, ".");
  });
  const isWhole = !isLog && Number.isInteger(step);
  let current = min;
  const set = value => {
    current = value;
    range.value = from(Math.max(value, isLog ? min : -Infinity));
    range.setAttribute("aria-valuetext", String(value));
    field.value = value;
  };
  range.oninput = () => { const value = to(Number(range.value)); set(value); onInput(value); };
  field.onchange = () => {
    const value = Number(field.value);
    if (field.value === "" || !Number.isFinite(value)) return set(current);
    const within = Math.min(field.max, Math.max(min, value));
    set(stops ? to(from(value)) : isWhole ? Math.round(within) : within);
    onInput(current);
  };
  let stops = null;
  const element = make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label }), field, range);
  return {
    element,
    /** Allows these values alone, from the least to the greatest; none: it is fixed. */
    limit(values) {
      element.title = fixed;
      if (!values?.length) { range.disabled = field.disabled = true; return; }
      stops = values;
      Object.assign(range, { min: 0, max: values.length - 1, step: 1 });
      from = x => values.reduce((best, v, i) => Math.abs(v - x) < Math.abs(values[best] - x) ? i : best, 0);
      to = i => values[i];
    },
    get value() { return current; },
    set value(value) { set(value); },
    /** The greatest value, of a slider of equal steps. */
    set max(value) { range.max = field.max = value; },
    set disabled(is) { range.disabled = field.disabled = is; },
  };
};

/** What is said of a control that is off in a page without the program. */
const fixed = "Computed beforehand for some values; the program, tern studio, has all.";

/** A list to choose from: options as [value, text]. */
export const choice = ({ label, options, onInput }) => {
  const id = fresh("choice");
  const select = make("select", { id }, ...options.map(([value, text]) => make("option", { value, textContent: text })));
  select.onchange = () => onInput(select.value);
  return {
    /** Allows these values alone; none: it is fixed. */
    limit(values) {
      select.title = fixed;
      if (!values?.length) { select.disabled = true; return; }
      for (const option of select.options) option.disabled = !values.includes(option.value);
    },
    element: make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label }), select),
    get value() { return select.value; },
    set value(value) { select.value = value; },
    set options(options) {
      if (JSON.stringify(options) === JSON.stringify([...select.options].map(o => [o.value, o.textContent]))) return;
      select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text })));
    },
  };
};

/** Boxes to tick: `names`, with a key of the series' colour beside those that are ticked. `onInput(names)`. */
export const ticks = ({ names, most, onInput }) => {
  const boxes = names.map(name => {
    const box = make("input", { type: "checkbox", value: name }), key = make("span", { className: "key" });
    box.onchange = () => { mark(); onInput(chosen()); };
    return { box, key, label: make("label", {}, box, name, key) };
  });
  let order = [];
  const chosen = () => order;
  let allowed = null;
  const mark = () => {
    const ticked = boxes.filter(b => b.box.checked).map(b => b.box.value);
    order = order.filter(n => ticked.includes(n)).concat(ticked.filter(n => !order.includes(n)));
    for (const { box, key } of boxes) {
      const place = order.indexOf(box.value);
      key.style.background = place < 0 ? "none" : `var(--series-${place})`;
      box.disabled = (!box.checked && order.length >= most) || (box.checked && order.length === 1) || (allowed && !allowed.includes(box.value));
    }
  };
  return {
    /** Allows these names alone. */
    limit(names) { allowed = names; mark(); },
    element: make("div", { className: "checks" }, ...boxes.map(b => b.label)),
    get value() { return order; },
    set value(names) {
      order = [...names];
      for (const { box } of boxes) box.checked = names.includes(box.value);
      mark();
    },
  };
};

/** A line of text in which mistakes are shown under a caret. */
export const textField = ({ label, onInput }) => {
  const id = fresh("text"), note = make("div", { className: "mistake", id: id + "-note" });
  const input = make("input", { type: "text", id, spellcheck: false, autocomplete: "off", maxLength: 2000, className: "wide" });
  input.setAttribute("autocapitalize", "off");
  input.setAttribute("aria-describedby", note.id);
  input.oninput = () => onInput(input.value);
  return {
    element: make("div", { className: "field" }, make("label", { htmlFor: id, textContent: label, className: "wide" }), input, Object.assign(note, { className: "mistake wide" })),
    get value() { return input.value; },
    set value(text) { if (input.value !== text) input.value = text; },
    /** Shows what is wrong, and where; with nothing, that all is well. */
    complain: complaints(input, note, () => input.value),
  };
};

/** Says in `note` what is wrong with an input, and where, under a caret; of `text()`, the line that holds the place. */
export const complaints = (input, note, text) => (message, offset) => {
  note.replaceChildren();
  input.setAttribute("aria-invalid", message ? "true" : "false");
  if (!message) return;
  note.append(message);
  if (offset === undefined) return;
  const all = [...text()], isRows = input.tagName === "TEXTAREA";
  const begin = isRows ? all.slice(0, offset).lastIndexOf(";") + 1 : 0, end = isRows ? all.indexOf(";", Math.max(offset, begin)) : -1;
  const from = Math.max(begin, offset - 24), shown = all.slice(from, Math.min(offset + 12, end < 0 ? all.length : end)).join("");
  const lines = make("pre", { textContent: `${shown}\n${" ".repeat(offset - from)}^` });
  lines.setAttribute("aria-hidden", "true");
  note.append(lines);
};

/** The colour of a curve, by the variable's name, and what the curve is. */
export const key = (name, text) => {
  const mark = make("span", { className: "key" });
  mark.style.background = `var(--${name})`;
  return make("span", { className: "named" }, mark, text);
};

/** The head of a table: a cell for each column. */
export const tableHead = names => make("thead", {}, make("tr", {}, ...names.map(textContent => make("th", { textContent, scope: "col" }))));

/** A table that scrolls by itself, and by keys; where it is cut, a line says so. */
export const tableBox = (label, table, className = "scroll") => {
  const box = make("div", { className, tabIndex: 0 }, table);
  const seen = new ResizeObserver(() => { box.classList.toggle("wide", box.scrollWidth > box.clientWidth + 1); });
  for (const each of [box, table]) seen.observe(each);
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
  return box;
};

/** Who predicts is not to see the answer before: what has the class `answer` is hidden while `predict(true)` holds. */
export const prediction = (root, tour, is = false) => {
  const predict = {
    get is() { return is; },
    set(now) { is = now; root.classList.toggle("predicting", now); },
  };
  for (const part of [tour.element, tour.toggle]) part.addEventListener("click", () => { if (tour.element.hidden) predict.set(false); });
  return predict;
};

/** The command of a view of which `tern` has none: the link. */
export const linkCommand = (what, view) =>
  `# \`tern\` has no command for ${what}; this opens the view as it is:\ntern studio\n# and behind the address that it prints:\n${location.hash || `#${view}`}\n`;

/** Calls `body` when the page has time, once for all calls that came meanwhile. */
export const whenIdle = body => {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestIdleCallback(() => { isDue = false; body(); }, { timeout: 200 });
  };
};

/**
 * Copy as Swift, Python, command: `load()` gives the texts when one is asked for. The text is shown, too, since a
 * browser may not allow copying; where there is none, the reason is shown in its place.
 */
export const copies = ({ load, announce }) => {
  const text = make("pre", { hidden: true, tabIndex: 0 });
  text.setAttribute("aria-label", "The text that was copied");
  text.setAttribute("role", "region");
  const none = make("p", { className: "mistake", hidden: true });
  const one = (name, key) => button(`Copy as ${name}`, async event => {
    const asked = event.currentTarget;
    let found;
    try { found = (await load())[key]; } catch (error) {
      text.hidden = true;
      text.textContent = "";
      none.hidden = false;
      none.textContent = `Nothing is copied: ${error.message}`;
      return announce(none.textContent);
    }
    none.hidden = true;
    text.textContent = found;
    text.hidden = false;
    text.dataset.kind = key;
    let done = "Copied";
    try { await navigator.clipboard.writeText(found); } catch { done = "Shown below"; }
    announce(`${name}: ${done}.`);
    asked.textContent = done;
    setTimeout(() => { asked.textContent = `Copy as ${name}`; }, 1500);
  });
  return make("div", { className: "copies" },
    make("div", { className: "row" }, one("Swift", "swift"), one("Python", "python"), one("command", "command")), none, text);
};

/** Progress of a slow computation, with a button that abandons it. */
export const progress = (label, onAbandon) => {
  const bar = make("progress", { max: 1, value: 0 });
  bar.setAttribute("aria-label", label);
  const element = make("div", { className: "row", hidden: true }, bar, button("Abandon", onAbandon));
  return { element, set share(x) { element.hidden = x === null; bar.value = x ?? 0; } };
};

/**
 * A guided tour: steps of { question, choices, answer, setting, see, tried }. The reader predicts, sees, and goes on.
 * `apply(setting, isPlayed)` puts the view into the step's state.
 */
export const guide = (steps, { apply, announce }) => {
  const element = make("section", { className: "guide", hidden: true });
  element.setAttribute("aria-label", "Guide");
  let at = 0;
  const show = () => {
    const { question, choices, answer, setting, see } = steps[at], name = fresh("guess");
    apply(setting, false);
    const result = make("p", { hidden: true }), heading = make("h3", { textContent: `${at + 1} of ${steps.length}: predict`, tabIndex: -1 });
    const options = choices.map((text, i) => make("label", {}, make("input", { type: "radio", name, value: i }), text));
    const look = button("See", () => {
      const guess = element.querySelector("input:checked");
      const judged = guess ? (Number(guess.value) === answer ? "So it is. " : "It is otherwise. ") : "";
      result.textContent = judged + see;
      result.hidden = false;
      announce(result.textContent);
      apply(setting, true);
    }, { className: "main" });
    const back = button("Back", () => { at -= 1; show(); }), next = button("Next", () => { at += 1; show(); });
    back.disabled = at === 0;
    next.disabled = at === steps.length - 1;
    const list = make("fieldset", { className: "choices" }, make("legend", { className: "hidden", textContent: "Your prediction" }), ...options);
    element.replaceChildren(heading, make("p", { textContent: question }), list, result,
      make("div", { className: "row" }, look, back, next, button("End the guide", () => { element.hidden = true; toggle.setAttribute("aria-pressed", "false"); toggle.focus(); })));
    heading.focus({ preventScroll: true });
  };
  const toggle = button("Guide", () => {
    element.hidden = !element.hidden;
    toggle.setAttribute("aria-pressed", String(!element.hidden));
    if (!element.hidden) show();
  });
  toggle.setAttribute("aria-pressed", "false");
  return { element, toggle };
};
