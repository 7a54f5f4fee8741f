// The right side of the page: what is being shown, how complete it is, and what to do when nothing is.

import { element, renderSource, titleOf } from "./gallery.js";

const HEADINGS = { similar: "More like this", words: "Photos with these words" };

const $ = (id) => document.getElementById(id);

/** Fires `anyway` when photos are shown although nothing fits. */
export class ResultsView extends EventTarget {
  #gallery;
  #announce;
  #count = null;
  #asked = false;
  #titles = new Map();
  #source = null;
  // Photos are shown although nothing fits, as long as one is at the same drawing.
  #anyway = false;

  constructor(gallery, announce) {
    super();
    this.#gallery = gallery;
    this.#announce = announce;
  }

  /** An answer will follow: the photos shown may still change places. */
  due() {
    $("results").setAttribute("aria-busy", "true");
  }

  working() {
    this.#asked = true;
    $("working").classList.add("on");
    // The photos shown stay until there is an answer.
    if (!this.#gallery.size && !$("message").classList.contains("trouble")) $("message").hidden = true;
  }

  answer(query, answer) {
    this.#rest();
    for (const hit of answer.hits) this.#titles.set(hit.imageId, hit);
    if (!answer.distinction?.nothingFits) this.#anyway = false;
    else if (!this.#anyway && !query.live) return this.#nothingFits(query, answer);
    this.#gallery.show(answer.hits);
    const found = answer.hits.length;
    const heading = query.photo ? "Photos like yours" : (HEADINGS[query.kind] ?? "Closest photos");
    text($("results-title"), heading);
    const took = `${Math.round(answer.tookMillis)} ms`;
    text($("results-meta"), found === 0 ? took : `${found} ${found === 1 ? "photo" : "photos"} in ${took}`);
    this.#warn(answer.shards);
    if (found === 0) {
      this.#message("Nothing found", [this.#count === 0 ? "There is no photo to find yet." : advice(query)]);
    } else {
      $("message").hidden = true;
      this.#announce(`${heading}: ${found}. Best: ${titleOf(answer.hits[0])}`);
    }
  }

  /** Says so, and keeps the photos back until they are wanted. */
  #nothingFits(query, answer) {
    this.#gallery.clear();
    text($("results-title"), "Nothing like this");
    text($("results-meta"), "");
    this.#warn(answer.shards);
    const show = element("button", "button", "Show anyway");
    show.type = "button";
    show.id = "show-anyway";
    show.addEventListener("click", () => {
      this.#anyway = true;
      this.#gallery.show(answer.hits);
      text($("results-title"), "Closest photos, none a good match");
      $("message").hidden = true;
      this.dispatchEvent(new CustomEvent("anyway"));
      $("results").focus({ preventScroll: true });
    });
    this.#message("Nothing here looks like this", [
      `The closest photos are no closer than chance. ${query.photo ? "Try another photo." : "Add more strokes, or draw it differently."}`,
      show,
    ]);
    this.#announce("Nothing here looks like this");
  }

  /** Whether photos are kept back, as nothing fits. */
  get keptBack() {
    return Boolean($("show-anyway")?.checkVisibility());
  }

  problem(query, problem) {
    this.#rest();
    const title = problem.unreachable
      ? "The server cannot be reached"
      : problem.temporary
        ? "No answer yet"
        : query.kind === "similar" && problem.status === 404
          ? "This photo is not in the gallery"
          : "The search failed";
    const lines = problem.unreachable
      ? ["The page tries again by itself. Is ./sketchstream up still running?"]
      : [problem.message, ...(problem.temporary ? ["The page tries again by itself."] : [])];
    // After a temporary failure the photos stay, with the reason above them.
    if (problem.temporary && this.#gallery.size > 0) {
      this.#warning(`${title}. ${lines.at(-1)}`);
    } else {
      this.#gallery.clear();
      text($("results-meta"), "");
      $("results-warning").hidden = true;
      this.#message(title, lines, { trouble: true });
    }
    this.#announce(title);
  }

  /** Nothing on the sheet: says what to do. */
  nothingAsked() {
    this.#rest();
    this.#asked = false;
    this.#anyway = false;
    this.#gallery.clear();
    $("results-warning").hidden = true;
    text($("results-title"), "Photos");
    text($("results-meta"), "");
    this.#invite();
  }

  galleryHolds(count) {
    const before = this.#count;
    this.#count = count;
    if (!this.#asked && (before === 0) !== (count === 0)) this.#invite();
  }

  /** Whether title and tags of a photo are known. */
  knows(imageId) {
    return this.#titles.has(imageId);
  }

  /** The caption of a photo, also where it was never seen here. */
  captionOf(imageId) {
    return titleOf(this.#titles.get(imageId) ?? { imageId });
  }

  /** Remembers title and tags of a photo. */
  learn(photo) {
    this.#titles.set(photo.imageId, photo);
  }

  enterSource(imageId, { onRemove, onDetails }) {
    this.#source = imageId;
    const known = this.#titles.get(imageId) ?? { imageId };
    const photo = { ...known, title: titleOf(known) };
    renderSource($("source"), photo, { onRemove: () => onRemove(photo), onDetails: () => onDetails(photo) });
    $("source").hidden = false;
    $("back").hidden = false;
    document.title = `More like ${photo.title} · Sketchstream`;
  }

  leaveSource() {
    if (!this.#source) return;
    this.#source = null;
    $("source").hidden = true;
    $("back").hidden = true;
    document.title = "Sketchstream";
  }

  #rest() {
    $("working").classList.remove("on");
    $("results").removeAttribute("aria-busy");
  }

  #invite() {
    if (this.#count === 0) {
      const command = element("code", "", "./sketchstream demo");
      const how = element("p", "", "Drop photos anywhere on this page, or choose Add photos. For a sample gallery run ");
      how.append(command, " in a terminal.");
      const add = element("button", "button", "Add photos");
      add.type = "button";
      add.addEventListener("click", () => $("add-photos").click());
      this.#message("The gallery is empty", [how, add]);
    } else {
      this.#message("Draw what you are looking for", [
        "A rough outline is enough. The closest photos appear here while you draw.",
        "Choose a photo for more like it. Add your own with Add photos, or drop them anywhere on the page.",
      ]);
    }
  }

  #message(title, lines, { trouble = false } = {}) {
    const nodes = lines.map((line) => (typeof line === "string" ? element("p", "", line) : line));
    $("message").replaceChildren(element("h3", "", title), ...nodes);
    $("message").classList.toggle("trouble", trouble);
    $("message").hidden = false;
  }

  #warn(shards) {
    const missing = shards && shards.answered < shards.total;
    if (missing) {
      this.#warning(`${shards.answered} of ${shards.total} parts of the gallery answered, so photos may be missing.`);
    } else {
      $("results-warning").hidden = true;
    }
  }

  #warning(words) {
    text($("results-warning"), words);
    $("results-warning").hidden = false;
  }
}

function advice({ kind, text, filter }) {
  if (kind === "words") return "No photo has all of these words in its title or tags.";
  return text || filter ? "No photo matches. Remove a word or a tag." : "No photo matches. Try other strokes.";
}

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
