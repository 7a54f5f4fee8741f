// Wires the page: sheet and photos, search, gallery, uploads, status.

import * as api from "./api.js";
import { Browse } from "./browse.js";
import { Sheet } from "./canvas.js";
import { rememberDrawing } from "./comparison.js";
import { Details } from "./details.js";
import { acceptDrops, acceptPastes } from "./drop.js";
import { EXAMPLES, pathOf } from "./examples.js";
import { Feedback } from "./feedback.js";
import { FindBar } from "./find.js";
import { Gallery, icon, titleOf } from "./gallery.js";
import { Models } from "./models.js";
import { looksLikePhoto } from "./photo.js";
import { addressOf, filterOf, readPlace } from "./place.js";
import { Removals } from "./removal.js";
import { ResultsView } from "./results.js";
import { RolloutPanel } from "./rollout.js";
import { K_MAX, Search } from "./search.js";
import { StatusLine } from "./status.js";
import { Teaching } from "./teach.js";
import { TrainingPanel } from "./training.js";
import { Uploads } from "./upload.js";
import { Watching } from "./watch.js";

// While photos stream in, the current search is repeated at most this often.
const FOLLOW_MILLIS = 2500;

const $ = (id) => document.getElementById(id);

const sheet = new Sheet($("canvas"));
const search = new Search();
const gallery = new Gallery($("hits"));
const feedback = new Feedback(gallery, announce);
const results = new ResultsView(gallery, announce);
const find = new FindBar();
const browse = new Browse(announce);
const details = new Details(announce);
const models = new Models(announce);
const removals = new Removals([gallery, browse], announce);
const teaching = new Teaching(gallery, announce);
const watching = new Watching(announce);
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
  progress: $("training-progress"),
  start: $("train"),
  stop: $("training-stop"),
  close: $("training-close"),
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
  if (place.view !== "search") return; // Control Z; the sheet is asked for when it is seen again.
  if (place.similar) leavePlace();
  if (!restoring) feedback.show({}); // It was about another answer.
  if (!detail.live) writePlace();
  search.ask(queryOfSheet({ live: detail.live }), { soon: true });
});

/** What the sheet, the words and the tags ask for together; nothing where they say nothing. */
function queryOfSheet({ live = false } = {}) {
  const narrowed = { text: find.text, filter: filterOf(find), live };
  if (sheet.empty) return find.inUse ? { kind: "words", ...narrowed } : null;
  const steered = { ...narrowed, like: feedback.like, unlike: feedback.unlike };
  return sheet.picture
    ? { kind: "picture", file: sheet.picture.file, photo: sheet.picture.photo, ...steered }
    : { kind: "drawing", drawing: sheet.drawing(), ...steered };
}

/** A drawing of the address is put on the sheet. */
let restoring = false;

/** A change on the sheet ends "more like this". */
function leavePlace() {
  place = { ...place, similar: null };
  history.pushState(null, "", addressOf(place));
  results.leaveSource();
}

function showTools() {
  $("undo").disabled = !sheet.canUndo;
  $("redo").disabled = !sheet.canRedo;
  $("clear").disabled = sheet.empty;
  $("sheet-hint").hidden = !sheet.empty;
  $("sheet-name").hidden = !sheet.picture;
  $("picture-kind").hidden = !sheet.picture;
  for (const kind of ["sketch", "photo"]) {
    $(`picture-${kind}`).setAttribute("aria-pressed", String(Boolean(sheet.picture?.photo) === (kind === "photo")));
  }
  $("sheet-name").textContent = sheet.picture?.file.name ?? "";
  $("sheet").classList.toggle("drawn", !sheet.empty);
  $("canvas").setAttribute("aria-label", `Drawing sheet, ${contents()}`);
}

function contents() {
  if (sheet.picture) return `with the ${sheet.picture.photo ? "photo" : "picture"} ${sheet.picture.file.name}`;
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
  } else if (event.key === "Escape" && place.similar && !$("details").open) {
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

search.addEventListener("due", () => results.due());
search.addEventListener("working", () => results.working());
search.addEventListener("answer", ({ detail }) => {
  results.answer(detail.query, detail.answer);
  answered = detail;
  if (detail.query.kind === "drawing" && !detail.query.live) rememberDrawing(detail.query.drawing);
  if (place.view === "search" && !detail.query.live) find.offer(detail.answer.facets ?? {});
  $("hits").classList.toggle("steerable", detail.query.kind !== "words");
  if (!results.keptBack) return showWhatGoesWithHits(detail);
  teaching.nothingShown();
  $("more").hidden = $("alike").hidden = true;
});
results.addEventListener("anyway", () => showWhatGoesWithHits(answered));

// The last answer, with its query.
let answered = null;

function showWhatGoesWithHits(detail) {
  teaching.shown(detail.query, detail.answer);
  watching.shown(detail.query);
  if (returnTo && document.activeElement === $("results")) gallery.focus(returnTo);
  returnTo = null;
  // Each hit stands for its near-duplicates as well.
  const seen = detail.answer.hits.reduce((sum, { duplicates = 0 }) => sum + 1 + duplicates, 0);
  $("more").hidden = seen < search.k || search.k >= K_MAX;
  showAlike(detail.query, seen - detail.answer.hits.length);
}
search.addEventListener("problem", ({ detail }) => {
  results.problem(detail.query, detail.problem);
  $("more").hidden = true;
});
search.addEventListener("empty", () => {
  $("alike").hidden = true;
  results.nothingAsked();
  teaching.nothingShown();
  if (place.view === "search") find.offer({});
  watching.shown(null);
  $("more").hidden = true;
});
$("more").addEventListener("click", () => search.more());

// Photos that are nearly the same are one hit, unless someone wants to see them all.

function showAlike({ kind }, hiddenCount) {
  const collapsible = kind === "drawing" || kind === "picture";
  $("alike").hidden = !collapsible || (search.collapse && hiddenCount === 0);
  $("alike").textContent = search.collapse ? `Show ${hiddenCount} near-duplicates` : "Hide near-duplicates";
}

$("alike").addEventListener("click", () => {
  search.collapse = !search.collapse;
  remember("near-duplicates", search.collapse ? "hide" : "show");
});
search.collapse = remembered("near-duplicates") !== "show";

// Where one is: "more like this" and the gallery are entries of the browser's history, so Back leaves them.

let place = readPlace();

// Words and tags of the search that "more like this" was chosen in.
let narrowedBefore = {};

// Where the focus goes once the photos of the drawing are back.
let returnTo = null;

/** Puts the words, the tags and the drawing into the address. */
function writePlace() {
  const drawing = sheet.picture || sheet.empty ? null : sheet.drawing();
  const { like, unlike } = feedback;
  const narrowed = { text: find.text, tags: find.tags, filter: find.filter, like, unlike };
  if (place.view === "search" && !place.similar) narrowedBefore = narrowed;
  place = { ...place, ...narrowed, drawing };
  history.replaceState(null, "", addressOf(place));
}

function goToPlace() {
  place = readPlace();
  find.show(place);
  feedback.show(place);
  document.body.classList.toggle("browsing", place.view !== "search");
  for (const [view, part] of Object.entries({ search: "results", gallery: "browse", models: "models" })) {
    $(part).hidden = view !== place.view;
    if (view === place.view) $(`view-${view}`).setAttribute("aria-current", "page");
    else $(`view-${view}`).removeAttribute("aria-current");
  }
  $("find").hidden = place.view === "models";
  models.shown(place.view === "models");
  if (place.view === "models") showModels();
  else if (place.view === "gallery") showGallery();
  else if (place.similar) showSimilar();
  else showSearch();
}

function showGallery() {
  results.leaveSource();
  search.ask(null);
  document.title = "Gallery · Sketchstream";
  browse.show({ text: find.text, filter: filterOf(find) });
}

function showModels() {
  results.leaveSource();
  search.ask(null);
  document.title = "Models · Sketchstream";
}

function showSimilar() {
  const imageId = place.similar;
  enterSource(imageId);
  if (!results.knows(imageId)) learn(imageId);
  search.ask(querySimilar());
  $("results").focus({ preventScroll: true });
  window.scrollTo({ top: Math.min(window.scrollY, $("results").offsetTop - 12) });
}

function querySimilar() {
  const { like, unlike } = feedback;
  return { kind: "similar", imageId: place.similar, text: find.text, filter: filterOf(find), like, unlike };
}

function enterSource(imageId) {
  results.enterSource(imageId, {
    onRemove: (photo) => {
      removals.remove([photo]);
      leaveSimilar();
    },
    onDetails: (photo) => details.open(photo),
  });
}

/** Asks for title and tags of a photo that no search has found here. */
async function learn(imageId) {
  try {
    results.learn(await api.metadata(imageId));
    if (place.similar === imageId) enterSource(imageId);
  } catch (problem) {
    if (!(problem instanceof api.Problem)) throw problem; // The search says what is wrong.
  }
}

function showSearch() {
  results.leaveSource();
  document.title = "Sketchstream";
  if (sheet.empty && place.drawing) {
    restoring = true;
    sheet.show(place.drawing); // Asks by itself.
    restoring = false;
    return;
  }
  writePlace();
  search.ask(queryOfSheet());
}

function leaveSimilar() {
  returnTo = place.similar;
  const drawing = sheet.picture || sheet.empty ? null : sheet.drawing();
  history.pushState(null, "", addressOf({ ...narrowedBefore, drawing }));
  goToPlace();
  $("results").focus({ preventScroll: true });
}

find.addEventListener("change", () => {
  writePlace();
  if (place.view === "gallery") browse.show({ text: find.text, filter: filterOf(find) });
  else search.ask(place.similar ? querySimilar() : queryOfSheet());
});

feedback.addEventListener("change", () => {
  writePlace();
  search.ask(place.similar ? querySimilar() : queryOfSheet());
});

window.addEventListener("popstate", goToPlace);
$("back").addEventListener("click", leaveSimilar);
$("skip").addEventListener("click", (event) => {
  event.preventDefault(); // The address says where one is.
  $({ gallery: "browse", models: "models" }[place.view] ?? "results").focus();
});

// The gallery as a whole.

browse.addEventListener("open", ({ detail }) => details.open(detail));
browse.addEventListener("facets", ({ detail }) => {
  if (place.view === "gallery") find.offer(detail.facets, detail.galleries, detail.total);
});
$("selection-remove").addEventListener("click", (event) => {
  removals.remove(browse.selected.map((photo) => ({ imageId: photo.imageId, title: titleOf(photo) })));
  if (event.detail === 0) $("notice-action").focus(); // By the keyboard; the button pressed is gone.
});
details.addEventListener("remove", ({ detail }) => {
  removals.remove([detail]);
  if (place.similar === detail.imageId) leaveSimilar();
});
details.addEventListener("changed", ({ detail }) => {
  browse.update(detail);
  results.learn(detail);
  if (place.similar === detail.imageId) enterSource(detail.imageId);
  if (place.view === "gallery") browse.refresh({ after: detail.position });
  else search.refresh();
});
$("details").addEventListener("close", () => {
  if (place.view === "gallery") browse.focus(details.imageId);
});

// The gallery changes.

gallery.addEventListener("remove", ({ detail }) => removals.remove([detail]));
removals.addEventListener("problem", () => search.refresh());

$("add-photos").addEventListener("click", () => $("photo-files").click());
$("open-sketch").addEventListener("click", () => $("sketch-file").click());
$("photo-files").addEventListener("change", () => {
  uploads.add([...$("photo-files").files]);
  $("photo-files").value = "";
});
$("sketch-file").addEventListener("change", () => {
  if ($("sketch-file").files.length > 0) searchWith($("sketch-file").files[0]);
  $("sketch-file").value = "";
});
/** Puts a picture on the sheet, as what it looks like; the buttons below the sheet say otherwise. */
async function searchWith(file) {
  sheet.showPicture(file, { photo: await looksLikePhoto(file) });
}
for (const kind of ["sketch", "photo"]) {
  $(`picture-${kind}`).addEventListener("click", () => sheet.takePictureAs({ photo: kind === "photo" }));
}
const taking = { addPhotos: (files) => uploads.add(files), searchWith };
acceptDrops({ zones: $("drop-zones"), searchZone: $("drop-search"), ...taking });
acceptPastes({ sheet: $("sheet"), ...taking });

uploads.addEventListener("searchable", ({ detail }) => {
  // It may have just been removed.
  gallery.reveal(detail.imageId);
  statusLine.poll();
  follow();
});

// The status line drives the rest: it notices new photos and the return of the server.

let indexedBefore = -1;
let followedAt = 0;

function follow() {
  const now = performance.now();
  if (gallery.inUse || now - followedAt < FOLLOW_MILLIS) return false;
  followedAt = now;
  if (place.view === "gallery") browse.refresh();
  else search.refresh();
  return true;
}

statusLine.addEventListener("update", ({ detail }) => {
  rollout.follow(detail);
  const { count = null, indexed = 0 } = detail.images ?? {};
  results.galleryHolds(count ?? indexed);
  // A search that was just asked has seen what is there; a list of the gallery may be older than the first status.
  const first = indexedBefore < 0 && place.view !== "gallery";
  if (indexed !== indexedBefore && (first || follow())) indexedBefore = indexed;
});
statusLine.addEventListener("found", async () => {
  await discover();
  if (place.view === "gallery") browse.refresh();
  else search.refresh();
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
  remember("theme", theme);
  showTheme();
});
darkBySystem.addEventListener("change", showTheme);

function remember(name, choice) {
  try {
    localStorage.setItem(name, choice);
  } catch {
    // Storage may be blocked; then the choice is not stored.
  }
}

function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// Start.

async function discover() {
  try {
    await api.discover();
  } catch (problem) {
    // The address of this page is used until the server answers; the status line shows that it does not.
    if (!(problem instanceof api.Problem)) throw problem;
  }
}

showTheme();
showTools();
await discover();
goToPlace();
statusLine.poll();
training.poll();
watching.poll();
