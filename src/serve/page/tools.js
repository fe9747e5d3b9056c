// Selecting on the map: a rectangle, a lasso, and the place of a new home base.

import { mercator } from "./dots.js";
import { select } from "./plan.js";
import { choose, store, watch } from "./store.js";

let asking = null;

/** Asks for a place on the map; `got` is called with [lon, lat]. */
export function askPlace(got) {
  asking = got;
  choose({ tool: "place" });
}

/** Whether a point is inside a ring: crossings of a ray to the west. */
export function inside(ring, x, y) {
  let odd = false;
  for (let a = 0, b = ring.length - 1; a < ring.length; b = a++) {
    const [[ax, ay], [bx, by]] = [ring[a], ring[b]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

/** Lets the pointer draw on the map whatever tool is in hand; Shift draws a rectangle at any time. */
export function tools(view) {
  const { map, box, xs, ys } = view;
  const path = svg("path", { class: "drawing" });
  const sheet = svg("svg", { class: "sheet", "aria-hidden": "true" }, path);
  box.append(sheet);
  let corners = null;
  let shape = "rectangle";
  let combine = "new";
  const at = (event) => {
    const frame = box.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const ring = () => {
    if (shape === "lasso") return corners;
    const [[ax, ay], [bx, by]] = [corners[0], corners.at(-1)];
    return [[ax, ay], [bx, ay], [bx, by], [ax, by]];
  };
  const draw = () => path.setAttribute("d", corners ? "M" + ring().map((c) => c.map((v) => v.toFixed(1)).join(" ")).join("L") + "Z" : "");
  const begin = (event) => {
    if (event.button !== 0) return;
    const free = event.shiftKey && store.tool === "hand" && !event.target.closest(".home");
    if (!free && !["rectangle", "lasso"].includes(store.tool)) return;
    event.preventDefault();
    event.stopPropagation();
    shape = free ? "rectangle" : store.tool;
    combine = event.altKey ? "remove" : event.ctrlKey || event.metaKey ? "add" : store.combine;
    corners = [at(event)];
    map.dragPan.disable();
  };
  const move = (event) => {
    if (!corners) return;
    const next = at(event);
    if (Math.hypot(next[0] - corners.at(-1)[0], next[1] - corners.at(-1)[1]) >= 3 || shape === "rectangle") corners.push(next);
    draw();
  };
  const end = () => {
    if (!corners) return;
    const drawn = ring();
    const small = corners.length < 3;
    corners = null;
    draw();
    map.dragPan.enable();
    if (!small) select(within(drawn), combine);
    if (store.tool !== "hand") choose({ tool: "hand" });
  };
  const within = (drawn) => {
    const places = drawn.map((p) => {
      const { lng, lat } = map.unproject(p);
      return mercator(lng, lat);
    });
    const [px, py] = [places.map((p) => p[0]), places.map((p) => p[1])];
    const [w, e, n, s] = [Math.min(...px), Math.max(...px), Math.min(...py), Math.max(...py)];
    const found = [];
    for (let i = 0; i < xs.length; i++) if (xs[i] >= w && xs[i] <= e && ys[i] >= n && ys[i] <= s && inside(places, xs[i], ys[i])) found.push(i);
    return found;
  };
  const canvas = map.getCanvasContainer();
  for (const node of [canvas, sheet]) node.addEventListener("pointerdown", begin, true);
  // The map pans on a mouse button; while something is drawn it must not.
  canvas.addEventListener("mousedown", (event) => event.shiftKey && store.tool === "hand" && event.stopPropagation(), true);
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", end);
  window.addEventListener("pointercancel", () => {
    corners = null;
    draw();
    map.dragPan.enable();
  });
  map.on("click", (event) => {
    if (store.tool !== "place" || !asking) return;
    const got = asking;
    asking = null;
    choose({ tool: "hand" });
    const round = (x) => Math.round(x * 1e5) / 1e5;
    got([round(event.lngLat.lng > 180 ? event.lngLat.lng - 360 : event.lngLat.lng), round(event.lngLat.lat)]);
  });
  watch(["tool"], () => {
    box.dataset.tool = store.tool;
    if (store.tool !== "place") asking = null;
  });
  box.dataset.tool = store.tool;
}
