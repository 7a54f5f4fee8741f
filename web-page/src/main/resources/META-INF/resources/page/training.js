// The training panel: progress and outcome of a run, and the buttons that start and stop it.

import * as api from "./api.js";
import { nameOfGeneration, withNames } from "./modelname.js";
import { reportPicture } from "./report.js";

const POLL_MILLIS = 1000;
const POLL_IDLE_MILLIS = 15_000;
// The outcome of a run that was followed here stays visible this long.
const OUTCOME_MILLIS = 2 * 60 * 1000;
const PHASES = {
  dataset: "Reading the labels",
  start: "Preparing the network",
  train: "Training",
  evaluate: "Evaluating the new model",
  register: "Registering the new model",
  paused: "Waiting for its service",
};
const OUTCOMES = {
  PROMOTED: "Training produced a better model",
  NOT_BETTER: "Training produced no better model",
  FAILED: "Training failed",
  CANCELLED: "Training was stopped",
};
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });

const STEPS = {
  dataset: "Read the labels",
  start: "Prepare the network",
  train: "Train",
  evaluate: "Compare with the current model",
  register: "Take it over",
};

/** A run as steps, each `done`, `now`, `waiting` or `failed`. */
export function checklist(run) {
  const names = Object.keys(STEPS);
  const running = run.state === "RUNNING";
  // A run that made no better model has done all but take it over.
  const at = run.state === "PROMOTED" ? names.length : names.indexOf(run.state === "NOT_BETTER" ? "register" : run.phase);
  const steps = names.map((name, index) => {
    const share = name === run.phase && running && run.of > 0 ? `, ${number.format(run.done)} of ${number.format(run.of)}` : "";
    const here = running ? "now" : run.state === "FAILED" ? "failed" : "waiting";
    return { name: STEPS[name] + share, state: index < at ? "done" : index === at ? here : "waiting" };
  });
  const title = running ? "A new model is being trained" : OUTCOMES[run.state];
  return { title, reason: running ? run.trigger : run.reason, steps };
}

export class TrainingPanel {
  #parts;
  #announce;
  #timer = 0;
  #run = null;
  #seen = "";
  #said = "";
  // What someone has closed: it stays closed until there is something else.
  #closed = "";

  constructor({ announce, ...parts }) {
    this.#parts = parts;
    this.#announce = announce;
    parts.start.addEventListener("click", () => this.#ask(api.train));
    parts.stop.addEventListener("click", () => this.#ask(() => api.stopTraining(this.#run.id)));
    parts.close.addEventListener("click", () => {
      this.#closed = this.#subject;
      parts.panel.hidden = true;
      this.#announce("Panel closed");
    });
    document.addEventListener("visibilitychange", () => this.poll());
  }

  /** Looks now, and again by itself: often while a run goes on. */
  async poll() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    try {
      this.#show((await api.trainingRuns())[0]);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // The status line says that the server is away.
    }
    const running = this.#run?.state === "RUNNING";
    this.#timer = setTimeout(() => this.poll(), running ? POLL_MILLIS : POLL_IDLE_MILLIS);
  }

  async #ask(call) {
    const { start, stop, panel, title, text } = this.#parts;
    start.disabled = stop.disabled = true;
    try {
      this.#show(await call());
      await this.poll();
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      panel.hidden = false;
      write(title, "Training");
      write(text, problem.message);
      this.#announce(problem.message);
    }
    start.disabled = this.#run?.state === "RUNNING";
    stop.disabled = false;
  }

  #show(run) {
    const { panel, title, text, progress, start, stop } = this.#parts;
    this.#run = run ?? null;
    const running = run?.state === "RUNNING";
    if (running) this.#seen = run.id;
    const over = !running && Date.now() - Date.parse(run?.changedAt ?? 0) > OUTCOME_MILLIS;
    panel.hidden = over || run?.id !== this.#seen || this.#subject === this.#closed;
    start.disabled = running;
    if (panel.hidden) return;
    progress.hidden = stop.hidden = !running;
    write(title, running ? "A new model is being trained" : OUTCOMES[run.state]);
    write(text, running ? describe(run) : withNames(run.reason));
    this.#showPicture(running ? "" : run.generation);
    if (run.of > 0) progress.value = run.done / run.of;
    else progress.removeAttribute("value");
    // Announced to screen readers at each phase, not at each iteration.
    this.#say(running ? (PHASES[run.phase] ?? run.phase) : `${OUTCOMES[run.state]}: ${withNames(run.reason)}`);
  }

  /** What sketches found before the model that a run has made, and with it. */
  async #showPicture(generation) {
    const { picture } = this.#parts;
    if ((picture.dataset.generation ?? "") === generation) return;
    picture.dataset.generation = generation;
    picture.replaceChildren();
    if (!generation) return;
    const name = await nameOfGeneration(generation);
    if (picture.dataset.generation === generation) picture.replaceChildren(reportPicture(generation, name));
  }

  get #subject() {
    return this.#run ? `${this.#run.id} ${this.#run.state}` : "";
  }

  #say(words) {
    if (this.#said !== words) this.#announce(words);
    this.#said = words;
  }
}

function describe({ phase, done, of, etaSeconds }) {
  const parts = [PHASES[phase] ?? phase];
  if (of > 0) parts.push(`${number.format(done)} of ${number.format(of)}`);
  if (etaSeconds > 0) parts.push(`${duration(etaSeconds)} left`);
  return parts.join(", ");
}

function duration(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function write(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
