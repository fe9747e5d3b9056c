// The head of the page: what this is, how good it is, in one look.

function statusChip() {
  const mark = { optimal: "✓", feasible: "✓", infeasible: "!" }[REPORT.status];
  const text = DEVIATES ? t("status.deviates", { n: DATA.counts.violations }) : t("status." + (NOT_FOUND ? "not-found" : REPORT.status));
  return el("span", { class: "status " + REPORT.status }, el("span", { "aria-hidden": "true" }, mark + " "), text);
}

/** What is left of a proven optimum is rounding. */
const shownGap = () => (REPORT.gap <= 1e-9 ? 0 : REPORT.gap);

/** What is proven, in a sentence. */
function proofSentence() {
  if (DEVIATES) return t("proof.deviates", { n: DATA.counts.violations });
  if (REPORT.status === "infeasible") return t(NOT_FOUND ? "proof.not-found" : "proof.infeasible");
  const cost = costKey("");
  if (shownGap() === 0) return t("proof.exact" + cost);
  return t("proof.bound" + cost, { share: percentAtLeast(1 - REPORT.gap, 3) });
}

/** How well balanced the plan is, in a sentence. */
function balanceSentence() {
  const worst = worstDeviation(MEASURES);
  if (worst === null) return "";
  const wide = SCENARIO.balance.map((b) => t("balance.tolerance", { measure: propertyName(b.measure), tolerance: percent(b.tolerance, Number.isInteger(b.tolerance * 100) ? 0 : 1) }));
  const all = TERRITORIES.every((_, j) => MEASURES.every((m) => within(j, m)));
  return t(all ? "balance.all" : "balance.some", { tolerances: wide.join(", ") });
}

function tile(id, value, label, note) {
  return el("div", { class: "tile" }, el("dt", {}, label), el("dd", { id }, value), note ? el("dd", { class: "note" }, note) : null);
}

/** Mean travel over all customers, weighted as the objective is where it counts kilometres. */
function meanTravel() {
  const today = REPORT.today;
  if (today && today.unowned === 0 && today.plan.travel_km !== null) return today.plan.travel_km;
  const known = TERRITORIES.filter((r) => r.travel_km !== null);
  const weight = (r) => (MEASURES.includes(SCENARIO.travel.weight) ? r.measures[SCENARIO.travel.weight].total : r.customers);
  const all = sum(known.map(weight));
  return all > 0 ? sum(known.map((r) => r.travel_km * weight(r))) / all : null;
}

function tiles() {
  const first = MEASURES[0];
  const index = TERRITORIES.map((r) => r.measures[first].index).filter((x) => x !== null);
  const list = [tile("kpi-customers", number(POINTS.total), t("customers"), t("kpi.territories", { n: TERRITORIES.length }))];
  list.push(tile("kpi-total", amount(first, total(first)), propertyName(first), t("kpi.inAll")));
  if (index.length) {
    const range = `${percent(Math.min(...index))} – ${percent(Math.max(...index))}`;
    list.push(tile("kpi-index", range, t("kpi.index"), propertyName(first)));
  }
  list.push(tile("kpi-travel", kilometres(meanTravel()), t("kpi.travel"), t("kpi.oneWay")));
  list.push(tile("kpi-gap", REPORT.status === "infeasible" ? NONE : percentAtMost(shownGap(), 3), t("kpi.gap"), t("kpi.gapNote")));
  if (REPORT.today) {
    const share = REPORT.today.changed / Math.max(1, REPORT.today.owned);
    list.push(tile("kpi-changed", percent(share), t("kpi.changed"), t("kpi.changedNote", { n: REPORT.today.changed })));
  }
  return el("dl", { class: "tiles" }, list);
}

/** Why there is no plan, or what today's assignment breaks: first thing on the page. */
function banner() {
  if (REPORT.status !== "infeasible") return null;
  const shown = REPORT.violations.slice(0, 5);
  return el(
    "section",
    { class: "banner", id: "infeasible", "aria-labelledby": "infeasible-title" },
    el("h2", { id: "infeasible-title" }, DEVIATES ? t("deviates.title", { n: DATA.counts.violations }) : t(NOT_FOUND ? "not-found.title" : "infeasible.title")),
    el("p", {}, t(DEVIATES ? "deviates.text" : "infeasible.text")),
    el("ul", {}, shown.map((v) => el("li", {}, violationText(v)))),
    DATA.counts.violations > shown.length ? el("p", {}, t("more", { n: DATA.counts.violations - shown.length })) : null,
    el("a", { href: "#quality" }, t(DEVIATES ? "deviates.all" : "infeasible.reasons")),
  );
}

function header(actions) {
  return el(
    "header",
    { class: "top" },
    el(
      "div",
      { class: "title" },
      el("p", { class: "kicker" }, t("kicker")),
      el("h1", {}, SCENARIO.name, " ", statusChip()),
      el("p", { class: "lead", id: "lead" }, REPORT.kept ? t("kept") + " " : "", balanceSentence(), " ", proofSentence()),
    ),
    actions,
  );
}
