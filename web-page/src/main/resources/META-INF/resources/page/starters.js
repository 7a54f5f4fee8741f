// The row of examples below the sheet: those that the current gallery answers well.

import * as api from "./api.js";
import { EXAMPLES, pathOf } from "./examples.js";
import { icon } from "./gallery.js";

// While photos stream in, the gallery is asked at most this often.
const ASK_MILLIS = 15_000;

const $ = (id) => document.getElementById(id);

export class Starters {
  #buttons;
  #count = null;
  #askedFor = null;
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @param draw takes the drawing that someone has chosen */
  constructor(draw) {
    this.#buttons = EXAMPLES.map(({ name, drawing }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "example";
      button.setAttribute("aria-label", `Draw the example: ${name}`);
      button.title = name;
      button.append(icon(pathOf(drawing), "-6 -6 268 268"));
      button.addEventListener("click", () => draw(drawing));
      item.append(button);
      return item;
    });
    $("example-list").append(...this.#buttons);
  }

  /** Told how many photos can be found; asks again when that has changed. */
  galleryHolds(count) {
    this.#count = count;
    if (count === 0) $("examples").hidden = true;
    const now = performance.now();
    if (count === 0 || count === this.#askedFor || now - this.#askedAt < ASK_MILLIS) return;
    this.#askedFor = count;
    this.#askedAt = now;
    this.#ask();
  }

  /** A gallery too small to tell what stands out shows all. */
  async #ask() {
    let answers = [];
    try {
      answers = await api.searchBatch(EXAMPLES.map(({ drawing }) => drawing), { k: 1 });
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#askedFor = null;
    }
    if (this.#count === 0) return;
    this.#buttons.forEach((item, at) => (item.hidden = Boolean(answers[at]?.distinction?.nothingFits)));
    $("examples").hidden = this.#buttons.every((item) => item.hidden);
  }
}
