// Before anything is drawn: the language, the colours, and the first questions to the server, so that they are under way
// while the rest of the page is read. A classic script: what it declares all others see.
"use strict";

const MEMORY = {
  get(key) {
    try {
      return localStorage.getItem("revier." + key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem("revier." + key, value);
    } catch {
      // A browser that keeps nothing asks again next time.
    }
  },
};

/** The language: what the reader chose last, else the browser's, else English. */
let lang = ((wanted) => wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "de" || tag === "en") ?? "en")(
  [MEMORY.get("lang"), ...(navigator.languages ?? [navigator.language])].filter(Boolean),
);
document.documentElement.lang = lang;
if (["dark", "light"].includes(MEMORY.get("theme"))) document.documentElement.dataset.theme = MEMORY.get("theme");

/** The token of a desk that others can reach, kept for this tab only. */
const TOKEN = {
  get value() {
    return sessionStorage.getItem("revier.token");
  },
  set value(text) {
    sessionStorage.setItem("revier.token", text);
  },
  get headers() {
    return this.value ? { authorization: "Bearer " + this.value } : {};
  },
};

/** The first answers; each is used once. */
const EARLY = Object.fromEntries(
  (document.documentElement.dataset.page === "welcome" ? ["/v1/files"] : ["/v1/state", "/v1/customers"]).map((path) => [path, fetch(path, { headers: TOKEN.headers }).catch(() => null)]),
);
