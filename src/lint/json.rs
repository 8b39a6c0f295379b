//! JSON with places: every value and every key knows where in the text it begins. Strict, as IAM reads it.

/// Deeper nesting than any policy has.
const MAX_DEPTH: usize = 64;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// Offset of its first byte.
    pub(super) at: usize,
    /// Offset behind its last byte.
    pub(super) end: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Object(Vec<Member>),
    List(Vec<Node>),
    Text(String),
    /// A number, `true`, `false` or `null`.
    Other,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) key: String,
    /// Offset of the key.
    pub(super) at: usize,
    pub(super) node: Node,
}

/// Why a text is no JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) at: usize,
    pub(super) message: &'static str,
}

impl Node {
    /// The member of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    pub(super) fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; any other value is a list of itself.
    pub(super) fn items(&self) -> Vec<&Node> {
        match &self.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![self],
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }
}

/// Reads a whole text.
pub(super) fn scan(text: &str) -> Result<Node, SyntaxError> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.blanks();
    let node = scanner.value(0)?;
    scanner.blanks();
    if scanner.at < text.len() { Err(scanner.error("text after the end of the document")) } else { Ok(node) }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn error(&self, message: &'static str) -> SyntaxError {
        SyntaxError { at: self.at, message }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let at = self.at;
        if depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        let value = match self.peek() {
            None => return Err(self.error("the text ends where a value should stand")),
            Some(b'{') => Value::Object(self.object(depth)?),
            Some(b'[') => Value::List(self.list(depth)?),
            Some(b'"') => Value::Text(self.string()?),
            Some(_) => self.word()?,
        };
        Ok(Node { at, end: self.at, value })
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Member>, SyntaxError> {
        self.at += 1;
        let mut members = Vec::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            self.blanks();
            let at = self.at;
            match self.peek() {
                Some(b'"') => {}
                Some(b'}') => return Err(self.error("a comma before the closing brace")),
                _ => return Err(self.error("expected a key in double quotes")),
            }
            let key = self.string()?;
            self.blanks();
            if !self.take(b':') {
                return Err(self.error("expected a colon after the key"));
            }
            self.blanks();
            let node = self.value(depth + 1)?;
            members.push(Member { key, at, node });
            self.blanks();
            if self.take(b'}') {
                return Ok(members);
            }
            if !self.take(b',') {
                return Err(self.error("expected a comma or a closing brace"));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Node>, SyntaxError> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(items);
        }
        loop {
            self.blanks();
            if self.peek() == Some(b']') {
                return Err(self.error("a comma before the closing bracket"));
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.take(b']') {
                return Ok(items);
            }
            if !self.take(b',') {
                return Err(self.error("expected a comma or a closing bracket"));
            }
        }
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None | Some(b'\n') => {
                    self.at = start;
                    return Err(self.error("a string is never closed"));
                }
                Some(b'\\') => self.at += 2,
                Some(b'"') => break,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        let raw = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(raw).map_err(|_| SyntaxError { at: start, message: "a string with a broken escape" })
    }

    fn word(&mut self) -> Result<Value, SyntaxError> {
        let start = self.at;
        while matches!(self.peek(), Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        if serde_json::from_str::<serde_json::Value>(raw).is_err() {
            return Err(SyntaxError { at: start, message: "expected a value" });
        }
        Ok(Value::Other)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{SyntaxError, scan};

    #[test]
    fn places() {
        let node = scan("{\"a\": [1, \"b\\\"\"], \"c\": {}}").unwrap();
        let member = node.get("a").unwrap();
        assert_eq!((member.at, member.node.at, member.node.items().len()), (1, 6, 2));
        assert_eq!(node.get("c").unwrap().node.end, 25);
    }

    #[test]
    fn errors_say_where() {
        let case = |text: &str, at: usize, message: &str| {
            let SyntaxError { at: found, message: told } = scan(text).unwrap_err();
            assert!(found == at && told.contains(message), "{text}: {told} at {found}");
        };
        case("", 0, "ends");
        case("not json", 0, "expected a value");
        case("{\"a\": 1,}", 8, "comma before");
        case("[1,]", 3, "comma before");
        case("{\"a\" 1}", 5, "colon");
        case("{\"a\": 1 \"b\"", 8, "comma or");
        case("{\"a\": \"b\n\"}", 6, "never closed");
        case("{} {}", 3, "after the end");
        case("{\"a\": \"\\x\"}", 6, "escape");
        case(&"[".repeat(100), 65, "deep");
    }
}
