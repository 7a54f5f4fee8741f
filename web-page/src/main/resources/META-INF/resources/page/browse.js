// The gallery view: all photos, newest first, page after page; some of them selected.

import * as api from "./api.js";
import { captions } from "./captions.js";
import { element, titleOf } from "./gallery.js";

const PAGE_SIZE = 60;
const FACETS = 16;
const RETRY_MILLIS = 1500;
// The next page is fetched this far before its end comes into sight.
const AHEAD = "900px";
const number = new Intl.NumberFormat("en");

const $ = (id) => document.getElementById(id);

/** Fires `open` with a photo, `facets` with counts by tag and by gallery, and `refused` with the problem of a query. */
export class Browse extends EventTarget {
  #announce;
  #query = { text: "", filter: "" };
  #photos = [];
  #tiles = new Map();
  #hidden = new Set();
  #selected = new Set();
  #lastPicked = null;
  #next = "";
  #pages = 0;
  #sequence = 0;
  #loading = false;
  #timer = 0;

  constructor(announce) {
    super();
    this.#announce = announce;
    $("browse-more").addEventListener("click", () => this.#load());
    new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.#load();
      },
      { rootMargin: AHEAD },
    ).observe($("browse-more"));
    $("selection-clear").addEventListener("click", () => this.#select([]));
  }

  /** The selected photos. */
  get selected() {
    return this.#shown().filter((photo) => this.#selected.has(photo.imageId));
  }

  /** Shows what matches, from the beginning. */
  show(query) {
    const same = query.text === this.#query.text && query.filter === this.#query.filter && this.#pages > 0;
    this.#query = query;
    if (!same) this.#select([]);
    this.#reload("");
  }

  /**
   * Looks whether something has changed, once `after` is visible; what someone has leafed through or selected from
   * stays as it is.
   */
  refresh({ after = "" } = {}) {
    if (this.#pages <= 1 && (after || !this.#loading) && this.#selected.size === 0) this.#reload(after);
  }

  /** Counts tags again, once `after` is visible; the photos stay as they are. */
  async recount({ after }) {
    const sequence = this.#sequence;
    try {
      const page = await api.listPhotos({ ...this.#query, after, limit: 1, facets: FACETS });
      if (sequence === this.#sequence) this.dispatchEvent(new CustomEvent("facets", { detail: page }));
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // The next list counts them.
    }
  }

  /** Shows changed attributes of photos. */
  update(changes) {
    const changed = new Map(changes.map(({ imageId, title, tags }) => [imageId, { title, tags }]));
    this.#photos = this.#photos.map((photo) => ({ ...photo, ...changed.get(photo.imageId) }));
    this.#render();
  }

  hide(imageId) {
    const tile = this.#tiles.get(imageId);
    const next = tile?.contains(document.activeElement) && (tile.nextElementSibling ?? tile.previousElementSibling);
    this.#hidden.add(imageId);
    this.#selected.delete(imageId);
    this.#render();
    if (next) next.querySelector("button").focus();
    this.#showSelection();
  }

  reveal(imageId) {
    this.#hidden.delete(imageId);
    this.#render();
  }

  /** Puts the keyboard on a photo, if it is shown. */
  focus(imageId) {
    this.#tiles.get(imageId)?.querySelector("button").focus();
  }

  #shown() {
    return this.#photos.filter((photo) => !this.#hidden.has(photo.imageId));
  }

  #reload(after) {
    clearTimeout(this.#timer);
    this.#sequence++;
    this.#loading = false;
    this.#fetch({ cursor: "", after });
  }

  #load() {
    if (this.#next && !this.#loading && !$("browse").hidden) this.#fetch({ cursor: this.#next, after: "" });
  }

  async #fetch({ cursor, after }) {
    const sequence = this.#sequence;
    this.#loading = true;
    $("browse").setAttribute("aria-busy", "true");
    try {
      const facets = cursor ? 0 : FACETS;
      const page = await api.listPhotos({ ...this.#query, cursor, after, limit: PAGE_SIZE, facets });
      if (sequence === this.#sequence) this.#add(page, !cursor);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      if (sequence === this.#sequence) this.#failed(problem, { cursor, after });
    }
  }

  #add(page, first) {
    this.#rest();
    const known = first ? [] : this.#photos;
    const ids = new Set(known.map((photo) => photo.imageId));
    this.#photos = [...known, ...page.images.filter((photo) => !ids.has(photo.imageId))];
    this.#pages = first ? 1 : this.#pages + 1;
    this.#next = page.next;
    $("browse-more").hidden = !page.next;
    const words = `${number.format(page.total)} ${page.total === 1 ? "photo" : "photos"}`;
    text($("browse-meta"), words);
    this.#render();
    this.#showSelection();
    this.#message(page.total === 0 ? this.#nothing() : []);
    this.#warn(page.shards);
    if (first) {
      this.dispatchEvent(new CustomEvent("facets", { detail: page }));
      this.#announce(`Gallery: ${words}`);
    }
    // A tall window may show the end of the page already; then nothing more comes into sight.
    const end = $("browse-more").getBoundingClientRect();
    if (page.next && end.top < window.innerHeight) this.#load();
  }

  #failed(problem, again) {
    this.#rest();
    const words = problem.unreachable ? "The server cannot be reached." : problem.message;
    this.#message([problem.temporary ? "No answer yet" : "The gallery cannot be listed", words]);
    if (!problem.temporary) {
      this.dispatchEvent(new CustomEvent("refused", { detail: problem }));
      this.#photos = [];
      this.#next = "";
      $("browse-more").hidden = true;
      text($("browse-meta"), "");
      this.#render();
      return;
    }
    const sequence = this.#sequence;
    this.#timer = setTimeout(
      () => {
        if (sequence === this.#sequence && !$("browse").hidden) this.#fetch(again);
      },
      Math.max(RETRY_MILLIS, problem.retryAfterMillis),
    );
  }

  #rest() {
    this.#loading = false;
    $("browse").removeAttribute("aria-busy");
  }

  #nothing() {
    return this.#query.text || this.#query.filter
      ? ["Nothing found", "No photo matches. Remove a word or a tag."]
      : ["The gallery is empty", "Drop photos anywhere on this page, or choose Add photos."];
  }

  #message([title, ...lines]) {
    $("browse-message").hidden = !title;
    if (title) {
      $("browse-message").replaceChildren(element("h3", "", title), ...lines.map((line) => element("p", "", line)));
    }
  }

  #warn({ total, answered }) {
    $("browse-warning").hidden = answered >= total;
    text($("browse-warning"), `${answered} of ${total} parts of the gallery answered, so photos may be missing.`);
  }

  #render() {
    const shown = this.#shown();
    const wanted = new Set(shown.map((photo) => photo.imageId));
    for (const [imageId, tile] of this.#tiles) {
      if (wanted.has(imageId)) continue;
      tile.remove();
      this.#tiles.delete(imageId);
    }
    const names = captions(shown);
    shown.forEach((photo, index) => {
      let tile = this.#tiles.get(photo.imageId);
      if (tile?.dataset.title !== titleOf(photo)) {
        tile?.remove();
        tile = this.#tile(photo);
      }
      text(tile.querySelector(".tile-title"), names[index]);
      const there = $("browse-list").children[index];
      if (there !== tile) $("browse-list").insertBefore(tile, there ?? null);
    });
  }

  #tile(photo) {
    const title = titleOf(photo);
    const tile = element("li", "tile");
    tile.dataset.title = title;
    const open = element("button", "tile-open");
    open.type = "button";
    open.setAttribute("aria-label", `Details of ${title}`);
    const image = element("img", "");
    image.alt = "";
    image.loading = "lazy";
    image.decoding = "async";
    api.showPicture(image, api.imageUrl(photo.imageId));
    open.title = title;
    open.append(image, element("span", "tile-title"));
    open.addEventListener("click", () => {
      const now = this.#photos.find(({ imageId }) => imageId === photo.imageId) ?? photo;
      this.dispatchEvent(new CustomEvent("open", { detail: now }));
    });
    const pick = element("input", "tile-pick");
    pick.type = "checkbox";
    pick.checked = this.#selected.has(photo.imageId);
    pick.setAttribute("aria-label", `Select ${title}`);
    pick.addEventListener("click", (event) => this.#pick(photo.imageId, pick.checked, event.shiftKey));
    tile.append(open, pick);
    this.#tiles.set(photo.imageId, tile);
    return tile;
  }

  /** With Shift, all from the last one picked up to this one. */
  #pick(imageId, picked, range) {
    const ids = this.#shown().map((photo) => photo.imageId);
    const from = range ? ids.indexOf(this.#lastPicked) : -1;
    const to = ids.indexOf(imageId);
    const picks = from < 0 ? [imageId] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const id of picks) {
      if (picked) this.#selected.add(id);
      else this.#selected.delete(id);
    }
    this.#lastPicked = imageId;
    this.#showSelection();
  }

  #select(ids) {
    const focused = $("selection").contains(document.activeElement);
    this.#selected = new Set(ids);
    this.#showSelection();
    if (focused) $("browse").focus({ preventScroll: true });
  }

  #showSelection() {
    const count = this.selected.length;
    for (const [imageId, tile] of this.#tiles) {
      tile.querySelector(".tile-pick").checked = this.#selected.has(imageId);
    }
    $("browse-list").classList.toggle("picking", count > 0);
    $("selection").hidden = count === 0;
    text($("selection-count"), count === 0 ? "" : `${number.format(count)} selected`);
  }
}

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
