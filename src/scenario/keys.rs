//! The keys of a scenario.

pub(super) const ROOT: &[&str] = &[
    "name",
    "customers",
    "reps",
    "units",
    "boundary",
    "balance",
    "travel",
    "rules",
    "regions",
    "change",
    "territories",
    "solve",
    "dashboard",
    "target",
    "output",
    "tables",
    "columns",
    "sizing",
    "prefer",
    "team",
    "select",
];
pub(super) const BALANCE: &[&str] = &["measure", "tolerance", "deviation_cost", "deviation_budget"];
pub(super) const TRAVEL: &[&str] = &[
    "metric",
    "matrix",
    "roads",
    "barriers",
    "direction",
    "max_snap_m",
    "off_road",
    "url",
    "profile",
    "table",
    "key_env",
    "allow_http",
    "parallel",
    "per_minute",
    "max_pairs",
    "timeout_s",
    "cost",
    "weight",
    "detour",
    "speed_kmh",
    "max_km",
    "max_minutes",
    "stops_per_tour",
    "in_workload",
];
pub(super) const RULES: &[&str] = &[
    "skills",
    "locks",
    "groups",
    "places",
    "forbid",
    "contiguous",
    "former_owners",
    "wishes",
];
pub(super) const REGIONS: &[&str] = &["stay"];
pub(super) const CHANGE: &[&str] = &["max_share", "penalty", "measure"];
pub(super) const TERRITORIES: &[&str] = &["max_reach_km", "simplify_m", "smooth_m", "enclaves"];
pub(super) const UNITS: &[&str] = &["file", "snap_m"];
pub(super) const SOLVE: &[&str] = &["seed", "gap", "time_limit_s"];
pub(super) const TABLES: &[&str] = &["decimal", "sheets", "layers", "ids"];
pub(super) const COLUMNS: &[&str] = &["customers", "reps", "matrix", "results", "leads", "wishes"];
pub(super) const SIZING: &[&str] = &[
    "candidates",
    "thin",
    "fixed",
    "may_close",
    "count",
    "min",
    "max",
    "cost_per_rep",
    "cost_per_km",
    "capacity",
    "floor",
];
pub(super) const PREFER: &[&str] = &[
    "when",
    "cost_km",
    "cost_share",
    "table",
    "by",
    "unit",
    "sheet",
];
pub(super) const TEAM: &[&str] = &["name", "customers", "reps", "balance"];
pub(super) const SELECT: &[&str] = &["customers", "reps"];
pub(super) const OUTPUT: &[&str] = &["csv_safe", "carry", "decimal"];

pub(super) const DASHBOARD: &[&str] = &[
    "segments",
    "measures",
    "competitors",
    "share_of",
    "context",
    "tiles",
    "attribution",
];
pub(super) const TARGET: &[&str] = &[
    "name", "measure", "value", "growth", "total", "from", "date", "reps",
];

/// Which keys stand where.
pub(super) const KEYS: &[(&str, &[&str])] = &[
    ("balance", BALANCE),
    ("travel", TRAVEL),
    ("rules", RULES),
    ("regions", REGIONS),
    ("change", CHANGE),
    ("territories", TERRITORIES),
    ("solve", SOLVE),
    ("units", UNITS),
    ("dashboard", DASHBOARD),
    ("target", TARGET),
    ("output", OUTPUT),
    ("tables", TABLES),
    ("columns", COLUMNS),
    ("sizing", SIZING),
    ("prefer", PREFER),
    ("team", TEAM),
    ("select", SELECT),
];
