// The page without a program (`tern studio --export`): answers that were computed beforehand lie in files beside it.
import { decode, Mistake, Socket } from "./socket.js";

/** JSON with the keys in order, and without what is not said: the name under which an answer is kept. */
const canonical = value => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.keys(value).filter(key => value[key] !== null && value[key] !== undefined).sort();
  return `{${keys.map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
};

const nothing = "This was not computed beforehand; the program, `tern studio`, computes it.";

/** In the place of the Socket: the same questions, of which those that were computed are answered. */
export class Recorded {
  #answers = new Map(); #files = new Map(); #forms = new Map(); #known = globalThis.ternRecordings;

  constructor() {
    globalThis.ternAnswers = (view, answers) => {
      for (const [action, args, bytes] of answers) this.#answers.set(view + action + canonical(args), bytes);
    };
  }

  /** The views that there are; what can be chosen in one. */
  get views() { return Object.keys(this.#known); }
  limits(view) { return this.#known[view].limits; }

  /**
   * How a view's questions are put together of those that were computed: `split(action, args)` gives their arguments,
   * `join(action, results, args)` the answer. Where they are there, `action(name)` says under which question they were
   * computed, and `file(args, limits)` which value names the file.
   */
  learn(view, form) { if (form) this.#forms.set(view, form); }

  #parts(view, action, args) {
    const form = this.#forms.get(view), asked = form?.action?.(action) ?? action;
    return (form?.split(action, args) ?? [args]).map(part => this.#answers.get(view + asked + canonical(part)));
  }

  /** Whether a question of a file that is loaded has an answer. */
  has(view, action, args) { return this.#parts(view, action, args).every(text => text !== undefined); }

  #load(view, args) {
    const { files, fileArgument, limits } = this.#known[view];
    const value = this.#forms.get(view)?.file?.(args, limits) ?? args[fileArgument] ?? args.settings?.[fileArgument] ?? "";
    const file = files[value];
    if (file === undefined) return Promise.reject(new Mistake({ description: nothing, isMissing: true }));
    if (!this.#files.has(file)) {
      this.#files.set(file, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = file;
        script.onload = resolve;
        script.onerror = () => { this.#files.delete(file); reject(new Mistake({ description: `The file ${file} is missing beside the page.` })); };
        document.head.append(script);
      }));
    }
    return this.#files.get(file);
  }

  async ask(view, action, args = {}) {
    await this.#load(view, args);
    const form = this.#forms.get(view), results = this.#parts(view, action, args).map(text => {
      if (text === undefined) throw new Mistake({ description: nothing, isMissing: true });
      return decode(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer).result;
    });
    return form ? form.join(action, results, args) : results[0];
  }

  latest(...all) { return Socket.prototype.latest.apply(this, all); }
}
