// Photos on their way into the gallery: sent, accepted, searchable, or refused with the reason.

import * as api from "./api.js";
import { element, similarLink } from "./gallery.js";

const SENDING_MAX = 3;
const WATCHED_MAX = 4;
const ATTEMPTS_MAX = 8;
const RETRY_MILLIS = 500;
// Delay of the index after which the list says that it takes long.
const SEARCHABLE_WITHIN_MILLIS = 120_000;
// Longest list, apart from the refused rows, which all stay.
const ROWS_MAX = 30;

/** Fires `searchable` for every photo that can be found now, and `settled` when nothing is under way. */
export class Uploads extends EventTarget {
  #panel;
  #list;
  #title;
  #progress;
  #announce;
  #sending = new Lane(SENDING_MAX);
  #watching = new Lane(WATCHED_MAX);
  #counts = noCounts();
  #previews = new Set();

  constructor({ panel, list, title, progress, close, announce }) {
    super();
    this.#panel = panel;
    this.#list = list;
    this.#title = title;
    this.#progress = progress;
    this.#announce = announce;
    close.addEventListener("click", () => this.#close());
  }

  get active() {
    const { total, searchable, unchanged, refused } = this.#counts;
    return total > searchable + unchanged + refused;
  }

  add(files) {
    if (files.length === 0) return;
    if (!this.active) this.#counts = noCounts();
    this.#counts.total += files.length;
    this.#panel.hidden = false;
    this.#announce(files.length === 1 ? `Adding ${files[0].name}` : `Adding ${files.length} photos`);
    this.#summarise();
    for (const file of files) this.#sending.run(() => this.#send(file));
  }

  async #send(file) {
    const row = this.#row(file);
    row.state("Sending");
    try {
      const { imageId, position, status } = await persistently(() => api.addPhoto(file), row);
      if (status === "unchanged") {
        row.done("Already there", imageId, "unchanged");
        this.#count("unchanged");
      } else {
        row.state("Accepted, being indexed");
        this.#watching.run(() => this.#watch(row, imageId, position));
      }
    } catch (problem) {
      this.#refused(row, file, problem);
    }
  }

  /** Asks the index until it has seen the photo: only then is it searchable. */
  async #watch(row, imageId, position) {
    const started = performance.now();
    for (;;) {
      try {
        await api.similar(imageId, { k: 1, after: position });
        row.done("Searchable", imageId, "searchable");
        this.#count("searchable");
        this.dispatchEvent(new CustomEvent("searchable", { detail: { imageId } }));
        return;
      } catch (problem) {
        if (!(problem instanceof api.Problem)) throw problem;
        // The index has passed its position without it: the embed service rejected it.
        if (problem.status === 404) {
          const reason = "It arrived, but the model could not read it.";
          this.#refused(row, row.file, new api.Problem(422, "Not indexed", reason));
          return;
        }
        if (!problem.temporary) {
          this.#refused(row, row.file, problem);
          return;
        }
        if (performance.now() - started > SEARCHABLE_WITHIN_MILLIS) {
          row.state("Accepted; indexing takes unusually long");
        }
        await pause(Math.max(RETRY_MILLIS, problem.retryAfterMillis));
      }
    }
  }

  #refused(row, file, problem) {
    const reason = problem.message.replace(`${file.name}: `, "");
    row.refused(capitalised(reason), problem.temporary ? () => this.#again(row, file) : null);
    this.#count("refused");
    this.#announce(`${file.name} was not added: ${reason}`);
  }

  #again(row, file) {
    row.remove();
    this.#counts.refused--;
    this.#sending.run(() => this.#send(file));
    this.#summarise();
  }

  #count(outcome) {
    this.#counts[outcome]++;
    this.#summarise();
    if (this.active) return;
    this.#announce(this.#title.textContent);
    this.dispatchEvent(new CustomEvent("settled"));
  }

  #summarise() {
    const { total, searchable, unchanged, refused } = this.#counts;
    const done = searchable + unchanged + refused;
    this.#progress.max = total;
    this.#progress.value = done;
    const parts = [];
    if (searchable > 0 || done < total) parts.push(`${searchable} of ${total} searchable`);
    if (unchanged > 0) parts.push(`${unchanged} already there`);
    if (refused > 0) parts.push(`${refused} refused`);
    this.#title.textContent = parts.join(", ");
    this.#panel.classList.toggle("settled", done === total);
  }

  #row(file) {
    const row = new Row(file, this.#previews);
    this.#list.prepend(row.item);
    const quiet = [...this.#list.querySelectorAll("li:not(.refused)")];
    for (const old of quiet.slice(ROWS_MAX)) old.remove();
    return row;
  }

  #close() {
    this.#panel.hidden = true;
    this.#list.replaceChildren();
    for (const url of this.#previews) URL.revokeObjectURL(url);
    this.#previews.clear();
  }
}

/** One photo on the list. */
class Row {
  #text;

  constructor(file, previews) {
    this.file = file;
    this.item = document.createElement("li");
    const preview = document.createElement("img");
    preview.alt = "";
    preview.src = URL.createObjectURL(file);
    preview.addEventListener("error", () => preview.classList.add("broken"));
    previews.add(preview.src);
    const body = element("div", "upload-body");
    this.#text = element("p", "upload-state");
    body.append(element("p", "upload-name", file.name), this.#text);
    this.item.append(preview, body);
  }

  state(text) {
    this.#text.textContent = text;
  }

  done(text, imageId, outcome) {
    this.item.classList.add(outcome);
    this.state(text);
    const link = element("a", "", "Similar photos");
    link.href = similarLink(imageId);
    this.item.append(link);
  }

  refused(reason, retry) {
    this.item.classList.add("refused");
    this.state(reason);
    if (!retry) return;
    const button = element("button", "link", "Try again");
    button.type = "button";
    button.addEventListener("click", retry);
    this.item.append(button);
  }

  remove() {
    this.item.remove();
  }
}

/** Runs so many tasks at a time, the others wait in order. */
class Lane {
  #free;
  #waiting = [];

  constructor(size) {
    this.#free = size;
  }

  run(task) {
    this.#waiting.push(task);
    this.#next();
  }

  #next() {
    if (this.#free === 0 || this.#waiting.length === 0) return;
    this.#free--;
    this.#waiting
      .shift()()
      .finally(() => {
        this.#free++;
        this.#next();
      });
  }
}

/** Tries again, later and later, while the server is busy. */
async function persistently(call, row) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (problem) {
      if (!problem.temporary || attempt === ATTEMPTS_MAX) throw problem;
      row.state("The server is busy; waiting");
      await pause(Math.max(RETRY_MILLIS * attempt, problem.retryAfterMillis));
    }
  }
}

function capitalised(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function noCounts() {
  return { total: 0, searchable: 0, unchanged: 0, refused: 0 };
}

function pause(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
