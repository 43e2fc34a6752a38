//! Whole tenants through the command line: every record, roll-up, repair and diagnostic (spec 07 to 10).

use ordain_tests::conformance::Report;
use ordain_tests::tenant;

#[test]
fn tenants() {
    // spec: S-45, S-71, E-68, E-112, G-85, I-80
    let mut report = Report::default();
    for folder in tenant::folders() {
        tenant::run(&folder, &mut report).unwrap();
    }
    assert!(report.failed.is_empty(), "{}", report.text(true));
    assert!(report.passed.len() > 30);
}
