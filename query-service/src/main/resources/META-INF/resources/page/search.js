// Turns what is on the sheet, or a photo, into hits: after a pause, one request at a time, newest wins.

import * as api from "./api.js";

const PAUSE_MILLIS = 180;
// While a long stroke goes on, an answer comes at least this often.
const PAUSE_MAX_MILLIS = 500;
const RETRY_MILLIS = 1000;
const PAGE_SIZE = 24;
export const K_MAX = 1000;

/**
 * Fires `working` when a request leaves, `answer` with `{query, answer}`, `problem` with `{query, problem}`,
 * and `empty` when there is nothing to search with.
 *
 * A query is `{kind: "drawing", drawing}`, `{kind: "picture", file}` or `{kind: "similar", imageId}`.
 */
export class Search extends EventTarget {
  #query = null;
  #k = PAGE_SIZE;
  #sequence = 0;
  #request = null;
  #timer = 0;
  #waitingSince = 0;

  get query() {
    return this.#query;
  }

  get k() {
    return this.#k;
  }

  /** Searches for this from now on; `soon` waits for a pause in the changes first. */
  ask(query, { soon = false } = {}) {
    if (query?.kind !== this.#query?.kind || query?.imageId !== this.#query?.imageId) this.#k = PAGE_SIZE;
    this.#query = query;
    if (!query) {
      this.#cancel();
      this.#fire("empty");
    } else {
      this.#schedule(soon ? PAUSE_MILLIS : 0, PAUSE_MAX_MILLIS);
    }
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
      const answer = await send(query, { k: this.#k, signal: request.signal });
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

function send(query, options) {
  switch (query.kind) {
    case "drawing":
      return api.searchByStrokes(query.drawing, options);
    case "picture":
      return api.searchByPicture(query.file, options);
    case "similar":
      return api.similar(query.imageId, options);
    default:
      throw new TypeError(`no such query: ${query.kind}`);
  }
}
