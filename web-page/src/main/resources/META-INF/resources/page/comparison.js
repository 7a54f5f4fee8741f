// What one's own last drawings find, with the model that answers now and with another one.

import * as api from "./api.js";
import { element, icon, titleOf } from "./gallery.js";
import { packDrawing, unpackDrawing } from "./place.js";

const DRAWINGS_MAX = 5;
const HITS = 5;
const KEY = "last-drawings";

/** Keeps a drawing that was searched with, in this browser alone. */
export function rememberDrawing(drawing) {
  const packed = packDrawing(drawing);
  if (!packed) return;
  const mine = signature(packed);
  const others = stored().filter((one) => signature(one) !== mine);
  try {
    localStorage.setItem(KEY, JSON.stringify([packed, ...others].slice(0, DRAWINGS_MAX)));
  } catch {
    // Storage may be blocked or full; then there is nothing to compare.
  }
}

/** The last ones, the newest first. */
export function lastDrawings() {
  return stored().map(unpackDrawing).filter(Boolean);
}

/** Shows what each finds now and with the model, side by side. */
export async function compare(model, container) {
  container.replaceChildren(element("p", "", "Searching"));
  try {
    const rows = await Promise.all(lastDrawings().map((drawing) => row(drawing, model)));
    container.replaceChildren(...rows);
  } catch (problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    container.replaceChildren(element("p", "trouble", problem.message));
  }
}

async function row(drawing, model) {
  const [now, then] = await Promise.all([
    api.searchByStrokes(drawing, { k: HITS }),
    api.searchByStrokes(drawing, { k: HITS, generation: model.generation }),
  ]);
  const row = element("div", "comparison");
  const path = drawing.map(([x, y]) => x.map((value, at) => `${at === 0 ? "M" : "L"}${value} ${y[at]}`).join("")).join("");
  row.append(icon(path, "-6 -6 268 268"), photos("Now", now.hits), photos(`With model ${model.number}`, then.hits));
  return row;
}

function photos(name, hits) {
  const figure = element("figure", "");
  figure.append(element("figcaption", "", name));
  for (const hit of hits) {
    const image = element("img", "");
    image.alt = titleOf(hit);
    image.title = titleOf(hit);
    api.showPicture(image, api.imageUrl(hit.imageId));
    figure.append(image);
  }
  return figure;
}

/** Where the strokes begin and end: the same for a drawing that was restored from an address. */
function signature(packed) {
  const ends = (unpackDrawing(packed) ?? []).flatMap(([x, y]) => [x[0], y[0], x.at(-1), y.at(-1)]);
  return ends.map((value) => Math.round(value / 4)).join();
}

function stored() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
