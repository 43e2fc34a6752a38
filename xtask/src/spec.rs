//! `cargo xtask spec`: which rules of `docs/spec/` no test cites.

mod citations;
mod rules;

use std::collections::BTreeMap;

use crate::Fault;
use crate::files;
use citations::Citation;
use rules::{Chapter, RuleId, Untested};

const FOLDER: &str = "docs/spec/";

pub fn run(arguments: &[String]) -> Result<(), Fault> {
    let (strict, wanted) = arguments.iter().partition::<Vec<&String>, _>(|argument| *argument == "--strict");
    let files = files::tracked()?;
    let chapters = rules::chapters(&files);
    let untested = rules::untested(&files);
    let mut cited: BTreeMap<RuleId, Vec<Citation>> = BTreeMap::new();
    for citation in citations::collect(&files) {
        cited.entry(citation.rule.clone()).or_default().push(citation);
    }

    let chosen = choose(&chapters, &wanted)?;
    let mut missing = 0;
    println!("{:<28}{:>7}{:>7}{:>10}{:>9}", "chapter", "rules", "cited", "untested", "missing");
    for chapter in &chosen {
        missing += report(chapter, &cited, &untested);
    }
    let mut faults = rules::disagreements(&files, &chapters);
    faults.extend(dead(&chapters, &cited, &untested));
    for fault in &faults {
        println!("{fault}");
    }
    let files_citing: std::collections::BTreeSet<_> = cited.values().flatten().map(|c| &c.path).collect();
    println!("{} rules are cited in {} files; {missing} are missing here", cited.len(), files_citing.len());

    let must_be_whole = !strict.is_empty() || !wanted.is_empty();
    if !faults.is_empty() {
        return Err(Fault::failed(format!("{} faults in the lists themselves", faults.len())));
    }
    if must_be_whole && missing > 0 {
        Err(Fault::failed(format!("{missing} rules have no test")))
    } else {
        Ok(())
    }
}

/// All chapters, or those named by number (`3`, `03`), file name or prefix of their rules (`C`).
fn choose<'c>(chapters: &'c [Chapter], wanted: &[&String]) -> Result<Vec<&'c Chapter>, Fault> {
    if wanted.is_empty() {
        return Ok(chapters.iter().collect());
    }
    let mut chosen = Vec::new();
    for name in wanted {
        let named = chapters.iter().find(|chapter| chapter.is_called(name));
        chosen.push(named.ok_or_else(|| Fault::Usage(format!("there is no chapter `{name}`")))?);
    }
    Ok(chosen)
}

/// Prints a chapter's line and its missing rules; how many there are.
fn report(chapter: &Chapter, cited: &BTreeMap<RuleId, Vec<Citation>>, untested: &Untested) -> usize {
    let (tested, rest): (Vec<&RuleId>, Vec<&RuleId>) =
        chapter.rules.iter().partition(|rule| cited.contains_key(rule));
    let (excused, missing): (Vec<&RuleId>, Vec<&RuleId>) =
        rest.into_iter().partition(|rule| untested.covers(rule));
    let counts = (chapter.rules.len(), tested.len(), excused.len(), missing.len());
    println!("{:<28}{:>7}{:>7}{:>10}{:>9}", chapter.name, counts.0, counts.1, counts.2, counts.3);
    let mut line = String::new();
    for rule in &missing {
        let text = rule.to_string();
        if line.len() + text.len() > 100 {
            println!("    {line}");
            line.clear();
        }
        line.push_str(&text);
        line.push(' ');
    }
    if !line.is_empty() {
        println!("    {line}");
    }
    missing.len()
}

/// Citations and excuses of rules that do not exist.
fn dead(chapters: &[Chapter], cited: &BTreeMap<RuleId, Vec<Citation>>, untested: &Untested) -> Vec<String> {
    let exists = |rule: &RuleId| chapters.iter().any(|chapter| chapter.rules.contains(rule));
    let mut faults = Vec::new();
    for (rule, places) in cited.iter().filter(|(rule, _)| !exists(rule)) {
        faults.extend(
            places.first().map(|c| format!("{}:{}: cites {rule}, which no chapter defines", c.path, c.line)),
        );
    }
    for (pattern, line) in untested.patterns() {
        if !chapters.iter().flat_map(|chapter| &chapter.rules).any(|rule| rules::matches(pattern, rule)) {
            faults.push(format!("{FOLDER}untested.md:{line}: `{pattern}` fits no rule"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::{choose, rules};
    use crate::files::File;

    #[test]
    fn chapters_are_named_in_several_ways() {
        let chapters = rules::chapters(&[File::new("docs/spec/03-conditions.md", "- **C-1** x")]);
        for name in ["3", "03", "C", "c", "03-conditions", "03-conditions.md"] {
            assert_eq!(choose(&chapters, &[&name.to_owned()]).map(|c| c.len()).ok(), Some(1), "{name}");
        }
        assert!(choose(&chapters, &[&"4".to_owned()]).is_err());
        assert_eq!(choose(&chapters, &[]).map(|c| c.len()).ok(), Some(1));
    }
}
