// The panels of what is under way and the status line, with the parts of the page that are theirs.

import { RolloutPanel } from "./rollout.js";
import { StatusLine } from "./status.js";
import { TrainingPanel } from "./training.js";
import { Uploads } from "./upload.js";

const $ = (id) => document.getElementById(id);

export function panels(announce) {
  const uploads = new Uploads({
    panel: $("uploads"),
    list: $("upload-list"),
    title: $("uploads-title"),
    progress: $("uploads-progress"),
    close: $("uploads-close"),
    announce,
  });
  const statusLine = new StatusLine({
    line: $("status"),
    state: $("status-state"),
    images: $("status-images"),
    indexed: $("status-indexed"),
    lag: $("status-lag"),
    generation: $("status-generation"),
    rate: $("status-rate"),
    pulse: $("status-pulse").firstElementChild,
  });
  const rollout = new RolloutPanel({
    panel: $("rollout"),
    title: $("rollout-title"),
    text: $("rollout-text"),
    progress: $("rollout-progress"),
    pause: $("rollout-pause"),
    activate: $("rollout-activate"),
    rollback: $("rollout-rollback"),
    close: $("rollout-close"),
    announce,
  });
  const training = new TrainingPanel({
    panel: $("training"),
    title: $("training-title"),
    text: $("training-text"),
    picture: $("training-picture"),
    progress: $("training-progress"),
    start: $("train"),
    stop: $("training-stop"),
    close: $("training-close"),
    announce,
  });
  return { uploads, statusLine, rollout, training };
}
