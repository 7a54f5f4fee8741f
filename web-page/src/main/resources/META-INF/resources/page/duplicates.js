// The photos that are nearly the same as one, which stands for them in an answer.

import * as api from "./api.js";
import { element, titleOf } from "./gallery.js";

const DUPLICATES_MAX = 100;

const $ = (id) => document.getElementById(id);

/** Fires `open` with a photo that someone wants to see. */
export class DuplicatesPanel extends EventTarget {
  #imageId = "";

  constructor() {
    super();
    $("duplicates-close").addEventListener("click", () => $("duplicates").close());
    // A click beside the panel closes it as well.
    $("duplicates").addEventListener("click", (event) => {
      if (event.target === $("duplicates")) $("duplicates").close();
    });
  }

  /** Shows a photo, `{imageId, title}`, and those that are nearly the same. */
  async open(photo) {
    this.#imageId = photo.imageId;
    $("duplicates-title").textContent = `Nearly the same as ${photo.title}`;
    $("duplicates-state").textContent = "Searching";
    $("duplicates-list").replaceChildren(this.#tile(photo));
    $("duplicates").showModal();
    $("duplicates-close").focus();
    try {
      const { hits } = await api.duplicates(photo.imageId, { k: DUPLICATES_MAX });
      if (this.#imageId !== photo.imageId) return;
      $("duplicates-list").append(...hits.map((hit) => this.#tile(hit)));
      $("duplicates-state").textContent = hits.length === 1 ? "One more photo" : `${hits.length} more photos`;
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      $("duplicates-state").textContent = problem.message;
    }
  }

  #tile(photo) {
    const title = titleOf(photo);
    const tile = element("li", "tile");
    const open = element("button", "tile-open");
    open.type = "button";
    open.setAttribute("aria-label", `Details of ${title}`);
    const image = element("img", "");
    image.alt = "";
    api.showPicture(image, api.imageUrl(photo.imageId));
    open.append(image, element("span", "tile-title", title));
    open.addEventListener("click", () => {
      $("duplicates").close();
      this.dispatchEvent(new CustomEvent("open", { detail: photo }));
    });
    tile.append(open);
    return tile;
  }
}
