// The page around the views: tabs, the address, light and dark, what screen readers are told, timing.
import { Socket } from "./socket.js";
import { Recorded } from "./recorded.js";
import { button, make } from "./controls.js";
import { forgetColors } from "./plot.js";

// The views in the order of their tabs: a module exports `defaults` (the whole state, as the address holds it) and
// `open(page)`, which returns { show(state), close() }. A new view is named here.
const views = [
  { name: "descent", title: "Descent", load: () => import("./descent.js") },
  { name: "network", title: "A network learns", load: () => import("./network.js") },
  { name: "convolution", title: "Convolution", load: () => import("./convolution.js") },
  { name: "gradients", title: "Vanishing gradients", load: () => import("./gradients.js") },
  { name: "runs", title: "Runs", load: () => import("./runs.js") },
].filter(view => !globalThis.ternRecordings || view.name in globalThis.ternRecordings);

const main = document.getElementById("main"), live = document.getElementById("live");
// A page that was exported asks what was computed beforehand.
const recorded = globalThis.ternRecordings ? new Recorded() : null;
const socket = recorded ?? new Socket(sentence => {
  const note = document.getElementById("connection");
  note.textContent = sentence;
  note.hidden = false;
});

// ---- The address: #view?key=value&..., of what differs from the defaults.

const write = value => Array.isArray(value) ? value.join(",") : String(value);
const read = (text, like) =>
  Array.isArray(like) ? (text === "" ? [] : text.split(",").map(part => typeof like[0] === "number" ? Number(part) : part))
    : typeof like === "number" ? Number(text) : typeof like === "boolean" ? text === "true" : text;

export const addressOf = (name, state, defaults) => {
  const search = new URLSearchParams();
  for (const key of Object.keys(defaults)) {
    if (write(state[key]) !== write(defaults[key])) search.set(key, write(state[key]));
  }
  return "#" + name + (search.size ? "?" + search : "");
};

/** What an address holds of a state; those named in `whole` are rounded. */
const stateOf = (hash, { defaults, whole = [] }) => {
  const state = structuredClone(defaults);
  for (const [key, text] of new URLSearchParams(hash.split("?")[1] ?? "")) {
    if (!(key in defaults)) continue;
    const given = read(text, defaults[key]), value = whole.includes(key) ? Math.round(given) : given;
    const isNumber = x => typeof x !== "number" || Number.isFinite(x);
    if (Array.isArray(value) ? value.every(isNumber) : isNumber(value)) state[key] = value;
  }
  return state;
};

// ---- What a view is given.

let said;
const announce = text => {
  clearTimeout(said);
  said = setTimeout(() => { live.textContent = text; }, 600);
};

const times = [], clock = document.getElementById("timing");
let began = null;
const timing = {
  /** Called when a control moved. */
  begin() { began ??= performance.now(); },
  /** Called when its picture is drawn. */
  end() {
    if (began === null) return;
    times.push(performance.now() - began);
    began = null;
    if (times.length > 120) times.shift();
    const sorted = times.toSorted((a, b) => a - b), at = share => sorted[Math.floor(share * (sorted.length - 1))];
    clock.textContent = `${times.at(-1).toFixed(1)} ms from control to picture; median ${at(.5).toFixed(1)}, 95 % ${at(.95).toFixed(1)} of ${sorted.length}`;
  },
};
clock.hidden = !new URLSearchParams(location.search).has("timing");

const themeListeners = new Set();
const recolor = () => { forgetColors(); themeListeners.forEach(listener => listener()); };
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);

// A file that is dropped anywhere on the page goes to the view; where a view wants none, the browser would leave the page
// to show it.
let take = null;
addEventListener("dragover", event => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = take ? "copy" : "none";
});
addEventListener("drop", event => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) take?.(file);
});

// Browsers take few changes of the address in a second: it is written when a slider rests.
let open = null, pending = null, writer;
const flush = () => {
  clearTimeout(writer);
  if (pending === null) return;
  history.replaceState(null, "", location.pathname + location.search + pending);
  pending = null;
};

/** What a view is given: `page.end()` is called when it goes, and nothing that it still says or saves counts from then on. */
const page = (view, module) => {
  const root = make("div"), ending = new AbortController(), isOver = () => ending.signal.aborted;
  const missing = make("p", { className: "mistake", hidden: true });
  /** Where a page that was exported has no answer, the last one's picture and numbers are not this address's. */
  const blank = sentence => {
    root.classList.toggle("blank", sentence !== null);
    missing.hidden = sentence === null;
    missing.textContent = sentence ?? "";
    if (sentence !== null) root.querySelector(":scope > .view")?.before(missing);
  };
  const ask = (action, args, options) => isOver()
    ? Promise.reject(new Error("abandoned"))
    : socket.ask(view.name, action, args, { ...options, signal: AbortSignal.any([ending.signal, options?.signal].filter(Boolean)) });
  return {
    root, ask, timing,
    latest: (action, done, failed) => socket.latest(
      view.name, typeof action === "function" ? action : args => ask(action, args),
      (...all) => { if (!isOver()) { blank(null); done(...all); } },
      (mistake, ...all) => {
        if (isOver()) return;
        if (mistake.isMissing) blank(mistake.message);
        failed(mistake, ...all);
      }),
    announce(text) { if (!isOver()) announce(text); },
    /** Whether what is shown is of other settings, since those of now cannot be used: it is pale, and its words are away. */
    set isStale(is) { root.classList.toggle("stale", is); },
    /** In a page that was exported: what can be chosen, by the control's name, and whether a question has an answer. */
    limits: recorded?.limits(view.name) ?? null,
    has: (action, args) => recorded?.has(view.name, action, args) ?? true,
    /** Puts the state into the address, without a new entry in the history. */
    save(state) {
      if (isOver()) return;
      pending = addressOf(view.name, state, module.defaults);
      clearTimeout(writer);
      writer = setTimeout(flush, 120);
    },
    /** Called when colours change. */
    onTheme(listener) { themeListeners.add(listener); ending.signal.addEventListener("abort", () => themeListeners.delete(listener)); },
    /** Called with a file that is dropped on the page. */
    onDrop(listener) { take = listener; ending.signal.addEventListener("abort", () => { if (take === listener) take = null; }); },
    reducesMotion: () => matchMedia("(prefers-reduced-motion: reduce)").matches,
    end() { ending.abort(); },
  };
};

// The newest address wins: what an older one still waits for is given up, and what it opened is closed.
let newest = 0, opening = null;
const go = async () => {
  clearTimeout(writer);
  pending = null;
  const { hash } = location, name = hash.slice(1).split("?")[0];
  if (name === "main") return;
  const view = views.find(v => v.name === name) ?? views[0], number = ++newest;
  opening?.end();
  opening = null;
  if (open && open.name !== view.name) {
    open.page.end();
    open.shown.close();
    open = null;
    main.replaceChildren();
  }
  document.title = `${view.title} – Tern's studio`;
  for (const a of document.querySelectorAll("#views a")) {
    if (a.dataset.view === view.name) a.setAttribute("aria-current", "page"); else a.removeAttribute("aria-current");
  }
  try {
    const module = await view.load();
    if (number !== newest) return;
    recorded?.learn(view.name, module.recorded);
    if (!open) {
      const mine = opening = page(view, module), shown = await module.open(mine);
      if (number !== newest) return shown.close();
      opening = null;
      open = { name: view.name, page: mine, shown };
      main.replaceChildren(mine.root);
    }
    open.shown.show(stateOf(hash, module));
  } catch (error) {
    if (number !== newest) return;
    opening?.end();
    opening = null;
    if (open) throw error;
    main.replaceChildren(make("p", { className: "mistake", textContent: error.message }));
    announce(error.message);
  }
};

for (const view of views) {
  const a = document.createElement("a");
  a.href = "#" + view.name;
  a.dataset.view = view.name;
  a.textContent = view.title;
  a.onclick = event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    // Back is to lead to what was set last; and a link to where the page is already changes no address.
    flush();
    if (location.hash === a.hash) go();
  };
  document.getElementById("views").append(a);
}
document.getElementById("skip").onclick = event => { event.preventDefault(); main.focus(); };

// ---- Light and dark: as the system says, until the switch says otherwise.

const root = document.documentElement;
const isDark = () => getComputedStyle(root).colorScheme === "dark";
const scheme = button("", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameScheme();
  recolor();
});
const nameScheme = () => { scheme.textContent = isDark() ? "Light" : "Dark"; };
nameScheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameScheme);
scheme.id = "scheme";
const link = button("Copy link", async () => {
  flush();
  await navigator.clipboard.writeText(location.href).then(
    () => announce("The link is copied."), () => announce("The browser does not allow copying."));
});
link.title = "The address with all that is set; it works while this program runs.";
document.getElementById("tools").append(link, scheme);

if (recorded) {
  const note = document.createElement("aside");
  note.className = "recorded";
  note.textContent = "What this page shows was computed beforehand by Tern. Controls that need more are off; the program itself, tern studio, has them all.";
  document.querySelector("body > header").after(note);
}

addEventListener("hashchange", go);
addEventListener("keydown", event => {
  if (event.key === "T" && event.shiftKey && !event.target.matches("input, select, textarea")) clock.hidden = !clock.hidden;
});
go();
