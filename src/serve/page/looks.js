// How the page looks and speaks: its language and its colours, which are remembered.

import { button } from "./part.js";
import { choose } from "./store.js";
import { forgetTheme } from "./tint.js";

/** The buttons for both. */
export function looks() {
  const next = { auto: "dark", dark: "light", light: "auto" };
  const theme = MEMORY.get("theme") in next ? MEMORY.get("theme") : "auto";
  const turn = () => {
    MEMORY.set("theme", next[theme]);
    paint();
  };
  return [
    el("div", { class: "languages", role: "group", "aria-label": t("languages") }, Object.keys(TEXTS).map((code) => el("button", { type: "button", lang: code, id: "lang-" + code, "aria-pressed": String(lang === code), title: TEXTS[code].language, "aria-label": `${code.toUpperCase()} – ${TEXTS[code].language}`, on: { click: () => speak(code) } }, code.toUpperCase()))),
    button("theme", { auto: "◐", dark: "●", light: "○" }[theme], turn, { class: "action icon", "aria-label": t("theme." + theme), title: t("theme." + theme) }),
  ];
}

/** Takes over the colours that are chosen. */
export function paint() {
  const theme = MEMORY.get("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  forgetTheme();
  choose({ theme: `${theme} ${matchMedia("(prefers-color-scheme: dark)").matches}` });
}

export function speak(code) {
  lang = code;
  MEMORY.set("lang", code);
  document.documentElement.lang = code;
  choose({ lang: code });
}
