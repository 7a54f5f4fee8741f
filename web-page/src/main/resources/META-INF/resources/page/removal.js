// Removes photos: hidden at once, deleted from the gallery when the time for Undo is over.

import * as api from "./api.js";

const UNDO_MILLIS = 7000;
const NOTICE_MILLIS = 6000;
// Photos of one call: a page that closes may send 64 KiB in all.
const CALL_MAX = 400;

/** Fires `problem` when the server refused a removal, and `done` when photos are gone. */
export class Removals extends EventTarget {
  #views;
  #announce;
  #pending = [];
  #timer = 0;
  #notice = document.getElementById("notice");
  #words = document.getElementById("notice-text");
  #action = document.getElementById("notice-action");

  /** The views hide and reveal photos. */
  constructor(views, announce) {
    super();
    this.#views = views;
    this.#announce = announce;
    this.#action.addEventListener("click", () => this.#undo());
    // The timer pauses while Undo has the focus or the pointer.
    this.#notice.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    this.#notice.addEventListener("pointerleave", () => this.#start());
    this.#notice.addEventListener("focusin", () => clearTimeout(this.#timer));
    this.#notice.addEventListener("focusout", () => this.#start());
    // Pending removals are sent when the page is closed.
    window.addEventListener("pagehide", () => this.#commit({ keepalive: true }));
  }

  /** Removes photos, `{imageId, title}` each. */
  remove(photos) {
    if (photos.length === 0) return;
    this.#commit();
    this.#pending = photos;
    for (const { imageId } of photos) this.#hide(imageId);
    this.#show(`Removed ${named(photos)}.`, true);
    this.#announce(`Removed ${named(photos)}. Undo is at the end of the page.`);
    this.#start();
  }

  #hide(imageId) {
    for (const view of this.#views) view.hide(imageId);
  }

  #reveal(imageId) {
    for (const view of this.#views) view.reveal(imageId);
  }

  #start() {
    clearTimeout(this.#timer);
    if (this.#pending.length > 0) this.#timer = setTimeout(() => this.#commit(), UNDO_MILLIS);
  }

  #undo() {
    clearTimeout(this.#timer);
    const photos = this.#pending;
    this.#pending = [];
    for (const { imageId } of photos) this.#reveal(imageId);
    this.#notice.hidden = true;
    this.#announce(`${named(photos)} ${photos.length === 1 ? "stays" : "stay"} in the gallery`);
  }

  async #commit(options = {}) {
    clearTimeout(this.#timer);
    if (this.#pending.length === 0) return;
    const photos = this.#pending;
    this.#pending = [];
    this.#notice.hidden = true;
    const calls = [];
    // All at once: a page that closes can't wait for one after the other.
    for (let i = 0; i < photos.length; i += CALL_MAX) {
      calls.push(this.#delete(photos.slice(i, i + CALL_MAX), options));
    }
    const refused = (await Promise.all(calls)).filter(({ problem }) => problem);
    this.dispatchEvent(new CustomEvent("done"));
    if (refused.length === 0) return;
    const kept = refused.flatMap((call) => call.photos);
    for (const { imageId } of kept) this.#reveal(imageId);
    this.#show(`${named(kept)} could not be removed. ${refused[0].problem.message}`, false);
    this.#timer = setTimeout(() => (this.#notice.hidden = true), NOTICE_MILLIS);
    this.dispatchEvent(new CustomEvent("problem"));
  }

  /** @returns the photos and the problem, if there is one; a photo that is gone already is none */
  async #delete(photos, options) {
    try {
      if (photos.length === 1) await api.removePhoto(photos[0].imageId, options);
      else await api.removePhotos(photos.map(({ imageId }) => imageId), options);
      return { photos, problem: null };
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      return { photos, problem: problem.status === 404 ? null : problem };
    }
  }

  #show(words, undoable) {
    this.#words.textContent = words;
    this.#action.hidden = !undoable;
    this.#notice.hidden = false;
  }
}

function named(photos) {
  return photos.length === 1 ? photos[0].title : `${photos.length} photos`;
}
