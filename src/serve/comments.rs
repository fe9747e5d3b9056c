//! The scenario as somebody wrote it: comments, order and spelling stay where a desk changes other keys.

use toml::{Table, Value};
use toml_edit::{ArrayOfTables, DocumentMut, Item, TableLike};

/// `text` with the keys and values of `doc`, and with everything of its own about those that are the same. A comment stays as long as the key it
/// stands before, beside or in.
///
/// # Errors
/// `doc` is nothing that TOML can write.
pub(super) fn kept(text: &str, doc: &Table) -> Result<String, toml::ser::Error> {
    let own = text.parse::<DocumentMut>().ok().map(|mut own| {
        merge(own.as_table_mut(), doc);
        own.to_string()
    });
    // What is written must be what is meant.
    let same = |own: &String| own.parse::<Table>().is_ok_and(|read| read == *doc);
    match own.filter(same) {
        Some(own) => Ok(own),
        None => toml::to_string(doc),
    }
}

/// Makes a table what is wanted.
fn merge(own: &mut dyn TableLike, want: &Table) {
    let all: Vec<String> = own.iter().map(|(key, _)| key.to_owned()).collect();
    for key in all.iter().filter(|key| !want.contains_key(*key)) {
        own.remove(key);
    }
    for (key, value) in want {
        match own.get_mut(key) {
            Some(item) => change(item, value),
            None => drop(own.insert(key, made(value))),
        }
    }
}

/// Makes an item what is wanted, if it is not.
fn change(item: &mut Item, want: &Value) {
    let now = item.clone().into_value().ok();
    if now.is_some_and(|now| plain(&now) == *want) {
        return;
    }
    if let (Value::Table(want), Some(own)) = (want, item.as_table_like_mut()) {
        return merge(own, want);
    }
    if let (Some(want), Some(own)) = (tables(want), item.as_array_of_tables_mut()) {
        while own.len() > want.len() {
            own.remove(own.len() - 1);
        }
        for (at, want) in want.into_iter().enumerate() {
            match own.get_mut(at) {
                Some(own) => merge(own, want),
                None => own.push(table(want)),
            }
        }
        return;
    }
    let new = made(want);
    *item = match item.as_value() {
        // What stands in a line stays in one, with the comment beside it.
        Some(old) => new.into_value().map_or(Item::None, |mut new| {
            *new.decor_mut() = old.decor().clone();
            Item::Value(new)
        }),
        None => new,
    };
}

/// The tables of a list of tables.
fn tables(value: &Value) -> Option<Vec<&Table>> {
    let all: Option<Vec<&Table>> = value.as_array()?.iter().map(Value::as_table).collect();
    all.filter(|all| !all.is_empty())
}

fn table(of: &Table) -> toml_edit::Table {
    let mut table = toml_edit::Table::new();
    for (key, value) in of {
        table.insert(key, made(value));
    }
    table
}

/// An item that nobody wrote yet.
fn made(value: &Value) -> Item {
    if let Some(all) = tables(value) {
        let all: ArrayOfTables = all.into_iter().map(table).collect();
        return Item::ArrayOfTables(all);
    }
    match value {
        Value::String(text) => toml_edit::value(text),
        Value::Integer(whole) => toml_edit::value(*whole),
        Value::Float(number) => toml_edit::value(*number),
        Value::Boolean(truth) => toml_edit::value(*truth),
        Value::Datetime(when) => toml_edit::value(*when),
        Value::Array(list) => {
            let items = list
                .iter()
                .filter_map(|value| made(value).into_value().ok());
            toml_edit::value(items.collect::<toml_edit::Array>())
        }
        Value::Table(of) => Item::Table(table(of)),
    }
}

/// A value without what it looks like.
fn plain(value: &toml_edit::Value) -> Value {
    use toml_edit::Value as Own;
    match value {
        Own::String(text) => Value::String(text.value().clone()),
        Own::Integer(whole) => Value::Integer(*whole.value()),
        Own::Float(number) => Value::Float(*number.value()),
        Own::Boolean(truth) => Value::Boolean(*truth.value()),
        Own::Datetime(when) => Value::Datetime(*when.value()),
        Own::Array(list) => Value::Array(list.iter().map(plain).collect()),
        Own::InlineTable(table) => {
            let all = table
                .iter()
                .map(|(key, value)| (key.to_owned(), plain(value)));
            Value::Table(all.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::kept;
    use toml::Table;

    const TEXT: &str = r#"# Our plan for 2027.
customers = "customers.csv"   # from the CRM, every Monday
reps = 'reps.csv'

# Nobody more than a twentieth off.
[[balance]]
measure = "workload"
tolerance = 0.05      # agreed with sales

[[balance]]
measure = "revenue"
tolerance = 2e-1

[travel]   # by car
max_km = 1_50
columns = { a = "x", b = "y" }

[rules]
# Whoever lives there knows them.
forbid = [
    ["C1", "R1"], # old story
    ["C2", "R1"],
]
"#;

    fn edited(edit: impl Fn(&mut Table)) -> String {
        let mut doc: Table = TEXT.parse().unwrap();
        edit(&mut doc);
        let text = kept(TEXT, &doc).unwrap();
        assert_eq!(text.parse::<Table>().unwrap(), doc, "{text}");
        text
    }

    #[test]
    fn what_is_not_changed_stays_as_it_was() {
        assert_eq!(edited(|_| {}), TEXT);
        let text = edited(|doc| {
            doc["balance"][0]["tolerance"] = 0.1.into();
            doc["travel"]["max_km"] = 80.into();
            doc.insert("name".into(), "Germany".into());
        });
        let want = TEXT
            .replace("tolerance = 0.05 ", "tolerance = 0.1 ")
            .replace("max_km = 1_50", "max_km = 80")
            .replace(
                "reps = 'reps.csv'\n",
                "reps = 'reps.csv'\nname = \"Germany\"\n",
            );
        assert_eq!(text, want);
    }

    #[test]
    fn keys_come_and_go_whatever_form_they_have() {
        let text = edited(|doc| {
            doc["travel"]["columns"]["a"] = "z".into();
            doc.remove("rules");
            doc["balance"].as_array_mut().unwrap().pop();
        });
        assert!(
            text.contains("columns = { a = \"z\", b = \"y\" }"),
            "{text}"
        );
        assert!(text.contains("# agreed with sales") && !text.contains("old story"));
        let text = edited(|doc| {
            doc["rules"]["forbid"] = vec![toml::Value::from(vec!["C3", "R2"])].into();
            let mut change = Table::new();
            change.insert("max_share".into(), 0.1.into());
            doc.insert("change".into(), change.into());
            let mut third = Table::new();
            third.insert("measure".into(), "customers".into());
            doc["balance"].as_array_mut().unwrap().push(third.into());
            doc["travel"]["columns"]
                .as_table_mut()
                .unwrap()
                .insert("c".into(), 3.into());
        });
        assert!(text.contains("[change]\nmax_share = 0.1"), "{text}");
        assert!(text.contains("# Whoever lives there knows them.") && text.contains("# by car"));
        // Another form altogether, an empty list, and a text that is none.
        edited(|doc| drop(doc.insert("balance".into(), toml::Value::Array(Vec::new()))));
        edited(|doc| drop(doc.insert("travel".into(), "none".into())));
        edited(|doc| drop(doc.insert("reps".into(), Table::new().into())));
        let doc: Table = TEXT.parse().unwrap();
        assert_eq!(kept("a = [", &doc).unwrap().parse::<Table>().unwrap(), doc);
    }
}
