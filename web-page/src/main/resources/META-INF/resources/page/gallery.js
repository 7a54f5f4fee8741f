// The photos found, as a contact sheet: numbered frames, best first.

import * as api from "./api.js";
import { captions } from "./captions.js";

// The ring a picture editor draws around the frame to print.
const RING =
  "M3 5C28 0 72 1 97 2 100 30 99 70 98 98 70 100 30 99 2 97 0 70 1 30 4 1 30 0 52 2 70 4";

// The click comes after the release, on a touch screen a moment later.
const CLICK_MILLIS = 50;

/**
 * Fires `remove` and `alike` with `{imageId, title}`, `mark` with `{imageId, title, mark}`: "right" or "wrong", and
 * `feedback` with `{imageId, title, kind}`: "like" or "unlike".
 */
export class Gallery extends EventTarget {
  #list;
  #frames = new Map();
  #hidden = new Set();
  #hits = [];
  #markOf = () => undefined;
  #feedbackOf = () => undefined;
  // While this is set, no photo moves.
  #pressed = false;
  #release = 0;

  constructor(list) {
    super();
    this.#list = list;
    list.addEventListener("pointerdown", () => {
      clearTimeout(this.#release);
      this.#pressed = true;
    });
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => this.#letGo());
  }

  get size() {
    return this.#shown().length;
  }

  /** Whether someone is about to use a photo, so that it should not move away. */
  get inUse() {
    return this.#list.matches(":hover") || this.#list.contains(document.activeElement);
  }

  /**
   * Shows these hits; photos that stay keep their element, so nothing flickers. While a photo is pressed nothing moves:
   * what moves between press and release gets no click.
   */
  show(hits) {
    this.#hits = hits;
    if (!this.#pressed) this.#render();
  }

  #letGo() {
    if (!this.#pressed) return;
    clearTimeout(this.#release);
    this.#release = setTimeout(() => {
      this.#pressed = false;
      this.#render();
    }, CLICK_MILLIS);
  }

  clear() {
    this.show([]);
  }

  /** Takes a photo out of sight, until `reveal`. */
  hide(imageId) {
    const focused = this.#frames.get(imageId)?.contains(document.activeElement);
    const next = focused && this.#neighbour(imageId);
    this.#hidden.add(imageId);
    this.#render();
    if (next) this.#frames.get(next)?.querySelector("a").focus();
  }

  /** Puts the keyboard on a photo, if it is shown. */
  focus(imageId) {
    this.#frames.get(imageId)?.querySelector("a").focus();
  }

  reveal(imageId) {
    this.#hidden.delete(imageId);
    this.#render();
  }

  #neighbour(imageId) {
    const ids = this.#shown().map((hit) => hit.imageId);
    const at = ids.indexOf(imageId);
    return ids[at + 1] ?? ids[at - 1];
  }

  #shown() {
    return this.#hits.filter((hit) => !this.#hidden.has(hit.imageId));
  }

  #render() {
    const shown = this.#shown();
    const wanted = new Set(shown.map((hit) => hit.imageId));
    for (const [imageId, frame] of this.#frames) {
      if (wanted.has(imageId)) continue;
      frame.remove();
      this.#frames.delete(imageId);
    }
    const names = captions(shown);
    shown.forEach((hit, index) => {
      let frame = this.#frames.get(hit.imageId);
      if (!frame) {
        frame = this.#frame(hit);
        this.#frames.set(hit.imageId, frame);
        this.#showMark(hit.imageId, frame);
        this.#showFeedback(hit.imageId, frame);
      }
      caption(frame, hit, index + 1, names[index]);
      // Moving an element takes its focus, so only elements out of order are moved.
      if (this.#list.children[index] !== frame) {
        this.#list.insertBefore(frame, this.#list.children[index] ?? null);
      }
    });
  }

  #frame(hit) {
    const title = titleOf(hit);
    const frame = document.createElement("li");
    frame.className = "frame";

    const link = document.createElement("a");
    link.href = similarLink(hit.imageId);
    const image = document.createElement("img");
    image.alt = title;
    image.decoding = "async";
    image.addEventListener("load", () => frame.classList.add("loaded"));
    image.addEventListener("error", () => frame.classList.add("broken"));
    api.showPicture(image, api.imageUrl(hit.imageId));
    link.append(image, ring(), element("span", "frame-number"), element("span", "frame-title"));
    link.append(element("span", "frame-score"));

    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "frame-remove";
    remove.setAttribute("aria-label", `Remove ${title} from the gallery`);
    remove.title = "Remove from the gallery";
    remove.append(icon("M4.5 6h11M8 6V4h4v2M6 6l.7 10h6.6L14 6"));
    remove.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("remove", { detail: { imageId: hit.imageId, title } }));
    });

    const alike = document.createElement("button");
    alike.type = "button";
    alike.className = "frame-alike";
    alike.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("alike", { detail: { imageId: hit.imageId, title } }));
    });

    const steer = element("span", "frame-steer");
    steer.append(this.#steer(hit, title, "like"), this.#steer(hit, title, "unlike"));
    frame.append(link, alike, remove, steer, this.#mark(hit, title, "right"), this.#mark(hit, title, "wrong"));
    return frame;
  }

  #steer(hit, title, kind) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = kind;
    const words = `${kind === "like" ? "More" : "Less"} like ${title}`;
    button.setAttribute("aria-label", words);
    button.setAttribute("aria-pressed", "false");
    button.title = `${kind === "like" ? "More" : "Less"} like this in these results`;
    button.append(icon(kind === "like" ? "M10 4v12M4 10h12" : "M4 10h12"));
    button.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("feedback", { detail: { imageId: hit.imageId, title, kind } }));
    });
    return button;
  }

  /** Shows what steers the search: `feedbackOf` gives "like", "unlike" or nothing for an image. */
  showFeedback(feedbackOf) {
    this.#feedbackOf = feedbackOf;
    for (const [imageId, frame] of this.#frames) this.#showFeedback(imageId, frame);
  }

  #showFeedback(imageId, frame) {
    const kind = this.#feedbackOf(imageId);
    for (const button of frame.querySelectorAll(".frame-steer button")) {
      button.setAttribute("aria-pressed", String(button.className === kind));
    }
    frame.classList.toggle("steering", Boolean(kind));
  }

  /** Shown while someone teaches. */
  #mark(hit, title, mark) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `frame-mark ${mark}`;
    button.setAttribute("aria-label", `${title} is ${mark}`);
    button.setAttribute("aria-pressed", "false");
    button.append(icon(mark === "right" ? "m4 10.5 4 4 8-9" : "m5 5 10 10M15 5 5 15"));
    button.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("mark", { detail: { imageId: hit.imageId, title, mark } }));
    });
    return button;
  }

  /** Shows how photos are marked: `markOf` gives "right", "wrong" or nothing for an image. */
  showMarks(markOf) {
    this.#markOf = markOf;
    for (const [imageId, frame] of this.#frames) this.#showMark(imageId, frame);
  }

  #showMark(imageId, frame) {
    const mark = this.#markOf(imageId) ?? "none";
    for (const button of frame.querySelectorAll(".frame-mark")) {
      button.setAttribute("aria-pressed", String(button.classList.contains(mark)));
    }
  }
}

export function similarLink(imageId) {
  return `#similar/${encodeURIComponent(imageId)}`;
}

export function titleOf(hit) {
  return hit.title?.trim() || `Photo ${hit.imageId.slice(0, 8)}`;
}

/** The photo that "more like this" started from. */
export function renderSource(container, { imageId, title, tags = [], uri = "" }, { onRemove, onDetails }) {
  const image = document.createElement("img");
  image.alt = "";
  api.showPicture(image, api.imageUrl(imageId));
  const text = element("div", "source-text");
  const name = element("p", "source-title", title);
  text.append(name);
  if (tags.length > 0) text.append(element("p", "source-tags", tags.join(", ")));
  const actions = element("p", "source-actions");
  const open = element("a", "", "Open the photo");
  if (/^https?:\/\//i.test(uri)) open.href = uri;
  else api.linkTo(open, api.imageUrl(imageId), `${title}.jpg`);
  open.target = "_blank";
  open.rel = "noopener";
  const details = element("button", "link", "Details and tags");
  details.type = "button";
  details.addEventListener("click", onDetails);
  const remove = element("button", "link", "Remove from the gallery");
  remove.type = "button";
  remove.addEventListener("click", onRemove);
  actions.append(open, details, remove);
  text.append(actions);
  container.replaceChildren(image, text);
}

function caption(frame, hit, rank, name) {
  const title = titleOf(hit);
  const score = hit.score?.toFixed(2) ?? ""; // Words alone give none.
  frame.querySelector(".frame-number").textContent = rank;
  frame.querySelector(".frame-title").textContent = name;
  frame.querySelector(".frame-score").textContent = score;
  const count = hit.duplicates ?? 0;
  const alike = frame.querySelector(".frame-alike");
  alike.hidden = count === 0;
  alike.textContent = `+${count}`;
  alike.title = count === 1 ? "One more is nearly the same" : `${count} more are nearly the same`;
  alike.setAttribute("aria-label", `Show ${count} nearly the same as ${title}`);
  const link = frame.querySelector("a");
  link.title = count > 0 ? `${title}, and ${count} nearly the same` : title;
  const said = [`${rank}: ${title}`];
  if (score) said.push(`similarity ${score}`);
  if (count > 0) said.push(`and ${count} nearly the same`);
  link.setAttribute("aria-label", `${said.join(", ")}. More like this`);
}

function ring() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ring");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", RING);
  path.setAttribute("pathLength", "1");
  svg.append(path);
  return svg;
}

export function icon(d, viewBox = "0 0 20 20") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

export function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
