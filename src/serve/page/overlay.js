// What stands on the map: zoom, tools to select, what the colours mean.

import { button, part } from "./part.js";
import { measureNames } from "./plan.js";
import { choose, store } from "./store.js";
import { ABOVE, BELOW, beyond, ink, reach } from "./tint.js";

export function overlay(view) {
  const zoom = (step) => () => view().map.easeTo({ zoom: view().map.getZoom() + step, duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200 });
  const small = (id, text, click, more = {}) => button(id, text, click, { "aria-label": t(id), title: t(id), ...more });
  const tool = (kind, sign) => small("tool-" + kind, sign, () => choose({ tool: store.tool === kind ? "hand" : kind }), { "aria-pressed": String(store.tool === kind) });
  return [
    part("zoom", () => el("div", { class: "stack" }, small("zoom-in", "+", zoom(1)), small("zoom-out", "−", zoom(-1)), small("zoom-fit", "⤢", () => view().fit())), ["lang"]),
    part("tools", () => [
      el("div", { class: "stack", role: "group", "aria-label": t("tools") }, tool("hand", icon("M7 13V6.5a1.5 1.5 0 0 1 3 0V5a1.5 1.5 0 0 1 3 0v1.5a1.5 1.5 0 0 1 3 0V14c0 4-2 6-5 6-3.500 0-4.500-2-6.500-5.500-.8-1.500 1-2.500 2.500-1.500z")), tool("rectangle", icon("M4 6h16v12H4z", true)), tool("lasso", icon("M12 5c5 0 8 2 8 5s-3.500 5-8 5-8-2-8-5 3-5 8-5zM8 15c-1 2 0 3-1 5", true))),
      store.tool === "hand" ? null : el("p", { class: "tool-hint", role: "status" }, t("hint." + store.tool), store.tool === "place" ? button("place-stop", t("cancel"), () => choose({ tool: "hand" }), { class: "link" }) : null),
    ], ["tool", "lang"]),
    part("modes", modes, ["mode", "lang", "layers", "measure", "state", "theme", "customers"]),
  ];
}

function icon(d, dashed) {
  return svg("svg", { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true", class: "icon-line" + (dashed ? " dashed" : "") }, svg("path", { d }));
}

function modes() {
  const list = ["territory", "index", ...(store.customers.owned ? ["today", "moves"] : [])];
  const sizes = measureNames().filter((m) => store.customers.measures[m]);
  return el(
    "details",
    { class: "legend", open: legendOpen(), on: { toggle: (e) => MEMORY.set("legend", e.target.open ? "open" : "closed") } },
    el("summary", { id: "legend" }, t("map.colors"), " ", el("strong", {}, t("mode." + store.mode))),
    el("fieldset", { class: "radio" }, el("legend", { class: "unseen" }, t("map.colors")), list.map((mode) => el("label", { class: "check" }, el("input", { type: "radio", name: "mode", id: "mode-" + mode, value: mode, checked: store.mode === mode, on: { change: () => choose({ mode }) } }), t("mode." + mode)))),
    key(),
    sizes.length > 1 ? picker(t("sizeBy"), sizes.map((m) => [m, propertyName(m)]), store.measure, (measure) => choose({ measure })) : null,
    el("fieldset", { class: "radio" }, el("legend", { class: "unseen" }, t("layers")), Object.keys(store.layers).map((layer) => el("label", { class: "check" }, el("input", { type: "checkbox", id: "layer-" + layer, checked: store.layers[layer], on: { change: (e) => choose({ layers: { ...store.layers, [layer]: e.target.checked } }) } }), t("layer." + layer)))),
    store.state.stale ? el("p", { class: "soft" }, t("bordersOld")) : null,
  );
}

const legendOpen = () => (MEMORY.get("legend") ?? (innerWidth > 1100 ? "open" : "closed")) === "open";

/** What the colours mean. */
function key() {
  if (store.mode === "index" && store.measure) {
    const far = reach(store.measure);
    return el("p", { class: "key" }, el("span", {}, (beyond(store.measure) ? "≤ " : "") + percent(1 - far, 0)), [BELOW, ink("neutral"), ABOVE].map((color) => el("span", { class: "swatch", style: { background: color } })), el("span", {}, (beyond(store.measure) ? "≥ " : "") + percent(1 + far, 0)), el("span", { class: "soft" }, t("ofTarget")));
  }
  const { rep, previous } = store.customers;
  const moved = store.mode === "moves" ? rep.reduce((n, j, i) => n + (previous[i] >= 0 && previous[i] !== j), 0) : 0;
  return el("p", { class: "soft" }, t("key." + store.mode, { n: moved }));
}
