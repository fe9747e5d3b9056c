// The map: territories, outlines, what the pointer is on.

/** Makes the map inside `box`; what it needs to follow the reader's choices is set up here. */
function makeMap(box) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    renderer: L.canvas({ padding: 0.2 }),
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.05,
    zoomDelta: 0.5,
    wheelPxPerZoomLevel: 120,
    zoomAnimation: !calm,
    fadeAnimation: false,
    inertia: !calm,
    minZoom: 1,
    maxZoom: 18,
  });
  const extent = L.latLngBounds(inView());
  // A single place has no extent.
  const padded = extent.getNorth() - extent.getSouth() < 1e-3 ? extent.pad(0.1).extend(L.latLng(extent.getCenter()).toBounds(20000)) : extent;
  const fit = () => map.fitBounds(padded, { padding: [14, 14], animate: false });
  fit();
  const url = SCENARIO.dashboard.tiles;
  const tiles = url ? L.tileLayer(url, { maxZoom: 19 }) : null;
  const shapes = SHAPES.map((shape, j) => {
    const polygon = L.polygon(shape, { smoothFactor: 0.6 });
    polygon.on("click", () => toggleTerritory(j));
    return polygon.addTo(map);
  });
  const context = L.polyline(CONTEXT, { interactive: false, smoothFactor: 0.8 });
  const barriers = L.polyline(BARRIERS, { interactive: false, smoothFactor: 0.8 });
  const outline = L.polyline(OUTLINE, { interactive: false, smoothFactor: 0.8 }).addTo(map);
  const points = new PointLayer();

  const style = () => {
    const reach = indexReach(store.measure);
    const [ink, bare] = [themeColor("ink"), themeColor("bare")];
    const muted = store.mode === "today" || store.mode === "moves";
    shapes.forEach((shape, j) => {
      const chosen = j === store.selected;
      const near = j === store.hovered;
      const fill = store.mode === "index" ? indexColor(figures(j, store.measure).index, reach) : muted ? bare : DATA.colors[j];
      const strength = tiles && store.layers.tiles ? 0.5 : Number(themeColor("fill"));
      const dim = store.selected >= 0 && !chosen ? 0.35 : 1;
      shape.setStyle({
        fillColor: fill,
        fillOpacity: near ? Math.min(1, strength * dim + 0.12) : strength * dim,
        color: chosen || near ? ink : themeColor(muted ? "bare-border" : "border"),
        weight: chosen ? 3 : near ? 2.2 : 1.4,
        opacity: 1,
      });
    });
    const front = [store.hovered, store.selected].filter((j) => j >= 0);
    front.forEach((j) => shapes[j].bringToFront());
    outline.setStyle({ color: ink, weight: 1.2, opacity: 0.55 }).bringToFront();
    context.setStyle({ color: ink, weight: 1, opacity: 0.45, dashArray: "3 3" });
    barriers.setStyle({ color: ink, weight: 1.6, opacity: 0.9 }).bringToFront();
  };
  const layers = () => {
    for (const [layer, on] of [[context, store.layers.context], [barriers, BARRIERS.length && store.layers.barriers], [tiles, store.layers.tiles]]) {
      if (layer && on && !map.hasLayer(layer)) layer.addTo(map);
      if (layer && !on && map.hasLayer(layer)) layer.remove();
    }
  };
  layers();
  style();
  points.addTo(map);
  watch(["layers"], layers);
  watch(["selected", "hovered", "mode", "measure", "theme", "layers"], style);
  watch(["selected", "point", "mode", "measure", "theme", "layers", "lang"], () => points.draw());
  pointer(map, shapes, points);
  return {
    map,
    fit,
    /** Moves to a customer, near enough to tell it from others. */
    show(i) {
      map.setView(degrees(POINTS.x[i], POINTS.y[i]), Math.max(map.getZoom(), 9.5), { animate: !calm });
    },
    /** Moves to a territory. */
    showTerritory(j) {
      const bounds = SHAPES[j].length ? shapes[j].getBounds().extend(HOMES[j]) : L.latLng(HOMES[j]).toBounds(50000);
      map.fitBounds(bounds, { padding: [30, 30], animate: !calm });
    },
  };
}

/**
 * The places that the map opens on: what is within the box of the boundary or the units, or where there are none of the places
 * that all but the outermost twentieth on each side span, made three times as wide. So a place with a wrong coordinate does not
 * make a stamp of all others.
 */
function inView() {
  const places = POINTS.x.map((x, i) => degrees(x, POINTS.y[i]));
  const framed = SCENARIO.boundary || SCENARIO.units;
  const all = [...SHAPES.flat(3), ...HOMES, ...(framed ? [] : places)];
  const sample = framed && SHAPES.some((s) => s.length) ? SHAPES.flat(3) : places;
  const share = framed ? 0 : 0.05;
  const spans = [0, 1].map((axis) => {
    const sorted = sample.map((p) => p[axis]).sort((a, b) => a - b);
    const [low, high] = [share, 1 - share].map((s) => sorted[Math.round(s * (sorted.length - 1))]);
    const room = Math.max(high - low, 0.1);
    return [low - room, high + room];
  });
  const near = all.filter((p) => spans.every(([low, high], axis) => p[axis] >= low && p[axis] <= high));
  return near.length ? near : all;
}

/** A box beside the pointer says what is there. */
function pointer(map, shapes, points) {
  const box = map.getContainer();
  const tip = el("div", { class: "tip", "aria-hidden": "true", hidden: true });
  box.append(tip);
  let over = -1;
  shapes.forEach((shape, j) => {
    shape.on("mouseover", () => {
      over = j;
      choose({ hovered: j });
    });
    shape.on("mouseout", () => {
      over = -1;
      choose({ hovered: -1 });
    });
  });
  map.on("mousemove", (event) => {
    const i = points.at(event.containerPoint);
    if (i < 0 && over < 0) {
      tip.hidden = true;
      return;
    }
    tip.replaceChildren(...(i >= 0 ? customerTip(i) : territoryTip(over)));
    tip.hidden = false;
    const { x, y } = event.containerPoint;
    const left = x + 16 + tip.offsetWidth > box.clientWidth ? x - 16 - tip.offsetWidth : x + 16;
    const top = y + 16 + tip.offsetHeight > box.clientHeight ? y - 12 - tip.offsetHeight : y + 14;
    tip.style.left = Math.max(4, left) + "px";
    tip.style.top = Math.max(4, top) + "px";
  });
  map.on("mouseout movestart", () => {
    tip.hidden = true;
  });
  map.on("mouseout", () => {
    over = -1;
    choose({ hovered: -1 });
  });
}

function tipLine(label, value) {
  return el("div", { class: "tip-line" }, el("span", {}, label), el("span", {}, value));
}

function customerTip(i) {
  const id = POINTS.id[i];
  const name = POINTS.name?.[i];
  const before = POINTS.previous?.[i] ?? -1;
  return [
    el("strong", {}, name || id),
    name ? el("div", { class: "tip-id" }, id) : null,
    tipLine(propertyName(MEASURES[0]), amount(MEASURES[0], POINTS.size[i])),
    tipLine(t("territory"), repName(POINTS.owner[i])),
    moves(i) ? tipLine(t("today"), repName(before)) : null,
    LOCKED.has(i) ? el("div", { class: "tip-id" }, t("locked")) : null,
  ].filter(Boolean);
}

function territoryTip(j) {
  const r = TERRITORIES[j];
  return [
    el("strong", {}, repLabel(j)),
    ...MEASURES.map((m) => {
      const f = r.measures[m];
      return tipLine(propertyName(m), f.index === null ? amount(m, f.total) : `${amount(m, f.total)} (${percent(f.index)})`);
    }),
    tipLine(t("customers"), number(r.customers)),
    tipLine(t("meanTravel"), kilometres(r.travel_km)),
  ];
}
