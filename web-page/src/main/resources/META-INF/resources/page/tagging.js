// Tags put on all selected photos, or taken off them.

import * as api from "./api.js";
import { tagsOf } from "./details.js";

// How many photos are changed at a time.
const CHANGES_MAX = 8;

const $ = (id) => document.getElementById(id);

export class Tagging {
  #browse;
  #announce;

  constructor(browse, announce) {
    this.#browse = browse;
    this.#announce = announce;
    $("selection-tags").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(event.submitter?.id !== "selection-tag-remove");
    });
  }

  async #change(add) {
    const tags = tagsOf($("selection-tag").value);
    const photos = this.#browse.selected;
    if (tags.length === 0) {
      this.#say("Enter a tag first");
      $("selection-tag").focus();
      return;
    }
    this.#busy(true);
    const outcomes = await inTurns(photos, (photo) => this.#retag(photo, tags, add));
    this.#busy(false);
    const failed = outcomes.filter(({ problem }) => problem);
    const changed = outcomes.filter(({ photo }) => photo);
    this.#browse.update(changed.map(({ photo }) => photo));
    const done = `${add ? "Added" : "Removed"} ${tags.join(", ")}: ${named(photos.length - failed.length)}`;
    this.#say(failed.length === 0 ? done : `${done}. Not changed: ${named(failed.length)}. ${failed[0].problem.message}`);
    if (changed.length > 0) this.#browse.recount({ after: changed.map(({ position }) => position).join(",") });
  }

  /** @returns the changed photo and the position of the change, nothing where nothing changes, or the problem */
  async #retag({ imageId }, tags, add) {
    try {
      const known = await api.metadata(imageId); // The list may be older.
      const after = add ? [...new Set([...known.tags, ...tags])] : known.tags.filter((tag) => !tags.includes(tag));
      if (after.length === known.tags.length) return {};
      const { position } = await api.changePhoto(imageId, { tags: after });
      return { photo: { ...known, tags: after }, position };
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      return { problem };
    }
  }

  #busy(busy) {
    for (const button of $("selection-tags").querySelectorAll("button")) button.disabled = busy;
    if (busy) $("selection-state").textContent = "Changing tags";
  }

  #say(words) {
    $("selection-state").textContent = words;
    this.#announce(words);
  }
}

/** Does it with each, so many at a time; what came of each, in any order. */
async function inTurns(all, task) {
  const left = [...all];
  const outcomes = [];
  const worker = async () => {
    while (left.length > 0) outcomes.push(await task(left.shift()));
  };
  await Promise.all(Array.from({ length: CHANGES_MAX }, worker));
  return outcomes;
}

function named(count) {
  return count === 1 ? "1 photo" : `${count} photos`;
}
