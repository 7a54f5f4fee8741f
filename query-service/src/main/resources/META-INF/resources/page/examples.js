// A few drawings to start from, in sheet units; made here, so that nobody needs a pointer to search.

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

const join = (...strokes) => [strokes.flatMap(([x]) => x), strokes.flatMap(([, y]) => y)];

export const EXAMPLES = [
  {
    name: "Fish",
    drawing: [
      join(line(24, 128, 34, 118), arc(112, 176, 96, 100, 216, 312), line(176, 102, 228, 66, 216, 128, 228, 190)),
      join(line(228, 190, 176, 154), arc(112, 80, 96, 100, 48, 144), line(34, 138, 24, 128)),
      arc(70, 114, 5, 5),
      arc(66, 128, 34, 34, -48, 48),
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
    name: "Sailing boat",
    drawing: [
      line(34, 184, 222, 184, 190, 222, 68, 222, 34, 184),
      line(122, 184, 122, 32),
      line(122, 36, 204, 164, 122, 164),
      line(110, 64, 54, 164, 110, 164, 110, 64),
    ],
  },
  {
    name: "Apple",
    drawing: [
      join(arc(96, 146, 66, 74, -42, -300), arc(160, 146, 66, 74, 120, -138)),
      line(128, 98, 130, 72, 140, 48),
      join(arc(166, 66, 30, 16, 160, 340), arc(166, 66, 30, 16, 340, 520)),
    ],
  },
  {
    name: "Guitar",
    drawing: [
      join(arc(128, 188, 52, 48, -52, 232), arc(128, 122, 36, 34, 150, 390), line(160, 150)),
      arc(128, 150, 15, 15),
      line(120, 92, 120, 34),
      line(136, 92, 136, 34),
      line(112, 34, 112, 8, 144, 8, 144, 34, 112, 34),
      line(108, 206, 148, 206),
    ],
  },
  {
    name: "Star",
    drawing: [
      line(128, 22, 154, 96, 232, 98, 170, 146, 192, 222, 128, 178, 64, 222, 86, 146, 24, 98, 102, 96, 128, 22),
    ],
  },
];

/** The path of a drawing, for an SVG picture of it. */
export function pathOf(drawing) {
  return drawing
    .map(([x, y]) => x.map((value, at) => `${at === 0 ? "M" : "L"}${Math.round(value)} ${Math.round(y[at])}`).join(""))
    .join("");
}
