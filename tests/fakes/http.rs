//! A small HTTP/1.1 server on std alone: one thread, one request for each connection, the answer as it is given.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request, as far as the fakes look at it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method and target.
    pub(crate) line: String,
    /// Headers, in lower case.
    pub(crate) head: String,
    /// The body as text.
    pub(crate) body: String,
}

/// An answer; `promised` is the length that the head tells.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// As `200 OK`.
    pub(crate) status: &'static str,
    /// As `application/xml`.
    pub(crate) kind: &'static str,
    /// The length in the head.
    pub(crate) promised: usize,
    /// The bytes that really come.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: &'static str, kind: &'static str, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        Answer { status, kind, promised: body.len(), body }
    }
}

/// The server and what it was asked.
pub(crate) struct Server {
    /// As `http://127.0.0.1:1234`.
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers until the tests end.
    pub(crate) fn start(mut answer: impl FnMut(&Request) -> Answer + Send + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                // A client that goes away in the middle is no matter of the fake.
                let Some(request) = read(&stream) else {
                    continue;
                };
                let given = answer(&request);
                log.lock().unwrap().push(request);
                let _gone = write(&stream, &given);
            }
        });
        Server { url, asked }
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

/// A server that refuses every request in these words, in whichever form the caller reads.
pub(crate) fn refusing(message: &str) -> Server {
    let json = serde_json::json!({ "__type": "InvalidSignatureException", "message": message }).to_string();
    let error = format!("<Error><Code>SignatureDoesNotMatch</Code><Message>{message}</Message></Error>");
    Server::start(move |request| {
        if request.head.contains("x-amz-target") {
            return Answer::new("400 Bad Request", "application/x-amz-json-1.1", json.clone());
        }
        let is_query = request.body.contains("Action=");
        let body = if is_query { format!("<ErrorResponse>{error}</ErrorResponse>") } else { error.clone() };
        Answer::new("403 Forbidden", "application/xml", body)
    })
}

fn read(mut stream: &TcpStream) -> Option<Request> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let (line, head) = head.split_once("\r\n")?;
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return Some(Request { line: line.to_owned(), head, body: body.to_owned() });
            }
        }
        match stream.read(&mut chunk).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn write(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    let Answer { status, kind, promised, body } = answer;
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {promised}\r\nconnection: close\r\n\r\n"
    )?;
    stream.write_all(body)?;
    stream.flush()
}
