// The map: territories, customers, home bases; what is under the pointer.

import { Dots, mercator } from "./dots.js";
import { homes } from "./homes.js";
import { customerName, customersWhere, figures, repAt, repName, said, select, share, turned } from "./plan.js";
import { choose, store, watch } from "./store.js";
import { dotColors, hexToNumber, ink, territoryColor } from "./tint.js";
import { tools } from "./tools.js";

maplibregl.setWorkerUrl("/desk/vendor/maplibre/maplibre-gl-csp-worker.js");

const EMPTY = { type: "FeatureCollection", features: [] };
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Boxes [west, south, east, north] of lists of places. */
function boxOf(places) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of places) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

const corners = (node) => (typeof node?.[0] === "number" ? [node] : (node ?? []).flatMap(corners));
const turnedAll = (node) => (typeof node?.[0] === "number" ? [turned(node[0]), node[1]] : node.map(turnedAll));

/** Makes the map inside `box`. */
export function makeMap(box) {
  const { lon, lat, ids } = store.customers;
  const n = ids.length;
  const [xs, ys] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) [xs[i], ys[i]] = mercator(turned(lon[i]), lat[i]);
  const map = new maplibregl.Map({
    container: box,
    style: { version: 8, sources: { territories: { type: "geojson", data: EMPTY, tolerance: 0.2 }, barriers: { type: "geojson", data: EMPTY, tolerance: 0.2 } }, layers: layersOf() },
    bounds: around(extent()),
    fitBoundsOptions: { padding: margin(box) },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    boxZoom: false,
    doubleClickZoom: true,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
    locale: { "Map.Title": t("mapLabel") },
    canvasContextAttributes: { antialias: true },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const view = { map, box, xs, ys, dots: null, shapes: new Map(), fit: () => map.fitBounds(around(extent()), { padding: margin(box), animate: !calm }) };
  view.dots = new Dots(xs, ys);
  map.on("load", () => {
    map.addLayer(view.dots);
    shapes(view);
    walls(view);
    recolor(view);
    repaint(view);
    homes(view);
    view.dots.drawn = () => {
      view.dots.drawn = null;
      requestAnimationFrame(() => performance.mark("drawn"));
    };
    watch(["territories", "state", "customers", "mode", "measure", "theme", "layers", "rep"], () => recolor(view));
    watch(["territories"], () => shapes(view));
    watch(["barriers"], () => walls(view));
    watch(["state", "customers", "selection", "mode", "measure", "theme", "layers", "rep"], () => repaint(view));
  });
  pointer(view);
  tools(view);
  new ResizeObserver(() => map.resize()).observe(box);
  view.show = (i) => map.easeTo({ center: [turned(lon[i]), lat[i]], zoom: Math.max(map.getZoom(), 9), animate: !calm });
  view.showRep = (j) => map.fitBounds(around(placesOf(view, j)), { padding: 50, maxZoom: 11, animate: !calm });
  return view;
}

/** Room for what stands on the map. */
const margin = (box) => ({ top: 24, bottom: 24, right: 24, left: box.clientWidth > 600 ? 70 : 24 });

/** All places that are worth seeing: a place with a wrong coordinate does not make a stamp of all others. */
function extent() {
  const { lon, lat } = store.customers;
  const homes = store.state.reps.map((r) => [turned(r.lon), r.lat]);
  if (!lon.length) return homes;
  const step = Math.max(1, Math.floor(lon.length / 20_000));
  const sample = [[], []];
  for (let i = 0; i < lon.length; i += step) {
    sample[0].push(turned(lon[i]));
    sample[1].push(lat[i]);
  }
  const range = sample.map((list) => {
    list.sort((a, b) => a - b);
    const [low, high] = [list[Math.floor(0.02 * (list.length - 1))], list[Math.ceil(0.98 * (list.length - 1))]];
    const slack = 0.35 * (high - low) + 0.02;
    return [Math.max(list[0], low - slack), Math.min(list.at(-1), high + slack)];
  });
  const inside = homes.filter(([x, y]) => x >= range[0][0] - 3 && x <= range[0][1] + 3 && y >= range[1][0] - 3 && y <= range[1][1] + 3);
  return [[range[0][0], range[1][0]], [range[0][1], range[1][1]], ...inside];
}

/** Bounds around places, never smaller than a town. */
function around(places) {
  const [w, s, e, n] = boxOf(places);
  if (!Number.isFinite(w)) return [[-10, 35], [30, 60]];
  const pad = 0.03;
  return [[w - pad, Math.max(-85, s - pad)], [e + pad, Math.min(85, n + pad)]];
}

function placesOf(view, j) {
  const { rep, lon, lat } = store.customers;
  const r = store.state.reps[j];
  const own = customersWhere((i) => rep[i] === j).map((i) => [turned(lon[i]), lat[i]]);
  return [...own, [turned(r.lon), r.lat]];
}

function layersOf() {
  return [
    { id: "ground", type: "background", paint: { "background-color": ink("sea") } },
    { id: "fills", type: "fill", source: "territories", paint: { "fill-color": "#888888", "fill-opacity": 0.8, "fill-antialias": false } },
    { id: "borders", type: "line", source: "territories", layout: { "line-join": "round" }, paint: { "line-color": "#ffffff", "line-width": 1.3 } },
    { id: "barriers", type: "line", source: "barriers", filter: ["==", ["geometry-type"], "LineString"], layout: { "line-join": "round" }, paint: { "line-color": "#000000", "line-width": 1.6 } },
    { id: "chosen", type: "line", source: "territories", filter: ["==", ["get", "j"], -1], layout: { "line-join": "round" }, paint: { "line-color": "#000000", "line-width": 3 } },
  ];
}

/** Takes over new territories. */
function shapes(view) {
  const features = [];
  for (const f of store.territories?.features ?? []) {
    const j = repAt(f.properties?.rep);
    if (j < 0 || !f.geometry?.coordinates) continue;
    const geometry = { type: f.geometry.type, coordinates: turnedAll(f.geometry.coordinates) };
    features.push({ type: "Feature", properties: { j }, geometry });
  }
  view.map.getSource("territories").setData({ type: "FeatureCollection", features });
}

/** Takes over the barriers. */
function walls(view) {
  const features = (store.barriers?.features ?? []).map((f) => ({ ...f, geometry: { type: f.geometry.type, coordinates: turnedAll(f.geometry.coordinates) } }));
  view.map.getSource("barriers").setData({ type: "FeatureCollection", features });
}

/** A value per rep as an expression over the features' `j`. */
function byRep(value, other) {
  const pairs = store.state.reps.flatMap((_, j) => [j, value(j)]);
  return pairs.length ? ["match", ["get", "j"], ...pairs, other] : other;
}

function recolor(view) {
  const { map } = view;
  const muted = store.mode === "today" || store.mode === "moves";
  const shown = store.layers.borders ? "visible" : "none";
  map.setPaintProperty("ground", "background-color", ink("sea"));
  map.setPaintProperty("fills", "fill-color", byRep(territoryColor, ink("empty")));
  map.setPaintProperty("fills", "fill-opacity", Number(ink("fill")) * (store.rep >= 0 ? 0.75 : 1));
  map.setPaintProperty("borders", "line-color", ink(muted ? "bare-border" : "border"));
  map.setPaintProperty("chosen", "line-color", ink("ink"));
  map.setPaintProperty("barriers", "line-color", ink("ink"));
  map.setLayoutProperty("barriers", "visibility", store.layers.barriers ? "visible" : "none");
  map.setFilter("chosen", ["==", ["get", "j"], store.rep]);
  for (const id of ["fills", "borders", "chosen"]) map.setLayoutProperty(id, "visibility", shown);
}

/** Sizes of customers by the measure that is chosen, 0 to 255: areas stand for amounts, up to the 99th percentile. */
function sizes() {
  const amounts = store.customers.measures[store.measure];
  const n = store.customers.ids.length;
  if (sized.amounts === amounts && sized.list?.length === n) return sized.list;
  const list = new Uint8Array(n).fill(76);
  if (amounts) {
    const step = Math.ceil(n / 5000);
    const sample = Float64Array.from({ length: Math.ceil(n / step) }, (_, at) => amounts[at * step]).sort();
    const most = sample[Math.floor(0.99 * (sample.length - 1))] || 1;
    for (let i = 0; i < n; i++) list[i] = 255 * Math.sqrt(Math.min(1, Math.max(0, amounts[i]) / most));
  }
  sized = { amounts, list };
  return list;
}

let sized = {};

/** The order of drawing: large ones first, so that small ones are seen; what is selected on top. By counting. */
function orderOf(list) {
  const { mask } = store.selection;
  const bin = (i) => (mask[i] ? 256 : 0) + 255 - list[i];
  const starts = new Uint32Array(513);
  for (let i = 0; i < list.length; i++) starts[bin(i) + 1]++;
  for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
  const order = new Uint32Array(list.length);
  for (let i = 0; i < list.length; i++) order[starts[bin(i)]++] = i;
  return order;
}

function repaint({ dots }) {
  const { rep, previous } = store.customers;
  const { mask } = store.selection;
  const colors = dotColors();
  const none = colors.length - 1;
  const quiet = hexToNumber(ink("empty"));
  const size = sizes();
  const [today, moves] = [store.mode === "today", store.mode === "moves"];
  const look = (i, one) => {
    const owner = today ? previous[i] : rep[i];
    const stays = moves && (previous[i] < 0 || previous[i] === rep[i]);
    one.color = stays ? quiet : colors[owner < 0 || owner >= none ? none : owner];
    one.size = size[i] / 255;
    one.selected = mask[i] === 1;
    const other = store.rep >= 0 && owner !== store.rep;
    one.alpha = one.selected ? 1 : stays ? 0.45 : other ? 0.3 : 0.92;
  };
  const dark = hexToNumber(ink("ink"));
  dots.ring = [dark >> 16, (dark >> 8) & 255, dark & 255].map((v) => v / 255);
  dots.shown = store.layers.customers;
  dots.paint(look, orderOf(size));
}

/** The customer nearest to a point of the screen, within its dot; -1 for none. */
export function customerUnder(view, point, slack = 3) {
  if (!store.layers.customers) return -1;
  const { map, xs, ys, dots } = view;
  const scale = 512 * 2 ** map.getZoom();
  const place = map.unproject(point);
  const [x, y] = mercator(place.lng, place.lat);
  const [least, most] = dots.radii(map.getZoom());
  const size = sizes();
  const far = (most + slack) / scale;
  let [best, nearest] = [-1, Infinity];
  for (let i = 0; i < xs.length; i++) {
    const dx = xs[i] - x;
    if (dx > far || dx < -far) continue;
    const away = Math.hypot(dx, ys[i] - y) * scale - (least + ((most - least) * size[i]) / 255) - slack;
    if (away <= 0 && away < nearest) [best, nearest] = [i, away];
  }
  return best;
}

/** What is under the pointer is named, and a click selects it: a customer, else the territory. */
function pointer(view) {
  const { map, box } = view;
  const tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  box.append(tip);
  const territory = (point) => {
    const found = map.getLayer("fills") ? map.queryRenderedFeatures(point, { layers: ["fills"] })[0] : null;
    return found ? found.properties.j : -1;
  };
  let asked = 0;
  map.on("mousemove", (event) => {
    if (store.tool !== "hand" || event.originalEvent.buttons) return void (tip.hidden = true);
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      const i = customerUnder(view, event.point);
      const j = i >= 0 ? -1 : territory(event.point);
      tip.hidden = i < 0 && j < 0;
      map.getCanvas().style.cursor = tip.hidden ? "" : "pointer";
      if (tip.hidden) return;
      tip.replaceChildren(...(i >= 0 ? aboutCustomer(i) : aboutTerritory(j)));
      const [w, h] = [box.clientWidth, box.clientHeight];
      tip.style.setProperty("left", Math.max(4, Math.min(event.point.x + 14, w - tip.offsetWidth - 6)) + "px");
      tip.style.setProperty("top", Math.max(4, Math.min(event.point.y + 14, h - tip.offsetHeight - 6)) + "px");
    });
  });
  map.on("mouseout", () => (tip.hidden = true));
  map.on("click", (event) => {
    if (store.tool !== "hand" || event.originalEvent.shiftKey) return;
    const i = customerUnder(view, event.point, event.originalEvent.pointerType === "touch" ? 10 : 4);
    const many = event.originalEvent.ctrlKey || event.originalEvent.metaKey;
    if (i >= 0) return select([i], many ? (store.selection.mask[i] ? "remove" : "add") : store.combine);
    const j = territory(event.point);
    choose(j < 0 || store.rep === j ? { rep: -1 } : { rep: j, tab: "totals" });
  });
}

const line = (label, value) => el("span", { class: "tip-line" }, el("span", {}, label), el("span", {}, value));

function aboutCustomer(i) {
  const { rep, previous, locked, measures } = store.customers;
  return [
    el("strong", {}, customerName(i)),
    line(t("rep"), rep[i] < 0 ? t("nobody") : repName(rep[i])),
    previous[i] >= 0 && previous[i] !== rep[i] ? line(t("today"), repName(previous[i])) : null,
    measures[store.measure] ? line(propertyName(store.measure), said(store.measure, measures[store.measure][i])) : null,
    locked[i] ? line(t("locked"), "✓") : null,
  ].filter(Boolean);
}

function aboutTerritory(j) {
  const f = figures(j, store.measure);
  return [
    el("strong", {}, repName(j)),
    line(t("customers"), number(store.state.reps[j].customers)),
    store.measure ? line(propertyName(store.measure), said(store.measure, f.total)) : null,
    share(j, store.measure) === null ? null : line(t("ofTarget"), percent(share(j, store.measure))),
  ].filter(Boolean);
}
