//! The excerpt of output in the README is what the program prints on the sample.

use super::{GRANTS, LOGS, run};

#[test]
fn the_excerpt_is_real() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let excerpt = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let printed = run(&["suggest", LOGS, "--grants", GRANTS], 0);
    let printed: Vec<&str> = printed.lines().collect();
    let lines: Vec<&str> = excerpt.lines().filter(|line| *line != "…").collect();
    assert!(lines.len() > 10);
    for line in lines {
        assert!(printed.contains(&line), "the README shows a line that is not printed: {line}");
    }
}
