// Files on their way: dropped, chosen, taken from a folder; refused before they are sent where they cannot be read.

import { ask, Gone } from "./api.js";
import { button } from "./part.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";
import { fileOf, reload } from "./wanted.js";
import { reply } from "./replies.js";

/** Files of a folder that are looked at. */
const MOST = 200;

const endingOf = (name) => name.toLowerCase().replace(/\.gz$/, "").match(/[^.]\.([^.]+)$/)?.[1] ?? "";
const isTaken = (name) => endingOf(name) !== "gz" && store.files.takes.includes(endingOf(name));

export const megabytes = (bytes) => bytes < 1e5 ? `${number(Math.ceil(bytes / 1024))}\u00a0kB` : `${number(Math.round((10 * bytes) / 2 ** 20) / 10)}\u00a0MB`;

/** Everything that was dropped, folders with what is in them. */
export async function dropped(transfer) {
  const entries = [...(transfer.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((e) => e.isDirectory)) return take([...transfer.files]);
  const found = [];
  let passed = 0;
  const walk = async (entry, depth) => {
    if (found.length >= MOST || entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail));
      // What else lies in a folder is no fault.
      if (depth && !isTaken(file.name)) passed += 1;
      else found.push(file);
    } else if (depth < 4) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, fail) => reader.readEntries(done, fail));
        if (!some.length) return;
        for (const one of some) await walk(one, depth + 1);
      }
    }
  };
  try {
    for (const entry of entries) await walk(entry, 0);
  } catch {
    return tell(t("files.unreadable"), "bad");
  }
  if (passed) tell(t("files.passed", { n: passed }));
  take(found);
}

let next = 0;

/** Sends files one after the other; those that cannot be taken are said so, those whose name is taken are asked about. */
export async function take(files) {
  const items = files.map((file) => ({ key: ++next, file, name: file.name.normalize("NFC"), state: "waiting", replace: false, error: null }));
  for (const item of items) {
    if (!isTaken(item.name)) refuse(item, t("files.unknown", { kinds: kinds() }));
    else if (item.file.size > store.files.limits.file) refuse(item, t("files.large", { size: megabytes(store.files.limits.file) }));
    else if (fileOf(item.name)) item.state = "asked";
  }
  choose({ coming: [...store.coming, ...items] });
  await send();
}

function refuse(item, error) {
  Object.assign(item, { state: "failed", error });
}

const kinds = () => listed(["CSV", "Excel", "GeoJSON", ...(store.files.takes.includes("gpkg") ? ["GeoPackage"] : []), ...(store.files.takes.includes("shp") ? ["Shapefile"] : []), ...(store.files.takes.includes("fgb") ? ["FlatGeobuf"] : [])]);

let sending = false;
const changed = () => choose({ coming: store.coming.filter((item) => item.state !== "done") });

async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let item; (item = store.coming.find((i) => i.state === "waiting")); ) {
      item.state = "sending";
      changed();
      try {
        await ask("POST", `/v1/files?name=${encodeURIComponent(item.name)}${item.replace ? "&replace=true" : ""}`, item.file);
        item.state = "done";
      } catch (error) {
        if (error.status === 409) item.state = "asked";
        else refuse(item, error instanceof Gone ? t("gone") : reply(error.body?.error ?? String(error.status)));
      }
      changed();
      await reload().catch(() => {});
    }
  } finally {
    sending = false;
  }
}

/** A name that no file has: "Kunden (2).csv". */
function other(name) {
  const [, stem, rest] = /^(.*?)((?:\.[^.]+)(?:\.gz)?)$/i.exec(name) ?? [null, name, ""];
  let n = 2;
  while (fileOf(`${stem} (${n})${rest}`)) n++;
  return `${stem} (${n})${rest}`;
}

function settle(item, patch) {
  Object.assign(item, patch);
  changed();
  send();
}

/** The list of files that are on their way, or wait for an answer. */
export function arrivals() {
  if (!store.coming.length) return null;
  return el(
    "ul",
    { class: "arrivals", id: "coming", "aria-label": t("files.coming") },
    store.coming.map((item) => {
      const drop = () => settle(item, { state: "done" });
      const says = { waiting: t("files.waiting"), sending: t("files.sending"), asked: t("files.same"), failed: item.error }[item.state];
      return el(
        "li",
        { class: item.state === "failed" ? "refused" : item.state },
        item.state === "sending" ? el("span", { class: "spinner", "aria-hidden": "true" }) : null,
        el("strong", {}, item.name),
        el("span", { class: "what", role: item.state === "failed" || item.state === "asked" ? "alert" : null }, says),
        item.state === "asked"
          ? el(
              "span",
              { class: "buttons" },
              button(`replace-${item.key}`, t("files.replace"), () => settle(item, { state: "waiting", replace: true })),
              button(`both-${item.key}`, t("files.both"), () => settle(item, { state: "waiting", name: other(item.name) })),
              button(`leave-${item.key}`, t("files.leave"), drop),
            )
          : null,
        item.state === "failed" ? el("button", { type: "button", class: "close", "aria-label": `${t("close")}: ${item.name}`, on: { click: drop } }, "×") : null,
      );
    }),
  );
}

/** The place that takes files: by drop anywhere on the page, or by a button. */
export function dropZone() {
  const input = el("input", { type: "file", id: "file-input", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true", on: { change: (e) => (take([...e.target.files]), (e.target.value = "")) } });
  const empty = !store.files?.files.length;
  return el(
    "section",
    { class: "drop" + (empty ? " large" : ""), "aria-label": t("drop.here") },
    el("p", { class: "drop-title" }, t(empty ? "drop.here" : "drop.more")),
    el("p", { class: "soft" }, t("drop.kinds", { kinds: kinds(), size: megabytes(store.files.limits.file) })),
    input,
    button("choose-files", t("drop.choose"), () => input.click(), { class: empty ? "action main" : "action" }),
  );
}

/** Lets the whole page be a place to drop at. */
export function dropAnywhere() {
  let inside = 0;
  const over = (on) => document.body.classList.toggle("dropping", on);
  const has = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragenter", (e) => has(e) && (e.preventDefault(), over(++inside > 0)));
  addEventListener("dragleave", (e) => has(e) && over(--inside > 0));
  addEventListener("dragover", (e) => has(e) && (e.preventDefault(), (e.dataTransfer.dropEffect = "copy")));
  addEventListener("drop", (e) => {
    inside = 0;
    over(false);
    if (!has(e)) return;
    e.preventDefault();
    dropped(e.dataTransfer);
  });
}
