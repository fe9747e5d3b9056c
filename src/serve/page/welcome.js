// The desk before there is a project: files are taken, shown as they were understood, and a project is begun with them.

import { ask, Gone, listen } from "./api.js";
import { arrivals, dropAnywhere, dropZone } from "./arrivals.js";
import { beginning } from "./begin.js";
import { fileList } from "./columns.js";
import { askToken } from "./gate.js";
import { looks, paint } from "./looks.js";
import { button, part } from "./part.js";
import { errorTexts } from "./say.js";
import { choose, store, watch } from "./store.js";
import { tell } from "./tell.js";
import { recall, reload } from "./wanted.js";

/** Begins with something that is there already. */
async function go(path, body) {
  choose({ beginning: true });
  try {
    await ask("POST", path, body);
    location.reload();
  } catch (error) {
    choose({ beginning: false });
    tell(error instanceof Gone ? t("gone") : errorTexts(error.body), "bad");
  }
}

const example = () => button("example", t("example"), () => go("/v1/example", {}), { disabled: store.beginning });

/** What stands above: what this is. */
function head() {
  return el("div", { class: "hello" }, el("h1", {}, t("welcome")), el("p", { class: "lead" }, t("welcome.lead")));
}

/** Projects of this folder, and the example. */
function others() {
  const { projects, files } = store.files;
  const row = (p, i) => el("li", {}, el("div", { class: "what" }, el("strong", {}, p.name), el("small", { class: "under" }, p.folder, known(p.changed) ? ` – ${moment(p.changed * 1000)}` : "")), button("open-" + i, t("openProject"), () => go("/v1/open", { project: p.folder }), { "aria-label": t("open.this", { name: p.name }), disabled: store.beginning }));
  return [
    projects.length ? el("section", { class: "projects", "aria-label": t("projects") }, el("h2", {}, t("projects")), el("ul", {}, projects.map(row))) : null,
    el("section", { class: "try", "aria-label": t("example.title") }, files.length ? null : el("h2", {}, t("example.title")), files.length ? null : el("p", { class: "soft" }, t("example.note")), example()),
  ];
}

function page() {
  const desk = document.getElementById("desk");
  desk.replaceChildren(
    el("header", { class: "top" }, part("title", () => el("p", { class: "kicker brand" }, t("kicker")), ["lang"]), part("menus", () => el("div", { class: "buttons" }, looks()), ["lang", "theme"])),
    part("status", () => (store.online ? null : el("div", { class: "status bad", role: "alert" }, el("span", { class: "spinner", "aria-hidden": "true" }), t("offline"))), ["online", "lang"]),
    el(
      "main",
      { class: "welcome" },
      part("hello", head, ["lang"]),
      part("drop", dropZone, ["files", "lang"]),
      part("coming", arrivals, ["coming", "lang"]),
      part("files", fileList, ["files", "wanted", "open", "lang"]),
      part("begin", beginning, ["files", "wanted", "tried", "beginning", "lang"]),
      part("others", others, ["files", "beginning", "lang"]),
    ),
  );
  const relabel = () => (document.title = `${t("welcome")} – revier`);
  relabel();
  watch(["lang"], relabel);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  dropAnywhere();
}

/** What the server tells by itself: another tab may have begun a project. */
function heard(event) {
  if (event === "opened" || event === "state") return event === "opened" && location.reload();
  if (event === "files") return reload().catch(() => {});
}

/** After the line was gone: there may be a project by now. */
async function again() {
  try {
    await reload();
  } catch (error) {
    if (error.status === 409) location.reload();
  }
}

async function start() {
  choose({ wanted: recall() });
  for (;;) {
    try {
      await reload();
      break;
    } catch (error) {
      if (store.locked) return askToken();
      if (error.status === 409) return location.reload();
      document.getElementById("desk").replaceChildren(el("main", { class: "card gate" }, el("h1", {}, t("kicker")), el("p", { role: "status" }, t("offline"))));
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
  page();
  performance.mark("drawn");
  listen(heard, again);
}

start();
