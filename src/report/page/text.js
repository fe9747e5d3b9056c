// Words and numbers in the language of the reader.

const TEXTS = { en: TEXT_EN, de: TEXT_DE };
let lang = DATA.lang;

/** The text of a key, with {names} filled in. A pair of texts is [one, many], chosen by values.n. */
function t(key, values = {}) {
  let text = TEXTS[lang][key];
  if (Array.isArray(text)) text = text[values.n === 1 ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value);
  });
}

const formats = new Map();

function format(x, options) {
  const key = lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(lang, options));
  return formats.get(key).format(x);
}

const NONE = "–";

/** A number with as many digits as its size deserves. */
function number(x) {
  if (x === null || x === undefined || !Number.isFinite(x)) return NONE;
  const size = Math.abs(x);
  const digits = Number.isInteger(x) || size >= 1000 ? 0 : size >= 10 ? 1 : 2;
  return format(x, { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** A format for the numbers of one column: as many digits as the greatest deserves, the same for all. */
function alike(list) {
  const known = list.filter((x) => Number.isFinite(x));
  const size = Math.max(0, ...known.map(Math.abs));
  const digits = known.every(Number.isInteger) || size >= 10000 ? 0 : size >= 100 ? 1 : 2;
  return (x) => fixed(x, digits);
}

/** A number with exactly so many digits behind the point. */
function fixed(x, digits) {
  if (x === null || x === undefined || !Number.isFinite(x)) return NONE;
  return format(x, { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

function percent(x, digits = 1) {
  if (x === null || x === undefined || !Number.isFinite(x)) return NONE;
  const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format(x, options);
}

/** A difference from the target: +3.2 %. */
function signedPercent(x, digits = 1) {
  if (x === null || x === undefined || !Number.isFinite(x)) return NONE;
  const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format(x, { ...options, signDisplay: "exceptZero" });
}

function signed(x) {
  return format(x, { signDisplay: "exceptZero", maximumFractionDigits: 0 });
}

function kilometres(x) {
  return x === null || x === undefined ? NONE : `${fixed(x, 1)} km`;
}

/** A measure or property in words: those of the file format are known, others speak for themselves. */
function propertyName(property) {
  const known = TEXTS[lang]["property." + property];
  if (known) return known;
  const words = property.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
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

t.has = (key) => key in TEXTS[lang];
