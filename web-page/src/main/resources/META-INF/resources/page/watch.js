// "Watch for this": searches that stay, how much each has found, and what came in lately.

import * as api from "./api.js";
import { reduced } from "./photo.js";

const FEED_LENGTH = 30;
const POLL_MILLIS = 5000;

const $ = (id) => document.getElementById(id);

export class Watching {
  #announce;
  #query = null;
  #caption = "";
  #events = null;
  #timer = 0;

  constructor(announce) {
    this.#announce = announce;
    $("watch").addEventListener("click", () => this.#watch());
    $("watching-open").addEventListener("click", () => this.#open($("watching").hidden));
    $("watching-close").addEventListener("click", () => {
      this.#open(false);
      $("watching-open").focus();
    });
  }

  /** What is searched for now, or null; with the caption of the photo where it is more like one. */
  shown(query, caption = "") {
    this.#query = query;
    this.#caption = caption;
    $("watch").hidden = !query;
    $("watch-rarity").hidden = !query || !isLikeness(query);
  }

  /** Looks now, and again by itself while the panel is open. */
  async poll() {
    clearTimeout(this.#timer);
    try {
      await this.#refresh();
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // The status line says that the server is away.
    }
    if (!$("watching").hidden) this.#timer = setTimeout(() => this.poll(), POLL_MILLIS);
  }

  async #watch() {
    $("watch").disabled = true;
    try {
      const rarity = isLikeness(this.#query) ? Object.fromEntries(new URLSearchParams($("watch-rarity").value)) : {};
      const query = this.#query;
      const file = query.photo ? await reduced(query.file) : query.file;
      const { name } = await api.watchFor({ ...query, file }, nameOf(query, this.#caption), rarity);
      this.#announce(`Watching for ${name}`);
      this.#open(true);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#announce(problem.message);
      $("results-warning").textContent = problem.message;
      $("results-warning").hidden = false;
    }
    $("watch").disabled = false;
  }

  #open(open) {
    $("watching").hidden = !open;
    $("watching-open").setAttribute("aria-expanded", String(open));
    this.poll();
  }

  async #refresh() {
    const queries = await api.standingQueries();
    $("watching-open").hidden = queries.length === 0;
    $("watching-count").textContent = ` (${queries.length})`;
    if (queries.length > 0) this.#events ??= api.hearMatches(() => this.poll());
    else this.#hearNoMore();
    if ($("watching").hidden) return;
    $("watching-list").replaceChildren(...queries.map((query) => this.#row(query)));
    const names = new Map(queries.map(({ id, name }) => [id, name || id]));
    const matches = await api.latestMatches(FEED_LENGTH);
    $("watching-feed").replaceChildren(...matches.map((match) => photo(match, names)));
  }

  #hearNoMore() {
    this.#events?.close();
    this.#events = null;
  }

  #row({ id, name, state, reason, matches, oneIn, perDay, likeness }) {
    const often = perDay > 0 ? `, the best ${perDay} a day` : `, one in ${oneIn}`;
    const rarity = likeness === "none" ? "" : often;
    const found = matches === 1 ? "1 photo" : `${matches} photos`;
    const item = row(name || id, state === "watching" ? found + rarity : reason || state);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = "End";
    button.setAttribute("aria-label", `Stop watching for ${name || id}`);
    button.addEventListener("click", () => this.#end(id, button));
    item.append(button);
    return item;
  }

  async #end(id, button) {
    button.disabled = true;
    try {
      await api.watchNoLonger(id);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#announce(problem.message);
    }
    await this.poll();
    $("watching-close").focus();
  }
}

/** Whether pictures are compared, and not words alone. */
function isLikeness({ kind }) {
  return kind !== "words";
}

function photo({ queryId, imageId, title, matchedAt }, names) {
  const item = row(title || imageId, `${names.get(queryId) ?? queryId}, ${new Date(matchedAt).toLocaleString()}`);
  const image = document.createElement("img");
  api.showPicture(image, api.imageUrl(imageId));
  image.alt = "";
  image.addEventListener("error", () => image.classList.add("broken"));
  item.prepend(image);
  return item;
}

function row(name, state) {
  const item = document.createElement("li");
  const body = document.createElement("div");
  body.className = "upload-body";
  for (const [kind, text] of [["upload-name", name], ["upload-state", state]]) {
    const line = document.createElement("div");
    line.className = kind;
    line.textContent = text;
    body.append(line);
  }
  item.append(body);
  return item;
}

/** A name for people: the words where there are some. */
function nameOf({ kind, file, text }, caption) {
  if (text) return text;
  if (kind === "picture") return file.name;
  if (kind === "similar") return `Like ${caption}`;
  return `Drawing of ${new Date().toLocaleString()}`;
}
