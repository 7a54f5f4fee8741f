// The panels of what is under way, above the photos. On a phone they can be folded away.

const $ = (id) => document.getElementById(id);

$("strip-fold").addEventListener("click", () => {
  const folded = $("strip").classList.toggle("folded");
  $("strip-fold").setAttribute("aria-expanded", String(!folded));
  $("strip-fold").textContent = folded ? "Show activity" : "Hide activity";
});
