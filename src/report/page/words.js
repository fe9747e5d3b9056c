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

/** A number with exactly so many digits behind the point. */
function fixed(x, digits, options = {}) {
  return known(x) ? format(x, { maximumFractionDigits: digits, minimumFractionDigits: digits, ...options }) : NONE;
}

/** A number with as many digits as its size deserves. */
function number(x) {
  const size = Math.abs(x);
  return fixed(x, Number.isInteger(x) || size >= 1000 ? 0 : size >= 10 ? 1 : 2);
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

/** A difference from the target: +3.2 %. */
function signedPercent(x, digits = 1) {
  return percent(x, digits, { signDisplay: "exceptZero" });
}

/** A name of the files in words. */
function inWords(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
