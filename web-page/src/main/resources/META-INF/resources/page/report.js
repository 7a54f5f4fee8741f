// The report on a model, to read: its text, its tables and its picture.

import * as api from "./api.js";
import { element } from "./gallery.js";
import { nameOf, withNames } from "./modelname.js";

const $ = (id) => document.getElementById(id);

$("report-close").addEventListener("click", () => $("report").close());
// A click beside the panel closes it as well.
$("report").addEventListener("click", (event) => {
  if (event.target === $("report")) $("report").close();
});

/** Shows the report on a model. */
export async function showReport(model) {
  $("report-title").textContent = `Report on ${nameOf(model)}`;
  $("report-body").replaceChildren(element("p", "", "Fetching the report"));
  $("report").dataset.generation = model.generation;
  $("report").showModal();
  $("report-close").focus();
  try {
    const markdown = await api.report(model.generation);
    if ($("report").dataset.generation !== model.generation) return;
    $("report-body").replaceChildren(...written(withNames(markdown)), reportPicture(model.generation, nameOf(model)));
  } catch (problem) {
    if (!(problem instanceof api.Problem)) throw problem;
    $("report-body").replaceChildren(element("p", "trouble", problem.message));
  }
}

/** What sketches found before a model, and with it; gone where there is no such picture. */
export function reportPicture(generation, name) {
  const picture = element("img", "");
  picture.alt = `What sketches found before ${name}, and with it`;
  picture.loading = "lazy";
  api.showPicture(picture, api.reportPicture(generation));
  picture.addEventListener("error", () => picture.remove());
  return picture;
}

/** The parts of Markdown that reports use: headings, paragraphs, tables and bold words. Pictures are left out. */
export function written(markdown) {
  const blocks = markdown.split(/\n{2,}/).map((block) => block.trim());
  return blocks.filter((block) => block && !block.startsWith("![")).map(writtenBlock);
}

function writtenBlock(block) {
  if (block.startsWith("#")) return element("h3", "", block.replace(/^#+\s*/, ""));
  if (block.startsWith("|")) return table(block.split("\n").filter((line) => !/^[\s|:-]+$/.test(line)));
  const paragraph = element("p", "");
  block.split(/\*\*(.+?)\*\*/s).forEach((words, at) => {
    if (words) paragraph.append(at % 2 === 1 ? element("strong", "", words) : words);
  });
  return paragraph;
}

function table(lines) {
  const made = element("table", "");
  lines.forEach((line, at) => {
    const row = element("tr", "");
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    row.append(...cells.map((cell) => element(at === 0 ? "th" : "td", "", cell.trim().replaceAll("\\|", "|"))));
    made.append(row);
  });
  return made;
}
