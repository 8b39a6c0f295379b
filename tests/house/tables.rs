//! The generated tables of the catalog: present means filled, sorted and without repetition, so
//! that two builds of the same facts are the same bytes and a change reads as a small diff.

use super::breach::{Breach, assert_found, assert_none};
use super::tree::{self, Text};

/// Where the machine-made tables lie.
const GENERATED: &str = "src/catalog/data/generated/";

/// Every table that is empty, unsorted or repeats itself.
fn breaches(files: &[Text]) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in files {
        if !file.path.starts_with(GENERATED) || !file.path.ends_with(".tsv") {
            continue;
        }
        let remedy = "run the builder of the catalog again; never edit by hand";
        let numbered = file.text.lines().enumerate();
        let facts: Vec<(usize, &str)> = numbered.filter(|(_, line)| !line.starts_with('#')).collect();
        if facts.is_empty() {
            found.push(Breach::in_file(&file.path, "holds no fact", remedy));
        }
        for pair in facts.windows(2) {
            let (number, line) = pair[1];
            let fault = match pair[0].1.cmp(line) {
                std::cmp::Ordering::Less => continue,
                std::cmp::Ordering::Equal => "repeats the line before",
                std::cmp::Ordering::Greater => "is not in byte order",
            };
            found.push(Breach::at(&file.path, number + 1, fault, remedy));
        }
    }
    found
}

#[test]
fn holds_for_this_tree() {
    assert_none(&breaches(&tree::under(&[GENERATED])));
}

#[test]
fn fails_when_broken_on_purpose() {
    let path = "src/catalog/data/generated/actions.tsv";
    let case = |text: &str, place: &str, words: &str| {
        let file = Text::new(path, text);
        assert_found(&breaches(&[file]), &format!("{path}{place}"), words);
    };
    case("# only a title\n", "", "no fact");
    case("b\t1\na\t1\n", ":2", "order");
    case("# title\na\t1\na\t1\n", ":3", "repeats");
    assert_none(&breaches(&[Text::new(path, "# z\na\t1\na-b\t1\n")]));
}
