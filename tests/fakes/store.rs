//! A real S3 server in this process, over a copy of a folder: it checks signatures, and refuses objects on demand.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::program::{KEY, SECRET};

/// What S3 says to those who may list a bucket and not read it.
const REFUSAL: &str = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

/// The server; it ends when this is dropped.
pub(crate) struct Store {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
    home: TempDir,
}

impl Store {
    /// Serves a folder as the bucket `logs`; the folder's own name begins the keys.
    pub(crate) fn of(folder: &Path) -> Store {
        Store::refusing(folder, None)
    }

    /// The same, but nobody may get the objects whose keys contain this.
    pub(crate) fn refusing(folder: &Path, refused: Option<&str>) -> Store {
        let home = tempfile::tempdir().unwrap();
        copy(folder, &home.path().join("logs"));
        let mut builder = S3ServiceBuilder::new(FileSystem::new(home.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let clerk = Clerk {
            service: builder.build(),
            refused: refused.map(str::to_owned),
            asked: Arc::new(Mutex::new(Vec::new())),
        };
        let asked = Arc::clone(&clerk.asked);
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, clerk.clone()));
            }
        });
        Store { url, asked, _runtime: runtime, home }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Keeps a signature with an object, as its metadata. The server reads it from such a file.
    pub(crate) fn sign(&self, key: &str, signature: &str) {
        let [bucket, object] = ["logs", key].map(|name| URL_SAFE_NO_PAD.encode(name));
        let file = self.home.path().join(format!(".bucket-{bucket}.object-{object}.metadata.json"));
        fs::write(file, serde_json::json!({ "user_metadata": { "signature": signature } }).to_string()).unwrap();
    }

    /// The targets of all requests.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Writes down what is asked, and refuses what is to be refused.
#[derive(Clone)]
struct Clerk {
    service: S3Service,
    refused: Option<String>,
    asked: Arc<Mutex<Vec<String>>>,
}

async fn serve(stream: TcpStream, clerk: Clerk) {
    let service = service_fn(move |request| answer(request, clerk.clone()));
    // A client that goes away in the middle is no matter of the fake.
    let _gone = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, clerk: Clerk) -> Result<Response<Body>, Infallible> {
    clerk.asked.lock().unwrap().push(request.uri().to_string());
    let path = request.uri().path();
    if clerk.refused.is_some_and(|refused| path.contains(&refused)) {
        return Ok(Response::builder().status(403).body(Body::from(REFUSAL.to_owned())).unwrap());
    }
    Ok(Service::call(&clerk.service, request).await.unwrap())
}

fn copy(folder: &Path, to: &Path) {
    let above = folder.parent().unwrap();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(above).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
