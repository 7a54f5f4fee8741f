// The tools below the sheet, and its keys.

const KINDS = ["sketch", "photo"];

const $ = (id) => document.getElementById(id);

export class Tools {
  #sheet;

  constructor(sheet) {
    this.#sheet = sheet;
    sheet.addEventListener("change", () => this.#show());
    for (const tool of ["undo", "redo", "clear"]) {
      $(tool).addEventListener("click", () => this.#press($(tool), () => sheet[tool]()));
    }
    $("brush").addEventListener("input", () => this.#setBrush($("brush").valueAsNumber));
    for (const kind of KINDS) {
      $(`picture-${kind}`).addEventListener("click", () => sheet.takePictureAs({ photo: kind === "photo" }));
    }
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#setBrush(sheet.brushSize);
    this.#show();
  }

  #show() {
    const { picture, empty, canUndo, canRedo } = this.#sheet;
    $("undo").disabled = !canUndo;
    $("redo").disabled = !canRedo;
    $("clear").disabled = empty;
    $("sheet-hint").hidden = !empty;
    $("sheet-name").hidden = !picture;
    $("picture-kind").hidden = !picture;
    for (const kind of KINDS) {
      $(`picture-${kind}`).setAttribute("aria-pressed", String(Boolean(picture?.photo) === (kind === "photo")));
    }
    $("sheet-name").textContent = picture?.file.name ?? "";
    $("sheet").classList.toggle("drawn", !empty);
    $("canvas").setAttribute("aria-label", `Drawing sheet, ${this.#contents()}`);
  }

  #contents() {
    const { picture, strokes } = this.#sheet;
    if (picture) return `with the ${picture.photo ? "photo" : "picture"} ${picture.file.name}`;
    const { length } = strokes;
    return length === 0 ? "empty" : length === 1 ? "one stroke" : `${length} strokes`;
  }

  /** Keeps the focus where it was of use when a button turns itself off. */
  #press(button, action) {
    action();
    if (button.disabled) $("canvas").focus({ preventScroll: true });
  }

  #setBrush(size) {
    this.#sheet.brushSize = Math.min(Number($("brush").max), Math.max(Number($("brush").min), size));
    $("brush").value = this.#sheet.brushSize;
    $("brush").setAttribute("aria-valuetext", `${this.#sheet.brushSize} points`);
    $("brush-dot").style.setProperty("--size", `${this.#sheet.brushSize}px`);
  }

  #key(event) {
    if (event.target.closest("input:not([type=range]), textarea, select")) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (event.altKey || (key !== "z" && key !== "y")) return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.#sheet.redo();
      else this.#sheet.undo();
    } else if (event.target === $("canvas")) {
      if (key === "delete" || key === "backspace") this.#sheet.clear();
      else if (key === "[") this.#setBrush(this.#sheet.brushSize - 1);
      else if (key === "]") this.#setBrush(this.#sheet.brushSize + 1);
    }
  }
}
