//! Bytes to text: the encoding that is said, else the one they are surely in, else a guess that is told. What is no list at all
//! is named with what to do about it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::read::ReadError;

/// Text with what it was read as.
pub(super) struct Decoded {
    pub(super) text: String,
    /// `utf-8`, `windows-1252` ...
    pub(super) encoding: String,
    /// The bytes do not say what they are.
    pub(super) guessed: bool,
}

/// Reads bytes as text, by the encoding wanted or by what they look like.
pub(super) fn decode(bytes: &[u8], wanted: Option<&str>) -> Result<Decoded, ReadError> {
    let sure = |text: String, encoding: &str| Decoded { text, encoding: encoding.to_lowercase(), guessed: false };
    if let Some(name) = wanted {
        let encoding = Encoding::for_label(name.as_bytes()).ok_or(ReadError::NoEncoding)?;
        return Ok(sure(encoding.decode_with_bom_removal(bytes).0.into_owned(), encoding.name()));
    }
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return Ok(sure(encoding.decode_without_bom_handling(&bytes[bom..]).0.into_owned(), encoding.name()));
    }
    let sample = &bytes[..bytes.len().min(4_096)];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let pairs = sample.len() / 2;
    for (offset, encoding) in [(1, UTF_16LE), (0, UTF_16BE)] {
        if pairs > 2 && zeros(offset) * 10 > pairs * 4 {
            let text = encoding.decode(bytes).0.into_owned();
            let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            if text.chars().take(2_000).any(|c| control(c) || c == '\u{fffd}') {
                break;
            }
            return Ok(sure(text, encoding.name()));
        }
    }
    if sample.contains(&0) {
        return Err(ReadError::NotATable("it is no text; ask for the list as CSV or XLSX".to_owned()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(sure(text.to_owned(), "utf-8"));
    }
    if let Some(text) = mostly_utf8(bytes) {
        return Ok(sure(text, "utf-8"));
    }
    let encoding = detected(bytes);
    let (text, name) = (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding.name().to_lowercase());
    Ok(Decoded { text, encoding: name, guessed: true })
}

/// The encoding the bytes look most like. Lists of a few letters beyond ASCII say little: these are read as most are.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let beyond = bytes.iter().filter(|byte| **byte >= 0x80).take(4).count();
    if beyond < 4 {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-8 with a few bytes that are none: those alone are read by Windows-1252. `None` when most letters beyond ASCII are such.
fn mostly_utf8(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len());
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            bad += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    (bad * 2 <= good).then_some(text)
}

/// What a text is that is no list, with what to do about it.
pub(super) fn other_kind(text: &str) -> Option<&'static str> {
    let begin = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let lower: String = begin.chars().take(200).collect::<String>().to_lowercase();
    let starts = |word: &&str| lower.starts_with(*word);
    if ["<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<script"].iter().any(starts) {
        return Some("it is a web page; open it in a browser, copy its table into a spreadsheet and save that");
    }
    if starts(&"<?xml") {
        return Some("it is XML; open it in the program that made it and save the list as CSV or XLSX");
    }
    let json = begin.strip_prefix(['{', '[']).map(str::trim_start);
    if json.is_some_and(|rest| {
        rest.starts_with(['{', '"', '['])
            && lower.contains([':', ']'])
            && serde_json::from_str::<serde::de::IgnoredAny>(begin).is_ok()
    }) {
        return Some("it is JSON; ask for the list as CSV or XLSX");
    }
    starts(&"{\\rtf").then_some("it is a text document; copy its table into a spreadsheet and save that")
}

/// What bytes are that are neither text nor a spreadsheet, with what to do about it.
pub(super) fn other_file(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 5] = [
        (b"%PDF-", "it is a PDF; ask for the spreadsheet it was printed from"),
        (b"\x1F\x8B", "it is a compressed file; unpack it and open the list inside"),
        (b"7z\xBC\xAF", "it is a compressed file; unpack it and open the list inside"),
        (b"Rar!", "it is a compressed file; unpack it and open the list inside"),
        (b"\x89PNG", "it is a picture; ask for the list as CSV or XLSX"),
    ];
    kinds.into_iter().find(|(begin, _)| bytes.starts_with(begin)).map(|(_, said)| said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_several_languages_are_guessed_and_said_to_be() {
        for (label, text) in [
            (
                "windows-1250",
                "nazwa;miasto;adres\nOddział Łódź;Łódź;ul. Żeromskiego 5\nOddział Kraków;Kraków;ul. Świętokrzyska 7\n",
            ),
            (
                "windows-1251",
                "название;город;адрес\nМагазин Север;Новосибирск;Первомайская, 12\nСклад;Томск;Ленина, 9\n",
            ),
            ("windows-1253", "όνομα;πόλη\nΚατάστημα Αθήνας;Αθήνα\nΚατάστημα Πάτρας;Πάτρα\n"),
            (
                "windows-1252",
                "nom;ville;rue\nAgence de Nîmes;Nîmes;12 rue de l’Évêché\nAgence Béziers;Béziers;Allées\n",
            ),
            ("shift_jis", "店舗名,住所\n東京本店,東京都千代田区丸の内\n大阪支店,大阪府大阪市北区梅田\n"),
        ] {
            let bytes = Encoding::for_label(label.as_bytes()).expect("known").encode(text).0;
            let read = decode(&bytes, None).expect("text");
            assert!(read.guessed && read.text == text, "{label} was read as {}: {}", read.encoding, read.text);
            let chosen = decode(&bytes, Some(label)).expect("text");
            assert!(!chosen.guessed && chosen.text == text, "{label}");
        }
        assert_eq!(decode(b"A", Some("klingon")).err(), Some(ReadError::NoEncoding));
    }
}
