// Words and numbers in the language of the reader: what all pages share. Each page says first which `lang` it opens in.

const TEXTS = { en: TEXT_EN, de: TEXT_DE };
const NONE = "–";

/** The text of a key, with {names} filled in. A pair of texts is [one, many], chosen by values.n. */
function t(key, values = {}) {
  let text = TEXTS[lang][key];
  if (Array.isArray(text)) text = text[values.n === 1 ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : String(value);
  });
}

t.has = (key) => key in TEXTS[lang];

const formats = new Map();

function format(x, options) {
  const key = lang + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(lang, options));
  return formats.get(key).format(x);
}

const known = (x) => Number.isFinite(x);

/** In whole steps of 10^-digits: to the nearest, or up or down. Numbers that differ by less than 1e-9 of themselves are one. */
function stepped(x, digits, way = "round") {
  const scaled = x * 10 ** digits;
  const slack = 1e-9 * Math.max(1e-9, Math.abs(scaled));
  const steps = { round: Math.round(scaled), ceil: Math.ceil(scaled - slack), floor: Math.floor(scaled + slack) }[way];
  return steps / 10 ** digits;
}

/** A number with exactly so many digits behind the point; a zero has no sign. */
function fixed(x, digits, options = {}) {
  if (!known(x)) return NONE;
  const places = digits + (options.style === "percent" ? 2 : 0);
  const shown = stepped(x, places) === 0 ? 0 : x;
  return format(shown, { maximumFractionDigits: digits, minimumFractionDigits: digits, ...options });
}

/** Digits behind the point that the size of a number deserves. */
function digitsOf(x) {
  const size = Math.abs(x);
  return Number.isInteger(x) || size >= 1000 ? 0 : size >= 10 ? 1 : 2;
}

/** A number with as many digits as its size deserves. */
function number(x) {
  return fixed(x, digitsOf(x));
}

/** A number that nothing is below: rounded down. */
function numberAtLeast(x) {
  return known(x) ? fixed(stepped(x, digitsOf(x), "floor"), digitsOf(x)) : NONE;
}

/** A format for the numbers of one column: as many digits as the greatest deserves, the same for all. */
function alike(list, options = {}) {
  const some = list.filter(known);
  const size = Math.max(0, ...some.map(Math.abs));
  const digits = some.every(Number.isInteger) || size >= 10000 ? 0 : size >= 100 ? 1 : 2;
  return (x) => fixed(x, digits, options);
}

function percent(x, digits = 1, options = {}) {
  return fixed(x, digits, { style: "percent", ...options });
}

/** A share that is claimed to be at most this: rounded up. */
function percentAtMost(x, digits) {
  return percent(known(x) ? stepped(x, digits + 2, "ceil") : x, digits);
}

/** A share that is claimed to be at least this: rounded down. */
function percentAtLeast(x, digits) {
  return percent(known(x) ? stepped(x, digits + 2, "floor") : x, digits);
}

/** A difference from the target: +3.2 %. */
function signedPercent(x, digits = 1) {
  return percent(x, digits, { signDisplay: "exceptZero" });
}

/** A name of the files in words. */
function inWords(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
