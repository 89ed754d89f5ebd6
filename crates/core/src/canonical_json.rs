//! Canonical JSON for hashes: RFC 8785 restricted to null, booleans, integers below 2^53, strings, arrays and objects
//! (RULES WFL D14). Invariant: equal documents give equal bytes on every machine.

use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

/// Largest magnitude of an integer, exclusive.
const MAX_INTEGER: u64 = 1 << 53;

/// A document that canonical JSON does not carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalJsonError {
    /// An integer of magnitude 2^53 or more: two machines could read it differently.
    #[error("only integers below 2^53 are allowed")]
    NumberOutOfRange,
    /// A fraction, an exponent, or text that is no Unicode: amounts and rates are strings.
    #[error("only whole numbers and Unicode text are allowed")]
    NotCanonical,
}

impl CanonicalJsonError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NumberOutOfRange => "number_out_of_range",
            Self::NotCanonical => "not_canonical",
        }
    }
}

/// The canonical bytes of a document.
pub fn canonical(value: &Value) -> Result<Vec<u8>, CanonicalJsonError> {
    let mut out = Vec::new();
    write_value(value, &mut out)?;
    Ok(out)
}

/// Lower-case hex SHA-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<(), CanonicalJsonError> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            out.extend_from_slice(integer(number)?.to_string().as_bytes());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push(b'{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                write_value(&map[key], out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn integer(number: &Number) -> Result<i64, CanonicalJsonError> {
    if let Some(integer) = number.as_i64() {
        return if integer.unsigned_abs() < MAX_INTEGER {
            Ok(integer)
        } else {
            Err(CanonicalJsonError::NumberOutOfRange)
        };
    }
    // What is no 64-bit integer was read as a float: a fraction, minus zero, or an integer far out of range.
    match number.as_f64() {
        Some(0.0) => Ok(0),
        Some(float) if float.abs() < MAX_INTEGER as f64 => Err(CanonicalJsonError::NotCanonical),
        _ => Err(CanonicalJsonError::NumberOutOfRange),
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for character in text.chars() {
        match character {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{9}' => out.extend_from_slice(b"\\t"),
            '\u{a}' => out.extend_from_slice(b"\\n"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\u{d}' => out.extend_from_slice(b"\\r"),
            control if u32::from(control) < 0x20 => {
                out.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes());
            }
            other => out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> Result<String, CanonicalJsonError> {
        canonical(value).map(|bytes| String::from_utf8(bytes).expect("canonical JSON is UTF-8"))
    }

    #[test]
    fn keys_are_sorted_by_utf16_units_and_escapes_are_the_short_ones() {
        let value = json!({"\u{fb33}": 1, "\u{1f600}": 2, "b": "\t\"\u{1}/\u{7f}", "a": [true, null, {}]});
        let expected = "{\"a\":[true,null,{}],\"b\":\"\\t\\\"\\u0001/\u{7f}\",\"\u{1f600}\":2,\"\u{fb33}\":1}";
        assert_eq!(text(&value).as_deref(), Ok(expected));
    }

    #[test]
    fn only_integers_that_every_machine_reads_alike_are_taken() {
        for (source, expected) in [
            ("0", Ok("0")),
            ("-0", Ok("0")),
            ("9007199254740991", Ok("9007199254740991")),
            ("-9007199254740991", Ok("-9007199254740991")),
            ("9007199254740992", Err(CanonicalJsonError::NumberOutOfRange)),
            ("-9223372036854775808", Err(CanonicalJsonError::NumberOutOfRange)),
            ("18446744073709551615", Err(CanonicalJsonError::NumberOutOfRange)),
            ("123456789012345678901234567890", Err(CanonicalJsonError::NumberOutOfRange)),
            ("1.5", Err(CanonicalJsonError::NotCanonical)),
            ("-0.25", Err(CanonicalJsonError::NotCanonical)),
        ] {
            let value: Value = serde_json::from_str(source).expect("a JSON number");
            assert_eq!(text(&value), expected.map(str::to_owned), "{source}");
        }
    }

    fn any_document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_json_is_stable(document in any_document()) {
            let once = text(&document).expect("only allowed values were generated");
            let read: Value = serde_json::from_str(&once).expect("canonical JSON is JSON");
            prop_assert_eq!(&read, &document);
            prop_assert_eq!(text(&read), Ok(once));
        }
    }
}
