//! A bucket that misbehaves as it is told to: busy, cut off, slow, silent, or refusing. One thread for each
//! connection, so that a slow answer holds up nobody else.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What S3 gives in one page.
const PAGE: usize = 1000;

/// What happens to the first tries of an object; the ones after are answered as they should be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// `503 SlowDown`.
    Busy(usize),
    /// The connection is reset in the middle of the body.
    Reset(usize),
    /// The body ends early.
    Cut(usize),
    /// The body stops coming, and the connection stays open.
    Silent(usize),
    /// The body comes in drops.
    Slow(usize),
    /// An error of S3's, for good: its status and code.
    Refused(&'static str, &'static str),
}

/// The bucket and what was asked of it.
pub(crate) struct Shelf {
    url: String,
    inner: Arc<Inner>,
}

struct Inner {
    objects: BTreeMap<String, Vec<u8>>,
    fates: BTreeMap<String, Fate>,
    tries: Mutex<BTreeMap<String, usize>>,
    lists: Mutex<Vec<String>>,
}

impl Shelf {
    /// Serves objects as a bucket of any name.
    pub(crate) fn of(objects: BTreeMap<String, Vec<u8>>, fates: BTreeMap<String, Fate>) -> Shelf {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner { objects, fates, tries: Mutex::default(), lists: Mutex::default() });
        let shelf = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let shelf = Arc::clone(&shelf);
                // A client that goes away in the middle is no matter of the fake.
                thread::spawn(move || drop(shelf.answer(stream)));
            }
        });
        Shelf { url, inner }
    }

    /// The files below a folder; the folder's own name begins the keys.
    pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let above = folder.parent().unwrap();
        let entries = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file());
        let key = |path: &Path| path.strip_prefix(above).unwrap().to_str().unwrap().to_owned();
        files.map(|entry| (key(entry.path()), std::fs::read(entry.path()).unwrap())).collect()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The prefixes that were listed, page by page.
    pub(crate) fn lists(&self) -> Vec<String> {
        self.inner.lists.lock().unwrap().clone()
    }

    /// How often each object was asked for.
    pub(crate) fn tries(&self) -> BTreeMap<String, usize> {
        self.inner.tries.lock().unwrap().clone()
    }
}

impl Inner {
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let target = target(&stream)?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let key = decoded(path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key));
        if query.contains("list-type=2") {
            return whole(&stream, "200 OK", self.list(query).as_bytes());
        }
        let before = {
            let mut tries = self.tries.lock().unwrap();
            let count = tries.entry(key.clone()).or_default();
            *count += 1;
            *count - 1
        };
        let error = |code: &str| format!("<Error><Code>{code}</Code><Message>as told</Message></Error>");
        let Some(bytes) = self.objects.get(&key) else {
            return whole(&stream, "404 Not Found", error("NoSuchKey").as_bytes());
        };
        match self.fates.get(&key) {
            Some(Fate::Busy(times)) if before < *times => whole(&stream, "503 Slow Down", error("SlowDown").as_bytes()),
            Some(Fate::Refused(status, code)) => whole(&stream, status, error(code).as_bytes()),
            Some(Fate::Reset(times)) if before < *times => reset(&stream, bytes),
            Some(Fate::Cut(times)) if before < *times => half(&stream, bytes),
            Some(Fate::Silent(times)) if before < *times => {
                half(&stream, bytes)?;
                // Until the client has had enough.
                consume(&stream)
            }
            Some(Fate::Slow(times)) if before < *times => slowly(&stream, bytes),
            _ => whole(&stream, "200 OK", bytes),
        }
    }

    fn list(&self, query: &str) -> String {
        let given: BTreeMap<&str, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name, decoded(value)))
            .collect();
        let text = |name: &str| given.get(name).map_or("", String::as_str);
        let (prefix, delimiter) = (text("prefix"), text("delimiter"));
        self.lists.lock().unwrap().push(prefix.to_owned());
        let after = [text("start-after"), text("continuation-token")].into_iter().max().unwrap_or_default();
        let (mut listed, mut folders, mut next) = (String::new(), Vec::new(), None);
        let mut count = 0;
        let from = (Bound::Excluded(after.to_owned()), Bound::Unbounded);
        for (key, bytes) in self.objects.range(from).filter(|(key, _)| key.starts_with(prefix)) {
            let rest = &key[prefix.len()..];
            let folder = rest.find('/').filter(|_| delimiter == "/").map(|end| &key[..prefix.len() + end + 1]);
            if folder.is_some() && folders.last().copied() == folder {
                continue;
            }
            if count == PAGE {
                break;
            }
            count += 1;
            next = Some(key);
            match folder {
                Some(folder) => folders.push(folder),
                None => {
                    listed += &format!(
                        "<Contents><Key>{key}</Key><Size>{}</Size><ETag>\"{:x}\"</ETag></Contents>",
                        bytes.len(),
                        bytes.len()
                    )
                }
            }
        }
        let more = count == PAGE;
        let token = next.filter(|_| more).map(|key| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
        let folders: String = folders
            .iter()
            .map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"))
            .collect();
        format!(
            "<ListBucketResult><KeyCount>{count}</KeyCount><IsTruncated>{more}</IsTruncated>{}{listed}{folders}\
             </ListBucketResult>",
            token.unwrap_or_default()
        )
    }
}

/// The request's target; the request stays unread.
fn target(stream: &TcpStream) -> std::io::Result<String> {
    let mut bytes = [0; 4096];
    loop {
        let count = stream.peek(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes[..count]);
        if let Some((line, _)) = text.split_once("\r\n") {
            return Ok(line.split(' ').nth(1).unwrap_or_default().to_owned());
        }
        if count == 0 {
            return Ok(String::new());
        }
    }
}

/// Reads what the client sends until it has nothing more to say.
fn consume(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut bytes = [0; 4096];
    while stream.read(&mut bytes)? > 0 {}
    Ok(())
}

fn head(mut stream: &TcpStream, status: &str, length: usize) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")
}

/// Reads the request away and answers it.
fn whole(mut stream: &TcpStream, status: &str, body: &[u8]) -> std::io::Result<()> {
    taken(stream)?;
    head(stream, status, body.len())?;
    stream.write_all(body)
}

fn half(mut stream: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    taken(stream)?;
    head(stream, "200 OK", body.len())?;
    stream.write_all(&body[..body.len() / 2])
}

/// What was not read is answered with a reset when the connection is dropped.
fn reset(mut stream: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    head(stream, "200 OK", body.len())?;
    stream.write_all(&body[..body.len() / 2])?;
    thread::sleep(Duration::from_millis(50));
    Ok(())
}

fn slowly(mut stream: &TcpStream, body: &[u8]) -> std::io::Result<()> {
    taken(stream)?;
    head(stream, "200 OK", body.len())?;
    for drop in body.chunks(body.len().div_ceil(20).max(1)) {
        stream.write_all(drop)?;
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Takes the head of a request without a body out of the connection.
fn taken(mut stream: &TcpStream) -> std::io::Result<()> {
    let (mut bytes, mut seen) = ([0; 4096], Vec::new());
    while !seen.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut bytes)? {
            0 => break,
            count => seen.extend_from_slice(&bytes[..count]),
        }
    }
    Ok(())
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(letter) => {
                bytes.push(letter);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
