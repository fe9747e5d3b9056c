//! Every code that a [`Problem`](super::Problem) can carry: stable names that scripts may match.
//!
//! [`ALL`] is the table of them, in the order of this file: scenario, files, GeoJSON, tables,
//! features, values, relations between files, warnings.

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*

        /// Every code with its meaning.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    // Scenario and command line
    INVALID_TOML = "invalid-toml": "The scenario is not TOML.";
    UNKNOWN_KEY = "unknown-key": "The scenario has a key that revier does not know.";
    MISSING_KEY = "missing-key": "The scenario or the command line lacks something that is needed.";
    WRONG_TYPE = "wrong-type": "A value is of another type than the key or property takes.";
    OUT_OF_RANGE = "out-of-range": "A value is outside the range that makes sense.";
    UNKNOWN_VALUE = "unknown-value": "A key takes one of a few words, and the value is none of them.";
    DUPLICATE_MEASURE = "duplicate-measure": "A measure is balanced twice.";
    DUPLICATE_NAME = "duplicate-name": "A list names the same thing twice.";
    RESERVED_MEASURE = "reserved-measure": "The name of a measure is one that has another meaning.";
    CONFLICTING_KEYS = "conflicting-keys": "Two keys of a section exclude each other.";
    BAD_DATE = "bad-date": "A day is not written YYYY-MM-DD, or there is no such day.";
    DUPLICATE_TARGET = "duplicate-target": "A target is set twice for a rep.";
    BAD_CONDITION = "bad-condition": "A condition cannot be read.";
    BAD_TEAM = "bad-team": "A team has a name that cannot be, is not there, or shares a rep with another.";
    NO_EFFECT = "no-effect": "A setting could do nothing as the scenario stands.";

    // Files
    MISSING_FILE = "missing-file": "A file does not exist.";
    IS_DIRECTORY = "is-directory": "A directory stands where a file is needed.";
    UNREADABLE_FILE = "unreadable-file": "The operating system refuses to read a file.";
    EMPTY_FILE = "empty-file": "A file has no content.";
    COMPRESSED_FILE = "compressed-file": "A file is compressed (gzip, zip, ...).";
    WRONG_FORMAT = "wrong-format": "A file is of a format that revier does not read.";
    NOT_A_FILE = "not-a-file": "A device or a pipe stands where a file is needed.";
    TOO_LARGE = "too-large": "A file, or what is packed in it, is larger than revier reads.";
    NOT_UTF8 = "not-utf8": "A text file is not UTF-8.";

    // GeoJSON
    INVALID_JSON = "invalid-json": "A file is not JSON.";
    TRUNCATED_JSON = "truncated-json": "The JSON ends before it is complete.";
    WRONG_ROOT = "wrong-root": "The GeoJSON is not a FeatureCollection.";
    NOT_A_FEATURE = "not-a-feature": "An element of `features` is not a Feature.";
    EMPTY_COLLECTION = "empty-collection": "There are no features or no data rows.";
    CRS_CONVERTED = "crs-converted": "The coordinates are in another system than WGS 84: they were converted, or agree with it closely enough.";
    STDIN_TWICE = "stdin-twice": "Two inputs are to be read from stdin.";
    CRS_NOT_WGS84 = "crs-not-wgs84": "The file says that its coordinates are not WGS 84.";
    CRS_UNSAID = "crs-unsaid": "A layer does not say what its coordinates are in, and is read as WGS 84.";
    DUPLICATE_MEMBER = "duplicate-member": "A member or property stands twice in one object of a GeoJSON.";

    // Layers of GIS programs
    DAMAGED_LAYER = "damaged-layer": "A GeoPackage, shapefile or FlatGeobuf is not what it begins as.";
    MISSING_LAYER = "missing-layer": "A GeoPackage has no layer of the name that the scenario gives, or several that may be meant.";
    LAYER_FOUND = "layer-found": "One layer of several of a GeoPackage was read, because it fits.";
    MISSING_TABLE = "missing-table": "A shapefile has no table of attributes.";

    // Tables
    MISSING_COLUMN = "missing-column": "A table lacks a column that is needed.";
    DUPLICATE_COLUMN = "duplicate-column": "Two columns of a table have the same name.";
    ROW_LENGTH = "row-length": "A row has more or fewer cells than the header.";
    DECIMAL_COMMA = "decimal-comma": "A number is written with a comma.";

    PASSWORD = "password": "A workbook is protected by a password.";
    CELL_ERROR = "cell-error": "A formula came to an error (#DIV/0!, #N/A, ...) where a value is needed.";
    FORMULA_WITHOUT_VALUE = "formula-without-value": "A cell holds a formula, and its result is not saved in the workbook.";

    // Features
    MISSING_ID = "missing-id": "A feature has no id.";
    BAD_ID = "bad-id": "An id is neither text nor a whole number.";
    DUPLICATE_ID = "duplicate-id": "Two features of a file have the same id.";
    NULL_GEOMETRY = "null-geometry": "A feature has no geometry.";
    WRONG_GEOMETRY = "wrong-geometry": "A geometry is of a type that cannot be used here.";
    BAD_COORDINATES = "bad-coordinates": "Coordinates are not numbers, or too few.";
    COORDINATES_OUT_OF_RANGE = "coordinates-out-of-range": "A place is not on the globe.";
    COORDINATES_SWAPPED = "coordinates-swapped": "A place makes sense only with lon and lat swapped.";
    INVALID_POLYGON = "invalid-polygon": "A polygon crosses itself, or has too few points.";

    // Values
    NOT_A_NUMBER = "not-a-number": "A property that must be a number is something else.";
    NOT_FINITE = "not-finite": "A number is NaN, infinite or too large.";
    NEGATIVE_NUMBER = "negative-number": "A number is below 0 where that makes no sense.";
    NOT_A_TRUTH_VALUE = "not-a-truth-value": "A property that must be true or false is something else.";
    NOT_TEXT = "not-text": "A property that must be text is something else.";
    MISSING_VALUE = "missing-value": "Features lack a property that the scenario needs.";
    TOTAL_ZERO = "total-zero": "A measure to balance is 0 in total.";
    MIN_ABOVE_MAX = "min-above-max": "A rep's lower bound is above its upper bound.";
    NO_CAPACITY = "no-capacity": "All capacities are 0.";
    BAD_REGION = "bad-region": "A region is no path of levels: one of them is empty.";

    // Between files
    UNKNOWN_REP = "unknown-rep": "A rep is named that is not in the reps file.";
    UNKNOWN_CUSTOMER = "unknown-customer": "A customer is named that is not in the customers file.";
    LOCKED_WITHOUT_OWNER = "locked-without-owner": "A customer is locked but has no owner.";
    LOCKED = "locked": "A customer is asked to go elsewhere than its lock permits.";
    DUPLICATE_PAIR = "duplicate-pair": "A pair of customer and rep stands twice in the matrix, among the wishes, or in a table of `[[prefer]]`.";
    CONFLICTING_WISHES = "conflicting-wishes": "Two wishes exclude each other.";
    MATRIX_INCOMPLETE = "matrix-incomplete": "The matrix lacks what the scenario needs of it.";

    OFF_ROAD = "off-road": "Customers or home bases are farther from any road than `travel.max_snap_m`.";
    BAD_BARRIER = "bad-barrier": "A barrier or a named crossing cannot be what it is drawn as.";
    IN_BARRIER = "in-barrier": "Customers or home bases stand in a barrier that nobody crosses, or on its line.";
    NO_ROADS = "no-roads": "This build of revier does not read road networks.";
    NO_SERVERS = "no-servers": "This build of revier does not ask routing servers.";
    BAD_URL = "bad-url": "An address is none of a routing server, or would send places unencrypted.";
    NO_KEY = "no-key": "The environment variable with the key of a routing server is not set, or holds none.";
    NO_ANSWER = "no-answer": "A routing server does not answer, or answers with an error.";
    WRONG_ANSWER = "wrong-answer": "A routing server answers with something else than a table.";
    NO_TABLE = "no-table": "The table of a routing server's answers is not there, or is none that revier wrote.";

    UNITS_SNAPPED = "units-snapped": "Borders of area units did not fit, and were joined within `units.snap_m`.";
    UNITS_OVERLAP = "units-overlap": "Area units claim the same land.";
    OUTSIDE_UNITS = "outside-units": "Customers lie outside of all units.";

    // Actual results
    NO_TARGETS = "no-targets": "The plan has no targets that results could be compared with.";
    DAMAGED_PLAN = "damaged-plan": "A file of a plan directory is not what `revier solve` wrote.";
    BAD_PERIOD = "bad-period": "A period is no year, quarter, month or day.";
    OVERLAPPING_PERIODS = "overlapping-periods": "Results of one customer or rep stand twice: by month and by year, say.";
    PERIOD_AT_EDGE = "period-at-edge": "A period lies partly before or after the time of a target.";
    UNKNOWN_MEASURE = "unknown-measure": "Results are of a measure that no target has.";
    NO_RESULTS = "no-results": "There are no results for a target.";

    // Warnings
    SIMILAR_NAME = "similar-name": "A property is named almost like one that is absent.";
    ZERO_PLACE = "zero-place": "Places are exactly at 0, 0.";
    LOOKS_SWAPPED = "looks-swapped": "A file probably has lon and lat swapped.";
    MORE_REPS_THAN_CUSTOMERS = "more-reps-than-customers": "There are more reps than customers.";
    NO_REGION = "no-region": "Reps have no region, where others have one.";
    EMPTY_CAPACITY = "empty-capacity": "An empty cell in the column `capacity`.";
    NO_TRAVEL = "no-travel": "Customers do not appear in the matrix.";
    FORMER_OWNER = "former-owner": "Customers have an owner of today who is no rep any more.";
    OTHER_TEAM = "other-team": "Customers have an owner of today who is a rep of another team.";
    IN_NO_TEAM = "in-no-team": "Customers or reps are in none of the teams.";
    FAR_PLACE = "far-place": "A place is far from all others.";
    OUTSIDE_BOUNDARY = "outside-boundary": "A customer lies outside the boundary.";
    COUNTS_AS_ONE = "counts-as-one": "Customers whose workload or visits are empty count as 1.";
    LOOKS_LIKE_THOUSANDS = "looks-like-thousands": "Numbers such as 2.155 may be thousands or decimals.";
    MISSING_SHEET = "missing-sheet": "A workbook has no sheet of the name that the scenario gives.";
    SHEET_FOUND = "sheet-found": "Another sheet of a workbook than the first was read, because it fits.";
    SHEET_HIDDEN = "sheet-hidden": "A hidden sheet of a workbook would fit, and was not read.";
    NOT_COMPARED = "not-compared": "A value that a condition looks at is of no kind that is compared, and counts as none.";
    NOT_CARRIED = "not-carried": "A value of a column that is carried along is of no kind that the plan's files have.";
    COLUMNS_FOUND = "columns-found": "Columns of a table have other names than revier's, and were understood.";
    AMBIGUOUS_COLUMN = "ambiguous-column": "Several columns of a table may be meant for one property.";
    HEADER_FOUND = "header-found": "The header of a table is not its first row.";
    DECIMAL_FOUND = "decimal-found": "Numbers of a table are read with another decimal mark than the point, or by the example of other columns.";
    DECIMAL_UNKNOWN = "decimal-unknown": "A number such as 1,200 may be read in two ways, and nothing tells which.";
    ENCODING_FOUND = "encoding-found": "A table is not UTF-8, and was read in the encoding that it has.";
    LOOKS_LIKE_MONTHS = "looks-like-months": "The days of results are all the first of a month, and count as single days.";
    IDS_ALIKE = "ids-alike": "Ids differ from those of another file by zeros or a decimal point only.";
    IDS_MATCHED = "ids-matched": "Ids that differ by zeros or a decimal point only were taken for the same, as the scenario asks.";
    AMBIGUOUS_ID = "ambiguous-id": "Ids are matched loosely, and one fits several.";
    MONTHS_FOUND = "months-found": "The dates of results are all the first of a month, and are read as months.";
    LOOKS_LIKE_METRES = "looks-like-metres": "The travel matrix is probably in another unit than km and minutes.";
    READ_FROM_PIPE = "read-from-pipe": "An input came from a pipe, which nobody can read again.";
    UNKNOWN_POSTCODE = "unknown-postcode": "A lead has no coordinates, and a postcode that no place has.";
    COLUMN_RENAMED = "column-renamed": "A column of the leads has a name that the routes have, too, and comes back under another one.";
    NOT_KEPT = "not-kept": "A prepared road network could not be kept beside its extract.";
    BEYOND_BOUND = "beyond-bound": "Leads take a rep beyond an upper bound of the plan.";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_kebab_case() {
        let set: BTreeSet<&str> = ALL.iter().map(|(code, _)| *code).collect();
        assert_eq!(set.len(), ALL.len());
        for (code, meaning) in ALL {
            assert!(
                code.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{code}"
            );
            assert!(meaning.ends_with('.'), "{code}: {meaning}");
        }
    }
}
