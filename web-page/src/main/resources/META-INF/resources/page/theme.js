// Applies the stored colour scheme before the first paint; app.js does the rest.
(function () {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be blocked; then the colour scheme of the system is used.
  }
})();
