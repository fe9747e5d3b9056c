"""The conditions of [[prefer]], [[team]] and [select], the paths of [regions], and the costs of load beside targets, for verify.py.

Written from sections 3 and 8 of CERTIFICATE.md; shares nothing with revier.
"""
import csv
import functools
import io
import math
import pathlib
import re
from fractions import Fraction

TOKEN = re.compile(r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>-?\d[\w.]*(?:(?<=[eE])[-+]\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>&&|\|\||[=!<>]=|[<>!()\[\],.]))""")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?")
FIGURE = re.compile(r"[-+]?([0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})([eE][-+]?[0-9]{1,3})?")
WRITTEN = re.compile(r"[-+]?[0-9.,' \u00a0\u202f\u2019]*[0-9][0-9.,' \u00a0\u202f\u2019]*")  # figures, maybe with a decimal comma or thousands
# Other names of columns, that revier takes in tables and this program does not.
REGION = {"vertriebsregion", "verkaufsregion", "gebietsverbund", "salesregion", "region"}
REP = {"rep", "repid", "vertreter", "vertreternummer", "aussendienst", "aussendienstmitarbeiter", "mitarbeiter", "mitarbeiternummer", "mitarbeiterid", "personalnummer", "employeeid", "salesrep", "owner", "ownerid"}
ORDERS = {"==": None, "!=": None, "<": (lambda a, b: a < b), "<=": (lambda a, b: a <= b), ">": (lambda a, b: a > b), ">=": (lambda a, b: a >= b)}


class Unread(Exception):
    """This program cannot read, or not decide, something."""


def placed(rows, path):
    """The rows of a table that has the columns of an id and a place under their own names."""
    rows = list(rows)
    lacks = {"id", "lon", "lat"} - rows[0].keys() if rows else set()
    if lacks:
        raise Unread(f"{path} has no column {', '.join(sorted(lacks))}, and revier may take another for it")
    return rows


@functools.cache
def letters(name):
    """The letters and digits of a column's name, lower case, umlauts as two letters."""
    name = functools.reduce(lambda text, pair: text.replace(*pair), zip("äöüßéèê", ("ae", "oe", "ue", "ss", "e", "e", "e")), name.lower())
    return "".join(c for c in name if c.isalnum())


def said(value):
    """A value of a file as text; nothing is the empty text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(map(said, value))
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 and -2**63 <= value < 2**64 else repr(float(value))
    return "" if value is None else str(value)


def number(text):
    return Fraction(text) if NUMBER.fullmatch(text) else None


def equal(a, b):
    a, b = a.strip(), b.strip()
    if not a or not b:
        return False
    return a == b or number(a) is not None and number(a) == number(b)


class Reader:
    def __init__(self, text, plain="customer"):
        self.tokens, at, text, self.plain = [], 0, text.rstrip(), plain
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise ValueError(f"a condition cannot be read: {text[at:][:40]!r}")
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self.tokens.append(("end", ""))

    def next(self, kind=None, value=None):
        token = self.tokens[0]
        if (kind in (None, token[0])) and (value in (None, token[1])):
            self.tokens.pop(0)
            return token
        raise ValueError(f"a condition has {token[1]!r} where {value or kind} is needed")

    def has(self, kind, value):
        return self.tokens[0] == (kind, value) and bool(self.tokens.pop(0))

    def any(self):
        parts = [self.all()]
        while self.has("sign", "||"):
            parts.append(self.all())
        return lambda c, r: any(part(c, r) for part in parts)

    def all(self):
        parts = [self.inverted()]
        while self.has("sign", "&&"):
            parts.append(self.inverted())
        return lambda c, r: all(part(c, r) for part in parts)

    def inverted(self):
        if self.has("sign", "!"):
            inner = self.inverted()
            return lambda c, r: not inner(c, r)
        if self.has("sign", "("):
            inner = self.any()
            self.next("sign", ")")
            return inner
        a = self.term()
        if self.has("name", "in"):
            items = self.items()
            return lambda c, r: any(equal(a(c, r), item) for item in items(c, r))
        order = self.next("sign")[1]
        if order not in ORDERS:
            raise ValueError(f"a condition compares by {order!r}")
        b = self.term()
        if order == "==":
            return lambda c, r: equal(a(c, r), b(c, r))
        if order == "!=":
            return lambda c, r: not equal(a(c, r), b(c, r))

        def ordered(c, r):
            x, y = number(a(c, r).strip()), number(b(c, r).strip())
            return x is not None and y is not None and ORDERS[order](x, y)

        return ordered

    def items(self):
        if self.tokens[0] != ("sign", "["):
            column = self.term()
            return lambda c, r: column(c, r).split(";")
        self.next()
        literals = [self.term()(None, None)]
        while self.has("sign", ","):
            literals.append(self.term()(None, None))
        self.next("sign", "]")
        return lambda c, r: literals

    def term(self):
        kind, value = self.next()
        if kind == "text":
            return lambda c, r: value[1:-1]
        if kind == "number" or value in ("true", "false"):
            return lambda c, r: value
        if kind != "name":
            raise ValueError(f"a condition has {value!r} where a column is needed")
        side, name = self.plain, value
        if value in ("customer", "rep"):
            side = value
            if self.has("sign", "."):
                name = self.next("name")[1]
            else:
                self.next("sign", "[")
                name = self.next("text")[1][1:-1]
                self.next("sign", "]")
        return lambda c, r: said((r if side == "rep" else c).get(name))


def condition(text, plain="customer"):
    """A function of the rows of a customer and of a rep; a name without a side is a column of `plain`."""
    reader = Reader(text, plain)
    holds = reader.any()
    reader.next("end")
    return holds


def teamed(said, name):
    """A scenario as it is for the team of this name: what it selects, and its own measures if it has some."""
    teams = {team["name"]: team for team in said.pop("team", [])}
    if name is None and not teams:
        return said
    team = teams[name]
    return {**said, "select": {"team": name, **{k: team[k] for k in ("customers", "reps") if k in team}}, "balance": team.get("balance") or said.get("balance")}


def regional(said):
    """A scenario whose [regions] say what they mean where they say nothing."""
    return {**said, "regions": {"stay": True, **said["regions"]}} if "regions" in said else said


def elsewhere(rules, customer, rep):
    """Whether [regions] keep a pair apart: both have a region, and they differ at a level that both have."""
    if not rules.get("stay"):
        return False
    for other in (name for row in (customer, rep) if "region" not in row for name in row if letters(name) in REGION):
        raise Unread(f"there is no column region, but there is {other!r}, which revier may read as that")
    paths = [[level.strip() for level in said(row.get("region")).split("/")] for row in (customer, rep)]
    if [""] in paths:
        return False
    if any("" in path for path in paths):
        raise ValueError(f"a region has an empty level: {paths}")
    return any(a != b for a, b in zip(*paths))


def chosen(rows, text, plain):
    """The rows of customers or of reps (`plain`) that meet the condition of a selection; all without one."""
    if not text:
        return rows
    holds = condition(text, plain)
    rows = [{**row, "name": row["id"]} if plain == "rep" and row.get("name") in (None, "") else row for row in rows]
    return [row for row in rows if holds(*((row, {}) if plain == "customer" else ({}, row)))]


def folded(by, value):
    """What stands for a value of the column `by` where it is looked up: equal values have the same; ids are texts."""
    text = said(value).strip()
    return number(text) if by != "id" and number(text) is not None else text


def rows_of(name, data):
    """The rows of a table of [[prefer]], the header first, where it is one that can be read in one way only."""
    if data[:2] == b"PK":
        raise Unread(f"{name} is a workbook; this program reads CSV")
    try:
        text = data.decode("utf-8-sig")
        head = re.sub(r'"[^"]*"', "", next((line for line in text.split("\n") if line.strip()), ""))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
        rows = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unread(f"{name} is no CSV in UTF-8: {error}") from error
    if not rows or any(len(row) != len(rows[0]) for row in rows) or "" in rows[0] or len(set(rows[0])) < len(rows[0]):
        raise Unread(f"{name} does not begin with a header that names each column once, or has rows of other lengths")
    return rows


def rep_column(name, names, listed):
    """Which column names the reps: rep_id, or the first; in a list, revier may take one of another name."""
    others = [other for other in names[1:] if letters(other) in REP]
    if "rep_id" not in names and listed and others:
        raise Unread(f"{name} has no column rep_id, and revier may take {others[0]!r} for it")
    return names.index("rep_id") if "rep_id" in names else 0


def figures_of(entry, data):
    """The figures of a table as texts, by rep and value, folded."""
    file, by, cost = entry["table"], entry["by"], f"cost_{entry['unit']}"
    (names, *rows), known = rows_of(file, data), {}
    for name, plain in ((name, plain) for name in names for plain in ("cost_km", "cost_share") if letters(name) == letters(plain)):
        if name != plain:
            raise Unread(f"{file} has {name!r}, which resembles {plain}")
        if name != cost:
            raise ValueError(f"{file} has figures of another unit")
    rep = rep_column(file, names, listed := cost in names)
    at = names.index(by) if by in names else names.index("value") if "value" in names else None
    if listed and at is None:
        raise Unread(f"{file} has no column {by!r} or value")
    for row in rows:
        for column in [names.index(cost)] if listed else [column for column in range(len(names)) if column != rep]:
            key = row[rep], folded(by, row[at] if listed else names[column])
            if WRITTEN.fullmatch(row[column]) and not FIGURE.fullmatch(row[column]):
                raise Unread(f"{file} has {row[column]!r}, which is no plain number")
            if key in known:
                raise ValueError(f"{file} has {key} twice")
            known[key] = row[column]
    return known


def tabled(entries, base, files):
    """The entries; where one has a table, with its `figures` per rep and value, from the file that it names from `base`, which must be one of `files`."""
    there = {path.resolve() for path in files.values()}

    def figures(entry):
        if (base / entry["table"]).resolve() not in there:
            raise ValueError(f"{entry['table']} is not among the inputs")
        return figures_of(entry, (base / entry["table"]).read_bytes())

    return [{**entry, "figures": figures(entry)} if "table" in entry else entry for entry in entries]


def alike(shown, entries):
    """Whether a report shows these entries; the places of tables depend on whence they are seen."""
    def plain(entry):
        return {name: str(x).replace("\\", "/").split("/")[-1] if name == "table" else x for name, x in entry.items() if name != "figures"}

    return [plain(entry) for entry in shown] == [plain(entry) for entry in entries]


def worth(entry, pace):
    """A function of the rows of a customer and a rep: what is added to the way and what it is multiplied by then; None where the entry does not hold."""
    if "table" not in entry:
        holds, made = condition(entry["when"]), (Fraction(entry.get("cost_km", 0)) * pace, 1 + Fraction(entry.get("cost_share", 0)))
        return lambda customer, rep: made if holds(customer, rep) else None
    known, by = entry["figures"], entry["by"]

    def of_pair(customer, rep):
        value = folded(by, customer.get(by))
        text = known.get((said(rep["id"]), value), "") if value != "" else ""
        if text and not FIGURE.fullmatch(text):
            raise Unread(f"{entry['table']} has {text!r}, which is no plain number")
        figure = Fraction(text or 0)
        least, most = (-20000, 20000) if entry["unit"] == "km" else (-0.99, 10)
        if not least <= float(figure) <= most:
            raise ValueError(f"a table of [[prefer]] has {text!r}")
        return (figure * pace, Fraction(1)) if entry["unit"] == "km" else (Fraction(0), 1 + figure)

    return of_pair


def fit(entries, customers, reps, pace):
    """Per customer and rep what is added to the way (cost_km times `pace`), and what it is multiplied by then; nothing without entries."""
    members = [{"table", "by", "unit", "sheet", "figures"} if "table" in e else {"when", "cost_km", "cost_share"} for e in entries]
    if not all(set(e) <= known and e.get("cost_share", 0) >= Fraction(-99, 100) for e, known in zip(entries, members)):
        raise ValueError("a [[prefer]] has other members")
    reps = [{**rep, "name": rep["id"] if rep.get("name") in (None, "") else rep["name"]} for rep in reps]
    read = [worth(e, pace) for e in entries]

    def pair(customer, rep):
        some = [made for of_pair in read if (made := of_pair(customer, rep)) is not None]
        return sum((more for more, _ in some), Fraction(0)), math.prod((factor for _, factor in some), start=Fraction(1))

    return [[pair(customer, rep) for rep in reps] for customer in customers] if entries else []


def beside_told(report):
    """What a unit of load beside the target costs as the report has it, per measure; None where no measure of the scenario has a cost."""
    told = {row["measure"]: row["price"] for row in report.get("deviation", ())}
    names = [entry["measure"] for entry in report["scenario"]["balance"]]
    if len(told) != len(report.get("deviation", ())) or not set(told) <= set(names):
        raise ValueError("the report has a cost of a measure twice, or of none")
    return [told.get(name, Fraction(0)) for name in names] if told else None


def beside_costs(entries, measures, report):
    """The cost per unit of load beside the target of each of these measures: the number of the scenario's entry, or for "auto" what the report says that it is."""
    asked = {entry["measure"]: entry["deviation_cost"] for entry in entries if entry.get("deviation_cost") is not None and entry["measure"] in measures}
    shown = {entry["measure"]: entry.get("deviation_cost") for entry in report["scenario"]["balance"]}
    budgets = [{entry["measure"]: entry.get("deviation_budget") for entry in of if entry["measure"] in measures} for of in (entries, report["scenario"]["balance"])]
    if budgets[0] != budgets[1]:
        raise ValueError("the report has another deviation_budget than the scenario")
    told = {row["measure"]: row["price"] for row in report.get("deviation", ())}
    if set(told) != set(asked) or any(shown.get(name) != cost for name, cost in asked.items()):
        raise ValueError("the report has costs of other measures than the scenario")
    for name, cost in asked.items():
        if not isinstance(told[name], Fraction) or told[name] < 0 or cost != "auto" and told[name] != cost:
            raise ValueError(f"load beside the target of {name} costs {cost}, the report says {told[name]}")
    return [told.get(name, Fraction(0)) for name in measures]


def beside_targets(problem, capacity):
    """Per measure and rep: what a step of load beside the target costs, and the target in steps; 0 and 0 where the rep has none."""
    shares, per = sum(x for x in capacity if x is not None), zip(problem.rules["beside"], problem.places, problem.total)
    return [[(cost / 10**places, total * x / shares) if x is not None else (Fraction(0), Fraction(0)) for x in capacity] for cost, places, total in per]


def balance_cost(problem, plan, report, close):
    """What the loads of a plan cost beside their targets; the report must have the same loads and costs."""
    told, cost = {row["measure"]: row for row in report.get("deviation", ())}, Fraction(0)
    for m, (name, places) in enumerate(zip(problem.measures, problem.places)):
        # Who has no target has no load beside it.
        capable = [j for j, row in enumerate(problem.reps) if "capacity" not in row or row["capacity"] not in (None, "")]
        off = sum((abs(problem.held(plan, m, j) - problem.beside[m][j][1]) for j in capable), Fraction(0))
        cost += problem.rules["beside"][m] * off / 10**places
        if name in told and not (close(told[name]["load"], off / 10**places, Fraction(1, 10**9)) and close(told[name]["cost"], told[name]["price"] * off / 10**places, Fraction(1, 10**6))):
            raise ValueError(f"the report has another load of {name} beside the targets")
    parts = report["objective"]
    if ("balance" in parts) != bool(told) or not close(parts.get("balance", 0), cost, Fraction(1, 10**6)):
        raise ValueError("the report has another cost of load beside the targets as a part of the objective")
    if not close(sum(parts.get(name, 0) for name in ("travel", "preference", "change", "balance")), parts["value"], Fraction(1, 10**6)):
        raise ValueError("the parts of the report's objective add up to something else")
    return cost


def conjugate(x, low, high, q, target):
    """The greatest x y - q |y - target| for loads y from low to high, in whole numbers: x and q are multiples of the target's denominator. With q = 0 max(x high, x low),
    as low <= high if there is a plan."""
    if not q:
        return x * (high if x > 0 else low)
    at = q * target.numerator // target.denominator
    ends = [x * y - abs(q * y - at) for y in (low, high)]
    return max(*ends, x * target.numerator // target.denominator) if low < target < high else max(ends)


def left_over(x, low, high, q, target):
    """What a load leaves of that greatest value; infinite outside the bounds."""
    if not q:
        return lambda load: max(x * (high - load), x * (low - load)) if low <= load <= high else math.inf
    top, at = conjugate(x, low, high, q, target), q * target.numerator // target.denominator
    return lambda load: top + abs(q * load - at) - x * load if low <= load <= high else math.inf


SERVERS = {"osrm": "driving", "valhalla": "auto", "openrouteservice": "driving-car"}  # what each calls a car


def by_server(rules, shown, files, directory):
    """Travel from a routing server is the table of its answers, which is an input as any matrix is; server and profile are those that scenario and report name."""
    travel = rules["travel"]
    keys = ("url", "profile", "table", "direction", "off_road", "key_env", "allow_http", "parallel", "per_minute", "max_pairs", "timeout_s")
    said = {name: travel.pop(name) for name in keys if name in travel}
    said, told, metric = travel.pop("server", None) or said, shown["travel"]["server"], travel["metric"]
    base, team = directory, rules["select"].get("team")
    usual = {"profile": SERVERS[metric], "direction": "out", "off_road": "refuse"}
    if "scenario" in files:
        base = files["scenario"].parent
        table = pathlib.Path(said.get("table") or f"{files['scenario'].stem}-{metric}.csv")
        said["table"] = table.with_name(f"{table.stem}-{team}{table.suffix}") if team else table
    same = all(told[name] == said.get(name, value) for name, value in usual.items())
    if not same or told["url"] != said["url"].rstrip("/") or files["matrix"].resolve() != (base / said["table"]).resolve():
        raise ValueError("the routing server or its table is not that of the scenario")
    travel["matrix"], travel["metric"] = str(files["matrix"].resolve()), "matrix"
    shown["travel"]["metric"] = "matrix"


def by_road(rules, shown, files, directory, table):
    """Travel on roads or round barriers is that of a table, which any program may have made; extract and barriers are those that scenario and report name."""
    travel = rules["travel"]
    if travel["metric"] in SERVERS:
        return by_server(rules, shown, files, directory)
    barriers = travel.pop("barriers", None)
    if travel["metric"] != "road" and barriers is None:
        return
    base = files["scenario"].parent if "scenario" in files else directory
    if barriers is not None and ("barriers" not in files or files["barriers"].resolve() != (base / barriers).resolve()):
        raise ValueError("the barriers are not those of the scenario")
    if travel["metric"] == "great-circle":
        return from_table(travel, shown, files, table, "goes round barriers")
    said, told = travel.pop("roads"), shown["travel"]["roads"]
    said = dict(said) if isinstance(said, dict) else {"file": said, **{name: travel[name] for name in ("direction", "max_snap_m", "off_road") if name in travel}}
    for name in ("direction", "max_snap_m", "off_road"):
        travel.pop(name, None)
    usual = {"direction": "out", "max_snap_m": 500, "off_road": "refuse"}
    same = all(told[name] == said.get(name, value) for name, value in usual.items())
    if not same or "roads" not in files or files["roads"].resolve() != (base / said["file"]).resolve():
        raise ValueError("the roads are not those of the scenario")
    from_table(travel, shown, files, table, "follows roads")


def from_table(travel, shown, files, table, way):
    """Puts a table in the place of what nobody here searches."""
    if table is None:
        raise Unread(f"travel {way}: name a table of it, too (customer_id,rep_id,km,minutes), as `revier roads SCENARIO --matrix` writes it or, of roads, another program from `--network`")
    files["matrix"] = pathlib.Path(table).resolve()
    travel["matrix"], travel["metric"] = str(files["matrix"]), "matrix"
    shown["travel"]["metric"] = "matrix"
