// Captions that tell pictures apart: what all titles share in front goes, what is no words goes, and where titles are
// the same or missing a tag or the day stands in.

const EXTENSION = /\.(jpe?g|png|gif|webp|bmp|tiff?|heic|svg)$/i;
// Hexadecimal digits or a UUID: the name that some program gave a file.
const HASH = /(?<![\p{L}\p{N}])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{12,})(?![\p{L}\p{N}])/giu;
const EDGES = /^[\s_\-–,;:.]+|[\s_\-–,;:.]+$/g;
// A shorter beginning is read faster than it is missed.
const SHARED_MIN = 8;
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/**
 * A caption for each photo, in their order.
 *
 * @param photos `{imageId, title, tags, ingestedAt}`, all but the id optional
 */
export function captions(photos) {
  const titles = photos.map(({ title }) => words(title ?? ""));
  const shared = sharedLength(titles.filter(Boolean));
  const short = titles.map((title) => (title && shared > 0 ? `…${title.slice(shared)}` : title));
  const same = new Map();
  short.forEach((caption, at) => {
    if (!same.has(caption)) same.set(caption, new Group());
    same.get(caption).add(photos[at]);
  });
  return photos.map((photo, at) => {
    const group = same.get(short[at]);
    if (short[at] && group.size === 1) return short[at];
    const apart = group.size > 1 ? group.difference(photo) : any(photo);
    if (short[at]) return apart ? `${short[at]}, ${apart}` : short[at];
    return apart || `Photo ${photo.imageId.slice(0, 8)}`;
  });
}

/** A title without the end of a file name and without hashes; as it is where nothing else would be left. */
function words(title) {
  const bare = title.trim().replace(EXTENSION, "");
  const left = bare.replace(HASH, "").replace(/\s{2,}/g, " ").replace(EDGES, "");
  return left || bare;
}

/** How much of the beginning all titles share, to the end of a word; 0 where they are the same or share too little. */
function sharedLength(titles) {
  if (new Set(titles).size < 2) return 0;
  let length = 0;
  const [first] = titles;
  while (titles.every((title) => length < title.length && title[length] === first[length])) length++;
  const ends = /^.*[\s_\-/:]/su.exec(first.slice(0, length));
  return ends && ends[0].length >= SHARED_MIN ? ends[0].length : 0;
}

/** Photos with one caption. */
class Group {
  size = 0;
  #holders = new Map();
  #days = new Set();

  add(photo) {
    this.size++;
    for (const tag of new Set(photo.tags)) this.#holders.set(tag, (this.#holders.get(tag) ?? 0) + 1);
    this.#days.add(dayOf(photo));
  }

  /** The tag that fewest of the others have, or the day that not all share. */
  difference(photo) {
    const holders = (tag) => this.#holders.get(tag);
    const telling = (photo.tags ?? []).filter((tag) => holders(tag) < this.size);
    if (telling.length > 0) return telling.reduce((best, tag) => (holders(tag) < holders(best) ? tag : best));
    return this.#days.size > 1 ? dayOf(photo) : "";
  }
}

function any(photo) {
  return photo.tags?.[0] ?? dayOf(photo);
}

function dayOf({ ingestedAt }) {
  return ingestedAt ? day.format(new Date(ingestedAt)) : "";
}
