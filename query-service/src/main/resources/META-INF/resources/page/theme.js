// Sets the colours chosen last time before the first paint, and only then; app.js does the rest.
(function () {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; the system's colours serve.
  }
})();
