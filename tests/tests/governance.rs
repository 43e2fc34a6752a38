//! Small tenants: who is judged by what, and what comes of it (spec 08, 09).

#[test]
fn scenarios() {
    let (mut passed, mut failed) = (0, Vec::new());
    for file in ordain_tests::governance::files() {
        let (own, mut why) = ordain_tests::governance::run(&file);
        passed += own;
        failed.append(&mut why);
    }
    assert!(failed.is_empty(), "{passed} passed, {} failed:\n{}", failed.len(), failed.join("\n"));
    assert!(passed > 0);
}
