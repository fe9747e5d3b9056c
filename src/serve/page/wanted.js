// What a project is to be made of: what the server proposes, and what the reader has chosen otherwise. Kept for this tab.

import { ask, Gone } from "./api.js";
import { choose, store } from "./store.js";

/** What a file can be for, and what columns can mean for those who have some. */
export const ROLES = ["customers", "reps", "boundary", "units", "context", "matrix", "none"];
export const MEANINGS = {
  customers: ["id", "lon", "lat", "geometry", "name", "owner", "workload", "revenue", "visits", "locked", "requires", "group", "region"],
  reps: ["id", "lon", "lat", "geometry", "name", "capacity", "skills", "region", "max_km", "max_minutes"],
};
export const NEEDED = ["id", "lon", "lat"];

const KEY = "revier.wanted";

/** What is chosen: roles and columns by file, measures, the decimal mark, sheets, the name. */
export function recall() {
  const none = { roles: {}, columns: {}, balance: null, decimal: null, about: [], parts: {}, name: "" };
  try {
    return { ...none, ...JSON.parse(sessionStorage.getItem(KEY)) };
  } catch {
    return none;
  }
}

function keep(wanted) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(wanted));
  } catch {
    // A browser that keeps nothing asks again.
  }
}

export function want(patch) {
  const wanted = { ...store.wanted, ...patch };
  keep(wanted);
  choose({ wanted });
  consider();
}

export const forget = () => sessionStorage.removeItem(KEY);

export const fileOf = (name) => store.files?.files.find((f) => f.name === name);
export const roleOf = (file) => store.wanted.roles[file.name] ?? file.role;
export const withRole = (role) => store.files?.files.find((f) => roleOf(f) === role && !f.reading);

/** Gives a file a role; there is one file for each. */
export function give(file, role) {
  const roles = { ...store.wanted.roles };
  if (role !== "none") for (const other of store.files.files) if (other !== file && roleOf(other) === role) roles[other.name] = "none";
  roles[file.name] = role;
  want({ roles, balance: null });
}

/** Which column stands for which property of a file. */
export function columnsOf(file) {
  const role = roleOf(file);
  const chosen = store.wanted.columns[file.name]?.[role];
  const there = ([, c]) => file.columns?.some((x) => x.name === c);
  if (chosen) return Object.fromEntries(Object.entries(chosen).filter(there));
  return Object.fromEntries((file.columns ?? []).filter((c) => c.meaning[role]).map((c) => [c.meaning[role], c.name]));
}

/** Lets a column stand for a property, or for none. */
export function mean(file, column, property) {
  const columns = Object.fromEntries(Object.entries(columnsOf(file)).filter(([p, c]) => c !== column && p !== property));
  if (property) columns[property] = column;
  const role = roleOf(file);
  want({ columns: { ...store.wanted.columns, [file.name]: { ...store.wanted.columns[file.name], [role]: columns } }, balance: role === "customers" ? null : store.wanted.balance });
}

/** What a file lacks to be what it is for. */
export function lacks(file) {
  const columns = columnsOf(file);
  const { points, areas, others } = file.shapes;
  const placed = points + areas + others > 0 || Boolean(columns.geometry);
  return NEEDED.filter((p) => !columns[p] && !(placed && p !== "id") && !(file.ids && p === "id"));
}

/** Columns that may be measures: all of their values are numbers. */
export function measures() {
  const file = withRole("customers");
  if (!file) return [];
  const columns = columnsOf(file);
  const other = Object.entries(columns).filter(([p]) => !["workload", "revenue", "visits"].includes(p)).map(([, c]) => c);
  // The name "customers" counts heads.
  return file.columns.filter((c) => c.numbers > 0 && c.numbers === c.filled && c.name !== "customers" && !other.includes(c.name)).map((c) => c.name);
}

/** The property that a column of the customers stands for; its own name where it stands for none. */
export function propertyOf(column) {
  const file = withRole("customers");
  return (file && Object.entries(columnsOf(file)).find(([, c]) => c === column)?.[0]) ?? column;
}

/** The measures that are balanced: those that are chosen, else workload, revenue or the number of customers. */
export function balance() {
  const may = measures();
  const chosen = store.wanted.balance?.filter((b) => b.measure === "customers" || may.includes(b.measure));
  if (chosen?.length) return chosen;
  const file = withRole("customers");
  const columns = file ? columnsOf(file) : {};
  const first = ["workload", "revenue"].map((p) => columns[p]).find((c) => may.includes(c));
  return [{ measure: first ?? "customers", tolerance: 0.1 }];
}

/** Columns whose numbers the decimal mark decides about: all of them where one is asked about, else none. */
export function doubts() {
  const used = ["customers", "reps", "matrix"].flatMap((role) => {
    const file = withRole(role);
    if (!file) return [];
    const columns = role === "matrix" ? {} : columnsOf(file);
    const numeric = ["workload", "revenue", "visits", "capacity", "max_km", "max_minutes"].map((p) => columns[p]);
    const measured = role === "customers" ? balance().map((b) => b.measure) : [];
    const read = (c) => (role === "matrix" ? c.numbers === c.filled : [...numeric, ...measured].includes(c.name));
    // What a problem is about has the name of the column, or of what it stands for.
    const unknown = (c) => store.tried?.problems?.some((p) => p.code === "decimal-unknown" && p.file === file.name && (p.field === c.name || columns[p.field] === c.name));
    return (file.columns ?? []).filter((c) => c.open && read(c)).map((c) => ({ file: file.name, column: c.name, text: c.open, asked: Boolean(c.doubt || unknown(c)) }));
  });
  const asked = store.wanted.decimal ? used.some((d) => store.wanted.about?.includes(d.file)) : used.some((d) => d.asked);
  return asked || used.some((d) => d.asked) ? used.sort((a, b) => b.asked - a.asked) : [];
}

/** Answers the question about them; the answer is forgotten with the files that it is about. */
export const answer = (decimal) => want({ decimal, about: [...new Set(doubts().filter((d) => d.asked || store.wanted.about?.includes(d.file)).map((d) => d.file))] });

/** The question to the server; null where there are not both customers and reps. */
export function question() {
  const [customers, reps] = [withRole("customers"), withRole("reps")];
  if (!customers || !reps) return null;
  const table = (file) => ({ file: file.name, columns: columnsOf(file), ...(store.wanted.parts[file.name] ?? {}) });
  const out = { customers: table(customers), reps: table(reps), balance: balance() };
  for (const role of ["units", "boundary", "context", "matrix"]) if (withRole(role)) out[role] = withRole(role).name;
  if (store.wanted.name) out.name = store.wanted.name;
  if (store.wanted.decimal && doubts().length) out.decimal = store.wanted.decimal;
  return out;
}

let asked = 0;
let timer = 0;

/** Asks what a project of what is chosen would be, once nothing has changed for a moment. */
export function consider() {
  const mine = ++asked;
  clearTimeout(timer);
  const body = question();
  if (!body) return choose({ tried: null });
  choose({ tried: { ...store.tried, waiting: true } });
  timer = setTimeout(async () => {
    try {
      const tried = await ask("POST", "/v1/start", { ...body, try: true });
      if (mine === asked) choose({ tried: { ...tried, waiting: false } });
    } catch (error) {
      if (mine !== asked) return;
      // Another tab has its files read.
      if (error.status === 429) return void (timer = setTimeout(() => mine === asked && consider(), 1000));
      choose({ tried: { problems: error instanceof Gone ? [] : (error.body?.problems ?? []), error: error instanceof Gone ? null : error.body?.error, waiting: false } });
    }
  }, 250);
}

/** What is chosen without what was said of files that are gone. */
function kept(names) {
  const { roles, columns, parts, decimal, about } = store.wanted;
  const there = (said) => Object.fromEntries(Object.entries(said).filter(([name]) => names.includes(name)));
  const open = about.every((name) => names.includes(name));
  const wanted = { ...store.wanted, roles: there(roles), columns: there(columns), parts: there(parts), decimal: open ? decimal : null, about: open ? about : [] };
  if (JSON.stringify(wanted) === JSON.stringify(store.wanted)) return store.wanted;
  keep(wanted);
  return wanted;
}

let loading = null;

/** Reads what the server knows of the files. */
export async function reload() {
  // One at a time, and once more for what has changed meanwhile.
  const before = loading;
  let done;
  loading = new Promise((then) => (done = then));
  try {
    await before;
    const files = await ask("GET", "/v1/files");
    const same = JSON.stringify(files) === JSON.stringify(store.files);
    choose({ files: same ? store.files : files, wanted: kept(files.files.map((f) => f.name)) });
    if (!same) consider();
  } finally {
    done();
  }
}
