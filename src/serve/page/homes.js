// Home bases on the map: they name the territories, and can be dragged to another place.

import { propose } from "./edits.js";
import { repName, turned } from "./plan.js";
import { choose, store, watch } from "./store.js";

/** Keeps a marker for each rep. */
export function homes(view) {
  const { map } = view;
  let markers = [];
  const make = (j) => {
    const name = el("span", { class: "home-name" }, repName(j));
    const sign = el("span", { class: "home-sign", "aria-hidden": "true" });
    // The list of territories has the same for the keyboard.
    const node = el("div", { class: "home", "data-rep": j, on: { click: (event) => (event.stopPropagation(), choose({ rep: j, tab: "totals" })) } }, sign, name);
    const marker = new maplibregl.Marker({ element: node, draggable: true, anchor: "center" });
    marker.on("dragend", () => {
      const { lng, lat } = marker.getLngLat();
      const r = store.state.reps[j];
      marker.setLngLat([turned(r.lon), r.lat]);
      choose({ rep: j, tab: "totals" });
      propose({ kind: "rep_move", rep: r.id, lon: round(lng > 180 ? lng - 360 : lng), lat: round(lat) });
    });
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
    node.removeAttribute("aria-label");
    node.setAttribute("aria-hidden", "true");
    return marker;
  };
  const place = () => {
    const { reps } = store.state;
    markers.slice(reps.length).forEach((m) => m.remove());
    markers = reps.map((r, j) => {
      const marker = markers[j] ?? make(j);
      marker.setLngLat([turned(r.lon), r.lat]);
      if (!markers[j]) marker.addTo(map);
      const node = marker.getElement();
      node.querySelector(".home-name").textContent = repName(j);
      node.querySelector(".home-sign").style.setProperty("background", r.color);
      node.classList.toggle("off", r.active === false);
      node.classList.toggle("chosen", store.rep === j);
      return marker;
    });
    view.box.classList.toggle("no-homes", !store.layers.homes);
    view.box.classList.toggle("no-names", !store.layers.names);
    thin();
  };
  /** Names that would lie on others are left out, the chosen one never. */
  const thin = () => {
    const places = markers.map((m) => map.project(m.getLngLat()));
    const taken = places.map(({ x, y }, j) => [x - 9, y - 9, x + 9, y + 9, j]);
    // What stands on the map hides what is beneath.
    const [frame, legend] = [view.box.getBoundingClientRect(), view.box.parentElement.querySelector(".legend")?.getBoundingClientRect()];
    if (legend) taken.push([legend.left - frame.left, legend.top - frame.top, legend.right - frame.left, legend.bottom - frame.top, -1]);
    const order = [...markers.keys()].sort((a, b) => (b === store.rep) - (a === store.rep) || (store.state.reps[b].customers ?? 0) - (store.state.reps[a].customers ?? 0));
    for (const j of order) {
      const { x, y } = places[j];
      const name = markers[j].getElement().querySelector(".home-name");
      const length = 6.8 * Math.min(24, name.textContent.length);
      // Where the map ends a name stands on the other side of its sign.
      const left = x + 14 + length > view.box.clientWidth && x > length;
      name.classList.toggle("left", left);
      const box = left ? [x - 14 - length, y - 9, x - 10, y + 9, j] : [x + 10, y - 9, x + 14 + length, y + 9, j];
      const free = j === store.rep || taken.every((b) => b[4] === j || box[2] < b[0] || b[2] < box[0] || box[3] < b[1] || b[3] < box[1]);
      name.hidden = !free;
      if (free) taken.push(box);
    }
  };
  place();
  map.on("moveend", thin);
  watch(["state", "layers", "rep", "lang"], place);
}

const round = (x) => Math.round(x * 1e5) / 1e5;
