// Files as people have them: a German spreadsheet's CSV, a workbook, an outline. The same bytes on every machine.

/** CRC-32 (IEEE 802.3). */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

/** An archive whose files are stored as they are. */
function stored(files) {
  const [parts, index] = [[], []];
  let at = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [Buffer.from(name), Buffer.from(text)];
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(0x21, 8);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(bytes.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(path.length, 22);
    const offset = Buffer.alloc(4);
    offset.writeUInt32LE(at);
    parts.push(Buffer.from("PK\x03\x04"), facts, path, bytes);
    index.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), facts, Buffer.alloc(10), offset, path);
    at += 30 + path.length + bytes.length;
  }
  const listed = Buffer.concat(index);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, Buffer.from("PK\x05\x06"), end]);
}

/** A workbook of one sheet. */
export function workbook(rows) {
  const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const cell = (value, at) => (typeof value === "number" ? `<c r="${at}"><v>${value}</v></c>` : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`);
  const row = (cells, r) => `<row r="${r + 1}">${cells.map((value, c) => cell(value, "ABCDEFGH"[c] + (r + 1))).join("")}</row>`;
  const xml = '<?xml version="1.0" encoding="UTF-8"?>';
  return stored({
    "[Content_Types].xml": `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    "_rels/.rels": `${xml}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${xml}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Team" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${xml}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    "xl/worksheets/sheet1.xml": `${xml}<worksheet xmlns="${main}"><sheetData>${rows.map(row).join("")}</sheetData></worksheet>`,
  });
}

/** 120 customers with semicolons, decimal commas and Windows-1252; the key is called what nobody would guess. */
export function customers() {
  const comma = (x, digits) => x.toFixed(digits).replace(".", ",");
  const rows = Array.from({ length: 120 }, (_, i) => [
    `K${String(i + 1).padStart(3, "0")}`,
    `Bäckerei Müller ${i + 1}`,
    comma(9 + ((i * 37) % 120) / 40, 4),
    comma(48.5 + ((i * 53) % 120) / 60, 4),
    `${1 + (i % 9)}.${String(100 + ((i * 71) % 900))},50`,
    `V${1 + (i % 4)}`,
  ]);
  return Buffer.from([["Kürzel", "Firma", "Geogr. Länge", "Geogr. Breite", "Jahresumsatz", "Betreuer"], ...rows].map((row) => row.join(";")).join("\r\n") + "\r\n", "latin1");
}

export const reps = () =>
  workbook([
    ["Personalnummer", "Name", "Longitude", "Latitude", "Kapazität"],
    ["V1", "Anna Groß", 9.5, 49, 1],
    ["V2", "Ben", 11, 49.2, 1],
    ["V3", "Cem", 10.2, 50.1, 0.5],
    ["V4", "Dörte", 11.6, 50.2, 1],
  ]);

export const outline = () => Buffer.from(JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", properties: { name: "Rand" }, geometry: { type: "Polygon", coordinates: [[[8.5, 48], [12.5, 48], [12.5, 51], [8.5, 51], [8.5, 48]]] } }] }));
