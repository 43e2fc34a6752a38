//! The engine and the naive reference say the same of generated policies and resources.

use ordain_tests::differential::{Options, run};

#[test]
fn engine_and_reference_agree() {
    let report = run(Options { pairs: 20_000, seed: 1, stride: 97 });
    println!("{report}");
    assert!(report.pairs >= 20_000);
    assert!(report.differences.is_empty(), "{report}");
    // All that a record can say is among the outcomes.
    for outcome in ["no record", "Compliant", "NonCompliant", "NotEvaluated PropertiesNotExported"] {
        assert!(report.outcomes.get(outcome).is_some_and(|count| *count > 100), "{outcome}: {report}");
    }
}
