// A bar per territory: how far its total is from its target, within the band that the rules leave.

const ORDERS = {
  index: (m) => (a, b) => (figures(b, m).index ?? -1) - (figures(a, m).index ?? -1),
  total: (m) => (a, b) => figures(b, m).total - figures(a, m).total,
  travel: () => (a, b) => (TERRITORIES[b].travel_km ?? -1) - (TERRITORIES[a].travel_km ?? -1),
  name: () => (a, b) => repName(a).localeCompare(repName(b), lang, { numeric: true }),
};

let order = "index";

/** Half of the axis: the bands and, up to four of them, the bars fit in. */
function axisReach(measure) {
  let band = 0.01;
  let worst = 0;
  for (const r of TERRITORIES) {
    const f = r.measures[measure];
    if (!(f.target > 0)) continue;
    band = Math.max(band, 1 - f.lower / f.target, f.upper === null ? 0 : f.upper / f.target - 1);
    worst = Math.max(worst, Math.abs(f.index - 1));
  }
  band = Math.min(band, 1);
  return 1.25 * Math.max(band, Math.min(worst, 4 * band));
}

function barRow(j, measure, reach, show) {
  const r = TERRITORIES[j];
  const f = r.measures[measure];
  const at = (share) => 50 + 50 * Math.max(-1, Math.min(1, share / reach));
  const track = el("span", { class: "track", "aria-hidden": "true" });
  if (f.index !== null) {
    const [low, high] = [at(f.lower / f.target - 1), f.upper === null ? 100 : at(f.upper / f.target - 1)];
    const end = at(f.index - 1);
    track.append(
      el("span", { class: "band", style: { left: low + "%", width: high - low + "%" } }),
      el("span", {
        class: "bar" + (within(j, measure) ? "" : " out") + (Math.abs(f.index - 1) > reach ? " cut" : ""),
        style: { left: Math.min(50, end) + "%", width: Math.max(0.6, Math.abs(end - 50)) + "%" },
      }),
      el("span", { class: "target" }),
    );
  }
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "row",
        "data-rep": j,
        "aria-pressed": String(store.selected === j),
        on: {
          click: () => toggleTerritory(j),
          mouseenter: () => choose({ hovered: j }),
          mouseleave: () => choose({ hovered: -1 }),
        },
      },
      el("span", { class: "who" }, chip(DATA.colors[j]), el("span", { class: "name" }, repName(j))),
      track,
      el("span", { class: "figure strong" }, percent(f.index), within(j, measure) ? null : el("span", { class: "unseen" }, " ", t("outside"))),
      el("span", { class: "figure" }, show(f.total)),
    ),
  );
}

/** The bars, and how they follow the choices. */
function balanceCard() {
  const measure = store.measure;
  const reach = axisReach(measure);
  const show = alike(TERRITORIES.map((r) => r.measures[measure].total));
  const order_ = [...TERRITORIES.keys()].sort((a, b) => ORDERS[order](measure)(a, b) || a - b);
  const list = el("ul", { class: "bars", id: "bars", tabindex: "0", "aria-label": t("balance") }, order_.map((j) => barRow(j, measure, reach, show)));
  const mark = () => {
    for (const row of list.querySelectorAll(".row")) {
      const j = Number(row.dataset.rep);
      row.classList.toggle("selected", j === store.selected);
      row.classList.toggle("near", j === store.hovered);
      row.setAttribute("aria-pressed", String(j === store.selected));
    }
  };
  mark();
  const reveal = () => {
    const row = list.querySelector(".row.selected");
    if (!row) return;
    // Within the list only: the page stays where it is.
    const [a, b] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
    if (a.top < b.top || a.bottom > b.bottom) list.scrollTop += a.top - b.top - b.height / 2;
  };
  const controls = el("div", { class: "controls" }, measurePicker(), picker(t("sort"), Object.keys(ORDERS).map((o) => [o, t("sort." + o)]), order, (value) => {
    order = value;
    refresh("balance");
  }));
  const axis = el(
    "div",
    { class: "axis", "aria-hidden": "true" },
    el("span", {}),
    el("span", { class: "ticks" }, el("span", {}, signedPercent(-reach / 1.25, 0)), el("span", {}, t("target")), el("span", {}, signedPercent(reach / 1.25, 0))),
    el("span", { class: "figure" }, t("index")),
    el("span", { class: "figure" }, propertyName(measure)),
  );
  const out = TERRITORIES.filter((_, j) => !within(j, measure)).length;
  const section = card(
    "balance",
    t("balance"),
    controls,
    axis,
    list,
    el("p", { class: "remark" }, el("span", { class: "key band-key", "aria-hidden": "true" }), t("balance.band"), " ", out ? t("balance.out", { n: out }) : t("balance.in")),
  );
  return { section, mark, reveal };
}

function measurePicker() {
  if (MEASURES.length < 2) return null;
  return picker(t("measure"), MEASURES.map((m) => [m, propertyName(m)]), store.measure, (measure) => choose({ measure }));
}
