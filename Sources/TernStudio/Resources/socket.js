// The talk with the program: requests as JSON, replies as JSON with arrays of numbers behind it (docs/STUDIO.md).

/**
 * What is wrong with a request; `argument` and `offset` say where, if they are there. `isMissing`: it was not computed
 * beforehand, in a page that was exported.
 */
export class Mistake extends Error {
  constructor({ description, argument, offset, isMissing = false }) {
    super(description);
    this.argument = argument;
    this.offset = offset;
    this.isMissing = isMissing;
  }
}

/** As `StudioMessage.mostText`. */
const mostText = 1 << 18;

/** A reply's JSON, in which arrays stand as typed arrays. */
export const decode = buffer => {
  const length = new DataView(buffer).getUint32(0, true), start = 4 + length;
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return JSON.parse(text, (key, value) => {
    if (value === null || typeof value !== "object" || !Array.isArray(value.$)) return value;
    const [place, count, bits] = value.$;
    return bits === 64 ? new Float64Array(buffer, start + place, count) : new Float32Array(buffer, start + place, count);
  });
};

const lost = { description: "The program has ended; start `tern studio` again and open its address." };

export class Socket {
  #socket; #number = 0; #asked = new Map(); #ready;

  /** @param onLost called with a sentence when the program has gone. */
  constructor(onLost) {
    const place = new URL("socket", location.href);
    place.protocol = "ws:";
    place.hash = place.search = "";
    this.#socket = new WebSocket(place);
    this.#socket.binaryType = "arraybuffer";
    this.#ready = new Promise(resolve => { this.#socket.onopen = resolve; });
    this.#socket.onmessage = event => this.#hear(decode(event.data));
    this.#socket.onclose = () => {
      for (const asked of this.#asked.values()) asked.reject(new Mistake(lost));
      this.#asked.clear();
      onLost(lost.description);
    };
  }

  #hear(message) {
    const asked = this.#asked.get(message.id);
    if (!asked) { if (message.error) console.error(message.error.description); return; }
    if ("progress" in message) return asked.onProgress?.(message.progress);
    if ("part" in message) return asked.onPart?.(message.part);
    this.#asked.delete(message.id);
    if (message.error) asked.reject(new Mistake(message.error)); else asked.resolve(message.result);
  }

  /**
   * Asks a view; the promise has its result, or is rejected with a Mistake.
   * `file`: bytes that go with it; `signal`: of an AbortController, abandons the computation.
   */
  async ask(view, action, args = {}, { onProgress, onPart, file, signal } = {}) {
    if (this.#socket.readyState === WebSocket.CONNECTING) await this.#ready;
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Mistake(lost);
    const id = ++this.#number, text = JSON.stringify({ id, view, action, arguments: args });
    // The program would refuse it, without a word of whose request it is.
    if (text.length > mostText / 3 && new TextEncoder().encode(text).length > mostText) throw new Mistake({ description: `This is too long: a request may have ${mostText} bytes.` });
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject, onProgress, onPart });
      signal?.addEventListener("abort", () => {
        if (this.#asked.has(id) && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ id: 0, action: "cancel", of: id }));
      });
      if (!file) return this.#socket.send(text);
      const json = new TextEncoder().encode(text), bytes = new Uint8Array(4 + json.length + file.byteLength);
      new DataView(bytes.buffer).setUint32(0, json.length, true);
      bytes.set(json, 4);
      bytes.set(new Uint8Array(file), 4 + json.length);
      this.#socket.send(bytes);
    });
  }

  /**
   * A question that is asked again and again, as a slider moves: one is under way at a time, and of those that come
   * meanwhile the newest alone is asked. `done(result, args)` and `failed(mistake, args)` get the answers. In the place of
   * an action's name there may be a function that asks, of several actions at once, say.
   */
  latest(view, action, done, failed) {
    const ask = typeof action === "function" ? action : args => this.ask(view, action, args);
    let busy = false, next = null;
    const go = async args => {
      busy = true;
      try { done(await ask(args), args); } catch (error) { failed(error, args); }
      busy = false;
      if (next) { const following = next; next = null; go(following); }
    };
    return args => { if (busy) next = args; else go(args); };
  }
}
