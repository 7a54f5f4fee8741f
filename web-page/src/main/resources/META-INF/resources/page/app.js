// Wires the page: sheet and photos, search, gallery, uploads, status.

import * as api from "./api.js";
import { Browse } from "./browse.js";
import { Sheet } from "./canvas.js";
import { chooseColours } from "./colours.js";
import { rememberDrawing } from "./comparison.js";
import { Details } from "./details.js";
import { acceptDrops, acceptPastes } from "./drop.js";
import { DuplicatesPanel } from "./duplicates.js";
import { Feedback } from "./feedback.js";
import { FindBar } from "./find.js";
import { Gallery, titleOf } from "./gallery.js";
import { remember, remembered } from "./memory.js";
import { Models } from "./models.js";
import { panels } from "./panels.js";
import { looksLikePhoto } from "./photo.js";
import { addressOf, filterOf, readPlace } from "./place.js";
import { Removals } from "./removal.js";
import { ResultsView } from "./results.js";
import { K_MAX, Search } from "./search.js";
import { Starters } from "./starters.js";
import "./strip.js";
import { Tagging } from "./tagging.js";
import { Teaching } from "./teach.js";
import { Tools } from "./tools.js";
import { Watching } from "./watch.js";

// While photos stream in, the current search is repeated at most this often.
const FOLLOW_MILLIS = 2500;

const $ = (id) => document.getElementById(id);

const sheet = new Sheet($("canvas"));
new Tools(sheet);
const search = new Search();
const gallery = new Gallery($("hits"));
const feedback = new Feedback(gallery, announce);
const results = new ResultsView(gallery, announce);
const find = new FindBar();
const browse = new Browse(announce);
new Tagging(browse, announce);
const details = new Details(announce);
const duplicates = new DuplicatesPanel();
const models = new Models(announce);
const removals = new Removals([gallery, browse], announce);
const teaching = new Teaching(gallery, announce);
const watching = new Watching(announce);
const { uploads, statusLine, rollout, training } = panels(announce);

/** Tells a screen reader, once things have come to rest. */
let announcing = 0;
function announce(words) {
  clearTimeout(announcing);
  announcing = setTimeout(() => ($("announcer").textContent = words), 700);
}

// The sheet and its tools.

sheet.addEventListener("change", ({ detail }) => {
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

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !place.similar || document.querySelector("dialog[open]")) return;
  if (!event.target.closest("input:not([type=range]), textarea, select")) leaveSimilar();
});

const starters = new Starters((drawing) => sheet.show(drawing));

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
  watching.shown(detail.query, results.captionOf(detail.query.imageId ?? ""));
  if (returnTo && document.activeElement === $("results")) gallery.focus(returnTo);
  returnTo = null;
  // Each hit stands for its near-duplicates as well.
  const seen = detail.answer.hits.reduce((sum, { duplicates = 0 }) => sum + 1 + duplicates, 0);
  $("more").hidden = seen < search.k || search.k >= K_MAX;
  showAlike(detail.query, seen - detail.answer.hits.length);
}
search.addEventListener("problem", ({ detail }) => {
  results.problem(detail.query, detail.problem);
  find.refuse(detail.problem);
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
  $("alike").hidden = kind === "words" || (search.collapse && hiddenCount === 0);
  $("alike").textContent = search.collapse ? `Show ${hiddenCount} ${hiddenCount === 1 ? "duplicate" : "duplicates"}` : "Hide duplicates";
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
browse.addEventListener("refused", ({ detail }) => find.refuse(detail));
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
  browse.update([detail]);
  results.learn(detail);
  if (place.similar === detail.imageId) enterSource(detail.imageId);
  if (place.view === "gallery") browse.refresh({ after: detail.position });
  else search.refresh();
});
$("details").addEventListener("close", () => {
  if (place.view === "gallery") browse.focus(details.imageId);
});

// The gallery changes.

gallery.addEventListener("alike", ({ detail }) => duplicates.open(detail));
duplicates.addEventListener("open", ({ detail }) => details.open(detail));
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
const taking = { addPhotos: (files) => uploads.add(files), searchWith };
acceptDrops({ zones: $("drop-zones"), searchZone: $("drop-search"), ...taking });
acceptPastes({ use: () => ({ search: "search", gallery: "add" })[place.view], ...taking });

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
  starters.galleryHolds(indexed);
  // A search that was just asked has seen what is there; a list of the gallery may be older than the first status.
  const first = indexedBefore < 0 && place.view !== "gallery";
  if (indexed !== indexedBefore && (first || follow())) indexedBefore = indexed;
});
statusLine.addEventListener("found", async () => {
  await discover();
  if (place.view === "gallery") browse.refresh();
  else search.refresh();
});

// Start.

async function discover() {
  try {
    await api.discover();
  } catch (problem) {
    // The address of this page is used until the server answers; the status line shows that it does not.
    if (!(problem instanceof api.Problem)) throw problem;
  }
}

chooseColours(() => sheet.redraw());
await discover();
goToPlace();
statusLine.poll();
training.poll();
watching.poll();
