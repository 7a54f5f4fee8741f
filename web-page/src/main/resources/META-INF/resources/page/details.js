// One photo and what is known of it: to look at, to change its title and tags, to download, to remove.

import * as api from "./api.js";
import { element, similarLink, titleOf } from "./gallery.js";
import { nameOfGeneration } from "./modelname.js";

const number = new Intl.NumberFormat("en");
const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

const $ = (id) => document.getElementById(id);

/** Fires `changed` with `{imageId, title, tags, position}`, and `remove` with `{imageId, title}`. */
export class Details extends EventTarget {
  #announce;
  #photo = null;
  #known = null;

  constructor(announce) {
    super();
    this.#announce = announce;
    $("details-close").addEventListener("click", () => $("details").close());
    // A click beside the panel closes it as well.
    $("details").addEventListener("click", (event) => {
      if (event.target === $("details")) $("details").close();
    });
    $("details-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    for (const field of ["details-name", "details-tags"]) {
      $(field).addEventListener("input", () => this.#mayBeSaved());
    }
    $("details-similar").addEventListener("click", () => $("details").close());
    $("details-remove").addEventListener("click", () => {
      const { imageId } = this.#photo;
      $("details").close();
      this.dispatchEvent(new CustomEvent("remove", { detail: { imageId, title: titleOf(this.#photo) } }));
    });
  }

  /** Of the photo that is or was shown. */
  get imageId() {
    return this.#photo?.imageId;
  }

  /** Shows a photo, at once with what is known of it already. */
  async open(photo) {
    this.#photo = photo;
    this.#known = null;
    api.showPicture($("details-image"), api.imageUrl(photo.imageId));
    $("details-similar").href = similarLink(photo.imageId);
    $("details-download").download = `${titleOf(photo)}.jpg`;
    api.linkTo($("details-download"), api.imageUrl(photo.imageId));
    $("details-original").hidden = true;
    api.linkTo($("details-original"), `${api.imageUrl(photo.imageId)}/original`, titleOf(photo));
    this.#fill(photo);
    this.#say("");
    $("details-facts").replaceChildren();
    if (!$("details").open) $("details").showModal();
    $("details-close").focus();
    try {
      const [known, listed] = await Promise.all([api.metadata(photo.imageId), api.searchableIn(photo.imageId)]);
      if (this.#photo.imageId !== photo.imageId) return;
      this.#known = known;
      $("details-original").hidden = !known.hasOriginal;
      this.#fill(known);
      const [model, labels] = await Promise.all([listed && nameOfGeneration(listed), this.#labels(photo.imageId)]);
      if (this.#photo.imageId === photo.imageId) this.#facts(known, model, labels);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#say(problem.message);
    }
  }

  #fill(photo) {
    $("details-title").textContent = titleOf(photo);
    $("details-image").alt = titleOf(photo);
    $("details-name").value = photo.title ?? "";
    $("details-tags").value = (photo.tags ?? []).join(", ");
    $("details-name").disabled = $("details-tags").disabled = !this.#known;
    this.#mayBeSaved();
  }

  /** What people have said that it shows; nothing where that cannot be asked. */
  async #labels(imageId) {
    try {
      return await api.labelsOf(imageId);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      return [];
    }
  }

  #facts(known, model, labels) {
    const facts = [
      ["Original", original(known.uri)],
      ["Size", `${known.width} × ${known.height} pixels, ${number.format(Math.ceil(known.size / 1024))} kB`],
      ["Added", moment.format(new Date(known.ingestedAt))],
      ["Searchable", model ? `yes, by ${model.toLowerCase()}` : "not yet, or the model could not read it"],
      ["Labelled", labels.map(({ class: name, wrong }) => (wrong ? `not ${name}` : name)).join(", ")],
      ["Position", known.position],
      ["Id", known.imageId],
      ...Object.entries(known.extra),
    ];
    $("details-facts").replaceChildren(
      ...facts
        .filter(([, value]) => value)
        .map(([name, value]) => {
          const row = element("div", "");
          const shown = element("dd", "");
          shown.append(value);
          row.append(element("dt", "", name), shown);
          return row;
        }),
    );
  }

  get #patch() {
    const patch = {};
    const title = $("details-name").value.trim();
    const tags = tagsOf($("details-tags").value);
    if (title !== this.#known.title) patch.title = title || null;
    if (tags.join("\n") !== this.#known.tags.join("\n")) patch.tags = tags;
    return patch;
  }

  #mayBeSaved() {
    $("details-save").disabled = !this.#known || Object.keys(this.#patch).length === 0;
  }

  async #save() {
    if (!this.#known) return;
    const { imageId } = this.#known;
    const patch = this.#patch;
    $("details-save").disabled = true;
    this.#say("Saving");
    try {
      const { position } = await api.changePhoto(imageId, patch);
      const changed = { ...this.#known, ...patch, title: patch.title === null ? "" : (patch.title ?? this.#known.title) };
      this.dispatchEvent(new CustomEvent("changed", { detail: { ...changed, position } }));
      if (this.#photo.imageId !== imageId) return;
      this.#photo = this.#known = { ...changed, position };
      this.#fill(changed);
      this.#say("Saved");
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      this.#say(`Not saved: ${problem.message}`);
      this.#mayBeSaved();
    }
  }

  #say(words) {
    $("details-state").textContent = words;
    if (words) this.#announce(words);
  }
}

/** A link where a browser can follow it; paths of somebody's disk are only named. */
function original(uri) {
  if (!/^https?:\/\//i.test(uri)) return uri;
  const link = element("a", "", uri);
  link.href = uri;
  link.target = "_blank";
  link.rel = "noopener";
  return link;
}

/** The tags that someone wrote with commas between them. */
export function tagsOf(words) {
  return [...new Set(words.split(",").map((tag) => tag.trim()).filter(Boolean))];
}
