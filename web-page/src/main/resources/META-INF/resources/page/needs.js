// What a training run still needs, as a checklist.

// More classes are only counted.
const CLASSES_SHOWN = 4;

/**
 * The answer of `GET /v1/training/labels` as steps, each `done`, `waiting` or `optional`.
 *
 * @returns {{name: string, state: "done" | "waiting" | "optional"}[]}
 */
export function checklistOf({ classes, needs }) {
  const { examplesMin, classesMin, usableClasses, queriesMin, queries } = needs;
  const enough = usableClasses >= classesMin;
  const steps = [step(`${usableClasses} of ${classesMin} classes have ${examplesMin} photos`, enough)];
  const few = classes.filter(({ photos }) => photos < examplesMin).sort((a, b) => b.photos - a.photos);
  if (!enough) steps.push(...some(few, ({ name, photos }) => `${name}: ${more(examplesMin - photos, "photo")}`, "waiting"));
  if (usableClasses > 0) {
    const judged = `${queries} of ${queriesMin} sketches to judge a model by`;
    const judgeable = queries >= queriesMin;
    steps.push(step(judgeable ? judged : `${judged}: draw more sketches, or mark more photos`, judgeable));
  }
  const undrawn = classes.filter(({ photos, sketches }) => photos >= examplesMin && sketches < examplesMin);
  const words = ({ name, sketches }) =>
    `${name}: ${more(examplesMin - sketches, "sketch")} (otherwise contours of its photos are used)`;
  return [...steps, ...some(undrawn, words, "optional")];
}

function some(classes, words, state) {
  const steps = classes.slice(0, CLASSES_SHOWN).map((one) => ({ name: words(one), state }));
  const left = classes.length - steps.length;
  if (left > 0) steps.push({ name: `and ${left} more ${left === 1 ? "class" : "classes"}`, state });
  return steps;
}

function step(name, done) {
  return { name, state: done ? "done" : "waiting" };
}

function more(count, what) {
  return `${count} more ${what}${count === 1 ? "" : what.endsWith("ch") ? "es" : "s"}`;
}
