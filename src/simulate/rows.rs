//! Requests from a stream, row by row: CSV with a header, JSON objects one a line, or an array of them.
//! What the stream is, its first byte tells.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use super::asked::{Asked, is_known};
use super::gather::{self, Piece};
use super::{csv, items};

/// A row, counted from 1 without the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: u64,
    /// The request, or what is wrong with the row.
    pub asked: Result<Asked, String>,
}

/// The rows of a stream.
pub struct Rows<R> {
    reader: R,
    form: Form,
    number: u64,
}

enum Form {
    Csv(Vec<String>),
    Lines,
    Array,
}

impl<R: BufRead> Rows<R> {
    /// Looks at the beginning of a stream; an error when a header cannot be used.
    pub fn of(mut reader: R) -> Result<Rows<R>, String> {
        let told = |error: io::Error| error.to_string();
        let form = match gather::first(&mut reader).map_err(told)? {
            None => return Err("it is empty".to_owned()),
            Some(b'[') => Form::Array,
            Some(b'{') => Form::Lines,
            Some(_) => Form::Csv(header(csv::next(&mut reader).map_err(told)?.unwrap_or_else(|| Ok(Vec::new()))?)?),
        };
        Ok(Rows { reader, form, number: 0 })
    }

    fn read(&mut self) -> io::Result<Option<Result<Asked, String>>> {
        match &self.form {
            Form::Csv(header) => {
                let row = csv::next(&mut self.reader)?;
                Ok(row.map(|row| row.and_then(|fields| of_fields(header, &fields))))
            }
            Form::Array => {
                let item = items::next(&mut self.reader)?;
                Ok(item.map(|item| item.and_then(|bytes| of_json(&bytes))))
            }
            Form::Lines => {
                if gather::first(&mut self.reader)?.is_none() {
                    return Ok(None);
                }
                let mut piece = Piece::default();
                gather::line(&mut self.reader, &mut piece)?;
                Ok(Some(piece.end().and_then(|bytes| of_json(&bytes))))
            }
        }
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = io::Result<Row>;

    fn next(&mut self) -> Option<io::Result<Row>> {
        let read = self.read().transpose()?;
        self.number += 1;
        let number = self.number;
        Some(read.map(|asked| Row { number, asked: asked.and_then(Asked::checked) }))
    }
}

fn header(names: Vec<String>) -> Result<Vec<String>, String> {
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    if let Some(name) = names.iter().find(|name| !is_known(name)) {
        return Err(format!(
            "the column `{name}` is neither `principal`, `action` or `resource` nor a context key as `aws:SourceIp`"
        ));
    }
    if !names.iter().any(|name| name == "action") {
        return Err("it has no column `action`".to_owned());
    }
    Ok(names)
}

fn of_fields(header: &[String], fields: &[String]) -> Result<Asked, String> {
    if header.len() != fields.len() {
        return Err(format!("{} fields under {} columns", fields.len(), header.len()));
    }
    let mut asked = Asked::default();
    header.iter().zip(fields).for_each(|(name, value)| asked.set(name, value.trim()));
    Ok(asked)
}

fn of_json(bytes: &[u8]) -> Result<Asked, String> {
    let members: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let mut asked = Asked::default();
    for (name, value) in &members {
        match (name.as_str(), value) {
            ("context", Value::Object(keys)) => {
                keys.iter().try_for_each(|(key, value)| set_values(&mut asked, key, value))?;
            }
            (name, value) if is_known(name) => set_values(&mut asked, name, value)?,
            (name, _) => return Err(format!("unknown member `{name}`")),
        }
    }
    Ok(asked)
}

fn set_values(asked: &mut Asked, name: &str, value: &Value) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::String(text) => asked.set(name, text),
        Value::Bool(_) | Value::Number(_) => asked.set(name, &value.to_string()),
        Value::Array(values) if name.contains(':') => {
            // An empty list is a value too: the key is there, with nothing in it.
            asked.context.push((name.to_owned(), Vec::new()));
            values.iter().try_for_each(|value| set_values(asked, name, value))?;
        }
        _ => return Err(format!("the value of `{name}` is neither a text nor a list of texts")),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn read(text: &str) -> Vec<Result<Asked, String>> {
        Rows::of(text.as_bytes()).unwrap().map(|row| row.unwrap().asked).collect()
    }

    #[test]
    fn the_same_request_in_three_forms() {
        let csv = "action,resource,aws:TagKeys,aws:TagKeys,aws:SourceIp\ns3:GetObject,,a,b,";
        let line = r#"{"action": "s3:GetObject", "context": {"aws:TagKeys": ["a", "b"]}}"#;
        let list = r#"[{"action": "s3:GetObject", "aws:TagKeys": ["a", "b"], "principal": null}]"#;
        let expected = Asked {
            action: "s3:GetObject".into(),
            resource: "*".into(),
            context: vec![("aws:TagKeys".into(), vec!["a".into(), "b".into()])],
            ..Asked::default()
        };
        assert_eq!(read(csv), [Ok(expected.clone())]);
        assert_eq!(read(line), [Ok(expected.clone())]);
        assert_eq!(read(list), [Ok(expected)]);
    }

    #[test]
    fn bad_rows_do_not_end_it() {
        let rows = read("action\nnonsense\ns3:GetObject,x\ns3:GetObject\n");
        assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, true]);
        let rows = read("{\"action\": \"s3:GetObject\"}\n{broken\n{\"action\": \"s3:GetObject\"}");
        assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert!(Rows::of("verb,resource\n".as_bytes()).is_err());
        assert!(Rows::of("resource\n".as_bytes()).is_err());
        assert!(Rows::of("".as_bytes()).is_err());
    }
}
