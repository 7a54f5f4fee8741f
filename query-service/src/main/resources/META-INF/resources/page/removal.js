// Taking photos out of the gallery: out of sight at once, out of the gallery when the time for Undo is over.

import * as api from "./api.js";

const UNDO_MILLIS = 7000;
const NOTICE_MILLIS = 6000;

/** Fires `problem` when the server refused a removal. */
export class Removals extends EventTarget {
  #gallery;
  #announce;
  #pending = null;
  #timer = 0;
  #notice = document.getElementById("notice");
  #words = document.getElementById("notice-text");
  #action = document.getElementById("notice-action");

  constructor(gallery, announce) {
    super();
    this.#gallery = gallery;
    this.#announce = announce;
    this.#action.addEventListener("click", () => this.#undo());
    // Time stands still for whoever is about to press Undo.
    this.#notice.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#notice.addEventListener("pointerleave", () => this.#start());
    this.#notice.addEventListener("focusin", () => clearTimeout(this.#timer));
    this.#notice.addEventListener("focusout", () => this.#start());
    // A page that goes away keeps its word.
    window.addEventListener("pagehide", () => this.#commit({ keepalive: true }));
  }

  remove({ imageId, title }) {
    this.#commit();
    this.#pending = { imageId, title };
    this.#gallery.hide(imageId);
    this.#show(`Removed ${title}.`, true);
    this.#start();
  }

  #start() {
    clearTimeout(this.#timer);
    if (this.#pending) this.#timer = setTimeout(() => this.#commit(), UNDO_MILLIS);
  }

  #undo() {
    clearTimeout(this.#timer);
    const { imageId, title } = this.#pending;
    this.#pending = null;
    this.#gallery.reveal(imageId);
    this.#notice.hidden = true;
    this.#announce(`${title} stays in the gallery`);
  }

  async #commit(options = {}) {
    clearTimeout(this.#timer);
    if (!this.#pending) return;
    const { imageId, title } = this.#pending;
    this.#pending = null;
    this.#notice.hidden = true;
    try {
      await api.removePhoto(imageId, options);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      if (problem.status === 404) return;
      this.#gallery.reveal(imageId);
      this.#show(`${title} could not be removed. ${problem.message}`, false);
      this.#timer = setTimeout(() => (this.#notice.hidden = true), NOTICE_MILLIS);
      this.dispatchEvent(new CustomEvent("problem"));
    }
  }

  #show(words, undoable) {
    this.#words.textContent = words;
    this.#action.hidden = !undoable;
    this.#notice.hidden = false;
  }
}
