// Pictures put on the sheet: whether one is a photo or a sketch, and a photo small enough to be sent.

const LOOK_PIXELS = 48;
// A sketch is lines on plain paper: few of its pixels are anything between.
const BETWEEN_MIN = 0.3;
const SIDE_MAX = 768;
const QUALITY = 0.9;
const reducedFiles = new WeakMap();

/** A guess, for someone to correct. A file that the browser can't show is taken for a sketch. */
export async function looksLikePhoto(file) {
  const pixels = await pixelsOf(file);
  if (!pixels) return false;
  const paper = commonest(pixels);
  let between = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const [red, green, blue] = pixels.subarray(at, at + 3);
    const colourful = Math.max(red, green, blue) - Math.min(red, green, blue) > 40;
    const gray = (red + green + blue) / 3;
    if (colourful || (Math.abs(gray - paper) > 30 && gray > 60 && gray < 225)) between++;
  }
  return between / (pixels.length / 4) >= BETWEEN_MIN;
}

/** The photo with a side of at most 768 pixels, as JPEG; the file itself where the browser can't read it. */
export async function reduced(file) {
  if (!reducedFiles.has(file)) reducedFiles.set(file, await reduce(file));
  return reducedFiles.get(file);
}

async function reduce(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.ceil(picture.width * scale), Math.ceil(picture.height * scale));
    draw(canvas, picture);
    return await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  } catch {
    return file;
  }
}

async function pixelsOf(file) {
  try {
    const canvas = new OffscreenCanvas(LOOK_PIXELS, LOOK_PIXELS);
    return draw(canvas, await createImageBitmap(file)).getImageData(0, 0, LOOK_PIXELS, LOOK_PIXELS).data;
  } catch {
    return null;
  }
}

/** On white, where it is transparent. */
function draw(canvas, picture) {
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context;
}

/** The commonest gray, in steps of eight. */
function commonest(pixels) {
  const counts = new Array(32).fill(0);
  for (let at = 0; at < pixels.length; at += 4) counts[(pixels[at] + pixels[at + 1] + pixels[at + 2]) / 3 >> 3]++;
  return counts.indexOf(Math.max(...counts)) * 8 + 4;
}
