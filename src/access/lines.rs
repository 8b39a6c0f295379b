//! On which line of a document each statement begins.

use serde_json::value::RawValue;

#[derive(serde::Deserialize)]
struct Outline<'t> {
    #[serde(borrow, rename = "Statement")]
    statement: Option<&'t RawValue>,
}

/// The line of a statement, from 1; the document's first where it cannot be told.
pub(super) fn line(text: &str, statement: usize) -> usize {
    let outline = serde_json::from_str::<Outline<'_>>(text).ok();
    let Some(all) = outline.and_then(|outline| outline.statement).map(RawValue::get) else {
        return 1;
    };
    let list: Vec<&RawValue> = serde_json::from_str(all).unwrap_or_default();
    let piece = list.get(statement).map_or(all, |one| one.get());
    // Both borrow from the text, so that the distance of their beginnings is a place in it.
    let at = (piece.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn statements_have_lines() {
        let text = "{\n \"Statement\": [\n  {\"Effect\": \"Allow\"},\n\n  {}]}";
        assert_eq!([0, 1, 2].map(|at| line(text, at)), [3, 5, 2]);
        assert_eq!(line("{\"a\":1,\n\"Statement\":\n{}}", 0), 3);
        assert_eq!(line("", 0), 1);
    }
}
