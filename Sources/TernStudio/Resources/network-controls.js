// The controls of the network view that are its own: hidden layers, classes of new points, columns of a table.
import { button, choice, key, make } from "./controls.js";

/** Hidden layers with units and activation: `value` is { units: [8], activations: ["tanh"] }. */
export const layerList = ({ activations, mostLayers, mostUnits, onInput }) => {
  const list = make("div", { className: "layers" });
  let units = [], kinds = [];
  const tell = () => onInput({ units: [...units], activations: [...kinds] });
  const fill = () => {
    list.replaceChildren(...units.map((count, i) => {
      const field = make("input", { type: "number", min: 1, max: mostUnits, step: 1, value: count });
      field.setAttribute("aria-label", `Units of hidden layer ${i + 1}`);
      field.oninput = () => {
        const wanted = Math.round(Number(field.value));
        if (!(wanted >= 1 && wanted <= mostUnits)) return;
        units[i] = wanted;
        tell();
      };
      field.onblur = () => { field.value = units[i]; };
      const select = make("select", {}, ...activations.map(a => make("option", { value: a, textContent: a })));
      select.setAttribute("aria-label", `Activation of hidden layer ${i + 1}`);
      select.value = kinds[i];
      select.onchange = () => { kinds[i] = select.value; tell(); };
      const less = button("−", () => { units.splice(i, 1); kinds.splice(i, 1); fill(); tell(); add.focus(); });
      less.setAttribute("aria-label", `Remove hidden layer ${i + 1}`);
      return make("div", { className: "row" }, make("span", { className: "layer", textContent: `${i + 1}` }), field, select, less);
    }));
    add.disabled = units.length >= mostLayers;
  };
  const add = button("Add a hidden layer", () => { units.push(units.at(-1) ?? 8); kinds.push(kinds.at(-1) ?? "tanh"); fill(); tell(); });
  return {
    element: make("div", {}, list, add),
    get isFocused() { return list.contains(document.activeElement); },
    set value(value) {
      if (String(units) === String(value.units) && String(kinds) === String(value.activations)) return;
      units = [...value.units];
      kinds = [...value.activations];
      fill();
    },
  };
};

/** Which class new points are of. */
export const brushes = ({ onInput }) => {
  const row = make("div", { className: "row" });
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", "Class of new points");
  return {
    element: row,
    show(names, chosen) {
      row.replaceChildren(make("span", { textContent: "New points:" }), ...names.map((name, k) => {
        const one = button("", () => onInput(k));
        one.append(key(`series-${k}`, name));
        one.setAttribute("aria-pressed", String(k === chosen));
        return one;
      }));
    },
  };
};

/** The columns of a table that do not hold numbers alone. */
export const wordColumns = ({ names, numbers }) => names.filter(name => !numbers.includes(name));

/** Those that are not taken, in a sentence. */
export const leftOut = (table, isClasses) => {
  const words = wordColumns(table).filter(name => !(isClasses && name === table.columns[2]));
  return words.length ? `Columns that hold more than numbers (words, dates) are left out: ${words.slice(0, 8).join(", ")}.` : "";
};

/** Which columns of a table are x and y, or x1, x2 and the class. */
export const columnChoices = ({ onInput }) => {
  const element = make("div");
  return {
    element,
    show(table, isClasses, isScaled = false) {
      element.replaceChildren();
      if (!table) return;
      const labels = isClasses ? ["Column of x1", "Column of x2", "Column of the class"] : ["Column of x", "Column of y"];
      const scale = make("input", { type: "checkbox", checked: isScaled, onchange: () => onInput(table.columns, scale.checked) });
      labels.forEach((label, i) => {
        const names = isClasses && i === 2 ? table.names : table.numbers;
        const one = choice({ label, options: names.map(n => [n, n]), onInput: name => { const columns = [...table.columns]; columns[i] = name; onInput(columns, scale.checked); } });
        one.value = table.columns[i];
        element.append(one.element);
      });
      element.append(make("label", { className: "row tick" }, scale, make("span", { textContent: "scale the columns to mean 0 and standard deviation 1" })));
    },
  };
};

/** A box to tick, with what it says beside it. */
export const box = (label, onInput) => {
  const tick = make("input", { type: "checkbox" });
  tick.onchange = () => onInput(tick.checked);
  return { element: make("label", { className: "row tick" }, tick, make("span", { textContent: label })), set value(is) { tick.checked = is; } };
};
