// Words, numbers and dates in the language of the reader.

const DATA = JSON.parse(document.getElementById("data").textContent);
const TEXTS = { en: TEXT_EN, de: TEXT_DE };
const NONE = "–";
let lang = document.documentElement.lang in TEXTS ? document.documentElement.lang : "en";

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

const known = (x) => x !== null && x !== undefined && Number.isFinite(x);

/** A number with as many digits as its size deserves. */
function number(x) {
  if (!known(x)) return NONE;
  const digits = Number.isInteger(x) || Math.abs(x) >= 1000 ? 0 : Math.abs(x) >= 10 ? 1 : 2;
  return format(x, { maximumFractionDigits: digits, minimumFractionDigits: digits });
}

/** A format for the numbers of one column: as many digits as the greatest deserves, the same for all. */
function alike(list, options = {}) {
  const some = list.filter(known);
  const size = Math.max(0, ...some.map(Math.abs));
  const digits = some.every(Number.isInteger) || size >= 10000 ? 0 : size >= 100 ? 1 : 2;
  return (x) => (known(x) ? format(x, { maximumFractionDigits: digits, minimumFractionDigits: digits, ...options }) : NONE);
}

function percent(x, options = {}) {
  return known(x) ? format(x, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1, ...options }) : NONE;
}

/** A short number for an axis: 1.2M. */
function brief(x) {
  return format(x, { notation: "compact", maximumSignificantDigits: 3, useGrouping: "always" });
}

/** A day of the files, YYYY-MM-DD. */
function day(text) {
  return new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(text + "T00:00:00Z"));
}

/** A period of the files: 2026, 2026-Q1, 2026-01. */
function period(text) {
  const quarter = /^(\d{4})-Q([1-4])$/.exec(text);
  if (quarter) return `Q${quarter[2]} ${quarter[1]}`;
  if (!/^\d{4}-\d\d$/.test(text)) return text;
  return new Intl.DateTimeFormat(lang, { month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(text + "-01T00:00:00Z"));
}

/** The name of a measure in words. */
function measureName(name) {
  const words = { revenue: { de: "Umsatz" }, customers: { de: "Kunden" }, workload: { de: "Arbeitsaufwand" }, visits: { de: "Besuche" } };
  const text = words[name]?.[lang] ?? name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
