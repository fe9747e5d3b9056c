// Puts the page together, and together again in another language.

const page = document.getElementById("page");
const states = DATA.goals.map((_, i) => ({ id: String(i), selected: null, filter: "", sort: { column: "status", down: false } }));
let shown = 0;

/** Chooses which goal is shown; all of them are printed. */
function chooser() {
  if (DATA.goals.length < 2) return null;
  const pick = (i) => () => {
    shown = i;
    draw(`goal-pick-${i}`);
  };
  return el("nav", { class: "goals", "aria-label": t("goals") }, DATA.goals.map((goal, i) => el("button", { type: "button", id: `goal-pick-${i}`, "aria-pressed": String(i === shown), on: { click: pick(i) } }, el("span", { class: "name" }, goal.name), badge(goal.all.status))));
}

function goalPlace(goal, i) {
  const place = el("div", { class: i === shown ? "goal-view" : "goal-view off", id: `goal-${i}` });
  const redraw = (change, focus) => {
    const at = place.querySelector(".scroll.tall")?.scrollTop ?? 0;
    Object.assign(states[i], change);
    place.replaceChildren(...goalView(goal, states[i], redraw).filter(Boolean));
    const table = place.querySelector(".scroll.tall");
    if (table && !change.sort && change.filter === undefined) table.scrollTop = at;
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  };
  redraw({});
  return place;
}

/** A warning in the reader's language. */
function noteText({ code, row, values }) {
  const words = { ...values };
  for (const date of ["from", "date"]) if (date in words) words[date] = day(words[date]);
  if ("period" in words) words.period = period(words.period);
  if ("measure" in words) words.measure = measureName(words.measure);
  const text = "more" in words ? t("note.more", { n: words.more }) : t("note." + code, words);
  return row === null ? text : t("note.row", { row, text });
}

function draw(focus) {
  document.documentElement.lang = lang;
  document.title = `${DATA.plan} – ${t("kicker")}`;
  page.replaceChildren(
    ...[
      el("header", { class: "top" }, el("div", {}, el("p", { class: "kicker" }, t("kicker")), el("h1", {}, DATA.plan)), actions()),
      el(
        "main",
        {},
        chooser(),
        DATA.goals.map(goalPlace),
        DATA.notes.length > 0 && card("notes", t("notes"), el("ul", { class: "plain" }, DATA.notes.map((note) => el("li", {}, noteText(note))))),
      ),
      el("footer", {}, el("p", {}, t("madeBy", { version: DATA.revier }))),
    ],
  );
  if (focus) document.getElementById(focus)?.focus();
}

draw();
