//! Golden cases: worked examples of the rules (format: `tests/golden`). Invariant: a runner only turns JSON into the very
//! functions the product uses and back; an unknown area or kind counts as failed.

mod apr;
mod mon;
mod read;
mod sla;
mod tax;
mod vol;
mod wfl;

use serde::Deserialize;
use serde_json::{Value, json};

/// A refusal, as the case format writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub String);

impl<E: Coded> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.code_text())
    }
}

/// Errors with a stable code.
pub(crate) trait Coded {
    fn code_text(&self) -> String;
}

macro_rules! coded {
    ($($error:ty),* $(,)?) => {$(impl Coded for $error {
        fn code_text(&self) -> String {
            self.code().to_owned()
        }
    })*};
}

coded!(
    crate::money::MoneyError,
    crate::money::SplitError,
    crate::pricing::PricingError,
    crate::tax::TaxError,
    crate::sla::SlaError,
    crate::canonical_json::CanonicalJsonError,
    crate::quotes::QuoteNumberError,
);

impl Coded for crate::orders::BadSequence {
    fn code_text(&self) -> String {
        "bad_sequence".to_owned()
    }
}

impl Coded for serde_json::Error {
    fn code_text(&self) -> String {
        format!("bad_input: {self}")
    }
}

pub(crate) type Output = Result<Value, Refused>;

/// Runs one case; `None` when the area or kind is not known.
pub fn run_case(area: &str, kind: &str, input: &Value) -> Option<Value> {
    let output = match area {
        "MON" => mon::run(kind, input)?,
        "VOL" => vol::run(kind, input)?,
        "WFL" => wfl::run(kind, input)?,
        "APR" => apr::run(kind, input)?,
        "TAX" => tax::run(kind, input)?,
        "SLA" => sla::run(kind, input)?,
        _ => return None,
    };
    Some(output.unwrap_or_else(|Refused(code)| json!({ "error": code })))
}

/// A file of cases.
#[derive(Debug, Deserialize)]
struct CaseFile {
    area: String,
    cases: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    kind: String,
    input: Value,
    expected: Value,
}

/// A failed case.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Case id.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// What should come out.
    pub expected: Value,
    /// What came out; `None` when area or kind is not built yet.
    pub got: Option<Value>,
}

/// Outcome of a file.
#[derive(Debug, Clone)]
pub struct AreaReport {
    /// Area.
    pub area: String,
    /// Cases passed.
    pub passed: usize,
    /// The rest.
    pub failures: Vec<Failure>,
}

/// Runs a file of cases.
pub fn check_file(text: &str) -> Result<AreaReport, serde_json::Error> {
    let file: CaseFile = serde_json::from_str(text)?;
    let total = file.cases.len();
    let failures: Vec<Failure> = file
        .cases
        .into_iter()
        .filter_map(|case| {
            let got = run_case(&file.area, &case.kind, &case.input);
            (got.as_ref() != Some(&case.expected)).then_some(Failure {
                id: case.id,
                kind: case.kind,
                expected: case.expected,
                got,
            })
        })
        .collect();
    Ok(AreaReport { area: file.area, passed: total - failures.len(), failures })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(area: &str) {
        let path = format!("{}/../../tests/golden/{area}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the repository carries its golden cases");
        let report = check_file(&text).expect("a case file");
        for failure in report.failures.iter().take(5) {
            eprintln!("{} {}\n expected {}\n got      {:?}", failure.id, failure.kind, failure.expected, failure.got);
        }
        assert!(report.failures.is_empty(), "{area}: {} failed", report.failures.len());
        assert!(report.passed > 5, "{area}: too few cases to mean anything");
    }

    #[test]
    fn every_mon_case_passes() {
        check("MON");
    }

    #[test]
    fn every_vol_case_passes() {
        check("VOL");
    }

    #[test]
    fn every_wfl_case_passes() {
        check("WFL");
    }

    #[test]
    fn every_apr_case_passes() {
        check("APR");
    }

    #[test]
    fn every_tax_case_passes() {
        check("TAX");
    }

    #[test]
    fn every_sla_case_passes() {
        check("SLA");
    }

    #[test]
    fn an_unknown_area_or_kind_counts_as_failed() {
        let text = r#"{"area":"XYZ","cases":[{"id":"XYZ-1","kind":"k","input":{},"expected":{}}]}"#;
        assert_eq!(check_file(text).expect("well-formed").failures.len(), 1);
    }
}
