// Words and tags that narrow down what is shown, in both views.

import { element } from "./gallery.js";

const PAUSE_MILLIS = 250;

const $ = (id) => document.getElementById(id);

/** Fires `change` when someone has changed the words, the tags or the filter. */
export class FindBar extends EventTarget {
  #tags = [];
  #filter = "";
  #shownFilter = "";
  #timer = 0;

  constructor() {
    super();
    $("find").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#changed();
    });
    $("filter").addEventListener("change", () => {
      if ($("filter").value.trim() !== this.#filter) this.#restrict($("filter").value.trim());
    });
    $("words").addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#changed(), PAUSE_MILLIS);
    });
  }

  get text() {
    return $("words").value.trim();
  }

  get tags() {
    return this.#tags;
  }

  get filter() {
    return this.#filter;
  }

  /** Whether anything is narrowed down. */
  get inUse() {
    return Boolean(this.text || this.#tags.length > 0 || this.#filter);
  }

  /** Shows what an address says; fires nothing. */
  show({ text, tags, filter }) {
    clearTimeout(this.#timer);
    if (this.text !== text) $("words").value = text;
    this.#tags = [...tags];
    this.#filter = filter;
    this.#render();
  }

  /** Says what the server has against the filter, beside it. */
  refuse(problem) {
    if (!this.#filter || problem.status !== 400 || !problem.message.startsWith("filter: ")) return;
    $("advanced").open = true;
    $("filter").setAttribute("aria-invalid", "true");
    $("filter-problem").textContent = problem.message;
    $("filter-problem").hidden = false;
  }

  #accept() {
    $("filter").removeAttribute("aria-invalid");
    $("filter-problem").hidden = true;
  }

  /** Offers tags to choose, and galleries that hold a part of the total, with how many photos each has. */
  offer(facets, galleries = {}, total = 0) {
    this.#accept();
    const offered = Object.entries(facets).filter(([tag]) => !this.#tags.includes(tag));
    const focused = document.activeElement?.closest?.("#facets button")?.dataset.tag;
    const named = Object.entries(galleries).filter(([, count]) => count < total && !this.#filter);
    $("facets").replaceChildren(
      ...named.map(([name, count]) => {
        const filter = `gallery:"${name.replace(/["\\]/g, "\\$&")}"`;
        const chip = this.#chip(name, `Only the gallery ${name}, ${count}`, () => {
          this.#restrict(filter);
          this.#focusChosen();
        });
        chip.querySelector("button").append(element("span", "chip-count", `gallery, ${count}`));
        return chip;
      }),
      ...offered.map(([tag, count]) => {
        const chip = this.#chip(tag, `Only photos tagged ${tag}, ${count}`, () => this.#choose(tag));
        chip.querySelector("button").append(element("span", "chip-count", String(count)));
        return chip;
      }),
    );
    $("facets").hidden = offered.length + named.length === 0;
    if (focused) $("facets").querySelector(`[data-tag="${CSS.escape(focused)}"]`)?.focus();
  }

  #restrict(filter) {
    this.#filter = filter;
    this.#changed();
  }

  #choose(tag) {
    this.#tags = [...this.#tags, tag];
    this.#changed();
    this.#focusChosen();
  }

  #focusChosen() {
    $("chosen").querySelector("li:last-child button")?.focus();
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#accept();
    this.#render();
    this.dispatchEvent(new CustomEvent("change"));
  }

  #render() {
    if (document.activeElement !== $("filter")) $("filter").value = this.#filter; // Nobody is writing one.
    if (this.#filter && this.#filter !== this.#shownFilter) $("advanced").open = true; // Not again once someone closed it.
    this.#shownFilter = this.#filter;
    const chips = this.#tags.map((tag) =>
      this.#chip(tag, `Stop filtering by tag ${tag}`, () => {
        this.#tags = this.#tags.filter((one) => one !== tag);
        this.#changed();
        $("words").focus();
      }),
    );
    if (this.#filter) {
      chips.push(
        this.#chip(this.#filter, `Remove the filter ${this.#filter}`, () => {
          this.#filter = "";
          this.#changed();
          $("words").focus();
        }),
      );
    }
    for (const chip of chips) chip.querySelector("button").append(element("span", "chip-off", "×"));
    $("chosen").replaceChildren(...chips);
    $("chosen").hidden = chips.length === 0;
  }

  #chip(words, label, press) {
    const chip = element("li", "");
    const button = element("button", "chip", words);
    button.type = "button";
    button.dataset.tag = words;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", press);
    chip.append(button);
    return chip;
  }
}
