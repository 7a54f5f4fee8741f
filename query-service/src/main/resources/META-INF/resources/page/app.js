// Wires the page: sheet and photos, search, uploads, status.

import * as api from "./api.js";
import { Sheet } from "./canvas.js";
import { acceptDrops, acceptPastes } from "./drop.js";
import { EXAMPLES, pathOf } from "./examples.js";
import { Gallery, icon } from "./gallery.js";
import { Removals } from "./removal.js";
import { ResultsView } from "./results.js";
import { RolloutPanel } from "./rollout.js";
import { K_MAX, Search } from "./search.js";
import { StatusLine } from "./status.js";
import { Teaching } from "./teach.js";
import { TrainingPanel } from "./training.js";
import { Uploads } from "./upload.js";

// While photos stream in, the answer in sight is asked for again at most this often.
const FOLLOW_MILLIS = 2500;

const $ = (id) => document.getElementById(id);

const sheet = new Sheet($("canvas"));
const search = new Search();
const gallery = new Gallery($("hits"));
const results = new ResultsView(gallery, announce);
const removals = new Removals(gallery, announce);
const teaching = new Teaching(gallery, announce);
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
  announce,
});

const training = new TrainingPanel({
  panel: $("training"),
  title: $("training-title"),
  text: $("training-text"),
  progress: $("training-progress"),
  start: $("train"),
  stop: $("training-stop"),
  announce,
});

/** Tells a screen reader, once things have come to rest. */
let announcing = 0;
function announce(words) {
  clearTimeout(announcing);
  announcing = setTimeout(() => ($("announcer").textContent = words), 700);
}

// The sheet and its tools.

sheet.addEventListener("change", ({ detail }) => {
  showTools();
  if (similarId()) leavePlace();
  search.ask(queryOfSheet(), { soon: true });
});

function queryOfSheet() {
  if (sheet.empty) return null;
  return sheet.picture
    ? { kind: "picture", file: sheet.picture.file }
    : { kind: "drawing", drawing: sheet.drawing() };
}

/** A change on the sheet ends "more like this". */
function leavePlace() {
  history.pushState(null, "", location.pathname + location.search);
  results.leaveSource();
}

function showTools() {
  $("undo").disabled = !sheet.canUndo;
  $("redo").disabled = !sheet.canRedo;
  $("clear").disabled = sheet.empty;
  $("sheet-hint").hidden = !sheet.empty;
  $("sheet-name").hidden = !sheet.picture;
  $("sheet-name").textContent = sheet.picture?.file.name ?? "";
  $("sheet").classList.toggle("drawn", !sheet.empty);
  $("canvas").setAttribute("aria-label", `Drawing sheet, ${contents()}`);
}

function contents() {
  if (sheet.picture) return `with the picture ${sheet.picture.file.name}`;
  const { length } = sheet.strokes;
  return length === 0 ? "empty" : length === 1 ? "one stroke" : `${length} strokes`;
}

/** Keeps the focus where it was of use when a button turns itself off. */
function press(button, action) {
  action();
  if (button.disabled) $("canvas").focus({ preventScroll: true });
}

$("undo").addEventListener("click", () => press($("undo"), () => sheet.undo()));
$("redo").addEventListener("click", () => press($("redo"), () => sheet.redo()));
$("clear").addEventListener("click", () => press($("clear"), () => sheet.clear()));
$("brush").addEventListener("input", () => setBrush($("brush").valueAsNumber));

function setBrush(size) {
  sheet.brushSize = Math.min(Number($("brush").max), Math.max(Number($("brush").min), size));
  $("brush").value = sheet.brushSize;
  $("brush").setAttribute("aria-valuetext", `${sheet.brushSize} points`);
  $("brush-dot").style.setProperty("--size", `${sheet.brushSize}px`);
}
setBrush(sheet.brushSize);

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input:not([type=range]), textarea, select")) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || (key !== "z" && key !== "y")) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) sheet.redo();
    else sheet.undo();
  } else if (event.key === "Escape" && similarId()) {
    leaveSimilar();
  } else if (event.target === $("canvas")) {
    if (key === "delete" || key === "backspace") sheet.clear();
    else if (key === "[") setBrush(sheet.brushSize - 1);
    else if (key === "]") setBrush(sheet.brushSize + 1);
  }
});

for (const { name, drawing } of EXAMPLES) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "example";
  button.setAttribute("aria-label", `Draw the example: ${name}`);
  button.title = name;
  button.append(icon(pathOf(drawing), "-6 -6 268 268"));
  button.addEventListener("click", () => sheet.show(drawing));
  item.append(button);
  $("example-list").append(item);
}

// Searching.

search.addEventListener("working", () => results.working());
search.addEventListener("answer", ({ detail }) => {
  results.answer(detail.query, detail.answer);
  teaching.shown(detail.query, detail.answer);
  if (returnTo && document.activeElement === $("results")) gallery.focus(returnTo);
  returnTo = null;
  $("more").hidden = detail.answer.hits.length < search.k || search.k >= K_MAX;
});
search.addEventListener("problem", ({ detail }) => {
  results.problem(detail.query, detail.problem);
  $("more").hidden = true;
});
search.addEventListener("empty", () => {
  results.nothingAsked();
  teaching.nothingShown();
  $("more").hidden = true;
});
$("more").addEventListener("click", () => search.more());

// "More like this" is a place of its own: the browser's Back leads out of it.

function similarId() {
  const match = /^#similar\/(.+)$/.exec(location.hash);
  try {
    return match && decodeURIComponent(match[1]);
  } catch {
    return null;
  }
}

// Where the keyboard goes once the drawing's photos are back.
let returnTo = null;

function goToPlace() {
  const imageId = similarId();
  if (!imageId) {
    results.leaveSource();
    search.ask(queryOfSheet());
    return;
  }
  results.enterSource(imageId, (photo) => {
    removals.remove(photo);
    leaveSimilar();
  });
  search.ask({ kind: "similar", imageId });
  $("results").focus({ preventScroll: true });
  window.scrollTo({ top: Math.min(window.scrollY, $("results").offsetTop - 12) });
}

function leaveSimilar() {
  returnTo = similarId();
  history.pushState(null, "", location.pathname + location.search);
  goToPlace();
  $("results").focus({ preventScroll: true });
}

window.addEventListener("popstate", goToPlace);
$("back").addEventListener("click", leaveSimilar);

// The gallery changes.

gallery.addEventListener("remove", ({ detail }) => removals.remove(detail));
removals.addEventListener("problem", () => search.refresh());

$("add-photos").addEventListener("click", () => $("photo-files").click());
$("open-sketch").addEventListener("click", () => $("sketch-file").click());
$("photo-files").addEventListener("change", () => {
  uploads.add([...$("photo-files").files]);
  $("photo-files").value = "";
});
$("sketch-file").addEventListener("change", () => {
  if ($("sketch-file").files.length > 0) sheet.showPicture($("sketch-file").files[0]);
  $("sketch-file").value = "";
});
const taking = {
  addPhotos: (files) => uploads.add(files),
  searchWith: (file) => sheet.showPicture(file),
};
acceptDrops({ zones: $("drop-zones"), searchZone: $("drop-search"), ...taking });
acceptPastes({ sheet: $("sheet"), ...taking });

uploads.addEventListener("searchable", ({ detail }) => {
  // It may be one that was removed a moment ago.
  gallery.reveal(detail.imageId);
  statusLine.poll();
  follow();
});

// The status line leads the rest: it knows when photos came in and when the server is back.

let indexedBefore = -1;
let followedAt = 0;

function follow() {
  const now = performance.now();
  if (gallery.inUse || now - followedAt < FOLLOW_MILLIS) return false;
  followedAt = now;
  search.refresh();
  return true;
}

statusLine.addEventListener("update", ({ detail }) => {
  rollout.follow(detail);
  const { count = null, indexed = 0 } = detail.images ?? {};
  results.galleryHolds(count ?? indexed);
  if (indexed !== indexedBefore && (indexedBefore < 0 || follow())) indexedBefore = indexed;
});
statusLine.addEventListener("found", async () => {
  await discover();
  search.refresh();
});

// Colours.

const darkBySystem = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : darkBySystem.matches;
}

function showTheme() {
  $("theme").setAttribute("aria-pressed", String(isDark()));
  sheet.redraw();
}

$("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("theme", theme);
  } catch {
    // Not remembered, then.
  }
  showTheme();
});
darkBySystem.addEventListener("change", showTheme);

// Start.

async function discover() {
  try {
    await api.discover();
  } catch (problem) {
    // This page's own address serves until the server answers; the status line says that it does not.
    if (!(problem instanceof api.Problem)) throw problem;
  }
}

showTheme();
showTools();
await discover();
goToPlace();
statusLine.poll();
training.poll();
