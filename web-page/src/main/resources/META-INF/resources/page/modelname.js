// What models are called on the page: by their number here, not by their hash.

import * as api from "./api.js";

const ASK_AGAIN_MILLIS = 10_000;
const week = new Intl.DateTimeFormat("en", { weekday: "long" });
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

let numbers = new Map();
let askedAt = Number.NEGATIVE_INFINITY;

/** "Model 3". */
export function nameOf({ number }) {
  return `Model ${number}`;
}

/** The weekday within the last six days, then the date. */
export function dayOf(time, now = new Date()) {
  const then = new Date(time);
  if (then.toDateString() === now.toDateString()) return "today";
  const days = (now - then) / 86_400_000;
  return days < 6 ? week.format(then) : date.format(then);
}

/** Learns the numbers of all models. */
export function learnNames({ models }) {
  numbers = new Map(models.map(({ generation, number }) => [generation, number]));
}

/** A text with the names of models in place of their hashes. */
export function withNames(text) {
  let named = text;
  for (const [generation, number] of numbers) named = named.replaceAll(generation, nameOf({ number }));
  return named;
}

/** The name of a generation; asks for it where it is new, and says "a model" until it is known. */
export async function nameOfGeneration(generation) {
  if (!numbers.has(generation) && performance.now() - askedAt > ASK_AGAIN_MILLIS) {
    askedAt = performance.now();
    try {
      learnNames(await api.models());
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem; // Without its name, then.
    }
  }
  return numbers.has(generation) ? nameOf({ number: numbers.get(generation) }) : "a model";
}
