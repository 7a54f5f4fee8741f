// Searches by the sheet or by a photo: debounced, one request at a time, the newest wins.

import * as api from "./api.js";
import { reduced } from "./photo.js";

const PAUSE_MILLIS = 180;
// During a long stroke, a search is sent at least this often.
const PAUSE_MAX_MILLIS = 500;
const RETRY_MILLIS = 1000;
const PAGE_SIZE = 24;
const FACETS = 12;
export const K_MAX = 1000;

/**
 * Fires `due` when a search will follow, `working` when its request leaves, `answer` with `{query, answer}`, `problem` with `{query, problem}`,
 * and `empty` when there is nothing to search with.
 *
 * A query is `{kind: "drawing", drawing}`, `{kind: "picture", file, photo}`, `{kind: "similar", imageId}` or
 * `{kind: "words"}`, each with `text` and `filter`, which may be empty but for words alone; all but words with `like`
 * and `unlike`, ids of photos. While a stroke is being drawn it is `live`.
 */
export class Search extends EventTarget {
  #query = null;
  #k = PAGE_SIZE;
  #sequence = 0;
  #request = null;
  #timer = 0;
  #waitingSince = 0;
  #collapse = true;

  get query() {
    return this.#query;
  }

  get k() {
    return this.#k;
  }

  /** Searches for this from now on; `soon` waits for a pause in the changes first. */
  ask(query, { soon = false } = {}) {
    const same = ["kind", "imageId", "text", "filter"].every((part) => query?.[part] === this.#query?.[part]);
    if (!same) this.#k = PAGE_SIZE;
    this.#query = query;
    if (!query) {
      this.#cancel();
      this.#fire("empty");
    } else {
      this.#schedule(soon ? PAUSE_MILLIS : 0, PAUSE_MAX_MILLIS);
    }
  }

  /** Whether photos that are nearly the same are shown as one. */
  get collapse() {
    return this.#collapse;
  }

  set collapse(collapse) {
    this.#collapse = collapse;
    if (this.#query) this.#schedule(0);
  }

  /** Asks the same again, as the gallery has changed. */
  refresh() {
    if (this.#query && !this.#request && !this.#timer) this.#schedule(0);
  }

  more() {
    this.#k = Math.min(K_MAX, this.#k + PAGE_SIZE * 2);
    this.#schedule(0);
  }

  #schedule(millis, waitMax = Number.POSITIVE_INFINITY) {
    const now = performance.now();
    if (!this.#timer) this.#waitingSince = now;
    clearTimeout(this.#timer);
    const left = this.#waitingSince + waitMax - now;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.min(millis, left)));
    this.#fire("due");
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#sequence++;
    this.#request?.abort();
    this.#request = null;
  }

  async #run() {
    this.#cancel();
    const sequence = this.#sequence;
    const query = this.#query;
    const request = new AbortController();
    this.#request = request;
    this.#fire("working", { query });
    try {
      const answer = await send(query, { k: this.#k, collapse: this.#collapse, signal: request.signal });
      if (sequence !== this.#sequence) return;
      this.#request = null;
      this.#fire("answer", { query, answer });
    } catch (problem) {
      if (sequence !== this.#sequence) return;
      this.#request = null;
      if (!(problem instanceof api.Problem)) throw problem;
      this.#fire("problem", { query, problem });
      if (problem.temporary) this.#schedule(Math.max(RETRY_MILLIS, problem.retryAfterMillis));
    }
  }

  #fire(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

async function send(query, { k, collapse, signal }) {
  const narrowed = { k, text: query.text, filter: query.filter, facets: query.live ? 0 : FACETS, signal };
  const options = { ...narrowed, like: query.like?.join(","), unlike: query.unlike?.join(",") };
  switch (query.kind) {
    case "drawing":
      return api.searchByStrokes(query.drawing, { ...options, collapse });
    case "picture": {
      const file = query.photo ? await reduced(query.file) : query.file;
      return api.searchByPicture(file, { ...options, collapse, photo: query.photo });
    }
    case "similar":
      return api.similar(query.imageId, { ...options, collapse });
    case "words":
      return api.searchByWords(narrowed);
    default:
      throw new TypeError(`no such query: ${query.kind}`);
  }
}
