// Labels a sketch and its photos as right or wrong, for the next training.

import * as api from "./api.js";
import { element } from "./gallery.js";
import { checklistOf } from "./needs.js";

const LABELLED_BY = "page";
// A larger picture of a sketch is not sent as a label; the labels of photos still are.
const PICTURE_BYTES_MAX = 1 << 20;
// Labels are counted a moment after they were sent.
const COUNT_MILLIS = 4000;

const $ = (id) => document.getElementById(id);

export class Teaching {
  #gallery;
  #announce;
  #query = null;
  #marks = new Map();
  #sketches = new WeakMap();
  #timer = 0;

  constructor(gallery, announce) {
    this.#gallery = gallery;
    this.#announce = announce;
    $("teach").addEventListener("click", () => this.#toggle());
    $("teach-class").addEventListener("input", () => this.#show());
    gallery.addEventListener("mark", ({ detail }) => this.#mark(detail));
  }

  shown(query, answer) {
    this.#query = query;
    $("teach").hidden = answer.hits.length === 0;
    this.#show();
  }

  nothingShown() {
    this.#query = null;
    $("teach").hidden = true;
    this.#open(false);
  }

  get #className() {
    return $("teach-class").value.trim();
  }

  #toggle() {
    this.#open($("teach-bar").hidden);
    if ($("teach-bar").hidden) return;
    $("teach-class").focus();
  }

  #open(open) {
    $("teach-bar").hidden = !open;
    $("teach").setAttribute("aria-expanded", String(open));
    this.#show();
    clearTimeout(this.#timer);
    if (open) this.#count();
  }

  /** What is labelled: names that are in use already, so that one thing gets one name, and what a run still needs. */
  async #count() {
    clearTimeout(this.#timer);
    try {
      const labels = await api.countLabels();
      $("teach-classes").replaceChildren(
        ...labels.classes.map(({ name }) => Object.assign(document.createElement("option"), { value: name })),
      );
      this.#showNeeds(labels);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // Without suggestions, then.
    }
    if (!$("teach-bar").hidden) this.#timer = setTimeout(() => this.#count(), COUNT_MILLIS);
  }

  #showNeeds(labels) {
    if (!labels.needs) return; // The training service is of an older release.
    const steps = checklistOf(labels).map(({ name, state }) => {
      const step = element("li", state, name);
      step.append(element("span", "visually-hidden", state === "optional" ? "" : `: ${state}`));
      return step;
    });
    const words = steps.map((step) => step.textContent).join("");
    if ($("teach-needs").textContent !== words) $("teach-needs").replaceChildren(...steps);
  }

  #show() {
    const on = !$("teach-bar").hidden && this.#className !== "";
    $("hits").classList.toggle("teaching", on);
    this.#gallery.showMarks((imageId) => this.#marks.get(this.#key(imageId)));
  }

  #key(imageId) {
    return JSON.stringify([this.#className, imageId]);
  }

  async #mark({ imageId, title, mark }) {
    const className = this.#className;
    const key = this.#key(imageId);
    const before = this.#marks.get(key);
    const after = before === mark ? undefined : mark;
    const about = { imageId, class: className, labelledBy: LABELLED_BY };
    const labels = [];
    if (before) labels.push({ ...about, wrong: before === "wrong", withdrawn: true });
    if (after) labels.push({ ...about, wrong: after === "wrong" });
    this.#set(key, after);
    try {
      const sketch = after === "right" ? await this.#sketch(className) : null;
      await api.label(sketch ? [...labels, sketch] : labels);
      this.#say(after ? `${title}: ${after}. The next training uses it.` : `${title}: label withdrawn.`);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#set(key, before);
      this.#say(`Not saved: ${problem.message}`);
    }
  }

  #set(key, mark) {
    if (mark) this.#marks.set(key, mark);
    else this.#marks.delete(key);
    this.#show();
  }

  /** The sketch as a label of its own, once for each class; nothing where there is none to learn from. */
  async #sketch(className) {
    const query = this.#query;
    const named = this.#sketches.get(query) ?? new Set();
    if (named.has(className)) return null;
    this.#sketches.set(query, named.add(className));
    const label = { class: className, labelledBy: LABELLED_BY };
    if (query.kind === "drawing") return { ...label, strokes: query.drawing };
    if (query.kind !== "picture" || query.photo || query.file.size > PICTURE_BYTES_MAX) return null;
    return { ...label, sketch: await base64(query.file) };
  }

  #say(words) {
    $("teach-state").textContent = words;
    this.#announce(words);
  }
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
