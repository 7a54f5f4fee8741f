// The drawing sheet: strokes from mouse, finger or pen, with undo, redo and clear.
//
// Coordinates are in sheet units: the sheet is 256 units wide whatever its size on the screen.

const SHEET_UNITS = 256;
const STATES_MAX = 200;
const POINTS_MAX = 20_000;
// Points closer than this to the previous one are skipped, in sheet units.
const STEP_MIN = 0.4;
// Largest deviation of a simplified stroke from the drawn one, in sheet units.
const SIMPLIFY_TOLERANCE = 0.6;

const EMPTY = Object.freeze({ strokes: Object.freeze([]), picture: null });

/** Fires `change` with `{live}`: live while the stroke is still being drawn. */
export class Sheet extends EventTarget {
  #canvas;
  #context;
  #states = [EMPTY];
  #position = 0;
  #stroke = null;
  #pointerId = null;
  #penSeenAt = Number.NEGATIVE_INFINITY;
  #picture = null;

  brushSize = 5;

  constructor(canvas) {
    super();
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#extend(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    new ResizeObserver(() => this.#fit()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  get empty() {
    return !this.#stroke && !this.picture && this.strokes.length === 0;
  }

  get strokes() {
    return this.#state.strokes;
  }

  /** The picture to search with instead of strokes, `{file, url, photo}`, or null. */
  get picture() {
    return this.#state.picture;
  }

  get canUndo() {
    return this.#position > 0;
  }

  get canRedo() {
    return this.#position < this.#states.length - 1;
  }

  undo() {
    if (!this.canUndo || this.#stroke) return;
    this.#position--;
    this.#changed();
  }

  redo() {
    if (!this.canRedo || this.#stroke) return;
    this.#position++;
    this.#changed();
  }

  clear() {
    this.#stroke = null;
    if (!this.empty) this.#push(EMPTY);
  }

  /** Puts a ready drawing on the sheet: strokes as `[[x...], [y...]]` in sheet units. */
  show(drawing) {
    const strokes = drawing.map(([x, y]) => ({
      size: this.brushSize,
      points: x.map((value, index) => ({ x: value, y: y[index], pressure: 0.5 })),
    }));
    this.#push({ strokes, picture: null });
  }

  /** Puts a picture on the sheet; the first stroke after it starts a new drawing. */
  showPicture(file, { photo = false } = {}) {
    this.#push({ strokes: [], picture: { file, url: URL.createObjectURL(file), photo } });
  }

  /** Whether the picture is a photo, or a sketch. */
  takePictureAs({ photo }) {
    if (this.picture && this.picture.photo !== photo) this.#push({ strokes: [], picture: { ...this.picture, photo } });
  }

  /** The drawing in the simplified form of Quick, Draw!: strokes of `[[x...], [y...]]`. */
  drawing() {
    const strokes = this.#stroke ? [...this.strokes, this.#stroke] : this.strokes;
    return strokes.map(({ points }) => {
      const kept = simplify(points);
      return [kept.map((point) => round(point.x)), kept.map((point) => round(point.y))];
    });
  }

  redraw() {
    const style = getComputedStyle(this.#canvas);
    this.#context.strokeStyle = style.color;
    this.#context.fillStyle = style.color;
    this.#context.clearRect(0, 0, SHEET_UNITS, SHEET_UNITS);
    this.#drawPicture();
    for (const stroke of this.strokes) this.#drawStroke(stroke, 0);
    if (this.#stroke) this.#drawStroke(this.#stroke, 0);
  }

  get #state() {
    return this.#states[this.#position];
  }

  #push(state) {
    this.#states.length = this.#position + 1;
    this.#states.push(Object.freeze(state));
    if (this.#states.length > STATES_MAX) this.#states.shift();
    this.#position = this.#states.length - 1;
    this.#changed();
  }

  #changed(live = false) {
    if (!live) this.#loadPicture();
    if (!live) this.redraw();
    this.dispatchEvent(new CustomEvent("change", { detail: { live } }));
  }

  #fit() {
    const { clientWidth, clientHeight } = this.#canvas;
    const scale = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(clientWidth * scale);
    this.#canvas.height = Math.round(clientHeight * scale);
    this.#context.setTransform(
      this.#canvas.width / SHEET_UNITS, 0, 0, this.#canvas.width / SHEET_UNITS, 0, 0);
    this.#context.lineCap = "round";
    this.#context.lineJoin = "round";
    this.redraw();
  }

  // Drawing.

  #begin(event) {
    if (event.button !== 0 || this.#stroke) return;
    // Touches of the palm are ignored while a pen draws.
    if (event.pointerType === "pen") this.#penSeenAt = event.timeStamp;
    if (event.pointerType === "touch" && event.timeStamp - this.#penSeenAt < 1000) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointerId = event.pointerId;
    this.#stroke = { size: this.brushSize, points: [this.#point(event)] };
    if (this.picture) this.#push(EMPTY);
    this.#drawStroke(this.#stroke, 0);
    this.#changed(true);
  }

  #extend(event) {
    if (!this.#stroke || event.pointerId !== this.#pointerId) return;
    const { points } = this.#stroke;
    const from = points.length - 1;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const sample of coalesced.length > 0 ? coalesced : [event]) {
      const point = this.#point(sample);
      const last = points.at(-1);
      const moved = Math.hypot(point.x - last.x, point.y - last.y) >= STEP_MIN;
      if (moved && points.length < POINTS_MAX) points.push(point);
    }
    if (points.length - 1 === from) return;
    this.#drawStroke(this.#stroke, Math.max(0, from - 1));
    this.#changed(true);
  }

  #end(event) {
    if (!this.#stroke || event.pointerId !== this.#pointerId) return;
    if (event.pointerType === "pen") this.#penSeenAt = event.timeStamp;
    const stroke = this.#stroke;
    this.#stroke = null;
    this.#pointerId = null;
    this.#push({ strokes: [...this.strokes, stroke], picture: null });
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const scale = SHEET_UNITS / box.width;
    return {
      x: (event.clientX - box.left) * scale,
      y: (event.clientY - box.top) * scale,
      // Only a pen reports pressure; other pointers draw lines of even width.
      pressure: event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5,
    };
  }

  // Painting: quadratic curves through the midpoints; the width of a segment follows the pressure.

  #drawStroke({ points, size }, from) {
    const context = this.#context;
    const unit = size / 2.4;
    if (points.length === 1) {
      context.beginPath();
      context.arc(points[0].x, points[0].y, unit / 2, 0, Math.PI * 2);
      context.fill();
      return;
    }
    for (let index = Math.max(1, from); index < points.length; index++) {
      const before = points[index - 1];
      const here = points[index];
      const start = index === 1 ? before : middle(points[index - 2], before);
      const end = index === points.length - 1 ? here : middle(before, here);
      context.lineWidth = unit * (0.4 + 1.2 * ((before.pressure + here.pressure) / 2));
      context.beginPath();
      context.moveTo(start.x, start.y);
      context.quadraticCurveTo(before.x, before.y, end.x, end.y);
      context.stroke();
    }
  }

  #loadPicture() {
    const wanted = this.picture;
    if (!wanted || this.#picture?.url === wanted.url) return;
    const image = new Image();
    this.#picture = { url: wanted.url, image: null };
    image.onload = () => {
      if (this.#picture.url === wanted.url) this.#picture.image = image;
      this.redraw();
    };
    // A format that the browser cannot show (TIFF) can still be used to search.
    image.src = wanted.url;
  }

  #drawPicture() {
    const image = this.#picture?.image;
    if (!this.picture || !image || this.#picture.url !== this.picture.url) return;
    const width = image.naturalWidth || SHEET_UNITS;
    const height = image.naturalHeight || SHEET_UNITS;
    const scale = Math.min(SHEET_UNITS / width, SHEET_UNITS / height) * 0.94;
    const x = (SHEET_UNITS - width * scale) / 2;
    const y = (SHEET_UNITS - height * scale) / 2;
    this.#context.fillStyle = "#fff";
    this.#context.fillRect(x, y, width * scale, height * scale);
    this.#context.drawImage(image, x, y, width * scale, height * scale);
    this.#context.fillStyle = this.#context.strokeStyle;
  }
}

function middle(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function round(value) {
  return Math.round(value * 10) / 10;
}

/** Ramer, Douglas and Peucker: drops the points that a straight line explains well enough. */
export function simplify(points, tolerance = SIMPLIFY_TOLERANCE) {
  if (points.length <= 2) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const pending = [[0, points.length - 1]];
  while (pending.length > 0) {
    const [first, last] = pending.pop();
    let farthest = -1;
    let distance = tolerance;
    for (let index = first + 1; index < last; index++) {
      const away = distanceToSegment(points[index], points[first], points[last]);
      if (away > distance) [farthest, distance] = [index, away];
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    pending.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, index) => keep[index]);
}

function distanceToSegment(point, from, to) {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}
