// Goals per territory: what is to be reached by when, and whether the plan's own customers reach it already.

function dateWords(day) {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

function metWords(met) {
  if (met === null) return NONE;
  return el("span", { class: met ? "met" : "unmet" }, met ? "✓ " + t("target.met") : "○ " + t("target.unmet"));
}

function targetsCards() {
  const names = [...new Set((REPORT.targets ?? []).map((goal) => goal.name))];
  return names.map((name, at) => {
    const goals = REPORT.targets.filter((goal) => goal.name === name);
    const first = goals[0];
    const show = alike(goals.flatMap((goal) => [goal.base ?? NaN, goal.value]));
    const row = (goal) => {
      const j = REP_AT.get(goal.rep);
      const share = goal.base === null || goal.value <= 0 ? null : goal.base / goal.value;
      return el(
        "tr",
        { "data-rep": j },
        el("th", { scope: "row" }, chip(DATA.colors[j]), repName(j)),
        el("td", { class: "num" }, goal.base === null ? NONE : show(goal.base)),
        el("td", { class: "num" }, show(goal.value)),
        el("td", { class: "num" }, percent(share)),
        el("td", { class: "wide" }, el("span", { class: "meter", "aria-hidden": "true" }, el("span", { class: "reached", style: { width: 100 * Math.min(1, share ?? 0) + "%" } }))),
        el("td", {}, metWords(goal.met)),
      );
    };
    const heads = [t("territory"), t("target.base"), t("target.value"), t("share")];
    const met = goals.filter((goal) => goal.met === true).length;
    return card(
      "target-" + at,
      t("target.title", { name }),
      el("p", { class: "remark" }, t("target.text", { measure: propertyName(first.measure), from: dateWords(first.from), date: dateWords(first.date) }), " ", first.met === null ? "" : t("target.count", { n: met, of: goals.length })),
      el(
        "div",
        { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("target.title", { name }) },
        el("table", {}, el("thead", {}, el("tr", {}, heads.map((h, i) => el("th", { scope: "col", class: i ? "num" : "" }, h)), el("th", { scope: "col", "aria-label": t("share") }), el("th", { scope: "col" }, t("statusHead")))), el("tbody", {}, goals.map(row))),
      ),
    );
  });
}
