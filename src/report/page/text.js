// Measures and amounts in the language of the reader.

let lang = DATA.lang;

function signed(x) {
  return format(x, { signDisplay: "exceptZero", maximumFractionDigits: 0 });
}

function kilometres(x) {
  return x === null || x === undefined ? NONE : `${fixed(x, 1)} km`;
}

/** A measure or property in words: those of the file format are known, others speak for themselves. */
function propertyName(property) {
  return TEXTS[lang]["property." + property] || inWords(property);
}

/** An amount of a measure with its unit, where the file format says one. */
function amount(measure, x) {
  const unit = t.has("unit." + measure) ? t("unit." + measure) : "";
  return unit && x !== null ? `${number(x)}\u00a0${unit}` : number(x);
}

/** Of the objective: "workload x km". */
function unitName(unit) {
  return unit.split(" x ").map((part) => (part === "km" ? "km" : t.has("unit." + part) ? t("unit." + part) : propertyName(part))).join(" × ");
}
