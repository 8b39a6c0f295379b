//! What is given to be compared → policy documents, named so that those of two sides find each other.

use std::path::Path;

use crate::access::Document;
use crate::error::Error;
use crate::source;

/// The documents of a file or a folder. A file's document has no name, so that any two files are compared; those
/// of a folder have their path below it, without `.json`. What is no policy at all is passed over, and told.
pub fn documents(path: &Path, passed: &mut dyn FnMut(&str)) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    let folder = path.is_dir();
    for found in source::find(&[path.to_path_buf()])? {
        if folder && !found.name.ends_with(".json") {
            continue;
        }
        let text = String::from_utf8_lossy(&source::read(&found.path)?).into_owned();
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        if folder && !text.contains("\"Statement\"") {
            passed(&found.name);
            continue;
        }
        let below = found.path.strip_prefix(path).unwrap_or(Path::new(""));
        let name = below.with_extension("").to_string_lossy().replace('\\', "/");
        documents.push(Document::new(name, found.name, text));
    }
    Ok(documents)
}
