// The models view: what has been trained, what each is like, and which one answers searches.

import * as api from "./api.js";
import { compare, lastDrawings } from "./comparison.js";
import { confirmActivation, confirmRollback } from "./confirm.js";
import { element } from "./gallery.js";
import { dayOf, learnNames, nameOf, withNames } from "./modelname.js";
import { reportPicture, showReport } from "./report.js";
import { pace } from "./rollout.js";
import { checklist } from "./training.js";

const POLL_MILLIS = 2000;
const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const STATES = {
  REGISTERED: "Waiting",
  BACKFILLING: "Embedding the photos",
  READY: "Ready",
  ACTIVE: "Answers searches",
  STANDBY: "Kept for rollback",
  RETIRED: "No longer kept",
  REJECTED: "Not taken",
};
const ORIGINS = { SHIPPED: "Came with Sketchstream", CONFIGURED: "From the settings", TRAINED: "Trained here" };

const $ = (id) => document.getElementById(id);

export class Models {
  #announce;
  #timer = 0;
  #on = false;
  #cards = new Map();

  constructor(announce) {
    this.#announce = announce;
    $("models-rollback").addEventListener("click", () => this.#steer("rollback", confirmRollback()));
    document.addEventListener("visibilitychange", () => this.#poll());
  }

  /** Whether the view is the one that is seen. */
  shown(on) {
    this.#on = on;
    if (on) this.#poll();
    else clearTimeout(this.#timer);
  }

  async #poll() {
    clearTimeout(this.#timer);
    if (!this.#on || document.hidden) return;
    try {
      const [models, runs] = await Promise.all([api.models(), api.trainingRuns()]);
      this.#show(models);
      showRun(runs[0]);
      $("models-message").hidden = true;
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      $("models-message").hidden = false;
      $("models-message").replaceChildren(element("h3", "", "The models cannot be listed"), element("p", "", problem.message));
    }
    if (this.#on) this.#timer = setTimeout(() => this.#poll(), POLL_MILLIS);
  }

  #show(answer) {
    learnNames(answer);
    const newestFirst = [...answer.models].sort((a, b) => b.number - a.number);
    text($("models-meta"), answer.models.length === 1 ? "1 model" : `${answer.models.length} models`);
    $("models-rollback").hidden = !answer.models.some(({ state }) => state === "STANDBY");
    newestFirst.forEach((model, index) => {
      const card = this.#cards.get(model.generation) ?? this.#card(model);
      fill(card, model, answer.active);
      if ($("models-list").children[index] !== card) {
        $("models-list").insertBefore(card, $("models-list").children[index] ?? null);
      }
    });
  }

  #card(model) {
    const card = element("li", "model");
    const head = element("header", "");
    head.append(element("h3", "", nameOf(model)), element("span", "model-day"), element("span", "model-state"));
    const actions = element("p", "model-actions");
    const activate = button("Use for searches", "model-activate", () =>
      this.#steer(`${model.generation}/activate`, confirmActivation(nameOf(model))),
    );
    const tried = element("div", "model-comparison");
    const compared = button("Compare on my last searches", "model-compare", () => compare(model, tried));
    const report = button("Report", "model-report", () => showReport(model));
    report.setAttribute("aria-label", `Report on ${nameOf(model)}`);
    actions.append(activate, compared, report);
    const technical = element("details", "");
    technical.append(element("summary", "", "Technical"), element("dl", ""));
    card.append(head, element("p", "model-reason"), element("div", "model-picture"), actions, tried, technical);
    this.#cards.set(model.generation, card);
    return card;
  }

  async #steer(command, confirmed) {
    if (!(await confirmed)) return;
    try {
      this.#show(await api.steer(command));
      $("models-warning").hidden = true;
      this.#announce("Done");
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      $("models-warning").hidden = false;
      text($("models-warning"), problem.message);
      this.#announce(problem.message);
    }
  }
}

function fill(card, model, active) {
  const { state, generation } = model;
  const part = (name) => card.querySelector(name);
  text(part(".model-day"), dayOf(model.registeredAt));
  part(".model-day").title = moment.format(new Date(model.registeredAt));
  const share = model.backfill ? `, ${Math.floor(model.backfill.fraction * 100)}%${pace(model.backfill)}` : "";
  text(part(".model-state"), (STATES[state] ?? state) + (state === "BACKFILLING" ? share : ""));
  card.dataset.state = state;
  text(part(".model-reason"), [ORIGINS[model.origin], capital(withNames(model.reason))].filter(Boolean).join(". "));
  part(".model-activate").hidden = !["READY", "STANDBY"].includes(state);
  const searchable = ["READY", "STANDBY", "ACTIVE"].includes(state);
  part(".model-compare").hidden = !searchable || generation === active || lastDrawings().length === 0;
  part(".model-report").hidden = !model.report;
  if (model.report && !part(".model-picture img")) {
    part(".model-picture").replaceChildren(reportPicture(generation, nameOf(model)));
  }
  facts(part("dl"), [
    ["Generation", generation],
    ["Network", `${model.network}, ${model.dimension} dimensions`],
    ["Since", moment.format(new Date(model.changedAt))],
    ["Weights", model.artifactSha256],
  ]);
}

function facts(list, rows) {
  if (list.textContent === rows.flat().join("")) return;
  list.replaceChildren(
    ...rows.map(([name, value]) => {
      const row = element("div", "");
      row.append(element("dt", "", name), element("dd", "", value));
      return row;
    }),
  );
}

/** The last run as a list of steps. */
function showRun(run) {
  $("models-run").hidden = !run;
  if (!run) return;
  const { title, reason, steps } = checklist(run);
  text($("models-run-title"), title);
  text($("models-run-text"), `${capital(dayOf(run.changedAt))}: ${withNames(reason)}`);
  $("models-steps").replaceChildren(
    ...steps.map(({ name, state }) => {
      const step = element("li", state, name);
      step.append(element("span", "visually-hidden", `: ${state}`));
      return step;
    }),
  );
}

function button(words, className, press) {
  const made = element("button", `button ${className}`, words);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}
