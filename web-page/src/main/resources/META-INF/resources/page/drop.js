// Files dropped or pasted. Dropped on the sheet they are searched with, elsewhere they are added to the gallery; a paste does
// what the view is for.

const IMAGE_NAME = /\.(jpe?g|png|gif|webp|bmp|tiff?|svg)$/i;

export function acceptDrops({ zones, searchZone, addPhotos, searchWith }) {
  // dragenter and dragleave come in pairs for every element crossed.
  let depth = 0;
  const show = (visible) => (zones.hidden = !visible);

  window.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth++;
    if (zones.hidden) placeOverSheet(searchZone);
    show(true);
  });
  window.addEventListener("dragleave", (event) => {
    if (!hasFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (depth === 0) show(false);
  });
  window.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    zones.classList.toggle("over-search", searchZone.contains(event.target));
  });
  window.addEventListener("drop", async (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth = 0;
    show(false);
    const toSearch = searchZone.contains(event.target) || event.target.closest?.("#sheet");
    const files = await filesOf(event.dataTransfer);
    if (toSearch) {
      if (files.length > 0) searchWith(files[0]);
    } else {
      addPhotos(files);
    }
  });
}

/** `use` is what the view that is seen does with pictures: "search", "add" or nothing. */
export function acceptPastes({ use, addPhotos, searchWith }) {
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || isForText(event) || document.querySelector("dialog[open]")) return;
    const wanted = use();
    if (!wanted) return;
    event.preventDefault();
    if (wanted === "search") searchWith(files[0]);
    else addPhotos(files);
  });
}

/** Some programs copy words with a picture of them: in a text field the words are meant. */
function isForText({ target, clipboardData }) {
  return Boolean(target.closest?.("input, textarea")) && clipboardData.getData("text/plain") !== "";
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

function placeOverSheet(zone) {
  const box = document.getElementById("sheet").getBoundingClientRect();
  Object.assign(zone.style, {
    left: `${box.left}px`,
    top: `${box.top}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  });
}

/** The files of a drop; of a folder, the pictures in it and below. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const plain = [...transfer.files];
  if (!entries.some((entry) => entry.isDirectory)) return plain;
  const found = [];
  for (const entry of entries) await collect(entry, found, false);
  return found;
}

async function collect(entry, found, inFolder) {
  if (entry.isFile) {
    // In a folder, files that are not images are skipped; a single file is always tried.
    if (!inFolder || IMAGE_NAME.test(entry.name)) found.push(await fileOf(entry));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const inside of batch) await collect(inside, found, true);
  }
}

function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
