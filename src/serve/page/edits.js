// Wishes: weighed before anything is done, done, undone, and the rest repaired.

import { ask, Gone, Refused } from "./api.js";
import { customersWhere, follow, loadTerritories } from "./plan.js";
import { changedText, errorTexts, violationTexts } from "./say.js";
import { choose, store } from "./store.js";
import { tell } from "./tell.js";

let asked = 0;

/** Weighs a wish: shows what it costs at least and what it does to the totals, and changes nothing. */
export async function propose(edit) {
  const mine = ++asked;
  choose({ draft: { edit, price: null, error: null, waiting: true } });
  let price = null;
  let error = null;
  try {
    price = await ask("POST", "/v1/price", { version: store.state.version, edit });
  } catch (problem) {
    if (problem instanceof Gone) error = [t("gone")];
    else if (!(problem instanceof Refused)) throw problem;
    else if (problem.status === 409) return stale(problem, () => propose(edit));
    // A wish that has no price can be done all the same.
    else if (![404, 422, 501].includes(problem.status)) error = errorTexts(problem.body);
    else if (problem.body.problems?.length) error = errorTexts(problem.body);
  }
  if (mine === asked) choose({ draft: { edit, price, error, waiting: false } });
}

export function discard() {
  asked++;
  choose({ draft: null });
}

/** Does what is weighed; `repair` solves the rest at once. */
export async function apply(repair = false) {
  const { draft } = store;
  if (!draft) return;
  const done = await change("/v1/edits", { edit: draft.edit });
  if (!done) return;
  discard();
  if (repair) await solve();
  else tell(t("done"));
}

/** Changes the rules and plans anew. */
export async function settle(edit) {
  if (await change("/v1/edits", { edit: { kind: "settings", ...edit } })) await solve();
}

export const undo = () => change("/v1/undo", {});
export const redo = () => change("/v1/redo", {});

/** Drops a wish. */
export const drop = (wish) => change("/v1/edits", { edit: { kind: "release", customers: wish.customers } });

export const edit = (what) => change("/v1/edits", { edit: what });

/** Plans anew with all wishes kept. */
export async function solve(options = {}) {
  if (store.busy) return;
  choose({ busy: { stage: "start", percent: 0 }, before: { travel: store.state.objective?.travel, rep: store.customers.rep } });
  try {
    await ask("POST", "/v1/solve", { version: store.state.version, ...options });
  } catch (problem) {
    choose({ busy: null });
    refused(problem, () => solve(options));
  }
}

export const cancel = () => ask("POST", "/v1/cancel", {}).catch((problem) => refused(problem));

let changing = false;

/** Asks for a change on the version that is shown. True where it was made. */
export async function change(path, body, method = "POST") {
  if (changing) return false;
  changing = true;
  const focus = document.activeElement?.id;
  try {
    const state = await ask(method, path, { version: store.state.version, ...body });
    await follow(state?.reps ? state : await ask("GET", "/v1/state"));
    if (focus && document.activeElement === document.body) document.getElementById(focus)?.focus();
    return true;
  } catch (problem) {
    refused(problem);
    return false;
  } finally {
    changing = false;
  }
}

/** Says why the server refused; a change on an older version shows what has changed in between. */
function refused(problem, again) {
  if (problem instanceof Gone) return tell(t("gone"), "bad");
  if (!(problem instanceof Refused)) throw problem;
  if (problem.status === 409) return stale(problem, again);
  if (problem.status === 429) return tell(t("busyAlready"), "bad");
  if (problem.status !== 401) tell(errorTexts(problem.body), "bad");
}

async function stale(problem, again) {
  const changed = (problem.body.changed ?? []).map(changedText);
  tell([t("stale"), ...changed], "bad");
  await follow(await ask("GET", "/v1/state"));
  await loadTerritories();
  // What is being weighed is weighed again on what is there now.
  if (store.draft && !again) propose(store.draft.edit);
  else again?.();
}

/** What the server tells by itself. */
export async function heard(event, data) {
  if (event === "progress") return choose({ busy: { ...data } });
  if (event === "failed") {
    choose({ busy: null });
    tell([t("solveFailed"), ...errorTexts(data)], "bad");
    return refresh();
  }
  if (event === "state" && (data.version !== store.state?.version || store.busy) && !changing) await refresh();
}

/** Reads the state again, and says what a finished solve has done. */
export async function refresh() {
  if (!store.state) return;
  if (store.draft?.error) propose(store.draft.edit);
  const { before } = store;
  const version = store.state.version;
  const state = await ask("GET", "/v1/state").catch(() => null);
  if (!state || (state.version === version && !store.busy)) return;
  await follow(state);
  await loadTerritories();
  if (!before || state.busy) return;
  choose({ before: null });
  const moved = customersWhere((i) => before.rep[i] !== store.customers.rep[i]).length;
  const share = before.travel ? state.objective.travel / before.travel - 1 : NaN;
  const how = Math.abs(share) < 5e-6 ? t("repaired.same") : t(share < 0 ? "repaired.less" : "repaired.more", { share: percent(Math.abs(share), 2) });
  const broken = violationTexts(state.violations ?? []).length;
  tell([(moved ? t("repaired", { n: moved }) : t("repaired.none")) + " " + how, ...(broken ? [t("violationsLeft", { n: broken })] : [])], broken ? "bad" : "good");
}
