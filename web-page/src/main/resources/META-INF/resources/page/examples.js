// Drawings to start from, in sheet units; generated, so that a search needs no pointer.

/** Straight from corner to corner, with points as close as a pen leaves them: corners stay sharp. */
const line = (...coordinates) => {
  const x = [coordinates[0]];
  const y = [coordinates[1]];
  for (let index = 2; index < coordinates.length; index += 2) {
    const [fromX, fromY, toX, toY] = coordinates.slice(index - 2, index + 2);
    const steps = Math.max(1, Math.round(Math.hypot(toX - fromX, toY - fromY) / 3));
    for (let step = 1; step <= steps; step++) {
      x.push(fromX + ((toX - fromX) * step) / steps);
      y.push(fromY + ((toY - fromY) * step) / steps);
    }
  }
  return [x, y];
};

/** A part of an ellipse, from one angle to another in degrees, clockwise from the right. */
const arc = (cx, cy, rx, ry, from = 0, to = 360) => {
  const steps = Math.max(16, Math.round(Math.abs(to - from) / 6));
  const x = [];
  const y = [];
  for (let step = 0; step <= steps; step++) {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    x.push(cx + rx * Math.cos(angle));
    y.push(cy + ry * Math.sin(angle));
  }
  return [x, y];
};

/** A smooth line through points (Catmull-Rom). */
const curve = (...coordinates) => {
  const points = [];
  for (let index = 0; index < coordinates.length; index += 2) {
    points.push(coordinates.slice(index, index + 2));
  }
  const x = [];
  const y = [];
  for (let index = 0; index < points.length - 1; index++) {
    const [before, from, to, after] = [-1, 0, 1, 2].map(
      (offset) => points[Math.min(points.length - 1, Math.max(0, index + offset))],
    );
    for (let step = 0; step < 9; step++) {
      const t = step / 9;
      const at = (axis) =>
        0.5 *
        (2 * from[axis] +
          (to[axis] - before[axis]) * t +
          (2 * before[axis] - 5 * from[axis] + 4 * to[axis] - after[axis]) * t ** 2 +
          (3 * from[axis] - before[axis] - 3 * to[axis] + after[axis]) * t ** 3);
      x.push(at(0));
      y.push(at(1));
    }
  }
  const [lastX, lastY] = points.at(-1);
  return [
    [...x, lastX],
    [...y, lastY],
  ];
};

const join = (...strokes) => [strokes.flatMap(([x]) => x), strokes.flatMap(([, y]) => y)];

/** Things of the sample gallery of `./sketchstream demo`; which of them a gallery answers well is asked of it. */
export const EXAMPLES = [
  {
    name: "Bicycle",
    drawing: [
      arc(66, 160, 46, 46),
      arc(190, 160, 46, 46),
      line(66, 160, 104, 98, 172, 98, 190, 160),
      line(104, 98, 128, 160, 66, 160),
      line(128, 160, 172, 98, 164, 74, 188, 70),
      line(104, 98, 96, 78),
      line(82, 76, 112, 76),
    ],
  },
  {
    name: "Butterfly",
    drawing: [
      curve(128, 120, 96, 60, 48, 40, 30, 72, 48, 112, 88, 128, 128, 134),
      curve(128, 134, 84, 140, 58, 170, 72, 204, 104, 198, 128, 150),
      curve(128, 120, 160, 60, 208, 40, 226, 72, 208, 112, 168, 128, 128, 134),
      curve(128, 134, 172, 140, 198, 170, 184, 204, 152, 198, 128, 150),
      arc(128, 138, 7, 46),
      curve(126, 92, 112, 62, 100, 54),
      curve(130, 92, 144, 62, 156, 54),
      arc(66, 82, 14, 14),
      arc(190, 82, 14, 14),
    ],
  },
  {
    name: "Umbrella",
    drawing: [
      arc(128, 120, 102, 84, 180, 360),
      curve(26, 120, 60, 104, 94, 120, 128, 104, 162, 120, 196, 104, 230, 120),
      join(line(128, 36, 128, 204), arc(148, 204, 20, 20, 180, 0)),
      line(128, 36, 128, 22),
    ],
  },
  {
    name: "Mushroom",
    drawing: [
      join(arc(128, 128, 96, 88, 180, 360), line(224, 132, 32, 132)),
      join(line(102, 132, 104, 168), arc(128, 196, 34, 26, 200, -20), line(152, 168, 154, 132)),
      arc(96, 92, 13, 13),
      arc(150, 76, 15, 14),
      arc(188, 108, 10, 10),
    ],
  },
  {
    name: "Bell",
    drawing: [
      curve(40, 190, 66, 160, 70, 100, 100, 64, 128, 58, 156, 64, 186, 100, 190, 160, 216, 190, 40, 190),
      arc(128, 202, 20, 16, 0, 180),
      arc(128, 48, 12, 12),
    ],
  },
  {
    name: "Camera",
    drawing: [
      line(28, 84, 80, 84, 98, 58, 158, 58, 176, 84, 228, 84, 228, 200, 28, 200, 28, 84),
      arc(128, 140, 42, 42),
      arc(128, 140, 24, 24),
      arc(206, 104, 6, 6),
    ],
  },
];

/** The path of a drawing, for an SVG picture of it. */
export function pathOf(drawing) {
  return drawing
    .map(([x, y]) => x.map((value, at) => `${at === 0 ? "M" : "L"}${Math.round(value)} ${Math.round(y[at])}`).join(""))
    .join("");
}
