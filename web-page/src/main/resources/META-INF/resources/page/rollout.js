// The rollout panel: progress of the new model, and the buttons that control it.

import * as api from "./api.js";
import { confirmActivation, confirmRollback } from "./confirm.js";
import { learnNames, nameOf, withNames } from "./modelname.js";

const POLL_MILLIS = 1000;
const POLL_IDLE_MILLIS = 10_000;
const COMING = ["REGISTERED", "BACKFILLING", "READY"];
// After an activation, Roll back stays visible this long.
const WAY_BACK_MILLIS = 10 * 60 * 1000;
const number = new Intl.NumberFormat("en");

export class RolloutPanel {
  #parts;
  #announce;
  #timer = 0;
  #said = "";
  #coming = null;
  #busy = false;
  #askedAt = 0;
  // What is shown, and what someone has closed: it stays closed until there is something else.
  #subject = "";
  #closed = "";

  constructor({ announce, ...parts }) {
    this.#parts = parts;
    this.#announce = announce;
    parts.pause.addEventListener("click", () => this.#pause());
    parts.activate.addEventListener("click", () => this.#activate());
    parts.rollback.addEventListener("click", async () => {
      if (await confirmRollback()) this.#steer("rollback");
    });
    parts.close.addEventListener("click", () => {
      this.#closed = this.#subject;
      parts.panel.hidden = true;
      this.#announce("Panel closed");
    });
  }

  /** Told of every status: asks for more only while something is going on. */
  follow(status) {
    const states = (status.generations ?? []).map(({ state }) => state);
    const coming = states.some((state) => COMING.includes(state));
    const wayBack = states.includes("STANDBY");
    if (!coming && !wayBack) this.#parts.panel.hidden = true;
    else if (!this.#timer && (coming || Date.now() - this.#askedAt > POLL_IDLE_MILLIS)) this.#poll();
  }

  async #poll() {
    clearTimeout(this.#timer);
    this.#askedAt = Date.now();
    let again = false;
    try {
      again = this.#show(await api.models());
    } catch {
      again = true; // The status line says that the server is away.
    }
    this.#timer = again && !document.hidden ? setTimeout(() => this.#poll(), POLL_MILLIS) : 0;
  }

  /** @returns whether there is more to come */
  #show(answer) {
    learnNames(answer);
    const { models, active } = answer;
    const { panel, title, text, progress, pause, activate, rollback } = this.#parts;
    const coming = models
      .filter(({ state }) => COMING.includes(state))
      .sort((a, b) => COMING.indexOf(b.state) - COMING.indexOf(a.state))[0];
    const current = models.find(({ generation }) => generation === active);
    const wayBack =
      models.some(({ state }) => state === "STANDBY") &&
      Date.now() - Date.parse(current?.changedAt ?? 0) < WAY_BACK_MILLIS;
    this.#coming = coming ?? null;
    this.#subject = coming ? `${coming.generation} ${coming.state}` : `${active} is active`;
    panel.hidden = (!coming && !wayBack) || this.#subject === this.#closed;
    progress.hidden = pause.hidden = activate.hidden = !coming;
    rollback.hidden = !wayBack;
    if (coming) {
      const share = coming.backfill?.fraction ?? (coming.state === "READY" ? 1 : 0);
      write(title, `New: ${nameOf(coming)}`);
      write(text, describe(coming));
      progress.value = share;
      pause.hidden = coming.state !== "BACKFILLING";
      activate.hidden = coming.state !== "READY";
      write(pause, coming.backfill?.paused ? "Resume" : "Pause");
      // Announced to screen readers at each tenth, not each second.
      this.#say(`New model, ${Math.floor(share * 10) * 10}%${coming.backfill?.paused ? ", paused" : ""}`);
    } else if (wayBack) {
      write(title, `${nameOf(current)} answers now`);
      write(text, withNames(current.reason));
      this.#say(`${nameOf(current)} answers now`);
    }
    return Boolean(coming);
  }

  #say(words) {
    if (this.#said !== words) this.#announce(words);
    this.#said = words;
  }

  #pause() {
    const { generation, backfill } = this.#coming;
    this.#steer(`${generation}/${backfill?.paused ? "resume" : "pause"}`);
  }

  async #activate() {
    const { generation } = this.#coming; // What is asked about, whatever comes meanwhile.
    if (await confirmActivation(nameOf(this.#coming))) this.#steer(`${generation}/activate`);
  }

  async #steer(command) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      this.#show(await api.steer(command));
      this.#poll();
    } catch (problem) {
      write(this.#parts.text, withNames(problem.message));
      this.#announce(withNames(problem.message));
    }
    this.#busy = false;
  }
}

function describe({ state, backfill }) {
  if (state === "REGISTERED") return "Queued";
  if (state === "READY") return "Ready: has all photos";
  if (!backfill) return "Starting the backfill";
  return `${Math.floor(backfill.fraction * 100)}% of the photos${pace(backfill)}`;
}

/** How fast a backfill is, to go on a sentence with. */
export function pace(backfill) {
  if (backfill.paused) return ", paused";
  const rate = backfill.imagesPerSecond >= 1 ? `, ${number.format(Math.round(backfill.imagesPerSecond))}/s` : "";
  return rate + (backfill.etaSeconds === undefined ? "" : `, ${duration(backfill.etaSeconds)} left`);
}

function duration(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function write(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
