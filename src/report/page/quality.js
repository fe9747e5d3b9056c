// How good the plan is, what limits it, and what it breaks.

const MOST_SHOWN = 8;

/** A violation in the reader's language. */
function violationText(v) {
  const key = "rule." + v.rule;
  if (lang === "en" || !t.has(key)) return v.text;
  const rep = v.rep === null ? "" : REP_AT.has(v.rep) ? repLabel(REP_AT.get(v.rep)) : String(v.rep);
  return (v.rule === "balance" && germanBound(rep, v.text)) || t(key, { rep, site: v.site ?? "", by: v.by });
}

/** A list that shows its first entries, and the rest on demand. */
function longList(entries, id, total = entries.length) {
  const list = el("ul", { class: "plain", id }, entries.slice(0, MOST_SHOWN).map((e) => el("li", {}, e)));
  const cut = total > entries.length ? el("p", { class: "remark" }, t("inReport", { n: total - entries.length })) : null;
  if (entries.length <= MOST_SHOWN) return [list, cut];
  const more = el("button", { type: "button", class: "link", on: { click: () => {
    list.append(...entries.slice(MOST_SHOWN).map((e) => el("li", {}, e)));
    more.remove();
  } } }, t("more", { n: entries.length - MOST_SHOWN }));
  return [list, more, cut];
}

/** An amount of a measure in words: an hour, a customer, a thousand of others. */
function stepOf(measure, step) {
  if (step === 1 && t.has("one." + measure)) return { step, words: t("one." + measure) };
  return { step, words: `${number(step)} ${propertyName(measure)}` };
}

/** What the prices say, in the reader's language. */
function adviceText(a) {
  const key = "advice." + a.kind;
  if (lang === "en" || !t.has(key)) return a.text;
  const unit = unitName(REPORT.objective.unit);
  const perUnit = ["upper", "lower", "change"].includes(a.kind);
  const { step, words } = perUnit ? stepOf(a.of, a.step ?? 1) : { step: 1, words: "" };
  const rep = a.rep !== undefined && REP_AT.has(a.rep) ? repLabel(REP_AT.get(a.rep)) : "";
  return t(key, { rep, measure: propertyName(a.of), rule: a.of, one: words, saves: number(step * a.saves), unit, at: a.at ?? "", most: t(a.text.includes(" at most ") ? "atMost" : "about") });
}

/** What would help most: another rep, rules and the limit on change first, then the bounds of the reps. */
function advice() {
  const list = REPORT.advice ?? [];
  if (!list.length) return null;
  const rank = (a) => ["new_rep", "rule", "change"].indexOf(a.kind) >>> 0;
  const order = list.map((a, at) => ({ a, at })).sort((x, y) => rank(x.a) - rank(y.a) || x.at - y.at);
  return [el("h3", {}, t("advice")), longList(order.map(({ a }) => adviceText(a)), "advice")];
}

/** Whether the plan weighs preferences besides travel. */
function fitted() {
  return (REPORT.preferences ?? []).length > 0;
}

/** Whether load beside the targets is a part of the cost. */
function weighed() {
  return REPORT.objective.balance !== undefined;
}

/** What stands behind a key of texts about the cost. */
function costKey(key) {
  return key + (weighed() ? ".weighed" : fitted() ? ".fitted" : "");
}

/** Load beside the targets of a measure, and what it costs. */
function besideText(d, unit) {
  return t("beside", { load: number(d.load), measure: propertyName(d.measure), price: number(d.price), unit });
}

function qualityCard() {
  const unit = unitName(REPORT.objective.unit);
  const fact = (id, label, value) => [el("dt", {}, label), el("dd", { id }, value)];
  const infeasible = REPORT.status === "infeasible";
  const facts = el("dl", { class: "facts" }, [
    fact("objective", t(costKey("objective")), `${number(REPORT.objective.value)} ${unit}`),
    fitted() ? fact("preference", t("preference"), `${number(REPORT.objective.preference)} ${unit}`) : null,
    weighed() ? [fact("travel", t("travelPart"), `${number(REPORT.objective.travel)} ${unit}`), fact("balance", t("balancePart"), `${number(REPORT.objective.balance)} ${unit}`)] : null,
    // Where no plan exists, the bound is above every plan: it says that, and is no amount of travel.
    fact("bound", t("bound"), infeasible ? NONE : `${numberAtLeast(REPORT.bound)} ${unit}`),
    fact("gap", t("gap"), infeasible ? NONE : percentAtMost(shownGap(), 4)),
    infeasible ? null : fact("proof", t("proof"), t("proof." + REPORT.proof)),
  ]);
  return card(
    "quality",
    t("quality"),
    el("p", { class: "statement", id: "statement" }, proofSentence()),
    facts,
    fitted() ? [el("h3", {}, t("preferences")), longList(REPORT.preferences.map((p) => t("preference.met", { ...p, n: p.could })), "preferences")] : null,
    weighed() ? [el("h3", {}, t("besides")), longList(REPORT.deviation.map((d) => besideText(d, unit)), "besides")] : null,
    REPORT.violations.length ? [el("h3", {}, t("violations")), longList(REPORT.violations.map(violationText), "violations", DATA.counts.violations)] : null,
    REPORT.notes.length ? [el("h3", {}, t(infeasible && !DEVIATES ? "reasons" : "notes")), longList(REPORT.notes.map(noteText), "notes")] : null,
    REPORT.outside.length ? [el("h3", {}, t("outsideBoundary", { n: DATA.counts.outside })), longList(REPORT.outside.map(String), "outside", DATA.counts.outside)] : null,
    REPORT.enclaves?.length ? [el("h3", {}, t("enclaves", { n: DATA.counts.enclaves })), longList(REPORT.enclaves.map((e) => t("enclave", e)), "enclaves", DATA.counts.enclaves)] : null,
    advice(),
  );
}
