// The data of the page, and the language it opens in.

const DATA = JSON.parse(document.getElementById("data").textContent);
let lang = document.documentElement.lang in TEXTS ? document.documentElement.lang : "en";
const found = (row) => row.verdict === "yes";
const priced = DATA.rows.some((row) => known(row.total_cost));
/** The name of a measure, and of what is minimised, in words. */
const measureName = () => (t.has("measure." + DATA.measure) ? t("measure." + DATA.measure) : DATA.measure);
const unitName = () => (t.has("unit." + DATA.unit) ? t("unit." + DATA.unit) : DATA.unit);
/** What a row costs, and costs at least: money where there is some, else travel. */
const costOf = (row) => (priced ? row.total_cost : row.travel);
const leastOf = (row) => (priced ? row.cost_bound : row.bound);
