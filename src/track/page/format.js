// Numbers and dates in the language of the reader.

const DATA = JSON.parse(document.getElementById("data").textContent);
let lang = document.documentElement.lang in TEXTS ? document.documentElement.lang : "en";

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
  return words[name]?.[lang] ?? inWords(name);
}
