// Above the map: what its colours mean. Below it: the legend and the layers.

function mapModes() {
  const modes = ["territory", "index"];
  if (POINTS.previous !== undefined && REPORT.today) modes.push("today", "moves");
  return modes;
}

/** The choice of colours, a group of radio buttons that look like one switch. */
function modeSwitch() {
  const options = mapModes().map((mode) =>
    el(
      "label",
      {},
      el("input", { type: "radio", name: "mode", value: mode, checked: store.mode === mode, on: { change: () => choose({ mode }) } }),
      el("span", {}, t("mode." + mode)),
    ),
  );
  return el("fieldset", { class: "switch" }, el("legend", { class: "unseen" }, t("mode")), options);
}

function layerBox(layer) {
  const input = el("input", {
    type: "checkbox",
    checked: store.layers[layer],
    on: { change: () => choose({ layers: { ...store.layers, [layer]: input.checked } }) },
  });
  return el("label", { class: "check" }, input, el("span", {}, t("layer." + layer)));
}

function layerBoxes() {
  const layers = ["customers", "homes", "labels"];
  if (CONTEXT.length) layers.push("context");
  if (BARRIERS.length) layers.push("barriers");
  if (SCENARIO.dashboard.tiles) layers.push("tiles");
  return el("fieldset", { class: "layers" }, el("legend", { class: "unseen" }, t("layers")), layers.map(layerBox));
}

function dot(radius, color) {
  const size = 2 * radius + 2;
  return svg(
    "svg",
    { width: size, height: size, "aria-hidden": "true" },
    svg("circle", { cx: size / 2, cy: size / 2, r: radius, fill: color }),
  );
}

function house() {
  return svg(
    "svg",
    { width: 14, height: 14, viewBox: "-7 -7 14 14", "aria-hidden": "true" },
    svg("path", { d: "M-5 5V-1L0-6L5-1V5Z", fill: "currentColor" }),
  );
}

function wall() {
  return svg("svg", { width: 18, height: 14, "aria-hidden": "true" }, svg("path", { d: "M1 10L7 5L12 8L17 3", fill: "none", stroke: "currentColor", "stroke-width": 1.6 }));
}

function legendEntry(mark, text) {
  return el("span", { class: "entry" }, mark, el("span", {}, text));
}

function legendOfMode() {
  const measure = propertyName(store.measure);
  if (store.mode === "index") {
    const reach = indexReach(store.measure);
    const steps = [-1, -0.5, 0, 0.5, 1];
    const scale = steps.map((s) => el("span", { class: "swatch", style: { background: indexColor(1 + s * reach, reach) } }));
    return [
      el("span", { class: "entry" }, el("span", {}, t("legend.index", { measure })), el("span", {}, signedPercent(-reach)), el("span", { class: "scale", "aria-hidden": "true" }, scale), el("span", {}, signedPercent(reach))),
    ];
  }
  const quiet = themeColor("quiet");
  if (store.mode === "today") return [legendEntry(dot(4, quiet), t("legend.today"))];
  if (store.mode === "moves") return [legendEntry(dot(4, quiet), t("legend.moves", { n: REPORT.today.changed }))];
  return [legendEntry(el("span", { class: "patches", "aria-hidden": "true" }, [...new Set(DATA.colors)].slice(0, 3).map(chip)), t("legend.territory"))];
}

function legend() {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, [1.5, 3, 4.5].map((r) => dot(r, themeColor("quiet"))));
  const drawn = POINTS.x.length;
  return el(
    "div",
    { class: "legend" },
    legendOfMode(),
    legendEntry(dots, t("legend.customer", { measure: propertyName(MEASURES[0]) })),
    legendEntry(house(), t("legend.home")),
    BARRIERS.length ? legendEntry(wall(), t("legend.barriers")) : null,
    drawn < POINTS.total ? el("p", { class: "remark", id: "thinned" }, t("thinned", { drawn, total: POINTS.total })) : null,
  );
}
