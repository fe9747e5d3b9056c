// Notes about the inputs in German: where ("customers.csv, feature 4 (id "C4"), field `workload`: ") and what.

const germanSubjects = (word) => (word === "reps" ? "Betreuer" : "Kunden");
const germanCells = (text) => text.replaceAll("(row ", "(Zeile ").replace(/ and ([\d,]+) more$/, (_, n) => ` und ${germanFigure(n)} weitere`);

const germanValue = (value) => value.replace("the formula in cell", "die Formel in Zelle").replace("a list of things that are no texts", "eine Liste, die nicht nur Texte enthält,").replace("an object", "ein Objekt").replace(/^the error (\S+) in cell/, "der Fehler $1 in Zelle").replace("a date", "ein Datum");

/** What a sheet lacks. */
const GERMAN_LACKS = {
  "customer, rep and wish": "Kunde, Betreuer und Wunsch",
  "customer, rep and travel": "Kunde, Betreuer und Weg",
  "the id and the coordinates": "Schlüssel und Koordinaten",
  "reps and for what they fit": "Betreuer und das, was zu ihnen passt",
};

/** A number as a program writes it. */
const germanPlain = (text) => text.replace(".", ",");

/** Pairs of a form and what makes German of its parts. */
const INPUT_NOTES_DE = [
  ["no customer has the (.+) (\".*\"): what stands there has no effect", (by, value) => `Kein Kunde hat bei „${by}“ den Wert ${value}: Was dort steht, bewirkt nichts`],
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
  ["no rep has a region: the section does nothing", () => "Kein Betreuer hat eine Region: Der Abschnitt bewirkt nichts"],
  ["no customer has a region: regions keep no customer from any rep", () => "Kein Kunde hat eine Region: Die Regionen halten keinen Kunden von einem Betreuer fern"],
  [
    "([\\d,]+) of ([\\d,]+) reps have no region, and (may have customers of every region|count into none): (.+)",
    (n, of, so, list) => `${germanFigure(n)} von ${germanFigure(of)} Betreuern ${n === "1" ? "hat" : "haben"} keine Region und ${so.startsWith("may") ? `${n === "1" ? "darf" : "dürfen"} Kunden aller Regionen haben` : `${n === "1" ? "zählt" : "zählen"} zu keiner`}: ${germanList(list)}`,
  ],
  ["no customer and rep meet the condition \"(.+)\"", (when) => `Kein Kunde und Betreuer erfüllen die Bedingung ${when.replaceAll('\\"', '"')}`],
  ["the table has nothing for any customer and rep: (.+) by (.+)", (file, by) => `Die Tabelle hat für keinen Kunden und Betreuer etwas: ${file} nach ${by}`],
  ["(.+) is not compared: it counts as none", (value) => `${germanValue(value)} wird nicht verglichen und zählt als nicht vorhanden`],
  ["columns are read by other names: (.+)", (columns) => `Spalten werden unter anderen Namen gelesen: ${columns.replaceAll("` as `", "` als `").replace(/ and (\\d+) more$/, " und $1 weitere").replaceAll(" and ", " und ")}`],
  ["the header is row (\\d+): what stands above it is no data", (row) => `Die Überschriften stehen in Zeile ${row}: Was darüber steht, sind keine Daten`],
  ["and ([\\d,]+) more of this kind", (n) => `und ${germanFigure(n)} weitere dieser Art`],
].map(([form, say]) => [new RegExp(`^${form}$`), say]);

/** Pairs of a form and what makes German of its parts: what a file was taken for, and what of it is odd. */
const FILE_NOTES_DE = [
  [
    "(.+) (?:has|have) a decimal comma: (\\S+) is read as \\S+",
    (names, text) => `Dezimalkomma in ${names.replaceAll("`, `", "“, „").replaceAll("` and `", "“ und „").replace(/`$/, "“").replace(/^`/, "„")}, zum Beispiel ${text}`,
  ],
  ["(\\S+) is read as (\\S+), as the numbers of the other columns are written", (text, plain) => `${text} wird als ${germanPlain(plain)} gelesen, wie die Zahlen der anderen Spalten geschrieben sind`],
  ["the file is (\\S+), and was read so", (name) => `Die Datei ist in ${name} geschrieben und wurde so gelesen`],
  ["the \\.dbf is (\\S+), (and was read so|as far as can be told: there is no \\.cpg that says so)", (name, how) => `Die .dbf-Datei ist in ${name} geschrieben${how.startsWith("and") ? " und wurde so gelesen" : ", soweit zu erkennen: Eine .cpg-Datei, die es sagt, fehlt"}`],
  [
    'the sheet "(.+)" was read: the first one has no columns for (.+)',
    (name, lacks) => `Gelesen wurde das Blatt „${name}“: Das erste hat keine Spalten für ${GERMAN_LACKS[lacks] ?? lacks}`,
  ],
  ['the sheet "(.+)" is hidden, and was not looked at, though its columns fit', (name) => `Das Blatt „${name}“ ist ausgeblendet und blieb ungelesen, obwohl seine Spalten passen`],
  [
    'the layer "(.+)" is read, the only one(?: of (points|polygons))?; the layers are: (.+)',
    (name, kind, list) => `Gelesen wird die Ebene „${name}“, die einzige${kind ? (kind === "points" ? " mit Punkten" : " mit Flächen") : ""}; die Ebenen sind: ${list.replaceAll(" rows)", " Zeilen)").replaceAll(" and ", " und ").replace(/([\d,]+) more$/, "$1 weitere")}`,
  ],
  ["(there is no \\.prj beside the \\.shp|the (?:file|layer) does not say what its coordinates are in): the coordinates are read as degrees of WGS 84", (why) => `${why.startsWith("there") ? "Neben der .shp-Datei fehlt die .prj-Datei" : "Worin sie angegeben sind, sagt die Datei nicht"}: Die Koordinaten werden als Grad in WGS 84 gelesen`],
  ["the coordinates are in (.+), and (?:are read as|were converted to) WGS 84", (system) => `Die Koordinaten sind in ${system} angegeben und wurden als WGS 84 gelesen`],
  ["two columns have this name: the first one comes back", () => "Zwei Spalten heißen so: Die erste kommt in die Ergebnisse"],
  [
    "(.+) may all be `(.+?)`; the columns are: (.+); none of them is read",
    (may, property, all) => `${may.replaceAll(" and ", " und ")} können „${property}“ sein; die Spalten sind: ${all.replace(/ and ([\d,]+) more$/, " und $1 weitere")}; keine davon wird gelesen`,
  ],
  [
    "\\[(\\S+), (\\S+)\\] is (\\d+) km from the middle of the customers; 95 % of them are within (\\d+) km",
    (lon, lat, away, radius) => `[${lon}, ${lat}] liegt ${away} km von der Mitte der Kunden entfernt; 95 % von ihnen liegen innerhalb von ${radius} km`,
  ],
  ["\\[(\\S+), (\\S+)\\] is outside the boundary", (lon, lat) => `[${lon}, ${lat}] liegt außerhalb der Grenze`],
  [
    "the borders of ([\\d,]+) units do not fit, by up to ([\\d.]+) m, and were joined at ([\\d,]+) places?: (.+)",
    (units, far, places, list) => `Die Ränder von ${germanFigure(units)} Einheiten passen nicht aneinander, um bis zu ${germanFigure(far)} m, und wurden an ${germanFigure(places)} ${places === "1" ? "Stelle" : "Stellen"} verbunden: ${germanList(list)}`,
  ],
  ["the polygons cross or overlap themselves, or have a hole beside their land: .+", () => "Die Flächen überschneiden sich selbst oder haben ein Loch neben ihrem Land: Es zählt alles, was in einer von ihnen und in keinem ihrer Löcher liegt"],
  [
    'overlaps unit "(.+)" by ([\\d.]+) (m2|km2), up to ([\\d.]+) m wide: (?:"(.+)" has it on the map|another unit has it on the map)',
    (unit, area, of, wide, who) => `überlappt die Einheit „${unit}“ um ${germanFigure(area)} ${of === "m2" ? "m²" : "km²"}, bis zu ${germanFigure(wide)} m breit: Auf der Karte hat es ${who ? `„${who}“` : "eine andere Einheit"}`,
  ],
  ["has no land of its own: other units claim all of it, or it is smaller than \\[units\\] snap_m", () => "hat kein eigenes Land: Andere Einheiten beanspruchen alles, oder es ist kleiner als [units] snap_m"],
  [
    "([\\d,]+) (customer|rep)s? (?:is|are) in no team, and (?:no plan has them|they get nothing): (.+)",
    (n, who, list) => `${who === "customer" ? `${germanCount(n, "Kunde gehört", "Kunden gehören")} zu keinem Team und ${n === "1" ? "steht" : "stehen"} in keinem Plan` : `${germanFigure(n)} Betreuer in keinem Team, ohne Kunden`}: ${germanList(list)}`,
  ],
].map(([form, say]) => [new RegExp(`^${form}$`), say]);

/** A note about an input in German, or nothing where it is no such note. */
function germanInputNote(note) {
  const parts = /^(.+?)(?:, feature (\d+))?(?: \(id "((?:[^"\\]|\\.)*)"\))?(?:, field `(.+?)`)?: (.+)$/.exec(note);
  if (!parts) return null;
  const [, file, feature, id, field, what] = parts;
  for (const [form, say] of [...INPUT_NOTES_DE, ...FILE_NOTES_DE]) {
    const found = form.exec(what);
    if (!found) continue;
    const where = [file, feature && `, Zeile ${feature}`, id && ` (id „${id}“)`, field && `, Feld „${field}“`];
    return `${where.filter(Boolean).join("")}: ${say(...found.slice(1))}`;
  }
  return null;
}
