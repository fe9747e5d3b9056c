// Notes in German. `report.json` has them as English sentences. Each is known by its form; one that is not known is
// shown as it stands.

const AMOUNT = "-?[\\d.,]+(?:e-?\\d+)?";
const germanFigure = (text) => text.replace(/[.,]/g, (c) => (c === "," ? "." : ","));
const germanCount = (n, one, many) => `${germanFigure(n)} ${n === "1" ? one : many}`;
const germanList = (text) => text.replaceAll(" of ", " von ").replaceAll(" and ", " und ").replace(/([\d,]+) more$/, "$1 weitere");
const germanWho = (who) => (who === "all reps" ? "alle Betreuer" : germanList(who));

/** "; a tolerance of 36 %, or unlocking C4 would do for them". */
function germanWays(text = "") {
  const [, tolerance, sites] = /^; (?:a tolerance of ([\d.]+) %)?(?:, or )?(?:unlocking (.+))? would do for them$/.exec(text) ?? [];
  const ways = [tolerance && `eine Toleranz von ${germanFigure(tolerance)} %`, sites && `die Zuordnung von ${germanList(sites)} zu lösen`];
  return tolerance || sites ? `; es genügt ${ways.filter(Boolean).join(", oder ")}` : "";
}

const germanReach = (name, value, all, whom) => (name ? `; ${name} = ${germanFigure(value)}${all ? " für alle Betreuer" : ""} erreicht ${whom === "it" ? "ihn" : "alle"}` : "");

/** Why islands are left. */
const GERMAN_WHY = {
  "not joined, because that would cost more travel": ", weil der Anschluss mehr Reiseaufwand kostete",
  "not joined, no way within the bounds was found": ", zu deren Anschluss sich innerhalb der Grenzen kein Weg fand",
  "not joined, no cheap way within the bounds was found": ", zu deren Anschluss sich innerhalb der Grenzen kein günstiger Weg fand",
  "in today's assignment": " in der heutigen Zuordnung",
};

/** "C1 of R1 at [9.5, 50]": the coordinates stay as the files have them. */
const germanPlaces = (text) => text.replaceAll(" of ", " von ").replaceAll(" at [", " bei [");

/** Pairs of a form and what makes German of its parts. */
const NOTES_DE = [
  ["(.+) by (.+) has no row for (.+): it counts 0 for them", (table, by, list) => `${table} nach ${by} hat keine Zeile für ${germanList(list)}: Für sie zählt sie 0`],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? lies? beyond (max_km|max_minutes) of every rep(?:; (max_km|max_minutes) of ([\\d.]+)( for all reps)? reaches (it|everybody))?",
    (n, list, rule, name, value, all, whom) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)} jenseits von ${rule} aller Betreuer${germanReach(name, value, all, whom)}`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? finds? no rep that `(.+)` permit(?:; (max_km|max_minutes) of ([\\d.]+)( for all reps)? reaches (it|everybody))?",
    (n, list, rules, name, value, all, whom) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: kein Betreuer, den die Regeln ${rules.replaceAll("` and `", " und ")} zulassen${germanReach(name, value, all, whom)}`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? requires? (.+), which no rep has",
    (n, list, skills) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: verlangt ist ${skills}, was kein Betreuer hat`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? (?:is|are) (locked|wished) to (.+), who lacks (.+)",
    (n, list, held, rep, skills) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: ${held === "locked" ? "fest zugeordnet zu" : "gewünscht zu"} ${rep}, dem ${skills} fehlt`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? (?:is|are) of the region (.+), which no rep is of",
    (n, list, region) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: Region ${region}, zu der kein Betreuer gehört`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? (?:is|are) (locked|wished) to (.+), who is not of the region (.+)",
    (n, list, held, rep, region) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: ${held === "locked" ? "fest zugeordnet zu" : "gewünscht zu"} ${rep}, der nicht zur Region ${region} gehört`,
  ],
  [
    "(?:([\\d,]+) customers \\()?(.+?)\\)? (?:is|are) wished to (.+), but locked to (.+)",
    (n, list, rep, lock) => `${n ? `${germanCount(n, "Kunde", "Kunden")} (${germanList(list)})` : germanList(list)}: gewünscht zu ${rep}, aber fest zugeordnet zu ${lock}`,
  ],
  ["group \"(.+)\": its customers require (.+), which no rep has together", (name, skills) => `Gruppe „${name}“: verlangt sind ${germanList(skills)}, was kein Betreuer zusammen hat`],
  ["group \"(.+)\": its customers are locked to different reps \\((.+)\\)", (name, list) => `Gruppe „${name}“: ihre Kunden sind verschiedenen Betreuern fest zugeordnet (${germanList(list)})`],
  ["group \"(.+)\": no rep is permitted for all its ([\\d,]+) customers", (name, n) => `Gruppe „${name}“: kein Betreuer darf alle ihre ${germanFigure(n)} Kunden haben`],
  [
    `(.+) holds (${AMOUNT}) (.+), more than any permitted rep may have \\((${AMOUNT})\\)`,
    (site, held, measure, bound) => `${site} mit ${germanFigure(held)} ${propertyName(measure)}: mehr, als ein erlaubter Betreuer haben darf (${germanFigure(bound)})`,
  ],
  [
    `group "(.+)": its ([\\d,]+) customers hold (${AMOUNT}) (.+), more than any permitted rep may have \\((${AMOUNT})\\)`,
    (name, n, held, measure, bound) => `Gruppe „${name}“: ihre ${germanFigure(n)} Kunden mit ${germanFigure(held)} ${propertyName(measure)} sind mehr, als ein erlaubter Betreuer haben darf (${germanFigure(bound)})`,
  ],
  [
    "([\\d,]+) customers? of \"(.+)\", who is no rep any more, ha(?:s|ve) no owner today: that (?:it gets|they get) one is no change of hands(?:; ([\\d,]+) of them were locked, and are not)?",
    (n, name, locked) => `${germanCount(n, "Kunde", "Kunden")} von „${name}“, heute nicht mehr dabei, ${n === "1" ? "hat" : "haben"} keinen Betreuer: Ihn zu bekommen ist kein Wechsel${locked ? `; ${germanFigure(locked)} davon waren fest zugeordnet und sind es nicht mehr` : ""}`,
  ],
  [
    `([\\d,]+) islands? \\(([\\d,]+) customers?\\) forced by \`(\\w+)\`: (.+)`,
    (n, sites, rule, list) => `${germanCount(n, "Insel", "Inseln")} (${germanCount(sites, "Kunde", "Kunden")}), weil die Regel „${rule}“ es verlangt: ${germanList(list)}`,
  ],
  [
    `([\\d,]+) islands? \\(([\\d,]+) customers?\\) (not joined, because that would cost more travel|not joined, no way within the bounds was found|not joined, no cheap way within the bounds was found|in today's assignment): (.+)`,
    (n, sites, why, list) => `${germanCount(n, "Insel", "Inseln")} (${germanCount(sites, "Kunde", "Kunden")})${GERMAN_WHY[why]}: ${germanList(list)}`,
  ],
  [
    "([\\d,]+) customers? (?:is|are) at ([\\d,]+) places? with customers of several reps, one of whom has the land, not theirs: (.+?)(; \\[rules\\] places = true keeps a place with one rep)?",
    (n, places, list, way) => `${germanCount(n, "Kunde", "Kunden")} an ${germanCount(places, "Ort", "Orten")} mit Kunden mehrerer Betreuer, von denen ein anderer die Fläche hat: ${germanPlaces(list)}${way ? "; mit [rules] places = true bleibt ein Ort bei einem Betreuer" : ""}`,
  ],
  [
    "([\\d,]+) customers? (?:is|are) within centimetres of other reps' customers or of the boundary, with no room for land of their rep: (.+)",
    (n, list) => `${germanCount(n, "Kunde", "Kunden")} nur Zentimeter von fremden Kunden oder von der Grenze entfernt, ohne Platz für eine Fläche ihres Betreuers: ${germanPlaces(list)}`,
  ],
  [
    "([\\d,]+) reps? (?:has|have) customers and no land on the map: (.+)",
    (n, list) => `${germanFigure(n)} Betreuer mit Kunden, aber ohne Fläche auf der Karte: ${list.replace(/([\d,]+) customers?\)/g, (_, held) => `${germanCount(held, "Kunde", "Kunden")})`)}`,
  ],
  [
    "([\\d,]+) territor(?:y is|ies are) drawn in several parts, as their land is, though `rules\\.contiguous` joins their customers: (.+)",
    (n, list) => `${germanCount(n, "Gebiet besteht", "Gebiete bestehen")} auf der Karte aus mehreren Teilen, weil ihr Land es tut, obwohl „rules.contiguous“ ihre Kunden verbindet: ${list}`,
  ],
  [
    "([\\d,]+) customers? that a rule keeps inside another rep's territory (?:is|are) left out of the map and listed in report\\.json \\(enclaves\\)",
    (n) => `${germanCount(n, "Kunde", "Kunden")} in fremden Gebieten, weil eine Regel es verlangt: ohne Fleck auf der Karte, aufgeführt in report.json (enclaves)`,
  ],
  [
    "([\\d,]+) customers? \\((.+)\\) (?:is|are) on islands that border on nothing else, which `rules\\.contiguous` excepts",
    (n, list) => `${germanCount(n, "Kunde", "Kunden")} (${list}) auf Inseln, die an nichts grenzen; „rules.contiguous“ nimmt sie aus`,
  ],
  [
    "([\\d,]+) locked customers? lies? beyond a travel limit, which the lock outranks: (.+)",
    (n, list) => `${germanCount(n, "fest zugeordneter Kunde", "fest zugeordnete Kunden")} jenseits einer Reisegrenze; die Zuordnung geht vor: ${germanList(list)}`,
  ],
  ["today's assignment, evaluated: nothing was moved", () => "Die heutige Zuordnung, bewertet: Nichts wechselt"],
  [
    "([\\d,]+) of ([\\d,]+) customers have no owner of today: each is counted with its group, else with the nearest permitted rep",
    (n, all) => `${germanFigure(n)} von ${germanFigure(all)} Kunden haben heute keinen Betreuer: Jeder zählt bei seiner Gruppe, sonst beim nächsten erlaubten Betreuer`,
  ],
  ["the time limit of (.+) s ended the search for a better plan", (s) => `Nach ${germanFigure(s)} s war die Zeit für die Suche nach einem besseren Plan um`],
  [
    "there was no time to choose what load beside the targets may cost: where that was not found, it costs nothing here; a longer time_limit_s, or a number as deviation_cost, helps",
    () => "Für die Suche danach, was Last neben dem Soll kosten darf, reichte die Zeit nicht: Wo nichts gefunden wurde, kostet sie hier nichts. Ein längeres time_limit_s oder eine Zahl als deviation_cost hilft",
  ],
  ["there was no time left to work out every reason and all advice", () => "Für alle Gründe und Hinweise war keine Zeit mehr"],
  ["the run was interrupted: this is the best plan found until then", () => "Der Lauf wurde unterbrochen: Das ist der beste Plan, der bis dahin gefunden war"],
  ["no plan keeps all bounds, not even one that shares customers between reps \\(proven by prices\\)", () => "Kein Plan hält alle Grenzen ein, nicht einmal einer, der Kunden zwischen Betreuern teilt (durch Preise bewiesen)"],
  ["no plan keeps all bounds \\(proven by the certificate\\)", () => "Kein Plan hält alle Grenzen ein (durch das Zertifikat bewiesen)"],
  ["no plan that keeps all rules was found, and none is ruled out", () => "Es wurde kein Plan gefunden, der alle Regeln einhält, und keiner ist ausgeschlossen"],
  [
    "no plan with contiguous territories (keeps all bounds|costs less): a search ruled out all of them; the certificate does not cover contiguity",
    (what) =>
      `Kein Plan mit zusammenhängenden Gebieten ${what === "costs less" ? "kostet weniger" : "hält alle Grenzen ein"}: Eine Suche hat alle ausgeschlossen; das Zertifikat spricht nicht von Zusammenhang`,
  ],
  ["a stronger proof did not pass its own check, and is not claimed", () => "Ein stärkerer Beweis hat die eigene Prüfung nicht bestanden und wird nicht behauptet"],
  [
    `(.+): (?:the )?([\\d,]+) (locked )?customers?(?: that nobody else may have \\((.+)\\))? hold (${AMOUNT}) of (.+), (?:its upper bound is|their upper bounds add up to) (${AMOUNT}): (${AMOUNT}) too much(;.+)?`,
    (who, n, locked, rules, held, measure, bound, excess, ways) =>
      `${germanWho(who)}: ${locked ? germanCount(n, "fest zugeordneter Kunde", "fest zugeordnete Kunden") : germanCount(n, "Kunde", "Kunden")}${rules ? `, die sonst niemand haben darf (${rules}),` : ""} mit ${germanFigure(held)} ${propertyName(measure)} bei einer Obergrenze von ${germanFigure(bound)}: ${germanFigure(excess)} zu viel${germanWays(ways)}`,
  ],
  [
    `(.+): the ([\\d,]+) customers? that (?:it|they) may have(?: \\((.+)\\))? hold (${AMOUNT}) of (.+), (?:its lower bound is|their lower bounds add up to) (${AMOUNT}): (${AMOUNT}) too little(;.+)?`,
    (who, n, rules, held, measure, bound, missing, ways) =>
      `${germanWho(who)}: nur ${germanCount(n, "möglicher Kunde", "mögliche Kunden")}${rules ? ` (${rules})` : ""} mit ${germanFigure(held)} ${propertyName(measure)} bei einer Untergrenze von ${germanFigure(bound)}: ${germanFigure(missing)} zu wenig${germanWays(ways)}`,
  ],
  [
    "a tolerance of ([\\d.]+) % on (.+) would let every bound be met \\(as far as shares of customers go\\)",
    (share, measure) => `Mit einer Toleranz von ${germanFigure(share)} % für ${propertyName(measure)} wären alle Grenzen einzuhalten (soweit Kunden teilbar sind)`,
  ],
  [
    `(.+): (\\d+) locked customers? holds? (${AMOUNT}) (.+), its upper bound is (${AMOUNT})`,
    (who, n, held, measure, bound) => `${who}: ${germanCount(n, "fest zugeordneter Kunde", "fest zugeordnete Kunden")} mit ${germanFigure(held)} ${propertyName(measure)} bei einer Obergrenze von ${germanFigure(bound)}`,
  ],
  [
    `the (lower|upper) bounds on (.+) add up to (${AMOUNT}), there is (?:only )?(${AMOUNT})`,
    (side, measure, bounds, total) => `Die ${side === "lower" ? "Unter" : "Ober"}grenzen für ${propertyName(measure)} ergeben zusammen ${germanFigure(bounds)}, es gibt ${side === "lower" ? "nur " : ""}${germanFigure(total)}`,
  ],
  [
    `every total of (.+) is a multiple of (${AMOUNT}), and none lies within the bounds of (.+) \\((${AMOUNT}) to (${AMOUNT}) for (.+)\\): no plan of whole customers keeps them`,
    (measure, grain, who, low, high, rep) =>
      `Jede Summe von ${propertyName(measure)} ist ein Vielfaches von ${germanFigure(grain)}, und keines liegt in den Grenzen von ${germanList(who)} (${germanFigure(low)} bis ${germanFigure(high)} bei ${rep}): Kein Plan mit ganzen Kunden hält sie ein`,
  ],
  [
    `every total of (.+) is a multiple of (${AMOUNT}); those within the bounds add up to at (most|least) (${AMOUNT}), there is (${AMOUNT}): no plan of whole customers keeps the (upper|lower) bounds`,
    (measure, grain, most, sum, total, side) =>
      `Jede Summe von ${propertyName(measure)} ist ein Vielfaches von ${germanFigure(grain)}; die in den Grenzen ergeben zusammen ${most === "most" ? "höchstens" : "mindestens"} ${germanFigure(sum)}, es gibt ${germanFigure(total)}: Kein Plan mit ganzen Kunden hält die ${side === "upper" ? "Ober" : "Unter"}grenzen ein`,
  ],
  [
    `(.+): no set of whole customers adds up to a (.+) of (${AMOUNT}) to (${AMOUNT}); the nearest sums are (.+)`,
    (who, measure, low, high, sums) =>
      `${who}: Keine Auswahl ganzer Kunden ergibt ${propertyName(measure)} von ${germanFigure(low)} bis ${germanFigure(high)}; die nächsten Summen sind ${germanFigure(sums).replace(" and ", " und ")}`,
  ],
].map(([form, say]) => [new RegExp(`^${form}$`), say]);

const BEYOND_DE = new RegExp(`^.+: (.+) (${AMOUNT}) is (${AMOUNT}) (above its upper|below its lower) bound of (${AMOUNT})$`);

/** A bound that is broken, in German; null where the text is another. */
function germanBound(rep, text) {
  const [, measure, total, by, side, bound] = BEYOND_DE.exec(text) ?? [];
  if (!measure) return null;
  const way = side.startsWith("above") ? "über der Obergrenze" : "unter der Untergrenze";
  return `${rep}: ${propertyName(measure)} ${germanFigure(total)} liegt um ${germanFigure(by)} ${way} von ${germanFigure(bound)}`;
}

/** A note in the reader's language: an element, marked as English where it had to stay so. */
function noteText(note) {
  if (lang === "en") return note;
  for (const [form, say] of NOTES_DE) {
    const found = form.exec(note);
    if (found) return say(...found.slice(1));
  }
  return germanInputNote(note) ?? el("span", { lang: "en" }, note);
}
