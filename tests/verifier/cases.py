"""Random small scenarios over every rule, with ordinary and odd numbers. Numbers are the texts that go into the files."""

import csv
import io
import json
import random
from decimal import Decimal, localcontext
from fractions import Fraction

from model import Doubtful, Model

ODD_IDS = ["=1+1", "-7", "@me", "+x", "C,1", 'C"1"', "Ü ß", "C;1", "007", "1e3", "a'b", "'=1", "none", "C\u2028x"]
NEAR = ["1e-10", "1e-9", "1e-8", "1e-7", "1e-6"]


def text(x):
    """A decimal of at most 15 digits: what is written is what is read, also where doubles are used."""
    with localcontext() as context:
        context.prec = 15
        x = +Decimal(x)
    return format(x.normalize() if x else Decimal(0), "f" if -12 < x.adjusted() < 15 else "E")


def of_fraction(x):
    """The same of a fraction; None where 15 digits are not enough."""
    with localcontext() as context:
        context.prec = 15
        written = text(Decimal(x.numerator) / Decimal(x.denominator))
    return written if Fraction(written) == x else None


class Numbers:
    """Amounts of one style."""

    def __init__(self, rng):
        self.rng = rng
        self.style = rng.choice(["whole", "whole", "tenths", "tenths", "cents", "odd", "tie", "zeros", "near", "huge", "tiny", "wide", "mixed"])
        self.tie = self.of(rng.choice(["whole", "tenths", "odd"]))

    def of(self, style):
        rng = self.rng
        if style == "whole":
            return text(rng.randint(0, 20))
        if style == "tenths":
            return text(Decimal(rng.randint(0, 400)) / 10)
        if style == "cents":
            return text(Decimal(rng.randint(1, 99999)) / 100)
        if style == "odd":
            return text(Decimal(rng.randint(1, 10**rng.randint(1, 9))).scaleb(rng.randint(-9, 3)))
        if style == "tie":
            return self.tie
        if style == "zeros":
            return "0" if rng.random() < 0.6 else text(rng.randint(1, 9))
        if style == "near":
            return nudge(self.tie if self.tie != "0" else "7", rng) if rng.random() < 0.7 else self.tie
        if style == "huge":
            return text(Decimal(rng.randint(1, 999)) * 10**9)
        if style == "tiny":
            return text(Decimal(rng.randint(1, 999)).scaleb(-9))
        if style == "wide":
            return text(Decimal(rng.randint(1, 9)).scaleb(rng.randint(-9, 12)))
        return self.of(rng.choice(["whole", "tenths", "cents", "odd", "zeros", "huge", "tiny"]))

    def next(self):
        return self.of(self.style)


def nudge(x, rng):
    return text(Decimal(x) * (1 + rng.choice([-1, 1]) * Decimal(rng.choice(NEAR))))


def place(rng, around=None):
    if around and rng.random() < 0.5:
        return {"lon": text(Decimal(around["lon"]) + Decimal(rng.randint(-99, 99)) / 100), "lat": text(Decimal(around["lat"]) + Decimal(rng.randint(-99, 99)) / 100)}
    return {"lon": text(Decimal(rng.randint(6000, 15000)) / 1000), "lat": text(Decimal(rng.randint(47000, 55000)) / 1000)}


def people(rng, case):
    """Reps and customers at their places, in one of several layouts."""
    n, k = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 10, 10]), rng.choice([1, 2, 2, 3, 3, 3])
    layout = rng.choice(["free"] * 6 + ["reps at one place", "customers at one place", "customers at reps", "all at one place", "grid"])
    at, ids = place(rng), rng.choice(["plain"] * 8 + ["number", "odd"])
    odd = rng.sample(ODD_IDS, n + k)

    def name(letter, number):
        return {"plain": f"{letter}{number + 1}", "number": str(number + 1), "odd": odd.pop()}[ids]

    case["ids"] = ids
    for j in range(k):
        rep = {"id": name("R", j), **(at if layout in ("reps at one place", "all at one place") else place(rng))}
        case["reps"].append(rep)
    for i in range(n):
        where = place(rng, at)
        if layout in ("customers at one place", "all at one place"):
            where = at
        elif layout == "customers at reps":
            rep = rng.choice(case["reps"])
            where = {"lon": rep["lon"], "lat": rep["lat"]}
        elif layout == "grid":
            where = {"lon": text(9 + rng.randint(0, 2)), "lat": text(50 + rng.randint(0, 2))}
        case["customers"].append({"id": name("C", i), **where, "columns": {}})


def amounts(rng, case):
    names = rng.sample(["workload", "revenue", "visits", "beds"], 4)
    measures = names[: rng.choice([1, 1, 1, 2, 2, 3])]
    if rng.random() < 0.15:
        measures[-1] = "customers"
    travel = case["travel"]
    if rng.random() < 0.2:
        measures = ["workload"] + [m for m in measures if m != "workload"]
        travel["in_workload"], travel["stops_per_tour"] = True, rng.choice(["1", "2", "3", "1.5"])
    tolerances = ["0.01", "0.05", "0.1", "0.1", "0.2", "0.25", "0.5", "0.5", "0.9", "0.9", "0.95", "0.99", "0.0999999999", "0.100000001", "1e-9", "0.999999"]
    case["balance"] = [(m, rng.choice(tolerances)) for m in measures]
    costs = ["0", "0.001", "0.5", "1", "3", "12.5", "100", "1e6", "auto", "auto"]
    case["beside"] = {m: rng.choice(costs) for m in measures if rng.random() < 0.5} if rng.random() < 0.4 else {}
    weight = rng.choice([None, None, "none", "none", rng.choice(names), "customers"])
    if weight:
        travel["weight"] = weight
    if rng.random() < 0.3:
        case["change"] = {"measure": rng.choice([*names, "customers"])}
        if rng.random() < 0.75:
            case["change"]["max_share"] = rng.choice(["0", "0.1", "0.25", "0.5", "0.333", "1", "0.2"])
        if rng.random() < 0.5 or "max_share" not in case["change"]:
            case["change"]["penalty"] = rng.choice(["0.5", "1", "100", "1e-6", "12.34", "1000000"])
    for name in names:
        numbers = Numbers(rng)
        for customer in case["customers"]:
            customer["columns"][name] = numbers.next()
        if all(Fraction(c["columns"][name]) == 0 for c in case["customers"]):
            rng.choice(case["customers"])["columns"][name] = "3"


def rules(rng, case):
    customers, reps, r = case["customers"], case["reps"], case["rules"]
    for name, often in (("skills", 0.9), ("locks", 0.9), ("groups", 0.9), ("places", 0.08)):
        r[name] = rng.random() < often
    if rng.random() < 0.25:
        for rep in reps:
            rep["skills"] = [s for s in ("a", "b") if rng.random() < 0.6]
        for c in customers:
            c["requires"] = [s for s in ("a", "b") if rng.random() < 0.15]
    if rng.random() < 0.3:
        for c in customers:
            if rng.random() < 0.5:
                c["group"] = rng.choice("xyz")
    owners = [rep["id"] for rep in reps]
    if rng.random() < 0.15:
        r["former_owners"] = "free"
        owners.append("Gone")
    if rng.random() < 0.4 or case["change"]:
        for c in customers:
            if rng.random() < 0.8:
                c["owner"] = rng.choice(owners)
                c["locked"] = rng.random() < 0.15
    if rng.random() < 0.2:
        for _ in range(rng.randint(1, 4)):
            r["forbid"].add((rng.choice(customers)["id"], rng.choice(reps)["id"]))


def ways(rng, case):
    t = case["travel"]
    t["cost"] = rng.choice(["km", "km", "minutes"])
    t["speed_kmh"] = rng.choice(["60", "60", "50", "70", "33.3", "120"])
    t["detour"] = rng.choice(["1", "1", "1.25", "1.3", "0.01"])
    if rng.random() < 0.3:
        numbers, has = Numbers(rng), rng.choice(["both", "both", "km", "minutes"])
        numbers.style = rng.choice(["whole", "tenths", "tie", numbers.style])
        case["matrix"] = {}
        for i in range(len(case["customers"])):
            for j in range(len(case["reps"])):
                if rng.random() < 0.93:
                    case["matrix"][i, j] = (numbers.next() if has != "minutes" else None, numbers.next() if has != "km" else None)
        if not case["matrix"]:
            case["matrix"][0, 0] = ("1" if has != "minutes" else None, "1" if has != "km" else None)
        if has == "minutes":
            t["cost"] = "minutes"
        case["has"] = has
    limits = ["max_km"] * (case.get("has") != "minutes") + ["max_minutes"]
    if rng.random() < 0.2:
        t[rng.choice(limits)] = rng.choice(["30", "100", "300", "500", "10"])
    for rep in case["reps"]:
        if rng.random() < 0.1:
            rep[rng.choice(limits)] = rng.choice(["20", "150", "400", "1000"])


def capacities(rng, case):
    how = rng.choice(["none", "none", "some", "some", "null", "null", "null", "zero"])
    for rep in case["reps"]:
        if how == "some":
            rep["capacity"] = rng.choice(["1", "0.5", "2", "0.8", "1.2", "0.333", "3"])
        elif how == "null":
            rep["capacity"] = rng.choice(["", "", "1"])
        elif how == "zero":
            rep["capacity"] = rng.choice(["0", "1", "1"])
    given = [r.get("capacity", "1") for r in case["reps"]]
    if set(given) <= {"0", ""} and "0" in given:
        case["reps"][given.index("0")]["capacity"] = "1"


def regions(rng, case):
    """Paths of up to three levels, of some reps and some customers; without the section, or without the rule, they mean nothing."""
    case["regions"] = None
    if rng.random() < 0.75:
        return
    case["regions"] = rng.choice(["stay", "stay", "stay", "drawn", None])
    paths = ["S", "S/Bä", " S / C", "S/Bä/D", "N", "7"]
    for rep in case["reps"]:
        if rng.random() < 0.85:
            rep["region"] = rng.choice(paths[:4] if rng.random() < 0.8 else paths)
    for c in case["customers"]:
        if rng.random() < 0.3:
            c["region"] = rng.choice(paths[:4] if rng.random() < 0.9 else paths)


def preferences(rng, case):
    """Trades that reps know or do not, and what that is worth: (kind, value, km, share)."""
    case["prefer"] = []
    if rng.random() < 0.7:
        return
    for customer in case["customers"]:
        if rng.random() < 0.8:
            customer["trade"] = rng.choice(["a b", "Ärzte", "c"])
    for rep in case["reps"]:
        rep["knows"] = [t for t in ("a b", "Ärzte", "c") if rng.random() < 0.5]
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["knows", "not", "owner", "large"])
        if kind in ("knows", "not") and not (any(c.get("trade") for c in case["customers"]) and any(r["knows"] for r in case["reps"])):
            continue
        if kind == "owner" and (case["ids"] == "odd" or not any(c.get("owner") for c in case["customers"])):
            continue
        if kind == "large" and not all("beds" in c["columns"] for c in case["customers"]):
            continue
        wanted = {"not": rng.choice(["a b", "Ärzte", "c"]), "large": rng.choice(["5", "10.5", "1e3"])}.get(kind)
        km, share = rng.choice(["-30", "-100.5", "-1e4", "12.25", "400", None]), rng.choice(["-0.5", "0.1", "2", "-0.99", None, None])
        case["prefer"].append((kind, wanted, km if km or share else "-7", share))
    if case["ids"] != "odd" and any(c.get("trade") for c in case["customers"]) and rng.random() < 0.6:
        unit = rng.choice(["km", "share"])
        figures = {"km": ["-30", "-1e4", "12.25", "400", "0", ""], "share": ["-0.5", "0.1", "2", "-0.99", "0", ""]}[unit]
        pairs = [(rep["id"], trade) for rep in case["reps"] if rng.random() < 0.9 for trade in ("a b", "Ärzte", "none") if rng.random() < 0.9]
        known = {pair: rng.choice(figures) for pair in pairs}
        if any(known.values()):
            case["prefer"].append(("table", {"unit": unit, "figures": known, "list": rng.random() < 0.3}, None, None))


def condition(rng, kind, wanted):
    """The same condition in one of several ways."""
    return rng.choice({
        "knows": ["trade in rep.knows", "customer.trade in rep['knows'] && (rep.id != '')", "!(!(trade in rep.knows))"],
        "not": [f"trade == '{wanted}' && !('{wanted}' in rep.knows)", f"!(customer['trade'] != '{wanted}' || '{wanted}' in rep.knows)"],
        "owner": ["owner == rep.id", "rep.id in customer.owner"],
        "large": [f"beds >= {wanted}", f"beds > {wanted} || customer.beds == {wanted}"],
    }[kind])


def fitted(rng, case):
    """Own bounds, tolerances and limits that fit a hidden plan exactly, or miss it by very little."""
    model = Model(case)
    hidden = [None] * model.n
    for unit, options in zip(model.units, model.options):
        for i in unit:
            hidden[i] = rng.choice(options) if options else 0
            options = [hidden[i]]
    how = rng.random()
    for m, (name, tolerance) in enumerate(case["balance"]):
        for j, rep in enumerate(case["reps"]):
            held = Fraction(sum(model.load[m][i][j] for i in range(model.n) if hidden[i] == j), 10**model.places[m])
            for side, sign in (("max", 1), ("min", -1)):
                if rng.random() > (0.45 if how < 0.5 else 0.1):
                    continue
                bound = of_fraction(held)
                if rng.random() < 0.4 and bound not in (None, "0"):
                    off = Decimal(rng.choice(NEAR)) * rng.choice([sign, sign, -sign])
                    bound = text(Decimal(bound) * (1 + off))
                elif rng.random() < 0.2:
                    bound = text(Decimal(bound or "1") * Decimal(rng.choice(["0.5", "0.9", "1.1", "2"])))
                most = rep.get(f"max_{name}") if side == "min" else None
                if bound is not None and Fraction(bound) <= 10**15 and (most is None or Fraction(bound) <= Fraction(most)):
                    rep[f"{side}_{name}"] = bound
        if rng.random() < 0.6:
            capacity = [Fraction(r.get("capacity", "1") or "0") for r in case["reps"]]
            parts = [(sum(model.load[m][i][j] for i in range(model.n) if hidden[i] == j), model.total[m] * c / sum(capacity))
                     for j, c in enumerate(capacity) if c and model.total[m]]
            fit = of_fraction(max((abs(held / target - 1) for held, target in parts), default=Fraction(0)))
            if fit is not None and 0 < Fraction(fit) < 1:
                fit = nudge(fit, rng) if rng.random() < 0.5 else fit
                case["balance"][m] = (name, fit if 0 < Fraction(fit) < 1 else tolerance)
    change = case["change"]
    if change and "max_share" in change and rng.random() < 0.5 and sum(model.moved):
        share = of_fraction(sum(model.hands(i, j) for i, j in enumerate(hidden)) / sum(model.moved))
        if share is not None:
            share = nudge(share, rng) if rng.random() < 0.5 and share != "0" else share
            change["max_share"] = share if Fraction(share) <= 1 else "1"


def random_case(rng):
    """A case and its model."""
    while True:
        case = {"customers": [], "reps": [], "matrix": None, "flags": [], "change": None, "rules": {"forbid": set()},
                "travel": {"in_workload": False, "stops_per_tour": "1"}, "gap": rng.choice(["1e-4", "1e-4", "0", "1e-6", "0.01"])}
        people(rng, case)
        ways(rng, case)
        amounts(rng, case)
        rules(rng, case)
        capacities(rng, case)
        preferences(rng, case)
        regions(rng, case)
        try:
            if rng.random() < 0.75:
                fitted(rng, case)
            case["rules"]["contiguous"] = rng.random() < 0.04
            if rng.random() < 0.05:
                shared = case["balance"][0][1]
                case["balance"] = [(name, shared) for name, _ in case["balance"]]
                case["flags"] = ["--tolerance", shared]
            return case, Model(case)
        except Doubtful:
            continue


# Writing.


def quoted(x):
    return json.dumps(x, ensure_ascii=False)


def toml(case, rng, own=False):
    """The scenario; where a team has measures of its own, those of the whole have other tolerances."""
    t, r, out = case["travel"], case["rules"], []
    out += [f'customers = "customers.{case["format"]}"', f'reps = "reps.{case["format"]}"']
    def beside(name):
        cost = case["beside"].get(name)
        return [f"deviation_cost = {quoted(cost) if cost == 'auto' else cost}"] if cost else []

    for name, tolerance in case["balance"]:
        out += ["[[balance]]", f"measure = {quoted(name)}", f"tolerance = {'0.4321' if case['flags'] or own else tolerance}", *beside(name)]
    out.append("[travel]")
    if case["matrix"] is not None:
        out += ['metric = "matrix"', 'matrix = "travel.csv"']
    out += [f'cost = "{t["cost"]}"'] + [f"{name} = {t[name]}" for name in ("speed_kmh", "detour", "max_km", "max_minutes", "stops_per_tour") if name in t]
    out += [f"weight = {quoted(t['weight'])}"] if "weight" in t else []
    out += [f"in_workload = {str(t['in_workload']).lower()}", "[rules]"]
    out += [f"{name} = {str(r[name]).lower()}" for name in ("skills", "locks", "groups", "places", "contiguous")]
    out += [f'former_owners = "{r["former_owners"]}"'] if "former_owners" in r else []
    out += ["forbid = [" + ", ".join(f"[{quoted(c)}, {quoted(j)}]" for c, j in sorted(r["forbid"])) + "]"]
    if case["change"]:
        out += ["[change]"] + [f"{name} = {quoted(x) if name == 'measure' else x}" for name, x in case["change"].items()]
    if case["regions"]:
        out += ["[regions]"] + rng.choice([[], ["stay = true"]] if case["regions"] == "stay" else [["stay = false"]])
    for kind, wanted, km, share in case["prefer"]:
        if kind == "table":
            out += ["[[prefer]]", 'table = "fit.csv"', 'by = "trade"', f'unit = "{wanted["unit"]}"']
            continue
        out += ["[[prefer]]", f"when = {quoted(condition(rng, kind, wanted))}"]
        out += [f"{name} = {x}" for name, x in (("cost_km", km), ("cost_share", share)) if x]
    return "\n".join([*out, "[solve]", f"gap = {case['gap']}", "time_limit_s = 5.0", ""])


def rows_of(case):
    """Customers and reps as flat rows of (kind, text)."""
    for rows in (case["customers"], case["reps"]):
        flat = []
        for row in rows:
            out = {"id": row["id"], "lon": row["lon"], "lat": row["lat"], **row.get("columns", {})}
            out |= {k: v for k, v in row.items() if k not in ("columns", "requires", "skills", "knows", "locked")}
            for name in ("requires", "skills", "knows"):
                if row.get(name):
                    out[name] = row[name]
            if row.get("locked"):
                out["locked"] = True
            flat.append(out)
        yield flat


def csv_text(rows, delimiter):
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        cells = (row.get(name, default(name)) for name in names)
        table.writerow(["true" if x is True else ";".join(x) if isinstance(x, list) else x for x in cells])
    return out.getvalue()


def default(name):
    return "1" if name == "capacity" else ""


def geojson_text(rows, number_ids, lines):
    texts = {"id", "owner", "group", "trade", "team", "region"}

    def written(name, x):
        if isinstance(x, list):
            return "[" + ", ".join(map(quoted, x)) + "]"
        if x is True or x == "":
            return "true" if x else "null"
        return quoted(x) if name in texts and not (number_ids and name == "id") else x

    features = []
    for row in rows:
        properties = ", ".join(f'"{name}": {written(name, x)}' for name, x in row.items() if name not in ("lon", "lat"))
        features.append('{"type": "Feature", "properties": {%s}, "geometry": {"type": "Point", "coordinates": [%s, %s]}}' % (properties, row["lon"], row["lat"]))
    return "\n".join(features) + "\n" if lines else '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


def others(case, rng):
    """Customers and reps of another team, among whom those of the case stand: a way to say whose the case is, their rows, what they are called."""
    how = {"kind": rng.choice(["select", "team", "own"]), "ids": ["900001", "900002", "900003", "900004"], "sides": rng.choice([(0,), (1,), (0, 1), (0, 1)])}
    how["when"] = [rng.choice([f"team == 'a b'", f"!({side}.team == 'x')", f"{side}['team'] in ['a b', 'y']"]) for side in ("customer", "rep")]
    how["rows"] = []
    for side in (0, 1):
        rows = [{"id": name, **place(rng), "team": rng.choice(["x", "x", ""])} for name in how["ids"][2 * side : 2 * side + 2]]
        if how["when"][side].startswith("!"):
            rows = [{**row, "team": "x"} for row in rows]
        if side == 0 and rng.random() < 0.5:
            rows[0] |= {"workload": "-5", "owner": "900003", "locked": True}  # what is wrong with it is nobody's matter
        how["rows"].append(rows if side in how["sides"] else [])
    return how


def among(rows, strangers, rng, mark):
    """The rows of the case, marked as its own, with those of others between them."""
    out = [{**row, "team": "a b"} if mark else row for row in rows]
    for row in strangers:
        out.insert(rng.randint(0, len(out)), row)
    return out


def team_toml(case, how):
    """What says whose the case is."""
    lines = ["[[team]]", 'name = "A b"'] if how["kind"] != "select" else ["[select]"]
    lines += [f"{('customers', 'reps')[side]} = {quoted(how['when'][side])}" for side in how["sides"]]
    if how["kind"] == "own" and not case["flags"]:
        for name, tolerance in case["balance"]:
            cost = case["beside"].get(name)
            beside = [f"deviation_cost = {quoted(cost) if cost == 'auto' else cost}"] if cost else []
            lines += ["[[team.balance]]", f"measure = {quoted(name)}", f"tolerance = {tolerance}", *beside]
    if how["kind"] != "select":
        lines += ["[[team]]", 'name = "Others"', "customers = 'team == \"x\"'", "reps = 'team == \"x\"'"]
    return "\n".join([*lines, ""])


def fit_text(told, delimiter):
    """A table of [[prefer]]: reps and trades, or a list of pairs."""
    figures, unit = told["figures"], told["unit"]
    if told["list"]:
        rows = [{"rep_id": rep, "trade": trade, f"cost_{unit}": x} for (rep, trade), x in figures.items()]
    else:
        trades = {trade: "" for _, trade in figures}
        rows = [{"rep_id": rep, **trades, **{t: x for (r, t), x in figures.items() if r == rep}} for rep in dict.fromkeys(r for r, _ in figures)]
    return csv_text(rows, delimiter)


def write(case, directory, rng):
    """Writes the scenario and its files, in one of several formats; some cases are a part of larger files."""
    extra = random.Random(repr(case["customers"]))
    how = others(case, extra) if extra.random() < 0.25 else None
    case["format"] = form = rng.choice(["csv", "csv", "geojson", "geojson", "geojsonl"])
    delimiter, bom = rng.choice([",", ",", ";", "\t"]), rng.choice(["", "", "", "\ufeff"])
    for side, (name, rows) in enumerate(zip(("customers", "reps"), rows_of(case))):
        if how:
            rows = among(rows, how["rows"][side], extra, side in how["sides"])
            if side == 0 and 1 in how["sides"]:  # a rep of another team is nobody's owner here
                held = {"owner": "900003", "locked": True}
                rows = [{**row, **held} if "owner" not in row and extra.random() < 0.2 else row for row in rows]
        content = csv_text(rows, delimiter) if form == "csv" else geojson_text(rows, case["ids"] == "number", form == "geojsonl")
        (directory / f"{name}.{form}").write_text(bom + content)
    if case["matrix"] is not None:
        has = {"both": ["km", "minutes"], "km": ["km"], "minutes": ["minutes"]}[case["has"]]
        out = io.StringIO()
        table = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        table.writerow(["customer_id", "rep_id", *has])
        for (i, j), (km, minutes) in case["matrix"].items():
            table.writerow([case["customers"][i]["id"], case["reps"][j]["id"], *(x for x in (km, minutes) if x is not None)])
            if how and extra.random() < 0.2:
                pair = [how["ids"][0], case["reps"][j]["id"]] if 0 in how["sides"] else [case["customers"][i]["id"], how["ids"][2]]
                table.writerow([*pair, *("1" for x in (km, minutes) if x is not None)])
        (directory / "travel.csv").write_text(out.getvalue())
    for kind, told, *_ in case["prefer"]:
        if kind == "table":
            (directory / "fit.csv").write_text(bom + fit_text(told, delimiter))
    text = toml(case, rng, how is not None and how["kind"] == "own" and not case["flags"])
    if how:
        text += team_toml(case, how)
        if how["kind"] != "select":
            case["flags"] = [*case["flags"], "--team", "A b"]
    (directory / "scenario.toml").write_text(text)
