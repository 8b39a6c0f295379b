//! How a generated table looks: its head, and its lines in byte order.
//!
//! It does not know what a line says.

use super::inputs::Pin;

/// The head of a generated table: what it is, from what, and the columns.
pub(super) fn head(title: &str, pins: &[Pin], sources: &[&str], columns: &str) -> String {
    let mut text = format!("# {title}\n# Made by `trailfit catalog build`; never edited by hand.\n");
    for pin in pins.iter().filter(|pin| sources.contains(&pin.name.as_str())) {
        text.push_str(&format!("# source: {} {} ({})\n", pin.name, pin.version, pin.licence));
    }
    text.push_str(&format!("# {}\n", columns.replace(' ', "\t")));
    text
}

/// A table's text: the head, and each line once, in byte order, so that equal facts are equal bytes.
pub(super) fn text(head: String, lines: impl IntoIterator<Item = String>) -> String {
    let mut lines: Vec<String> = lines.into_iter().collect();
    lines.sort_unstable();
    lines.dedup();
    lines.iter().fold(head, |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_once_in_byte_order() {
        let lines = ["b\t1", "a-b\t1", "a\t1", "b\t1"].map(str::to_owned);
        assert_eq!(text("# x\n".to_owned(), lines), "# x\na\t1\na-b\t1\nb\t1\n");
    }
}
