// What is shown, as the address says it, so that it can be shared and survives a reload: the view, words, tags, a
// filter and the drawing. #gallery, #models, #similar/ID or nothing, each with
// ?text=…&tag=…&filter=…&strokes=…&like=ID&unlike=ID.

import { simplify } from "./canvas.js";

// A drawing with more points is simplified until it fits: addresses have an end.
const POINTS_MAX = 1200;
// How much coarser each attempt is than the one before, and the coarsest, in units of the sheet.
const COARSER = 1.5;
const TOLERANCE_MAX = 64;
// Coordinates are kept to a quarter of a unit of the sheet.
const SCALE = 4;
// Points of a restored stroke are as close as a pen leaves them, so that its corners stay sharp.
const STEP = 3;
const VIEWS = ["gallery", "models"];

/**
 * @typedef {{view: "search" | "gallery" | "models", similar: string | null, text: string, tags: string[],
 *   filter: string, drawing: number[][][] | null, like: string[], unlike: string[]}} Place
 */

/** @returns {Place} */
export function readPlace(hash = location.hash) {
  const [path, query = ""] = splitOnce(hash.replace(/^#/, ""), "?");
  const parameters = new URLSearchParams(query);
  const similar = path.startsWith("similar/") ? decoded(path.slice("similar/".length)) : null;
  return {
    view: VIEWS.includes(path) ? path : "search",
    similar,
    text: parameters.get("text") ?? "",
    tags: parameters.getAll("tag").filter(Boolean),
    filter: parameters.get("filter") ?? "",
    drawing: unpackDrawing(parameters.get("strokes") ?? ""),
    like: parameters.getAll("like").filter(Boolean),
    unlike: parameters.getAll("unlike").filter(Boolean),
  };
}

/** The address of a place, without what it leaves out. */
export function addressOf(place) {
  const { view = "search", similar = null, text = "", tags = [], filter = "", drawing = null } = place;
  const parameters = new URLSearchParams();
  if (text) parameters.set("text", text);
  for (const tag of tags) parameters.append("tag", tag);
  if (filter) parameters.set("filter", filter);
  const strokes = drawing && view === "search" && !similar ? packDrawing(drawing) : "";
  if (strokes) parameters.set("strokes", strokes);
  if (view === "search" && (strokes || similar)) {
    for (const imageId of place.like ?? []) parameters.append("like", imageId);
    for (const imageId of place.unlike ?? []) parameters.append("unlike", imageId);
  }
  const path = similar ? `similar/${encodeURIComponent(similar)}` : view === "search" ? "" : view;
  const query = parameters.toString();
  return path || query ? `#${path}${query && `?${query}`}` : location.pathname + location.search;
}

/** What of a place the server is asked with: the filter that its tags and its own filter mean together. */
export function filterOf({ tags, filter }) {
  const conditions = tags.map((tag) => `tag:"${tag.replace(/["\\]/g, "\\$&")}"`);
  if (filter.trim()) conditions.unshift(conditions.length > 0 ? `(${filter})` : filter);
  return conditions.join(" and ");
}

/** Strokes of `[[x...], [y...]]` as text: 16-bit numbers, each stroke after its length. */
export function packDrawing(drawing) {
  if (pointsOf(drawing) === 0) return "";
  const numbers = fitting(drawing).flatMap(([x, y]) => [x.length, ...x.flatMap((value, at) => [scaled(value), scaled(y[at])])]);
  const bytes = new Uint8Array(Int16Array.from(numbers).buffer);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The drawing with at most so many points; where even straight lines are too many, without its shortest strokes. */
export function fitting(drawing, pointsMax = POINTS_MAX) {
  let fit = drawing;
  for (let tolerance = 1; pointsOf(fit) > pointsMax && tolerance <= TOLERANCE_MAX; tolerance *= COARSER) {
    fit = drawing.map(([x, y]) => simplify(x.map((value, at) => ({ x: value, y: y[at] })), tolerance))
      .map((points) => [points.map(({ x }) => x), points.map(({ y }) => y)]);
  }
  if (pointsOf(fit) <= pointsMax) return fit;
  const longest = fit.map((stroke, at) => ({ at, length: lengthOf(stroke) })).sort((a, b) => b.length - a.length);
  const kept = new Set();
  let points = 0;
  for (const { at } of longest) {
    if (points + fit[at][0].length > pointsMax) break;
    points += fit[at][0].length;
    kept.add(at);
  }
  return fit.filter((_, at) => kept.has(at));
}

function pointsOf(drawing) {
  return drawing.reduce((sum, [x]) => sum + x.length, 0);
}

function lengthOf([x, y]) {
  return x.reduce((sum, value, at) => (at === 0 ? 0 : sum + Math.hypot(value - x[at - 1], y[at] - y[at - 1])), 0);
}

/** The drawing of a text, or null where it is none. */
export function unpackDrawing(text) {
  if (!text) return null;
  let numbers;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    numbers = new Int16Array(bytes.buffer);
  } catch {
    return null; // Cut off on its way, or never one.
  }
  const drawing = [];
  for (let at = 0; at < numbers.length; ) {
    const length = numbers[at++];
    if (length < 1 || at + 2 * length > numbers.length) return null;
    const stroke = [[], []];
    for (let point = 0; point < length; point++) {
      extend(stroke, numbers[at++] / SCALE, numbers[at++] / SCALE);
    }
    drawing.push(stroke);
  }
  return drawing.length > 0 ? drawing : null;
}

/** Draws a stroke on in a straight line. */
function extend([xs, ys], x, y) {
  const fromX = xs.at(-1) ?? x;
  const fromY = ys.at(-1) ?? y;
  const steps = Math.max(1, Math.round(Math.hypot(x - fromX, y - fromY) / STEP));
  for (let step = 1; step <= steps; step++) {
    xs.push(fromX + ((x - fromX) * step) / steps);
    ys.push(fromY + ((y - fromY) * step) / steps);
  }
}

function scaled(value) {
  return Math.max(-32768, Math.min(32767, Math.round(value * SCALE)));
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function decoded(text) {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    return null;
  }
}
