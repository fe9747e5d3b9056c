// Names of measures and amounts in the language of the reader. The report's page has the same by the same names.

/** A measure in words: those of the file format are known, others speak for themselves. */
function propertyName(property) {
  return TEXTS[lang]["property." + property] || inWords(String(property));
}

/** An amount of a measure with its unit, where one is known. */
function amount(measure, x, unit) {
  const said = unit ?? (t.has("unit." + measure) ? t("unit." + measure) : "");
  return said && known(x) ? `${number(x)}\u00a0${said}` : number(x);
}

/** The unit of travel: "workload x km" is hours times kilometres. */
function unitName(unit) {
  return String(unit).split(" x ").map((part) => (part === "km" ? "km" : t.has("unit." + part) ? t("unit." + part) : propertyName(part))).join("\u00a0×\u00a0");
}

function kilometres(x) {
  return known(x) ? `${fixed(x, Math.abs(x) < 10 ? 1 : 0)}\u00a0km` : NONE;
}

/** A number with its sign in front. */
function signed(x) {
  return known(x) ? fixed(x, digitsOf(x), { signDisplay: "exceptZero" }) : NONE;
}

/** A moment of an answer, as the reader writes one. */
function moment(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "" : new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** The words of a list: "a, b and c". */
function listed(words) {
  return new Intl.ListFormat(lang).format(words);
}
