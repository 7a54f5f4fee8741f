// The status line: what the gallery holds, how far the index is, which generation answers.

import * as api from "./api.js";
import { nameOfGeneration } from "./modelname.js";
import { pace } from "./rollout.js";

const POLL_MILLIS = 2000;
const POLL_BUSY_MILLIS = 1000;
const POLL_LOST_MAX_MILLIS = 8000;
const ANSWER_WITHIN_MILLIS = 5000;
const PULSE_SAMPLES = 60;

const number = new Intl.NumberFormat("en");

/** Fires `update` with the status, `lost` when the server is gone and `found` when it is back. */
export class StatusLine extends EventTarget {
  #parts;
  #timer = 0;
  #asking = false;
  #failures = 0;
  #pulse = new Array(PULSE_SAMPLES).fill(0);

  constructor(parts) {
    super();
    this.#parts = parts;
    document.addEventListener("visibilitychange", () => {
      clearTimeout(this.#timer);
      if (!document.hidden) this.poll();
    });
  }

  /** Asks now, and again and again while the page is in sight. */
  async poll() {
    if (this.#asking) return;
    this.#asking = true;
    let wait = POLL_MILLIS;
    try {
      const status = await api.status(AbortSignal.timeout(ANSWER_WITHIN_MILLIS));
      this.#found();
      this.#show(status);
      this.dispatchEvent(new CustomEvent("update", { detail: status }));
      if (lagOf(status) > 0) wait = POLL_BUSY_MILLIS;
    } catch (problem) {
      this.#lost(problem);
      wait = Math.min(POLL_LOST_MAX_MILLIS, 1000 * 2 ** Math.min(this.#failures - 1, 3));
    }
    this.#asking = false;
    clearTimeout(this.#timer);
    if (!document.hidden) this.#timer = setTimeout(() => this.poll(), wait);
  }

  #found() {
    const wasLost = this.#failures > 0;
    this.#failures = 0;
    if (wasLost) this.dispatchEvent(new CustomEvent("found"));
  }

  #lost(problem) {
    this.#failures++;
    // One late answer is normal on a busy machine; two are reported.
    if (this.#failures < 2 && !problem.unreachable) return;
    this.#state("lost", trouble(problem));
    this.#sample(0);
    if (this.#failures <= 2) this.dispatchEvent(new CustomEvent("lost"));
  }

  #show(status) {
    const { images, indexed, lag, generation, rate } = this.#parts;
    const lagging = lagOf(status);
    this.#state(lagging > 0 ? "busy" : "live", lagging > 0 ? "Indexing" : "Up to date");
    text(images, format(status.images?.count));
    text(indexed, format(status.images?.indexed));
    text(lag, format(lagging));
    generationText(status).then((words) => text(generation, words));
    const speed = status.rates?.indexedPerSecond ?? 0;
    text(rate, speed >= 0.05 ? `${speed < 10 ? speed.toFixed(1) : number.format(Math.round(speed))}/s` : "");
    this.#sample(speed);
  }

  #state(name, words) {
    this.#parts.line.dataset.state = name;
    text(this.#parts.state, words);
  }

  #sample(value) {
    this.#pulse.push(value);
    this.#pulse.shift();
    // A flat line at 0 would look like a stray rule.
    this.#parts.pulse.toggleAttribute("hidden", this.#pulse.every((each) => each === 0));
    const top = Math.max(1, ...this.#pulse);
    const points = this.#pulse.map((sample, index) => {
      const x = (index * 120) / (PULSE_SAMPLES - 1);
      return `${x.toFixed(1)},${(19 - (18 * sample) / top).toFixed(1)}`;
    });
    this.#parts.pulse.setAttribute("points", points.join(" "));
  }
}

export function lagOf(status) {
  return (status.lag?.images ?? 0) + (status.lag?.embeddings ?? 0);
}

function trouble(problem) {
  if (problem.status === 503) return "Server starting, trying again";
  if (problem.status > 0) return "Server error, retrying";
  return "Server unreachable, trying again";
}

async function generationText(status) {
  const active = status.active ? await nameOfGeneration(status.active) : "none yet";
  const coming = (status.generations ?? []).find(({ state }) => state === "BACKFILLING" || state === "READY");
  if (!coming || coming.generation === status.active) return active;
  const { backfill } = coming;
  const share = `${Math.floor((backfill?.fraction ?? 0) * 100)}%`;
  const progress = coming.state === "READY" ? "ready" : backfill ? share + pace(backfill) : share;
  return `${active}, next ${await nameOfGeneration(coming.generation)} ${progress}`;
}

function format(value) {
  return Number.isFinite(value) ? number.format(value) : "–";
}

/** Writes only what has changed, so that a screen reader is not told the same again. */
function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
