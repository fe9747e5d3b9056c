// Puts the desk together.

import { listen } from "./api.js";
import { heard, redo, refresh, undo } from "./edits.js";
import { askToken } from "./gate.js";
import { paint } from "./looks.js";
import { makeMap } from "./map.js";
import { overlay } from "./overlay.js";
import { part } from "./part.js";
import { load, select } from "./plan.js";
import { priceCard } from "./price.js";
import { rules } from "./rules.js";
import { errorTexts } from "./say.js";
import { selectionPanel } from "./selection.js";
import { choose, store, watch } from "./store.js";
import { tell } from "./tell.js";
import { status, top } from "./top.js";
import { totalsPanel } from "./totals.js";
import { versionsPanel } from "./versions.js";
import { wishesPanel } from "./wishes.js";

const TABS = ["selection", "totals", "wishes", "rules", "versions"];
let view = null;

function tabs() {
  const count = { selection: store.selection.count, wishes: store.state.wishes.length };
  const keys = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(store.tab) + step + TABS.length) % TABS.length];
    choose({ tab: next });
    document.getElementById("tab-" + next).focus();
  };
  return el(
    "div",
    { class: "tabs", role: "tablist", "aria-label": t("panels"), on: { keydown: keys } },
    TABS.map((tab) => el("button", { type: "button", role: "tab", id: "tab-" + tab, "aria-selected": String(store.tab === tab), "aria-controls": "panel-" + tab, tabindex: store.tab === tab ? 0 : -1, on: { click: () => choose({ tab }) } }, t("tab." + tab), count[tab] ? el("span", { class: "count" }, number(count[tab])) : null)),
  );
}

function panel(tab, content) {
  const node = el("div", { class: "panel", role: "tabpanel", id: "panel-" + tab, "aria-labelledby": "tab-" + tab, tabindex: "-1" }, content);
  const show = () => (node.hidden = store.tab !== tab);
  watch(["tab"], show);
  show();
  return node;
}

/** Whose the roads are that trips follow. */
const credit = () => store.state?.attribution && el("p", { class: "credit" }, store.state.attribution);

function desk() {
  const box = el("div", { id: "map" });
  const page = document.getElementById("desk");
  const side = el(
    "section",
    { class: "side", "aria-label": t("panels") },
    part("price", priceCard, ["draft", "busy", "lang", "state"]),
    part("tabs", tabs, ["tab", "selection", "state", "lang"]),
    panel("selection", part("selection", selectionPanel, ["selection", "customers", "state", "measure", "lang", "sort"])),
    panel("totals", part("totals", totalsPanel, ["state", "customers", "rep", "measure", "lang", "sort", "tool"])),
    panel("wishes", part("wishes", wishesPanel, ["state", "busy", "lang"])),
    panel("rules", rules()),
    panel("versions", part("versions", versionsPanel, ["state", "busy", "lang", "sort"])),
  );
  page.replaceChildren(
    top(),
    part("status", status, ["state", "busy", "online", "lang"]),
    el("main", { class: "stage" }, el("section", { class: "map-box", id: "map-box" }, box, part("credit", credit, ["state"]), overlay(() => view)), side),
  );
  const relabel = () => {
    document.title = `${store.state.name ?? ""} – ${t("kicker")}`;
    document.getElementById("map-box").setAttribute("aria-label", t("map"));
    side.setAttribute("aria-label", t("panels"));
    view?.map.getCanvas().setAttribute("aria-label", t("mapLabel"));
  };
  view = makeMap(box);
  relabel();
  watch(["lang", "state"], relabel);
  document.addEventListener("show-customer", (event) => view.show(event.detail));
  document.addEventListener("show-rep", (event) => view.showRep(event.detail));
  watch(["draft"], () => store.draft && !store.draft.waiting && document.getElementById("price")?.scrollIntoView({ block: "nearest" }));
  watch(["rep"], () => (document.getElementById("panel-totals").scrollTop = 0));
  document.addEventListener("keydown", shortcuts);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}

function shortcuts(event) {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=radio], [type=range]), select, textarea");
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !typing) {
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      if (store.busy) return;
      if (key === "y" || event.shiftKey) store.state.redo && redo();
      else store.state.undo && undo();
    }
  } else if (event.key === "Escape" && !typing) {
    if (store.tool !== "hand") choose({ tool: "hand" });
    else if (store.draft) choose({ draft: null });
    else if (store.selection.count) select([], "new");
    else choose({ rep: -1 });
  }
}

async function start() {
  for (;;) {
    try {
      await load();
      break;
    } catch (error) {
      if (store.locked) return askToken();
      document.getElementById("desk").replaceChildren(el("main", { class: "card gate" }, el("h1", {}, t("kicker")), el("p", { role: "status" }, t("offline"))));
      if (store.online) console.error(error);
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
  desk();
  if (store.state.failed && !store.busy) tell([t("solveFailed"), ...errorTexts(store.state.failed)], "bad");
  listen(heard, refresh);
}

start();
