//! A bucket of one object whose answers may end too early, which no honest S3 server can be asked to do.

use super::http::{Answer, Request, Server};

/// The bucket `cut` with one object.
pub(crate) struct Objects {
    server: Server,
}

impl Objects {
    /// The first answers of `cuts` gets of the object stop in the middle.
    pub(crate) fn cutting(key: &str, bytes: Vec<u8>, cuts: usize) -> Objects {
        let (key, mut left) = (key.to_owned(), cuts);
        Objects { server: Server::start(move |request| answer(request, &key, &bytes, &mut left)) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    /// How often the object was asked for.
    pub(crate) fn gets(&self) -> usize {
        self.server.asked().iter().filter(|request| !request.line.contains("list-type=2")).count()
    }
}

fn answer(request: &Request, key: &str, bytes: &[u8], left: &mut usize) -> Answer {
    if request.line.contains("list-type=2") {
        let size = bytes.len();
        let list = format!(
            "<ListBucketResult><Name>cut</Name><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated>\
             <Contents><Key>{key}</Key><Size>{size}</Size></Contents></ListBucketResult>"
        );
        return Answer::new("200 OK", "application/xml", list);
    }
    let mut whole = Answer::new("200 OK", "application/octet-stream", bytes);
    if *left > 0 {
        *left -= 1;
        whole.body.truncate(bytes.len() / 2);
    }
    whole
}
