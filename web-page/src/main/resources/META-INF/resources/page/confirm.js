// Asks before a step that changes searches for everyone.

const WARNING = "This changes results for everyone immediately. You can roll back while the previous model is kept.";

const $ = (id) => document.getElementById(id);

for (const answer of ["yes", "no"]) $(`confirm-${answer}`).addEventListener("click", () => $("confirm").close(answer));

/** Whether someone wants this model to answer searches. */
export function confirmActivation(name) {
  return confirmed(`Activate ${name}?`, WARNING);
}

/** Whether someone wants the previous model back. */
export function confirmRollback() {
  return confirmed("Roll back to the previous model?", WARNING);
}

function confirmed(question, words) {
  $("confirm-title").textContent = question;
  $("confirm-text").textContent = words;
  $("confirm").returnValue = ""; // Escape leaves it so.
  $("confirm").showModal();
  $("confirm-no").focus();
  return new Promise((resolve) => {
    $("confirm").addEventListener("close", () => resolve($("confirm").returnValue === "yes"), { once: true });
  });
}
