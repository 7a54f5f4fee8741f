// Which photos of the current results someone wants more of, or less of: the search is ranked again with them. It is
// part of the search alone; only teaching makes labels.

import { element } from "./gallery.js";

// What a search takes, both kinds together.
const PHOTOS_MAX = 20;

const $ = (id) => document.getElementById(id);

/** Fires `change` when someone has changed it. */
export class Feedback extends EventTarget {
  #gallery;
  #announce;
  #like = [];
  #unlike = [];

  constructor(gallery, announce) {
    super();
    this.#gallery = gallery;
    this.#announce = announce;
    gallery.addEventListener("feedback", ({ detail }) => this.#toggle(detail));
    $("feedback-clear").addEventListener("click", () => {
      this.show({});
      $("results").focus({ preventScroll: true });
      this.dispatchEvent(new CustomEvent("change"));
    });
  }

  get like() {
    return this.#like;
  }

  get unlike() {
    return this.#unlike;
  }

  /** Shows what an address says; fires nothing. */
  show({ like = [], unlike = [] }) {
    this.#like = like.slice(0, PHOTOS_MAX);
    this.#unlike = unlike.filter((id) => !this.#like.includes(id)).slice(0, PHOTOS_MAX - this.#like.length);
    this.#render();
  }

  #toggle({ imageId, title, kind }) {
    const before = this.#kindOf(imageId);
    if (!before && this.#like.length + this.#unlike.length >= PHOTOS_MAX) {
      this.#announce(`At most ${PHOTOS_MAX} photos can steer a search`);
      return;
    }
    this.#like = this.#like.filter((id) => id !== imageId);
    this.#unlike = this.#unlike.filter((id) => id !== imageId);
    if (before !== kind) (kind === "like" ? this.#like : this.#unlike).push(imageId);
    this.#render();
    this.#announce(before === kind ? `${title} no longer counts` : `${kind === "like" ? "More" : "Less"} like ${title}`);
    this.dispatchEvent(new CustomEvent("change"));
  }

  #kindOf(imageId) {
    if (this.#like.includes(imageId)) return "like";
    return this.#unlike.includes(imageId) ? "unlike" : undefined;
  }

  #render() {
    const parts = [];
    if (this.#like.length > 0) parts.push(`more like ${photos(this.#like.length)}`);
    if (this.#unlike.length > 0) parts.push(`less like ${photos(this.#unlike.length)}`);
    $("feedback").hidden = parts.length === 0;
    $("feedback-text").replaceChildren(element("span", "", `Reranked: ${parts.join(", ")}.`));
    this.#gallery.showFeedback((imageId) => this.#kindOf(imageId));
  }
}

function photos(count) {
  return count === 1 ? "one photo" : `${count} photos`;
}
