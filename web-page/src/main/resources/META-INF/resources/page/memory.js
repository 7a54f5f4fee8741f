// What this browser keeps of someone's choices.

export function remember(name, choice) {
  try {
    localStorage.setItem(name, choice);
  } catch {
    // Storage may be blocked; then the choice is not stored.
  }
}

/** A choice, or null where there is none. */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
