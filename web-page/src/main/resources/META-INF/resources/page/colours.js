// Light or dark: as the system says, until someone chooses.

import { remember } from "./memory.js";

const darkBySystem = matchMedia("(prefers-color-scheme: dark)");

const $ = (id) => document.getElementById(id);

/** @param redraw draws what is not drawn by the style sheet */
export function chooseColours(redraw) {
  const show = () => {
    $("theme").setAttribute("aria-pressed", String(isDark()));
    redraw();
  };
  $("theme").addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    remember("theme", theme);
    show();
  });
  darkBySystem.addEventListener("change", show);
  show();
}

function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : darkBySystem.matches;
}
