#!/usr/bin/env python3
"""Verifies a plan of revier from its inputs and its certificate alone: python3 verify.py DIR

Written from CERTIFICATE.md, whose formulas and names it follows; shares nothing with revier; needs Python 3.11 or later and nothing else (for [[prefer]], [[team]], [select] and [regions], conditions.py).
Exit status: 0 it holds, 1 it does not, 2 something is there that this program cannot read or not decide.
"""
import csv, hashlib, io, json, math, re, sys, tomllib
from fractions import Fraction
from pathlib import Path
from conditions import Unread, alike, balance_cost, beside_costs, beside_targets, beside_told, by_road, chosen, conjugate, elsewhere, fit, left_over, placed, regional, tabled, teamed  # beside this file; for [[prefer]], [[team]], [select], [regions], roads and deviation_cost alone

INF, RADIUS_KM, GRAIN = math.inf, 6371.0088, 2**80  # great circles are counted in 2^-80 km
NUMBER = re.compile(r"[-+]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][-+]?\d{1,3})?")
KNOWN = {  # what may stand in a scenario; most of the last line counts nothing here
    "travel": {"metric", "matrix", "cost", "weight", "detour", "speed_kmh", "max_km", "max_minutes", "stops_per_tour", "in_workload", "roads", "barriers", "direction", "max_snap_m", "off_road", "url", "profile", "table", "key_env", "allow_http", "parallel", "per_minute", "max_pairs", "timeout_s", "server"},
    "rules": {"skills", "locks", "groups", "places", "forbid", "contiguous", "former_owners", "wishes"}, "change": {"max_share", "penalty", "measure"},
    "solve": {"seed", "gap", "time_limit_s"}, "regions": {"stay"}, "select": {"team", "customers", "reps"},
    **dict.fromkeys(("customers", "reps", "balance", "prefer", "team", "name", "boundary", "territories", "dashboard", "target", "output", "unit_rules"))}
NODES = [{"unit", "branches"}, {"cutoff", "prices", "rest"}, {"prices"}, {"prices", "knapsack", "above"}, {"ray"}, {"subset", "measure"}]
FILES = {"certificate.json", "assignments.csv", "assignments.geojson", "territories.geojson", "report.html"}
ROLES = {"scenario", "customers", "reps", "units", "boundary", "matrix", "roads", "barriers", "fit", "wishes", "context"}
STATUS = {"optimal": "optimal", "within": "feasible", "infeasible": "infeasible", "not-found": "infeasible"}

class Refused(Exception): """What is claimed does not hold, or is not proven."""
def need(holds, reason):
    if not holds: raise Refused(reason)

# Reading. Every number is the decimal that is written.
def number(text): return need(NUMBER.fullmatch(text), f"{text[:40]!r} is not a number") or Fraction(text)
def members(pairs):
    return need(len(dict(pairs)) == len(pairs), f"a name stands twice in an object: {[name for name, _ in pairs][:9]}") or dict(pairs)
def parse(text): return json.loads(text, parse_float=number, parse_int=number, parse_constant=number, object_pairs_hook=members)
def text_of(value):  # an id or a name as text; None for nothing
    value = str(int(value)) if isinstance(value, Fraction) and value.denominator == 1 else value
    return value if value and value.strip() else None
def amount(row, name, default=None):
    """A number of 0 or more; the default where there is none."""
    value = default if row.get(name) in (None, "") else number(row[name]) if isinstance(row[name], str) else row[name]
    need(value is default or isinstance(value, Fraction) and value >= 0, f"{name}: {value!r} is not a number of 0 or more")
    return value
def names_of(value):
    """A list of texts, or one text with semicolons, as a set."""
    return {item.strip() for item in map(text_of, value if isinstance(value, list) else (text_of(value) or "").split(";")) if item}
def table(data):
    """The rows of a CSV file, as objects of texts."""
    text = data.decode("utf-8-sig")
    head = re.sub(r'"[^"]*"', "", next((line for line in text.split("\n") if line.strip()), ""))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    need(rows and all(len(row) == len(rows[0]) for row in rows), "the rows of a table are not of one length")
    return [dict(zip(rows[0], row)) for row in rows[1:]]
def features(path, data):
    """Customers or reps: objects with id, lon, lat and all that the file says."""
    if data[:2] in (b"PK", b"PA"): raise Unread(f"{path} is a workbook or a Parquet file; this program reads GeoJSON and CSV")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:1] not in (b"{", b"["):
        rows = [{**row, "lon": number(row["lon"]), "lat": number(row["lat"])} for row in placed(table(data), path)]
    else:
        text, rows = data.decode("utf-8-sig").replace("\x1e", ""), []
        try: roots = [parse(text)]
        except json.JSONDecodeError: roots = [parse(line) for line in text.split("\n") if line.strip()]
        for feature in (feature for root in roots for feature in (root if isinstance(root, list) else root.get("features", [root]))):
            if feature["geometry"]["type"] != "Point": raise Unread(f"{path} has area units; this program reads points")
            row, (lon, lat) = feature.get("properties") or {}, feature["geometry"]["coordinates"][:2]
            rows.append({**row, "lon": lon, "lat": lat, "id": feature.get("id") if row.get("id") is None else row["id"]})
    rows = [{**row, "id": text_of(row["id"])} for row in rows]
    need(len({row["id"] for row in rows} - {None}) == len(rows), f"{path}: an id is missing or stands twice")
    return rows
def scenario_of(report, files):
    """The rules: the scenario's file and what the command line has set; without a file the report's own scenario."""
    flags, path = {name: value for name, value in report["overrides"].items() if value is not None}, "report.json"
    said, path = report["scenario"], files.get("scenario", path)
    if "scenario" in files: said = regional(teamed(tomllib.loads(path.read_text("utf-8-sig"), parse_float=number), flags.get("team")))
    unknown = {name for name, value in said.items() if name not in KNOWN and value not in (None, [], {}, False)}
    for section, names in ((section, names) for section, names in KNOWN.items() if names):
        said[section] = {name: value for name, value in (said.get(section) or {}).items() if value is not None}
        unknown |= said[section].keys() - names
    if unknown: raise Unread(f"{path}: this program does not know {unknown}")
    tolerance, travel, said["beside"] = {b["measure"]: Fraction(b.get("tolerance", Fraction("0.05"))) for b in said.get("balance") or ()}, said["travel"], said.get("balance") or ()
    asked = flags.get("balance") or [{"measure": name} for name in tolerance or ["workload"]]
    said["balance"] = {b["measure"]: b.get("tolerance") or flags.get("tolerance") or tolerance.get(b["measure"], Fraction("0.05")) for b in asked}
    said["beside"] = need(len(asked) == len(said["balance"]), "a measure is balanced twice") or beside_costs(said["beside"], said["balance"], report)
    travel["metric"] = "matrix" if "matrix" in flags else travel.get("metric", "matrix" if "matrix" in travel else "road" if "roads" in travel else "great-circle")
    travel.setdefault("weight", asked[0]["measure"])
    if said["change"]: said["change"].setdefault("measure", asked[0]["measure"])
    return said
def inputs_of(directory, report, rules, files):
    """The files of customers, reps, matrix and wishes, which must be the ones that the scenario or the command line names; None for one that is not used."""
    rules["prefer"] = tabled(rules.get("prefer") or [], base := files["scenario"].parent if "scenario" in files else directory, files)
    for role, place in (("customers", rules), ("reps", rules), ("matrix", rules["travel"]), ("wishes", rules["rules"])):
        flag, used = report["overrides"].get(role), role not in ("matrix", "wishes") or role in place and (role == "wishes" or place["metric"] == "matrix")
        named = directory / flag if flag else base / place[role] if used else None
        need(named is None or role in files and files[role].resolve() == named.resolve(), f"the {role} are not those of the scenario")
        yield named and (table(named.read_bytes()) if role in ("matrix", "wishes") else chosen(features(named, named.read_bytes()), rules["select"].get(role), role[:-1]))

# Arithmetic.
def half_away(x): return math.floor(x + Fraction(1, 2))  # of a number of 0 or more
def whole(values):  # rational numbers as multiples of one over their common denominator, and that denominator
    common = math.lcm(*(x.denominator for x in values))
    return [x.numerator * (common // x.denominator) for x in values], common
def places_of(values, least=0):
    """The decimals that amounts are counted in: the most that any has, 30 digits in all."""
    most = next(p for p in range(least, 2000) if 10**p % whole(values)[1] == 0)
    return max(0, min(most, 30 - len(str(int(max(sum(values), 1))))))
def vector(row):
    lon, lat = (math.radians(float(row[name])) for name in ("lon", "lat"))
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
def great_circle(p, q): return 2 * RADIUS_KM * math.atan2(math.dist(p, q), math.hypot(p[0] + q[0], p[1] + q[1], p[2] + q[2]))

class Problem:
    """Sections 3 to 5."""
    def __init__(self, rules, customers, reps, matrix=None, wishes=None):
        self.rules, self.customers, self.reps, self.k, self.measures = rules, customers, reps, range(len(reps)), list(rules["balance"])
        self.rep_at = {row["id"]: j for j, row in enumerate(reps)}
        self.owner = [self.rep_at.get(text_of(row.get("owner"))) for row in customers]
        self.travel(matrix), self.pairs(wishes or ()), self.units(), self.loads(), self.bounds(), self.costs()
    def column(self, name):
        default = Fraction(1) if name in ("workload", "visits") else None
        values = [Fraction(1) if name in ("customers", "none") else amount(row, name, default) for row in self.customers]
        need(None not in values, f"some customers have no {name!r}")
        return values
    def travel(self, matrix):
        """km and minutes of every pair, None where the matrix lacks it."""
        self.pace, detour = 60 / Fraction(self.rules["travel"].get("speed_kmh", 60)), float(self.rules["travel"].get("detour", 1))
        if matrix is None:
            self.km = [[detour * great_circle(p, q) for q in map(vector, self.reps)] for p in map(vector, self.customers)]
            self.minutes = [[km * float(self.pace) for km in row] for row in self.km]
            return
        self.km, self.minutes = ([[None] * len(self.reps) for _ in self.customers] for _ in "ab")
        at = {row["id"]: i for i, row in enumerate(self.customers)}
        for row in (row for row in matrix if not self.rules["select"] or row["customer_id"] in at and row["rep_id"] in self.rep_at):
            i, j, km, minutes = at[row["customer_id"]], self.rep_at[row["rep_id"]], amount(row, "km"), amount(row, "minutes")
            need(self.km[i][j] is None and (km, minutes) != (None, None), f"the matrix has a pair twice, or nothing for it: {row}")
            self.km[i][j], self.minutes[i][j] = minutes / self.pace if km is None else km, km * self.pace if minutes is None else minutes
    def pairs(self, wishes):
        """Which reps each customer may be given to."""
        rules, general = self.rules["rules"], self.rules["travel"]
        limits = [[float(min(amount(row, name, INF), general.get(name, INF))) for name in ("max_km", "max_minutes")] for row in self.reps]
        skills, forbidden = [names_of(row.get("skills")) for row in self.reps], {tuple(pair) for pair in rules.get("forbid", ())}
        self.permitted, wish = [], {kind: {(row["customer_id"], row["rep_id"]) for row in wishes if row["wish"] == kind} for kind in ("assign", "forbid", "unlock")}
        need(len(dict(wish["assign"])) == len(wish["assign"]) and sum(map(len, wish.values())) == len(wishes), "wishes are doubled, or there are two for a customer")
        for i, row in enumerate(self.customers):
            requires = names_of(row.get("requires")) if rules.get("skills", True) else set()
            locked = str(row.get("locked")).lower() in ("true", "1", "yes") and rules.get("locks", True) and self.owner[i] is not None and (row["id"], row["owner"]) not in wish["unlock"]
            held = {self.owner[i] for _ in "l" if locked} | {self.rep_at[j] for i, j in wish["assign"] if i == row["id"]}
            self.permitted.append({j for j in self.k if self.km[i][j] is not None and requires <= skills[j] and not elsewhere(self.rules["regions"], row, self.reps[j])
                                   and (row["id"], self.reps[j]["id"]) not in forbidden | wish["forbid"] and (held == {j} if held else
                                   float(self.km[i][j]) <= limits[j][0] and float(self.minutes[i][j]) <= limits[j][1])})
    def units(self):
        """What the rules keep together: groups, and places where they are asked for."""
        rules, group, held = self.rules["rules"], {}, {}  # of a customer, and by group or place: the list of those who stay together
        for i, row in enumerate(self.customers):
            lon, lat = (half_away(abs(row[x]) * 10**7) * (-1 if row[x] < 0 else 1) for x in ("lon", "lat"))
            keys = [text_of(row.get("group"))] if rules.get("groups", True) else []
            keys += [(-lon if lon == 1_800_000_000 else lon, lat)] if rules.get("places") else []
            joined = sorted({i, *(x for key in keys for x in held.get(key, ()) if key)})
            held.update((key, joined) for key in [*(key for key in held if held[key][0] in joined), *keys] if key)
            group.update((x, joined) for x in joined)
        self.unit = [group[i] for i in sorted(group) if group[i][0] == i]
        self.unit_at = {self.customers[unit[0]]["id"]: u for u, unit in enumerate(self.unit)}
        self.open = [sorted(set.intersection(*(self.permitted[i] for i in unit))) for unit in self.unit]
    def loads(self):
        """load[m][i][j] of customers and a[m][u][j] of units, in steps of 10^-places[m]; total[m]."""
        self.load, self.places, self.total = [], [], []
        for name in self.measures:
            column, travels = self.column(name), self.rules["travel"].get("in_workload") and name == "workload"
            places = places_of(column, 6 if travels else 0)
            load, nearest = [[half_away(x * 10**places)] * len(self.k) for x in column], [0] * len(column)
            if travels:
                stops, visits = float(self.rules["travel"].get("stops_per_tour", 1)), self.column("visits")
                for i, minutes in enumerate(self.minutes):
                    hours = [half_away(Fraction(float(visits[i]) * 2 / stops / 60 * float(x or 0)) * 10**6) for x in minutes]
                    nearest[i] = min(self.permitted[i], key=lambda j: (minutes[j], j), default=None)
                    load[i] = [load[i][j] + half_away(Fraction(hours[j], 10**6) * 10**places) for j in self.k]
            self.total.append(sum(half_away(column[i] * 10**places) if j is None else load[i][j] for i, j in enumerate(nearest)))
            self.load, self.places = [*self.load, load], [*self.places, places]
        self.a = [[[sum(load[i][j] for i in unit) for j in self.k] for unit in self.unit] for load in self.load]
    def bounds(self):
        """given[m][j] as the rules have them, and tight[m][j] as section 5 tightens them, in steps."""
        capacity = [amount(row, "capacity", None if "capacity" in row else Fraction(1)) for row in self.reps]
        self.given, self.tight, shares, self.beside = [], [], sum(x for x in capacity if x is not None), beside_targets(self, capacity)
        for m, (name, tolerance) in enumerate(self.rules["balance"].items()):
            self.given.append([])
            for j, row in enumerate(self.reps):
                low, high = Fraction(0), INF
                if capacity[j] is not None:
                    low, high = ((1 + sign * tolerance) * self.total[m] * capacity[j] / shares for sign in (-1, 1))
                least, most = (x if x is None else x * 10**self.places[m] for x in (amount(row, f"min_{name}"), amount(row, f"max_{name}")))
                if least is not None:
                    low, high = least, least * (1 + tolerance) / (1 - tolerance) if least > high else high
                if most is not None:
                    low, high = most * (1 - tolerance) / (1 + tolerance) if low > most and least is None else low, most
                self.given[m].append((low, high))
            loads = [[a[j] for a, reps in zip(self.a[m], self.open) if j in reps] for j in self.k]
            grain = [math.gcd(*row) or 1 for row in loads]
            self.tight.append([(-int(-low // g) * g, int(min(high, sum(row)) // g) * g) for (low, high), row, g in zip(self.given[m], loads, grain)])
    def costs(self):
        """c[u][j] in steps of 1 / cost_den, b[u][j] of what changes hands in steps of `step`, the limit on it, the allowance."""
        rules, change, matrix = self.rules["travel"], self.rules["change"], self.rules["travel"]["metric"] == "matrix"
        rows, pace = (self.minutes, self.pace) if rules.get("cost") == "minutes" else (self.km, 1)
        weight, weight_den = whole(self.column(rules["weight"]))
        flat = [x for row in rows for x in row if x is not None]
        times, time_den = whole(flat) if matrix else ([int(x * float(GRAIN)) for x in flat], GRAIN)
        heavy = sum(weight)
        if fits := fit(self.rules["prefer"], self.customers, self.reps, pace):  # what [[prefer]] adds to the way of a pair, and multiplies it by
            heavy = sum(w * max(1, *(factor for _, factor in row)) for w, row in zip(weight, fits))
            pairs = [pair for row, of in zip(rows, fits) for x, pair in zip(row, of) if x is not None]
            times, time_den = whole([max(0, Fraction(x, time_den) + more) * factor for x, (more, factor) in zip(times, pairs)])
        moved = self.column(change["measure"]) if change else [Fraction(0)] * len(rows)
        self.step = Fraction(1, 10**places_of(moved))
        self.moved = [half_away(x / self.step) for x in moved]
        self.limit = change["max_share"] * sum(self.moved) if "max_share" in change else None
        penalty = change.get("penalty", 0) * self.step
        self.cost_den = math.lcm(weight_den * time_den, penalty.denominator)
        times, per, fee = iter(times), self.cost_den // (weight_den * time_den), int(penalty * self.cost_den)
        self.cost = [[(0 if x is None else weight[i] * next(times) * per) + fee * self.changed(i, j) for j, x in enumerate(row)]
                     for i, row in enumerate(rows)]
        self.c = [{j: sum(self.cost[i][j] for i in unit) for j in self.open[u]} for u, unit in enumerate(self.unit)]
        self.b = [[sum(self.changed(i, j) for i in unit) for j in self.k] for unit in self.unit]
        self.allowance = Fraction(0 if matrix else heavy, weight_den) * Fraction(rules.get("detour", 1)) * pace / 10**10
    def changed(self, i, j): return self.moved[i] if self.owner[i] is not None and self.owner[i] != j else 0
    def held(self, plan, m, j): return sum(load[j] for load, to in zip(self.load[m], plan) if to == j)
    def breaks(self, plan):
        """The rules that a plan breaks, in words."""
        yield from (f"{self.customers[i]['id']} must not be given to {self.reps[j]['id']}" for i, j in enumerate(plan) if j not in self.permitted[i])
        yield from (f"the unit of {name} is given to several reps" for name, u in self.unit_at.items() if len({plan[i] for i in self.unit[u]}) > 1)
        yield from (f"{self.reps[j]['id']} is not within its bounds of {name}" for m, name in enumerate(self.measures)
                    for j, (low, high) in enumerate(self.given[m]) if not low <= self.held(plan, m, j) <= high)
        if self.limit is not None and sum(map(self.changed, range(len(plan)), plan)) > self.limit: yield "more changes hands than may"

class Proof:
    """Section 6. A worth of `wanted` does: knapsacks are not solved any better than that takes."""
    def __init__(self, problem, wanted):
        self.p, self.wanted, self.above = problem, wanted, INF  # above: what the least ray has above 0
    def rows(self, rows):
        good = isinstance(rows, list) and len(rows) == len(self.p.reps) and all(isinstance(row, list) and len(row) == len(self.p.measures) for row in rows)
        need(good, "prices: not a number for each rep and measure")
        return [x for row in rows for x in row]
    def change(self, node):
        nu = node.get("change", Fraction(0))
        need(isinstance(nu, Fraction) and nu >= 0 and (nu == 0 or self.p.limit is not None), "the price of change is not usable")
        return nu
    def values(self, open_, mu, nu, cost_den, extra=()):
        """v_uj of the open pairs, in steps of 1 / den; what the bounds take off; den. Prices are per step of the loads."""
        p, den = self.p, 2 * math.lcm(cost_den or 1, nu.denominator, *(x.denominator for row in mu for x in row), *(x.denominator for x in extra), *(q.denominator for row in self.p.beside for q, _ in row)) * math.lcm(*(target.denominator for row in self.p.beside for q, target in row if q))
        mu, nu, per = [[int(x * den) for x in row] for row in mu], int(nu * den), den // cost_den if cost_den else 0
        prices = [[(p.a[m], x) for m, x in enumerate(row) if x] for row in mu]
        v = [{j: per * p.c[u][j] + nu * p.b[u][j] + sum(a[u][j] * x for a, x in prices[j]) for j in reps} for u, reps in enumerate(open_)]
        off = sum(conjugate(x, *p.tight[m][j], per and int(p.beside[m][j][0] * den), p.beside[m][j][1]) for j, row in enumerate(mu) for m, x in enumerate(row))
        return v, off + (nu * math.floor(p.limit) if nu else 0), den
    def priced(self, node, open_, extra=()):
        mu = [[x / 10**places for x, places in zip(row, self.p.places)] for row in node["prices"]]
        return self.values(open_, mu, self.change(node) * self.p.step, self.p.cost_den, extra)
    def worth(self, node, open_):
        names, p = set(node), self.p
        need((names - {"change"} if names & {"prices", "ray"} else names) in NODES, f"a node has other members: {names}")
        numbers = [node.get("cutoff", INF), *node.get("above", {}).values(), *(x for name in names & {"prices", "ray"} for x in self.rows(node[name]))]
        need(self.change(node) >= 0 and all(isinstance(x, Fraction) or x is INF for x in numbers), "a number of a node is none")
        if "unit" in node:
            u, branches = p.unit_at[node["unit"]], {p.rep_at[name]: branch for name, branch in node["branches"].items()}
            need(set(branches) >= set(open_[u]), f"{node['unit']} has no branch for a rep to whom it is open")
            return min((self.worth(branches[j], open_[:u] + [[j]] + open_[u + 1:]) for j in open_[u]), default=INF)
        if not all(open_): return self.worth(node["rest"], open_) if "rest" in node else INF
        if "subset" in node:
            j, m = p.rep_at[node["subset"]], p.measures.index(node["measure"])
            loads = [(p.a[m][u][j], len(reps) == 1) for u, reps in enumerate(open_) if j in reps]
            free = sorted(((0, a) for a, alone in loads if a and not alone), reverse=True)
            some = self.deviation(free, sum(a for a, alone in loads if alone), *p.tight[m][j], left_over(0, *p.tight[m][j], 0, 0), 0)
            need(some is None, f"{node['subset']} can have a total of {node['measure']} within its bounds")
            return INF
        if "ray" in node:
            y, z = node["ray"], self.change(node)
            need(all(x.denominator == 1 for row in [*y, [z]] for x in row), "a ray is not of whole numbers")
            v, off, den = self.values(open_, y, z, 0)
            above = (sum(min(row.values()) for row in v) - off) // den
            need(above > 0, "a ray proves nothing")
            self.above = min(self.above, above)
            return INF
        if "knapsack" in node: return self.knapsacks(node, open_)
        v, off, den = self.priced(node, open_)
        least = [min(row.values()) for row in v]
        g = sum(least) - off
        if "cutoff" not in node: return Fraction(g) / den - p.allowance
        rest = [[j for j in row if g + row[j] - first < (node["cutoff"] + p.allowance) * den] for row, first in zip(v, least)]
        return min(node["cutoff"], self.worth(node["rest"], rest))
    def knapsacks(self, node, open_):
        p, q, above = self.p, self.p.measures.index(node["knapsack"]), {self.p.unit_at[name]: x for name, x in node["above"].items()}
        v, off, den = self.priced(node, p.open, above.values())  # first and second are those of the root
        two = [(sorted(row.values()) * 2)[:2] if len(row) == 1 else sorted(row.values())[:2] for row in v]
        pi = [first + (int(above[u] * den) if u in above else (second - first) // 2) for u, (first, second) in enumerate(two)]
        total, reps = Fraction(sum(pi) - off), []
        for j in p.k:  # `total` becomes V with each knapsack at its Lagrangian bound; what they cost beyond is found below
            mine = [(v[u][j] - pi[u], p.a[q][u][j], len(reps_of) == 1) for u, reps_of in enumerate(open_) if j in reps_of]
            total += sum(x if alone else min(x, 0) for x, _, alone in mine)
            start = sum(a for x, a, alone in mine if alone or x < 0)
            free = sorted((abs(x), a if x >= 0 else -a) for x, a, alone in mine if a and not alone)
            press, (beside, target) = int(node["prices"][j][q] / 10**p.places[q] * den), p.beside[q][j]
            most = sum(x for x, _ in free) + (abs(press) + 2 * int(beside * den)) * (start + sum(abs(a) for _, a in free) + p.tight[q][j][1] + math.ceil(target))
            reps.append((free, start, *p.tight[q][j], left_over(press, *p.tight[q][j], int(beside * den), target), most))
        missing = (self.wanted + p.allowance) * den - total
        found, beyond, room = [None] * len(reps), [0] * len(reps), 1 if missing == INF else max(1, math.ceil(missing / (4 * len(reps))))
        while sum(beyond) < missing and None in found:
            for j, (free, start, low, high, left, most) in enumerate(reps):
                if found[j] is None:
                    found[j] = self.deviation([step for step in free if step[0] <= room], start, low, high, left, room)
                    beyond[j] = found[j] if found[j] is not None else INF if room > most else room
            if INF in beyond: return INF
            room += max(1, room // 3)
        return (total + sum(beyond)) / den - p.allowance
    def deviation(self, steps, start, low, high, left, room):
        """The least cost, up to `room`, of steps (cost, change) that bring a load into its bounds, and of what it then leaves of the bound on
        which the price of the row presses (`left` tells it). None: it cannot be done. `room` 0 without costs is a subset sum."""
        up, down, states, best = [0], [0], {start: 0}, left(start)
        for _, change in reversed(steps):
            up.append(up[-1] + max(change, 0))
            down.append(down[-1] + min(change, 0))
        for at, (cost, change) in enumerate(steps):  # the dearest last: what cannot pay for this one cannot pay for any
            least, most, room = low - up[-1 - at], high - down[-1 - at], min(room, best)
            states = {load: paid for load, paid in states.items() if paid + cost <= room and least <= load <= most}
            if len(states) > 3_000_000: raise Unread("a knapsack is too large for this program")
            for load, paid in list(states.items()):
                if states.get(load + change, INF) > paid + cost:
                    states[load + change], best = paid + cost, min(best, paid + cost + left(load + change))
        return best if best <= room else None

# The plan directory.
def assignment(directory, problem):
    """The rep of every customer, by assignments.csv and assignments.geojson alike."""
    at, plans, drawn = {row["id"]: i for i, row in enumerate(problem.customers)}, [], parse((directory / "assignments.geojson").read_bytes())
    for rows in (table((directory / "assignments.csv").read_bytes()), [feature["properties"] for feature in drawn["features"]]):
        plans.append([None] * len(at))
        for row in rows:  # in CSV files an apostrophe may stand before a text that a spreadsheet would run as a formula
            i, j = (known.get(text_of(x), known.get(text_of(x)[1:])) for x, known in ((row["customer_id"], at), (row["rep_id"], problem.rep_at)))
            need(i is not None and j is not None and plans[-1][i] is None, f"a row of the assignment is doubled, or its ids are unknown: {row}")
            plans[-1][i] = j
        need(None not in plans[-1], "a customer is given to nobody")
    need(plans[0] == plans[1], "assignments.csv and assignments.geojson differ")
    return plans[0]
def close(said, true, slack=0):
    return said == true or None not in (said, true) and true != INF and abs(said - true) <= max(abs(said), abs(true)) / 10**9 + slack
def territories(report, problem, plan):
    need([row["rep"] for row in report["territories"]] == list(problem.rep_at), "the report has other reps")
    for j, row in enumerate(report["territories"]):
        need(row["customers"] == plan.count(j) and set(row["measures"]) == set(problem.measures), f"the report has other figures of {row['rep']}")
        for m, (name, places) in enumerate(zip(problem.measures, problem.places)):
            told, (low, high) = row["measures"][name], (x if x == INF else Fraction(x) / 10**places for x in problem.given[m][j])
            total, most = (Fraction(x) / 10**places for x in (problem.held(plan, m, j), problem.total[m]))
            upper = INF if told["upper"] is None else told["upper"]  # where nobody reaches it, less may be told
            good = close(told["total"], total) and close(told["lower"], low) and (min(high, most) <= upper <= high or close(upper, min(high, most)) or close(upper, high))
            need(good, f"the report has a wrong total or bound of {row['rep']}: {name}")
def hashed(path, entry): return need(hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"], f"{path} has been edited") or path
def verify(directory, travel=None):
    """What holds, in words; raises Refused or Unread."""
    report, certificate = (parse((directory / name).read_bytes()) for name in ("report.json", "certificate.json"))
    need(set(certificate) - {"deviation"} == {"format", "inputs", "claim", "value", "objective", "reps", "measures", "tree"}
         and certificate["format"] == "revier-certificate/1", "the certificate has other members or another format")
    names, inputs = [entry["name"] for entry in report["files"]], certificate["inputs"]
    need(len(set(names)) == len(names) and FILES | {n for n in ("changes.csv", "units.csv", "regions.geojson") if (directory / n).exists()} <= set(names), "a file stands in the report twice, or not at all")
    all(hashed(directory / entry["name"], entry) for entry in report["files"])
    files = {entry["path"] if entry["role"] == "fit" else entry["role"]: hashed(directory / entry["path"], entry) for entry in inputs}  # tables of [[prefer]]: several
    need(inputs == report["inputs"] and len(files) == len(inputs) and {entry["role"] for entry in inputs} <= ROLES, "report and certificate have other inputs")
    rules, flags = scenario_of(report, files), [f"--{name} {json.dumps(x, default=float)}" for name, x in report["overrides"].items() if x is not None]
    by_road(rules, report["scenario"], files, directory, travel)
    problem = Problem(rules, *inputs_of(directory, report, rules, files))
    need(certificate["reps"] == list(problem.rep_at) and certificate["measures"] == problem.measures and certificate.get("deviation") == beside_told(report), "the certificate has other reps, measures or costs of load beside the targets")
    shown = report["scenario"]
    same = all(shown[section][name] == x for section in ("travel", "rules", "change") for name, x in rules[section].items() if name not in ("matrix", "wishes"))
    need("scenario" not in files or same and {b["measure"]: b["tolerance"] for b in shown["balance"]} == rules["balance"]
         and alike(shown.get("prefer", []), rules["prefer"]) and all((shown.get(name) or {}) == rules[name] for name in ("select", "regions")), "the report shows another scenario")
    territories(report, problem, plan := assignment(directory, problem))
    claim, value, objective = (certificate[name] for name in ("claim", "value", "objective"))
    need(claim in STATUS and report["claim"] == claim and report["status"] == STATUS[claim], "claim and status differ")
    need(isinstance(value, Fraction) and value >= 0 and isinstance(objective, Fraction), "value or objective is no number of 0 or more")
    cost, broken = Fraction(sum(problem.cost[i][j] for i, j in enumerate(plan)), problem.cost_den) + balance_cost(problem, plan, report, close), next(problem.breaks(plan), None)
    need(objective == report["objective"]["value"] and close(objective, cost, problem.allowance), f"the plan costs {float(cost)}")
    need(value == report["bound"] or claim == "infeasible", "the report has another bound")
    if claim in ("optimal", "within"):
        need(broken is None, f"the plan breaks a rule: {broken}")
        within = max(Fraction(rules["solve"].get("gap", Fraction("1e-4"))), Fraction("1e-9")) * objective
        need(claim == "within" or objective - value <= within, "the gap is too large")
        need(abs(report["gap"] * objective - (objective - value)) <= objective / 10**9, "the report has another gap")
    proof = Proof(problem, INF if claim == "infeasible" else value)
    worth = proof.worth(certificate["tree"], problem.open)
    need(worth >= proof.wanted or claim != "infeasible" and value == 0, f"what is proven is {float(worth)} only")
    need(claim != "infeasible" or 0 < value <= max(1, proof.above) < INF or 0 < value <= 1 or close(value, proof.above), "a ray proves less than is told")
    told = {"infeasible": "no plan is within the rules", "not-found": "no plan was found, and none ruled out"}.get(claim, f"this plan costs {float(objective)}")
    bound = f", no plan within the rules costs less than {float(value)} {report['objective']['unit']}" if claim != "infeasible" else ""
    return f"{claim}, {told}{bound}; rules: {', '.join([str(files['scenario'].resolve() if 'scenario' in files else 'report.json'), *flags])}"
def judge(directory, travel=None):
    """Exit status and what to say."""
    try:
        return 0, f"holds: {verify(Path(directory), travel)}"
    except (Unread, RecursionError, MemoryError) as error:
        return 2, f"cannot be read, or is too large for this program: {error}"
    except (Refused, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, csv.Error) as error:
        return 1, f"does not hold: {error}" if isinstance(error, Refused) else f"does not hold: not as CERTIFICATE.md has it ({repr(error)[:200]})"

if __name__ == "__main__":
    exit_status, words = judge(*sys.argv[1:]) if len(sys.argv) in (2, 3) else (2, __doc__)
    sys.exit(print(words) or exit_status)
