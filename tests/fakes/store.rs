//! A real S3 server in this process, over a copy of a folder: it checks signatures, and refuses objects or makes trouble
//! on demand. Beside the copy there is an empty bucket to write to.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{RwLock, Semaphore};

use super::program::{KEY, SECRET};

/// What S3 says to those who may list a bucket and not read it.
const REFUSAL: &str = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

/// What S3 says to whoever asks too much.
const BUSY: &str = "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";

/// The bucket to write to.
pub(crate) const KEPT: &str = "kept";

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// Nothing is done and `503 SlowDown` is answered.
    Busy,
    /// It is done, and `503 SlowDown` is answered.
    Deaf,
    /// It is done, and never answered.
    Mute,
    /// Nothing is done and `403 AccessDenied` is answered.
    Denied,
    /// It is done as soon as there is a permit.
    Held(Arc<Semaphore>),
}

/// Tells from the method and path of a request what happens to it.
type Fate = Box<dyn FnMut(&Method, &str) -> Option<Trouble> + Send>;

/// The server; it ends when this is dropped.
pub(crate) struct Store {
    url: String,
    asked: Arc<Mutex<Vec<(Method, String)>>>,
    fate: Arc<Mutex<Option<Fate>>>,
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
        fs::create_dir(home.path().join(KEPT)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(home.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let clerk = Clerk {
            service: builder.build(),
            refused: refused.map(str::to_owned),
            asked: Arc::default(),
            fate: Arc::default(),
            writing: Arc::default(),
        };
        let (asked, fate) = (Arc::clone(&clerk.asked), Arc::clone(&clerk.fate));
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, clerk.clone()));
            }
        });
        Store { url, asked, fate, _runtime: runtime, home }
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
        self.calls().into_iter().map(|(_, target)| target).collect()
    }

    /// The methods and targets of all requests.
    pub(crate) fn calls(&self) -> Vec<(Method, String)> {
        self.asked.lock().unwrap().clone()
    }

    /// From now on requests have this fate.
    pub(crate) fn trouble(&self, fate: impl FnMut(&Method, &str) -> Option<Trouble> + Send + 'static) {
        *self.fate.lock().unwrap() = Some(Box::new(fate));
    }

    /// From now on all is well.
    pub(crate) fn calm(&self) {
        *self.fate.lock().unwrap() = None;
    }

    /// The objects of the bucket to write to that begin so; the prefix is left out.
    pub(crate) fn kept(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.home.path().join(KEPT);
        let files = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
        let files = files.filter(|entry| entry.file_type().is_file());
        let key = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        let all = files.map(|entry| (key(entry.path()), fs::read(entry.path()).unwrap()));
        all.filter_map(|(key, bytes)| Some((key.strip_prefix(prefix)?.to_owned(), bytes))).collect()
    }

    /// Puts an object into the bucket to write to, as somebody else would.
    pub(crate) fn put(&self, key: &str, bytes: &[u8]) {
        let path = self.home.path().join(KEPT).join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        // The sums of what the server took in itself; it may have none.
        let [bucket, object] = [KEPT, key].map(|name| URL_SAFE_NO_PAD.encode(name));
        drop(fs::remove_file(self.home.path().join(format!(".bucket-{bucket}.object-{object}.internal.json"))));
    }
}

/// Writes down what is asked, and refuses what is to be refused.
#[derive(Clone)]
struct Clerk {
    service: S3Service,
    refused: Option<String>,
    asked: Arc<Mutex<Vec<(Method, String)>>>,
    fate: Arc<Mutex<Option<Fate>>>,
    /// The server looks at a condition, writes an object and writes its ETag one after the other; S3 does it at once.
    writing: Arc<RwLock<()>>,
}

async fn serve(stream: TcpStream, clerk: Clerk) {
    let service = service_fn(move |request| answer(request, clerk.clone()));
    // A client that goes away in the middle is no matter of the fake.
    let _gone = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, clerk: Clerk) -> Result<Response<Body>, Infallible> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    clerk.asked.lock().unwrap().push((method.clone(), request.uri().to_string()));
    if clerk.refused.as_ref().is_some_and(|refused| path.contains(refused)) {
        return Ok(told(403, REFUSAL));
    }
    let trouble = clerk.fate.lock().unwrap().as_mut().and_then(|fate| fate(&method, &path));
    match trouble {
        Some(Trouble::Busy) => Ok(told(503, BUSY)),
        Some(Trouble::Denied) => Ok(told(403, REFUSAL)),
        Some(Trouble::Deaf) => {
            served(request, &clerk).await;
            Ok(told(503, BUSY))
        }
        Some(Trouble::Mute) => {
            served(request, &clerk).await;
            std::future::pending().await
        }
        Some(Trouble::Held(permits)) => {
            permits.acquire().await.unwrap().forget();
            Ok(served(request, &clerk).await)
        }
        None => Ok(served(request, &clerk).await),
    }
}

async fn served(request: Request<Incoming>, clerk: &Clerk) -> Response<Body> {
    if request.method() == Method::GET {
        let _reading = clerk.writing.read().await;
        return Service::call(&clerk.service, request).await.unwrap();
    }
    let _writing = clerk.writing.write().await;
    Service::call(&clerk.service, request).await.unwrap()
}

fn told(status: u16, text: &str) -> Response<Body> {
    Response::builder().status(status).body(Body::from(text.to_owned())).unwrap()
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
