// How good the plan is, what limits it, and what it breaks.

const MOST_SHOWN = 8;

/** A violation in the reader's language. */
function violationText(v) {
  const key = "rule." + v.rule;
  if (lang === "en" || !t.has(key)) return v.text;
  const rep = v.rep === null ? "" : REP_AT.has(v.rep) ? repLabel(REP_AT.get(v.rep)) : String(v.rep);
  return t(key, { rep, site: v.site ?? "", by: v.by });
}

/** A list that shows its first entries, and the rest on demand. */
function longList(entries, id) {
  const list = el("ul", { class: "plain", id }, entries.slice(0, MOST_SHOWN).map((e) => el("li", {}, e)));
  if (entries.length <= MOST_SHOWN) return [list];
  const more = el("button", { type: "button", class: "link", on: { click: () => {
    list.append(...entries.slice(MOST_SHOWN).map((e) => el("li", {}, e)));
    more.remove();
  } } }, t("more", { n: entries.length - MOST_SHOWN }));
  return [list, more];
}

function pricesTable() {
  const worth = REPORT.prices.map((p) => ({ ...p, j: REP_AT.get(p.rep) })).filter((p) => p.j !== undefined && Math.abs(p.price) > 1e-9 * Math.abs(REPORT.objective.value));
  worth.sort((a, b) => Math.abs(b.price) - Math.abs(a.price) || a.j - b.j);
  if (!worth.length) return null;
  const unit = unitName(REPORT.objective.unit);
  const entry = (p) => {
    const values = { rep: repName(p.j), measure: propertyName(p.measure), price: number(Math.abs(p.price)), unit, one: t(t.has("one." + p.measure) ? "one." + p.measure : "one.other") };
    return [el("strong", {}, values.rep), " – ", t(p.price > 0 ? "price.upper" : "price.lower", values)];
  };
  return [
    el("h3", {}, t("prices")),
    el("p", { class: "remark" }, t("prices.text", { n: worth.length })),
    longList(worth.map(entry), "prices"),
  ];
}

function qualityCard() {
  const unit = unitName(REPORT.objective.unit);
  const fact = (id, label, value) => [el("dt", {}, label), el("dd", { id }, value)];
  const infeasible = REPORT.status === "infeasible";
  const facts = el("dl", { class: "facts" }, [
    fact("objective", t("objective"), `${number(REPORT.objective.value)} ${unit}`),
    fact("bound", t("bound"), `${number(REPORT.bound)} ${unit}`),
    fact("gap", t("gap"), infeasible ? NONE : percent(REPORT.gap, 4)),
    fact("proof", t("proof"), t(REPORT.proof === "search" ? "proof.search" : "proof.prices")),
  ]);
  return card(
    "quality",
    t("quality"),
    el("p", { class: "statement", id: "statement" }, proofSentence()),
    facts,
    REPORT.violations.length ? [el("h3", {}, t("violations")), longList(REPORT.violations.map(violationText), "violations")] : null,
    REPORT.notes.length ? [el("h3", {}, t(infeasible ? "reasons" : "notes")), el("div", { lang: "en" }, longList(REPORT.notes, "notes"))] : null,
    REPORT.outside.length ? [el("h3", {}, t("outsideBoundary", { n: REPORT.outside.length })), longList(REPORT.outside.map(String), "outside")] : null,
    pricesTable(),
  );
}
