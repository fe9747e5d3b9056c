// Sentences of the server in the words of a planner, in both languages. Each is known by its form; one that is not known
// is shown as it stands, and marked as English on a German page.

import { customerAt, customerName, repNameOf } from "./plan.js";

const FORMS = [
  ['there is no rep "(.+)"', "noRep", (rep) => ({ rep })],
  ['there is no customer "(.+)"', "noCustomer", (customer) => ({ customer })],
  ["no customer is named", "noneNamed"],
  ['customer "(.+)" is locked to "(.+)"', "heldTo", (customer, rep) => ({ customer: customerAt(customer) >= 0 ? customerName(customerAt(customer)) : customer, rep: repNameOf(rep) })],
  ["unlock it first", "unlockFirst"],
  ['"(.+)" is away', "isAway", (rep) => ({ rep })],
  ["nobody would be left", "nobodyLeft"],
  ["the id of a rep is a text .+", "badId"],
  ['there is a rep "(.+)"', "repThere", (rep) => ({ rep })],
  ["travel comes from a matrix, which knows no other home bases", "matrix"],
  ["\\[(.+)\\] is no place on earth", "noPlace"],
  ["a tolerance of (.+) is not in .+", "badTolerance"],
  ["(max_km|max_minutes) = .+ is not above 0", "badLimit"],
  ["a share of .+ is not in .+", "badShare"],
  ["no customer has an owner today: nothing can change hands", "noOwners"],
  ["a plan's name has .+", "nameRule"],
  ["the plan has not the last edits; solve first", "solveFirst"],
  ["there is a plan of this name", "nameThere"],
  ["there is nothing to take back|nothing was taken back", "nothingBack"],
  ["there is no plan yet", "noPlan"],
  ["a plan is being made", "busyAlready"],
  ["the project was opened anew", "openedAnew"],
  ["taken back", "wasUndone"],
  ["done again", "wasRedone"],
  ["kept as (.+)", "saved", (name) => ({ name })],
  ["(.+) opened", "wasOpened", (name) => ({ name })],
  ["other rules", "wish.settings"],
  ["the file is empty", "files.empty"],
  ["a file cannot have this name: .+", "files.badName"],
  ["files of this kind are not read; taken are (.+)", "files.unknown", (kinds) => ({ kinds })],
  ["there are \\d+ files already", "files.many"],
  ["a file has (\\d+) MB at most", "files.large", (size) => ({ size: size + "\u00a0MB" })],
  ["all files together have (\\d+) MB at most", "files.all", (size) => ({ size: size + "\u00a0MB" })],
  ["the file (?:took too long to come|broke off on its way)", "files.broken"],
  ["(?:\\d+ files are coming|the files are being read) already; .+", "files.crowded"],
  ["there is no such (?:file|project)|there are no files yet", "files.gone"],
  ["a project is open: it takes no more files|there is a project in this folder already", "files.begun"],
  ["another desk .+", "files.otherDesk"],
].map(([form, key, of = () => ({})]) => [new RegExp(`^(?:${form})$`), key, of]);

/** What somebody else did: "30 customers to R01". */
const DEEDS = [
  [/^(\d+) customers not to (.+)$/, "forbid"],
  [/^(\d+) customers to (.+)$/, "assign"],
  [/^(\d+) customers locked$/, "lock"],
  [/^(\d+) customers unlocked$/, "unlock"],
  [/^no wishes for (\d+) customers$/, "release"],
  [/^(.+) is away$/, "rep_off", true],
  [/^(.+) is back$/, "rep_on", true],
  [/^(.+) has another home base$/, "rep_move", true],
  [/^(.+) is new$/, "rep_new", true],
  [/^(.+) not to (.+)$/, "forbid"],
  [/^(.+) to (.+)$/, "assign"],
  [/^(.+) unlocked$/, "unlock"],
  [/^(.+) locked$/, "lock"],
  [/^no wishes for (.+)$/, "release"],
];

/** A sentence of the server in the reader's language: a text, or an element that is marked as English. */
export function reply(text) {
  for (const [form, key, of] of FORMS) {
    const found = form.exec(text);
    if (found) return t(key.includes(".") || t.has(key) ? key : "reply." + key, of(...found.slice(1)));
  }
  return noteText(text);
}

/** What a sentence says was done, as a wish; null where it is another sentence. */
export function deed(text) {
  if (FORMS.some(([form]) => form.test(text))) return null;
  for (const [form, kind, ofRep] of DEEDS) {
    const found = form.exec(text);
    if (!found) continue;
    if (ofRep) return { kind, rep: found[1], name: found[1] };
    const count = /^\d+$/.test(found[1]) && / customers/.test(text) ? Number(found[1]) : 1;
    return { kind, rep: found[2], customers: count === 1 ? [found[1]] : [], count };
  }
  return null;
}
