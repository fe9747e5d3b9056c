// What stands above a page without a map library: language, colours, print. Whoever uses it has a function `draw(focus)`.

let theme = "auto";

function applyTheme() {
  if (theme === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}

function actions() {
  const next = { auto: "dark", dark: "light", light: "auto" };
  const speak = (code) => () => {
    lang = code;
    draw("lang-" + code);
  };
  const turn = () => {
    theme = next[theme];
    applyTheme();
    draw("theme");
  };
  const languages = Object.keys(TEXTS).map((code) => el("button", { type: "button", lang: code, id: "lang-" + code, "aria-pressed": String(lang === code), on: { click: speak(code) } }, TEXTS[code].language));
  return el(
    "div",
    { class: "actions" },
    el("div", { class: "languages", role: "group", "aria-label": t("languages") }, languages),
    el("button", { type: "button", class: "action", id: "theme", on: { click: turn } }, t("theme." + theme)),
    el("button", { type: "button", class: "action", on: { click: () => window.print() } }, t("print")),
  );
}
