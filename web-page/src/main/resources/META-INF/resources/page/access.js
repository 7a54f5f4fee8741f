// The access token, if the installation requires one. It is kept in a session cookie, because the browser fetches
// pictures without our headers.

const COOKIE = "sketchstream-token";

let asked = null;

/** What a request shows of itself; nothing where no token is known. */
export function authorization() {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${COOKIE}=`));
  const token = found?.slice(COOKIE.length + 1);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Asks whoever draws for the token, once however many requests were refused. */
export function askForToken() {
  asked ??= new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "access";
    dialog.innerHTML = `
      <form method="dialog">
        <label for="access-token">This gallery requires a token</label>
        <input id="access-token" type="password" autocomplete="current-password" required pattern="[A-Za-z0-9._~+\/=\-]+" />
        <button class="button">Open</button>
      </form>`;
    dialog.addEventListener("cancel", (event) => event.preventDefault()); // There is nothing to see without.
    dialog.addEventListener("close", () => {
      document.cookie = `${COOKIE}=${dialog.querySelector("input").value}; path=/; SameSite=Strict`;
      dialog.remove();
      asked = null;
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asked;
}
