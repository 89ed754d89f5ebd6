//! Golden cases: worked examples of the rules (format: `tests/golden`). Invariant: a runner only turns JSON into the very
//! functions the product uses and back; an unknown area or kind counts as failed.

mod apr;
mod fxc;
mod kpi;
mod mon;
mod read;
mod roi;
mod sla;
mod tax;
mod vol;
mod wfl;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::canonical_json::CanonicalJsonError;

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
    CanonicalJsonError,
    crate::quotes::QuoteNumberError,
    crate::fx::FxError,
    crate::roi::RoiError,
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
        "FXC" => fxc::run(kind, input)?,
        "ROI" => roi::run(kind, input)?,
        "KPI" => kpi::run(kind, input)?,
        _ => return None,
    };
    Some(output.unwrap_or_else(|Refused(code)| json!({ "error": code })))
}

/// A file of cases.
#[derive(Debug, Deserialize)]
struct CaseFile<'a> {
    area: String,
    #[serde(borrow)]
    cases: Vec<Case<'a>>,
}

#[derive(Debug, Deserialize)]
struct Case<'a> {
    id: String,
    kind: String,
    /// Read case by case, so that one input that is no Unicode does not take the file with it.
    #[serde(borrow)]
    input: &'a RawValue,
    expected: Value,
}

impl Case<'_> {
    fn run(&self, area: &str) -> Option<Value> {
        match serde_json::from_str(self.input.get()) {
            Ok(input) => run_case(area, &self.kind, &input),
            // Half a surrogate pair is grammatical JSON and yet no text: no rule can take it.
            Err(_) => run_case(area, &self.kind, &Value::Null)
                .map(|_| json!({ "error": CanonicalJsonError::NotCanonical.code() })),
        }
    }
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
    let file: CaseFile<'_> = serde_json::from_str(text)?;
    let total = file.cases.len();
    let failures: Vec<Failure> = file
        .cases
        .into_iter()
        .filter_map(|case| {
            let got = case.run(&file.area);
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
    fn every_fxc_case_passes() {
        check("FXC");
    }

    #[test]
    fn every_roi_case_passes() {
        check("ROI");
    }

    #[test]
    fn an_input_that_is_no_unicode_is_refused_without_losing_its_file() {
        let text = r#"{"area":"WFL","cases":[
            {"id":"1","kind":"pricing_hash","input":{"document":"\ud800"},"expected":{"error":"not_canonical"}},
            {"id":"2","kind":"pricing_hash","input":{"document":1.5},"expected":{"error":"not_canonical"}},
            {"id":"3","kind":"unknown","input":{"document":"\ud800"},"expected":{"error":"not_canonical"}}]}"#;
        let report = check_file(text).expect("well-formed");
        assert_eq!((report.passed, report.failures.len()), (2, 1));
        assert_eq!(report.failures[0].id, "3");
    }

    #[test]
    fn an_unknown_area_or_kind_counts_as_failed() {
        let text = r#"{"area":"XYZ","cases":[{"id":"XYZ-1","kind":"k","input":{},"expected":{}}]}"#;
        assert_eq!(check_file(text).expect("well-formed").failures.len(), 1);
    }
}
