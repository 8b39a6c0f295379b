//! Makes a case smaller while something still holds of it.

use serde_json::Value;

/// Takes out whatever can go: layers, policies, statements, conditions, entries, context keys.
pub(crate) fn minimized(case: Value, still: impl Fn(&Value) -> bool) -> Value {
    let mut case = case;
    loop {
        let mut paths = Vec::new();
        for part in ["/policies", "/request/context"] {
            walk(&case, part, &mut paths);
        }
        let smaller = paths.iter().find_map(|path| {
            let smaller = without(&case, path);
            still(&smaller).then_some(smaller)
        });
        match smaller {
            Some(smaller) => case = smaller,
            None => return case,
        }
    }
}

/// Every place below `at` that may be taken out, outermost first.
fn walk(case: &Value, at: &str, paths: &mut Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    match case.pointer(at) {
        Some(Value::Object(map)) => names.extend(map.keys().map(|name| name.replace('~', "~0").replace('/', "~1"))),
        // A list of one entry stays: without it the element would be empty.
        Some(Value::Array(items)) if items.len() > 1 || at.matches('/').count() < 4 => {
            names.extend((0..items.len()).map(|index| index.to_string()));
        }
        Some(Value::Array(_)) => {
            walk(case, &format!("{at}/0"), paths);
            return;
        }
        _ => return,
    }
    const KEPT: [&str; 9] =
        ["Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Statement", "AWS"];
    let below: Vec<(String, String)> = names.into_iter().map(|name| (format!("{at}/{name}"), name)).collect();
    paths.extend(below.iter().filter(|(_, name)| !KEPT.contains(&name.as_str())).map(|(path, _)| path.clone()));
    below.iter().for_each(|(path, _)| walk(case, path, paths));
}

fn without(case: &Value, path: &str) -> Value {
    let mut case = case.clone();
    let (parent, name) = path.rsplit_once('/').unwrap();
    match case.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.shift_remove(&name.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
        _ => {}
    }
    case
}
