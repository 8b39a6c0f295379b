//! The sample story, amplified: many files of many records, always the same for the same seed.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde_json::Value;
use time::{Date, Duration, Month};

use crate::random::Random;
use crate::template::Template;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";
/// The days of the story.
const DAYS: u64 = 100;
/// Gives about 7 : 1, near to what CloudTrail's own files have.
const LEVEL: i32 = 6;

/// How much to write.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) files: u64,
    pub(crate) records: u64,
    pub(crate) seed: u64,
}

/// Writes the files below `folder`.
pub(crate) fn generate(sample: &Path, folder: &Path, size: Size) {
    let templates = templates(sample);
    let (raw, packed) = (AtomicU64::new(0), AtomicU64::new(0));
    (0..size.files).into_par_iter().for_each(|file| {
        let mut random = Random::new(size.seed, file);
        let date = Date::from_calendar_date(2026, Month::July, 24).unwrap() + Duration::days((file % DAYS) as i64);
        let (month, day) = (u8::from(date.month()), date.day());
        let text = text(&templates, &format!("2026-{month:02}-{day:02}"), size.records, &mut random);
        let bytes = gzip(text.as_bytes());
        raw.fetch_add(text.len() as u64, Ordering::Relaxed);
        packed.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let below =
            folder.join(format!("AWSLogs/o-exampleorg1/{ACCOUNT}/CloudTrail/{REGION}/2026/{month:02}/{day:02}"));
        std::fs::create_dir_all(&below).unwrap();
        let mut unique = String::new();
        random.letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16, &mut unique);
        let minute = file / DAYS % 60;
        let name = format!("{ACCOUNT}_CloudTrail_{REGION}_2026{month:02}{day:02}T10{minute:02}Z_{unique}.json.gz");
        std::fs::write(below.join(name), bytes).unwrap();
    });
    let (raw, packed) = (raw.into_inner(), packed.into_inner());
    let records = size.files * size.records;
    println!(
        "{} files, {records} records, {} MB of gzip, {} MB inflated, {:.1} : 1, {} bytes a record",
        size.files,
        packed / 1_000_000,
        raw / 1_000_000,
        raw as f64 / packed as f64,
        raw / records.max(1),
    );
}

fn text(templates: &[Template], day: &str, records: u64, random: &mut Random) -> String {
    let mut text = String::from("{\"Records\":[");
    for index in 0..records {
        if index > 0 {
            text.push(',');
        }
        let template = &templates[random.below(templates.len() as u64) as usize];
        template.write(day, random, &mut text);
    }
    text.push_str("]}");
    text
}

/// The records that production's trail has of its home region.
fn templates(sample: &Path) -> Vec<Template> {
    let files = walkdir::WalkDir::new(sample).sort_by_file_name().into_iter().filter_map(Result::ok);
    let mut templates = Vec::new();
    for file in files.filter(|file| file.path().to_string_lossy().contains("/CloudTrail/")) {
        let Ok(bytes) = std::fs::read(file.path()) else { continue };
        let mut text = String::new();
        let whole = flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text);
        let Ok(log) = serde_json::from_str::<Value>(&text) else { continue };
        if whole.is_err() {
            continue;
        }
        let at_home = |record: &&Value| record["recipientAccountId"] == ACCOUNT && record["awsRegion"] == REGION;
        templates.extend(log["Records"].as_array().unwrap().iter().filter(at_home).map(Template::new));
    }
    templates
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::new(LEVEL).unwrap());
    let mut out = vec![0; compressor.gzip_compress_bound(text.len())];
    let length = compressor.gzip_compress(text, &mut out).unwrap();
    out.truncate(length);
    out
}
