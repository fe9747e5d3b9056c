// Puts the page together, and together again in another language.

const parts = {};
let view = null;
let theme = "auto";

/** Draws one part of the page anew. */
function refresh(name) {
  parts[name]?.();
}

/** A part that is drawn into a place of its own and can be drawn again. */
function part(name, make) {
  const place = el("div", { class: "place part-" + name });
  parts[name] = () => place.replaceChildren(...[make()].flat(Infinity).filter(Boolean));
  parts[name]();
  return place;
}

function themeButton() {
  const next = { auto: "dark", dark: "light", light: "auto" };
  return el("button", { type: "button", class: "action", id: "theme", on: { click: () => {
    theme = next[theme];
    applyTheme();
    refresh("header");
    document.getElementById("theme").focus();
  } } }, t("theme." + theme));
}

function applyTheme() {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
  forgetTheme();
  choose({ theme: theme + matchMedia("(prefers-color-scheme: dark)").matches });
  refresh("legend");
}

function actions() {
  const languages = Object.keys(TEXTS).map((code) =>
    el("button", { type: "button", lang: code, id: "lang-" + code, "aria-pressed": String(lang === code), on: { click: () => speak(code) } }, TEXTS[code].language),
  );
  return el(
    "div",
    { class: "actions" },
    el("div", { class: "languages", role: "group", "aria-label": t("languages") }, languages),
    themeButton(),
    el("button", { type: "button", class: "action", on: { click: () => window.print() } }, t("print")),
  );
}

/** Changes the language of everything but the map's picture. */
function speak(code) {
  lang = code;
  document.documentElement.lang = code;
  document.title = `${SCENARIO.name} – ${t("kicker")}`;
  for (const name of Object.keys(parts)) refresh(name);
  view.relabel();
  choose({ lang: code });
  document.getElementById("lang-" + code)?.focus();
}

function footer() {
  const inputs = REPORT.inputs.map((f) => el("tr", {}, el("td", {}, f.path), el("td", {}, el("code", {}, f.sha256.slice(0, 16) + "…"))));
  return el(
    "footer",
    {},
    SCENARIO.dashboard.attribution ? el("p", {}, SCENARIO.dashboard.attribution) : null,
    el("p", {}, t("madeBy", { version: REPORT.revier, seed: String(REPORT.seed) })),
    el("details", {}, el("summary", {}, t("inputs")), el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("file")), el("th", { scope: "col" }, "SHA-256"))), el("tbody", {}, inputs))),
  );
}

function mapCard() {
  const box = el("div", { id: "map", role: "application" });
  const zoom = (step) => () => view.map.setZoom(view.map.getZoom() + step);
  const button = (id, text, run) => el("button", { type: "button", id, on: { click: run } }, text);
  const buttons = el("div", { class: "zoom" }, button("zoom-in", "+", zoom(1)), button("zoom-out", "−", zoom(-1)), button("zoom-fit", "⤢", () => view.fit()));
  const go = ({ rep, point }) => {
    choose({ selected: rep, point });
    if (point >= 0) view.show(point);
    else view.showTerritory(rep);
  };
  const section = el(
    "section",
    { class: "card map-card", id: "map-card", "aria-labelledby": "map-title" },
    part("mapHead", () => [el("div", { class: "head" }, el("h2", { id: "map-title", class: "unseen" }, t("map")), modeSwitch(), searchBox(go))]),
    el("div", { class: "map-box" }, box, buttons, SCENARIO.travel.roads ? part("credit", () => [el("p", { class: "credit" }, t("roadsBy"))]) : null, part("details", () => detailsBox(view))),
    part("layers", layerBoxes),
    part("legend", legend),
  );
  return { section, box };
}

function start() {
  const page = document.getElementById("page");
  document.documentElement.lang = lang;
  const { section, box } = mapCard();
  let bars = null;
  const balance = part("balance", () => {
    bars = balanceCard();
    return bars.section;
  });
  page.append(
    part("header", () => header(actions())),
    el(
      "main",
      {},
      part("tiles", () => [banner(), tiles()]),
      el("div", { class: "stage" }, section, balance),
      part("table", tableCard),
      el("div", { class: "two" }, part("quality", qualityCard), part("competitors", competitorsCard)),
      part("regions", regionsCard),
      part("targets", targetsCards),
      part("frontier", frontierCard),
      part("today", todayCard),
      part("segments", segmentsCards),
    ),
    part("footer", footer),
  );
  view = makeMap(box);
  view.relabel = () => {
    box.setAttribute("aria-label", t("mapLabel"));
    for (const id of ["zoom-in", "zoom-out", "zoom-fit"]) {
      const node = document.getElementById(id);
      node.setAttribute("aria-label", t(id));
      node.title = t(id);
    }
  };
  view.relabel();
  document.title = `${SCENARIO.name} – ${t("kicker")}`;
  watch(["selected", "hovered"], () => bars.mark());
  watch(["selected"], () => bars.reveal());
  watch(["selected", "point", "theme"], () => refresh("details"));
  watch(["selected"], () => {
    for (const row of document.querySelectorAll("#table tbody tr")) row.classList.toggle("selected", Number(row.dataset.rep) === store.selected);
  });
  watch(["mode", "measure"], () => refresh("legend"));
  watch(["measure"], () => ["balance", "today"].forEach(refresh));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose({ selected: -1, point: -1 });
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
  printing();
  new ResizeObserver(() => view.map.invalidateSize({ pan: false })).observe(box);
}

/** Puts a copy in place of every canvas of the map: what was drawn bit by bit is not printed by every browser. */
function still() {
  return [...view.map.getContainer().querySelectorAll("canvas")].map((canvas) => {
    const copy = canvas.cloneNode();
    copy.getContext("2d").drawImage(canvas, 0, 0);
    canvas.after(copy);
    canvas.hidden = true;
    return { canvas, copy };
  });
}

/** On paper the map has a size of its own, light colours, and the whole plan in view. */
function printing() {
  const root = document.documentElement;
  let before = null;
  let copies = [];
  addEventListener("beforeprint", () => {
    before = { center: view.map.getCenter(), zoom: view.map.getZoom() };
    root.classList.add("printing");
    forgetTheme();
    // Colours first: moving the map is what draws it at once, and paper waits for nothing.
    choose({ theme: "print" });
    refresh("legend");
    view.map.invalidateSize({ animate: false, pan: false });
    view.fit();
    copies = still();
  });
  addEventListener("afterprint", () => {
    for (const { canvas, copy } of copies) {
      copy.remove();
      canvas.hidden = false;
    }
    root.classList.remove("printing");
    view.map.invalidateSize({ animate: false, pan: false });
    if (before) view.map.setView(before.center, before.zoom, { animate: false });
    applyTheme();
  });
}

start();
// The map's shapes are drawn with the first frame: Leaflet has asked for it before this does.
requestAnimationFrame(() => performance.mark("drawn"));
