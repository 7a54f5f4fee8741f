// The HTTP interface of Sketchstream, as this page uses it.

import { askForToken, authorization } from "./access.js";

let endpoints = { ingest: "", training: "" };

const FILE_MILLIS = 60_000;

/** What each picture is to show. */
const wanted = new WeakMap();

/** Pictures that are fetched when they come into view. */
const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    inView.unobserve(target);
    fetchPicture(target, wanted.get(target));
  }
}, { rootMargin: "300px" });

/** A refusal of the server (RFC 9457), or `status` 0 when it could not be reached at all. */
export class Problem extends Error {
  constructor(status, title, detail, retryAfterMillis = 0) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.retryAfterMillis = retryAfterMillis;
  }

  get unreachable() {
    return this.status === 0;
  }

  /** Whether the same call may succeed a little later. */
  get temporary() {
    return [0, 408, 429, 503, 504].includes(this.status);
  }
}

/** Learns where the other services are; an empty address is this page's own. */
export async function discover() {
  const found = await json("/v1/endpoints");
  endpoints = { ingest: origin(found.ingest), training: origin(found.training) };
}

export function imageUrl(imageId) {
  return `${endpoints.ingest}/v1/images/${encodeURIComponent(imageId)}`;
}

/** Shows a picture of the server. A browser sends no key to another host by itself, so it is fetched from there. */
export function showPicture(image, url) {
  wanted.set(image, url);
  if (!needsKey(url)) {
    image.src = url;
    return;
  }
  image.removeAttribute("src");
  if (image.loading === "lazy") {
    inView.observe(image);
  } else {
    fetchPicture(image, url);
  }
}

/** Makes a link lead to a file of the server. On another host the file is fetched with the key, and saved. */
export function linkTo(link, url, name = "photo.jpg") {
  link.href = url;
  link.onclick = null;
  if (!needsKey(url)) return;
  link.onclick = async (event) => {
    event.preventDefault();
    const file = URL.createObjectURL(await blob(url));
    const save = document.createElement("a");
    save.href = file;
    save.download = link.download || name;
    save.click();
    setTimeout(() => URL.revokeObjectURL(file), FILE_MILLIS);
  };
}

function needsKey(url) {
  return Boolean(authorization().Authorization) && new URL(url, location.href).hostname !== location.hostname;
}

async function fetchPicture(image, url) {
  try {
    const file = URL.createObjectURL(await blob(url));
    if (wanted.get(image) !== url) return URL.revokeObjectURL(file); // It shows another one by now.
    const done = () => URL.revokeObjectURL(file);
    image.addEventListener("load", done, { once: true });
    image.addEventListener("error", done, { once: true });
    image.src = file;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (wanted.get(image) === url) image.dispatchEvent(new Event("error"));
  }
}

function blob(url) {
  return call(url, { headers: { Accept: "image/*" } }, (response) => response.blob());
}

export function status(signal) {
  return json("/v1/status", { signal });
}

/** All models, the active one first. */
export function models() {
  return json(`${endpoints.training}/v1/models`);
}

/** Where the picture of the report on a model is. */
export function reportPicture(generation) {
  return `${modelUrl(generation)}/report.png`;
}

/** The report on a model, as Markdown. */
export function report(generation) {
  return call(`${modelUrl(generation)}/report`, { headers: { Accept: "text/markdown" } }, (response) => response.text());
}

function modelUrl(generation) {
  return `${endpoints.training}/v1/models/${encodeURIComponent(generation)}`;
}

/** Steers the rollout: `rollback`, or a generation and `pause`, `resume`, `activate`. */
export function steer(command) {
  return json(`${endpoints.training}/v1/models/${command}`, { method: "POST" });
}

/** The training runs, the newest first. */
export async function trainingRuns() {
  const { runs } = await json(`${endpoints.training}/v1/training/runs`);
  return runs;
}

/** Begins a training run on all labels up to now. */
export function train() {
  return json(`${endpoints.training}/v1/training/runs`, { method: "POST" });
}

/** Stops a training run; nothing changes then. */
export function stopTraining(runId) {
  return json(`${endpoints.training}/v1/training/runs/${encodeURIComponent(runId)}`, { method: "DELETE" });
}

/**
 * `options`: k, words and a filter that narrow the photos down, facets, ids of photos to like and unlike, and a
 * generation other than the active one.
 */
export function searchByStrokes(drawing, { signal, ...options }) {
  return json(`/v1/search?${said(options)}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ drawing }),
    signal,
  });
}

export function searchByPicture(picture, { signal, ...options }) {
  return json(`/v1/search?${said(options)}`, {
    method: "POST",
    headers: { "Content-Type": picture.type || "application/octet-stream" },
    body: picture,
    signal,
  });
}

/** Searches with several drawings at once: an answer or null for each, in their order. */
export async function searchBatch(drawings, options) {
  const { answers } = await json(`/v1/search/batch?${said(options)}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ searches: drawings.map((strokes) => ({ strokes })) }),
  });
  return answers.map(({ answer }) => answer ?? null);
}

/** Photos like one of the gallery; `after` asks the index to have seen that position first. */
export function similar(imageId, { signal, ...options }) {
  return json(`/v1/images/${encodeURIComponent(imageId)}/similar?${said(options)}`, { signal });
}

/** The photos that are nearly the same as one, the nearest first. */
export function duplicates(imageId, options) {
  return json(`/v1/images/${encodeURIComponent(imageId)}/duplicates?${said(options)}`);
}

/** A page of the gallery, newest first; `options`: limit, cursor, text, filter, facets, after. */
export function listPhotos({ signal, ...options }) {
  return json(`/v1/images?${said(options)}`, { signal });
}

/** The photos that have all of the words, newest first, in the form of a search's answer. */
export async function searchByWords({ k, text, filter, facets, signal }) {
  const { images, ...answer } = await listPhotos({ limit: k, text, filter, facets, signal });
  return { ...answer, hits: images };
}

/** Searches that stay, the oldest first. */
export async function standingQueries() {
  const { standingQueries: all } = await json("/v1/standing-queries");
  return all;
}

/** What they found, the newest first. */
export async function latestMatches(limit) {
  const { matches } = await json(`/v1/matches?${said({ limit })}`);
  return matches;
}

/** Hears of matches as they come; `close()` of what is returned ends it. */
export function hearMatches(heard) {
  const events = new EventSource("/v1/matches");
  for (const name of ["match", "withdrawal", "missed"]) events.addEventListener(name, () => heard());
  return events;
}

/** Makes a search stay. `query` as for a search; `rarity` is how rare a match is, as parameters. */
export function watchFor({ kind, drawing, file, photo, imageId, text, filter }, name, rarity) {
  const options = { name, text, filter, photo, like: kind === "similar" ? imageId : "", ...rarity };
  const call = { method: "POST" };
  if (kind === "drawing") {
    call.headers = { "Content-Type": "application/json" };
    call.body = JSON.stringify({ drawing });
  } else if (kind === "picture") {
    call.headers = { "Content-Type": file.type || "application/octet-stream" };
    call.body = file;
  }
  return json(`/v1/standing-queries?${said(options)}`, call);
}

export function watchNoLonger(id) {
  return json(`/v1/standing-queries/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** What is known of a photo besides its pixels. */
export function metadata(imageId) {
  return json(`${imageUrl(imageId)}/metadata`);
}

/** The generation in whose index a photo is; empty where it is in none yet. */
export async function searchableIn(imageId) {
  const { images, generation } = await listPhotos({ filter: `id:"${imageId}"`, limit: 1 });
  return images.length > 0 ? generation : "";
}

/** Changes attributes of a photo: a JSON merge patch. */
export function changePhoto(imageId, patch) {
  return json(imageUrl(imageId), {
    method: "PATCH",
    headers: { "Content-Type": "application/merge-patch+json" },
    body: JSON.stringify(patch),
  });
}

/** Sends one photo, titled after its file; answers `{imageId, position, status}`. */
export async function addPhoto(file, signal) {
  const form = new FormData();
  form.append("file", file, file.name);
  const query = new URLSearchParams({ title: titleFrom(file.name) });
  const url = `${endpoints.ingest}/v1/images?${query}`;
  const { results } = await json(url, { method: "POST", body: form, signal });
  const [{ problem, ...outcome }] = results;
  if (problem) throw new Problem(problem.status, problem.title, problem.detail);
  return outcome;
}

export function removePhoto(imageId, { keepalive = false } = {}) {
  return json(`${endpoints.ingest}/v1/images/${encodeURIComponent(imageId)}`, {
    method: "DELETE",
    keepalive,
  });
}

/** Takes many photos out, 1000 at most; those that are gone already are no problem. */
export function removePhotos(imageIds, { keepalive = false } = {}) {
  return json(`${endpoints.ingest}/v1/images/delete`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ imageIds }),
    keepalive,
  });
}

/** Sends labels to learn from: objects as `POST /v1/labels` takes them, a line each. */
export async function label(labels) {
  const { errors } = await json(`${endpoints.ingest}/v1/labels`, {
    method: "POST",
    headers: { "Content-Type": "application/x-ndjson" },
    body: labels.map((one) => JSON.stringify(one)).join("\n"),
  });
  if (errors?.length > 0) throw new Problem(400, "Not a label", errors[0].detail);
}

/** The labels of a photo: `{class, wrong, labelledBy}` each. */
export async function labelsOf(imageId) {
  const { labels } = await json(`${endpoints.training}/v1/labels?${said({ imageId, limit: 20 })}`);
  return labels;
}

/** What is labelled so far, by class, and what a training run needs: `{classes, needs}`. */
export function countLabels() {
  return json(`${endpoints.training}/v1/training/labels`);
}

/** `red_car.jpg` is titled "red car". */
function titleFrom(fileName) {
  return fileName.replace(/\.[a-z0-9]{2,5}$/i, "").replaceAll("_", " ").trim().slice(0, 200);
}

/** Options as a query; those that say nothing are left out. */
function said(options) {
  return new URLSearchParams(Object.entries(options).filter(([, value]) => value));
}

function origin(address) {
  return (address ?? "").replace(/\/+$/, "");
}

function json(url, options = {}) {
  return call(url, options, (response) => response.json());
}

/** Asks the server; `read` takes what is wanted from a good answer. */
async function call(url, options, read) {
  let response;
  try {
    const headers = { Accept: "application/json", ...options.headers, ...authorization() };
    response = await fetch(url, { ...options, headers });
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Problem(0, "Unreachable", "The server cannot be reached.");
  }
  const body = await (response.ok ? read(response) : response.json()).catch((failure) => {
    if (failure.name === "AbortError") throw failure;
    return null;
  });
  if (response.ok) return body;
  if (response.status === 401) {
    await askForToken();
    return call(url, options, read);
  }
  const retryAfter = Number(response.headers.get("Retry-After"));
  throw new Problem(
    response.status,
    body?.title ?? `The server answered ${response.status}`,
    body?.detail,
    Number.isFinite(retryAfter) ? retryAfter * 1000 : 0,
  );
}
