// Notes about the inputs in German: where ("customers.csv, feature 4 (id "C4"), field `workload`: ") and what.

const germanSubjects = (word) => (word === "reps" ? "Betreuer" : "Kunden");
const germanCells = (text) => text.replaceAll("(row ", "(Zeile ").replace(/ and ([\d,]+) more$/, (_, n) => ` und ${germanFigure(n)} weitere`);

const germanValue = (value) => value.replace("the formula in cell", "die Formel in Zelle").replace("a list of things that are no texts", "eine Liste, die nicht nur Texte enthält,").replace("an object", "ein Objekt").replace(/^the error (\S+) in cell/, "der Fehler $1 in Zelle").replace("a date", "ein Datum");

/** Pairs of a form and what makes German of its parts. */
const INPUT_NOTES_DE = [
  [
    "`(.+?)` has (.+), taken as decimals: (\\S+) is between (\\S+) and (\\S+)",
    (name, cells, number, low, high) => `„${name}“ enthält ${germanCells(cells)}, gelesen mit Dezimalpunkt: ${number} liegt zwischen ${low} und ${high}`,
  ],
  [
    "`(.+)` is empty on ([\\d,]+) of ([\\d,]+) customers and counts as 1 there, first on feature (.+)",
    (name, n, all, first) => `„${name}“ ist bei ${germanFigure(n)} von ${germanFigure(all)} Kunden leer und zählt dort als 1, zuerst in Zeile ${first}`,
  ],
  [
    "`(.+)` is missing on ([\\d,]+) of ([\\d,]+) customers, first on feature (.+); it counts as 0 there",
    (name, n, all, first) => `„${name}“ fehlt bei ${germanFigure(n)} von ${germanFigure(all)} Kunden und zählt dort als 0, zuerst in Zeile ${first}`,
  ],
  [
    "`km` is (\\S+) times the great circle in the middle: (\\S+) here, where the great circle has (\\S+) km",
    (ratio, km, circle) => `„km“ ist in der Mitte das ${germanFigure(ratio)}-Fache der Luftlinie: hier ${germanFigure(km)} bei ${germanFigure(circle)} km Luftlinie`,
  ],
  [
    "`minutes` make (\\S+) km/h of the great circle in the middle: (\\S+) here, for (\\S+) km",
    (speed, minutes, circle) => `„minutes“ ergibt in der Mitte ${germanFigure(speed)} km/h auf der Luftlinie: hier ${germanFigure(minutes)} für ${germanFigure(circle)} km`,
  ],
  ["(.+) is not carried into the plan", (value) => `${germanValue(value)} wird nicht in den Plan übernommen`],
  ["it was read from a pipe: .+", () => "aus einer Pipe gelesen: „revier check“ und andere, die vom Plan ausgehen, können sie nicht noch einmal lesen"],
  ["there is no `(.+)`, but there is `(.+)`, which is not read", (name, near) => `„${name}“ gibt es nicht, aber „${near}“, das nicht gelesen wird`],
  [
    "(?:all )?([\\d,]+) of ([\\d,]+) (customers|reps) are at exactly \\[0, 0\\], in the sea off Africa",
    (n, all, who) => `${germanFigure(n)} von ${germanFigure(all)} ${germanSubjects(who)} liegen genau auf [0, 0], im Meer vor Afrika`,
  ],
  [
    "all (customers|reps) are outside of the boundary; with lon and lat swapped ([\\d,]+) of ([\\d,]+) are inside",
    (who, n, all) => `Alle ${germanSubjects(who)} liegen außerhalb der Grenze; mit vertauschten Koordinaten liegen ${germanFigure(n)} von ${germanFigure(all)} darin`,
  ],
  [
    "customers and reps are (\\d+) km apart in the middle; with lon and lat of the customers swapped only (\\d+) km",
    (apart, swapped) => `Kunden und Betreuer sind in der Mitte ${apart} km voneinander entfernt, mit vertauschten Koordinaten der Kunden nur ${swapped} km`,
  ],
  ["there are ([\\d,]+) reps for ([\\d,]+) customers: some get none", (k, n) => `${germanFigure(k)} Betreuer für ${germanFigure(n)} Kunden: Manche bekommen keinen`],
  ["the cell is empty: the rep gets no bounds from its share", () => "Die Zelle ist leer: Der Betreuer bekommt keine Grenzen aus seinem Anteil"],
  ["([\\d,]+) of ([\\d,]+) customers have no row: no rep can reach them", (n, all) => `${germanFigure(n)} von ${germanFigure(all)} Kunden haben keine Zeile: Kein Betreuer erreicht sie`],
  [
    "([\\d,]+) customers lie outside of all units and count into the nearest one: (.+)",
    (n, list) => `${germanFigure(n)} Kunden liegen außerhalb aller Einheiten und zählen zur nächsten: ${list}`,
  ],
  ["the territories are unions of units: they are not cut to the boundary", () => "Die Gebiete sind aus Einheiten zusammengesetzt und werden nicht an der Grenze beschnitten"],
  [
    "(?:one customer has an owner|([\\d,]+) customers have owners) of (?:another team|other teams): (?:it has|they have) none in this plan(?:; ([\\d,]+) of them locked, which holds for nobody here)?",
    (n, locked) =>
      `${n ? `${germanFigure(n)} Kunden werden` : "Ein Kunde wird"} von einem anderen Team betreut und ${n ? "haben" : "hat"} in diesem Plan niemanden${locked ? `; ${germanFigure(locked)} davon fest, was hier nicht gilt` : ""}`,
  ],
  [
    "(?:one id differs|([\\d,]+) ids differ) from those of the (customers|reps) by zeros or a decimal point only, as spreadsheets leave them(, and counts as the same)?: (.+)",
    (n, who, same, pairs) =>
      `${n ? `${germanFigure(n)} Schlüssel unterscheiden` : "Ein Schlüssel unterscheidet"} sich von denen der ${germanSubjects(who)} nur durch Nullen oder Dezimalpunkt, wie Tabellenprogramme sie hinterlassen${same ? ", und gelten als gleich" : ""}: ${pairs.replaceAll(" beside ", " neben ")}`,
  ],
  ["no customer and rep meet the condition \"(.+)\"", (when) => `Kein Kunde und Betreuer erfüllen die Bedingung ${when.replaceAll('\\"', '"')}`],
  ["(.+) is not compared: it counts as none", (value) => `${germanValue(value)} wird nicht verglichen und zählt als nicht vorhanden`],
  ["columns are read by other names: (.+)", (columns) => `Spalten werden unter anderen Namen gelesen: ${columns.replaceAll("` as `", "` als `").replace(/ and (\\d+) more$/, " und $1 weitere").replaceAll(" and ", " und ")}`],
  ["the header is row (\\d+): what stands above it is no data", (row) => `Die Überschriften stehen in Zeile ${row}: Was darüber steht, sind keine Daten`],
  ["and ([\\d,]+) more of this kind", (n) => `und ${germanFigure(n)} weitere dieser Art`],
].map(([form, say]) => [new RegExp(`^${form}$`), say]);

/** A note about an input in German, or nothing where it is no such note. */
function germanInputNote(note) {
  const parts = /^(.+?)(?:, feature (\d+))?(?: \(id "((?:[^"\\]|\\.)*)"\))?(?:, field `(.+?)`)?: (.+)$/.exec(note);
  if (!parts) return null;
  const [, file, feature, id, field, what] = parts;
  for (const [form, say] of INPUT_NOTES_DE) {
    const found = form.exec(what);
    if (!found) continue;
    const where = [file, feature && `, Zeile ${feature}`, id && ` (id „${id}“)`, field && `, Feld „${field}“`];
    return `${where.filter(Boolean).join("")}: ${say(...found.slice(1))}`;
  }
  return null;
}
