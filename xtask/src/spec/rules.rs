//! The rules that `docs/spec/*.md` define, and the list of those without an effect of their own.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::FOLDER;
use crate::files::File;

// `- **D-1 [I]**`, and further ones behind it on the line: `**F-103 [D]**, **F-104**`, `**F-144/F-145**`,
// `**F-119 / F-120 [D]**`. A bold id in other text is a mention.
static ITEM: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*- \*\*[A-Z]{1,2}-\d"));
static DEFINED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\*\*((?:[A-Z]{1,2}-\d+[a-z]?)(?:\s*/\s*[A-Z]{1,2}-\d+[a-z]?)*)"));
static CHECK_ROW: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\| (ORD\d{3}) "));
static ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:([A-Z]{1,2})-(\d+)|(ORD)(\d{3}))\b"));
static FILE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d\d-[a-z-]+\.md$"));
// `| `06-ambiguities.md` | Q-n, QL-n | 45, 22 | …`
static COUNT_ROW: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\|\s*`(\d\d-[a-z-]+)\.md`\s*\|([^|]*)\|([^|]*)\|"));
static EXCUSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^- ((?:[A-Z]{1,2}-|ORD)(?:\d+|\*)): \S"));

pub fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a literal pattern")
}

/// `C-28`, `ORD040`; ordered by prefix, then number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId {
    prefix: String,
    number: u32,
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix.as_str() {
            "ORD" => write!(f, "ORD{:03}", self.number),
            prefix => write!(f, "{prefix}-{}", self.number),
        }
    }
}

/// All ids in a text, with the bytes where they begin.
pub fn ids(text: &str) -> impl Iterator<Item = (usize, RuleId)> {
    ID.captures_iter(text).filter_map(|found| {
        let prefix = found.get(1).or(found.get(3))?;
        let number = found.get(2).or(found.get(4))?.as_str().parse().ok()?;
        Some((prefix.start(), RuleId { prefix: prefix.as_str().to_owned(), number }))
    })
}

#[derive(Debug)]
pub struct Chapter {
    /// `03-conditions`
    pub name: String,
    pub rules: BTreeSet<RuleId>,
}

impl Chapter {
    pub fn is_called(&self, name: &str) -> bool {
        let number = self.name.split('-').next().unwrap_or_default();
        name.strip_suffix(".md").unwrap_or(name) == self.name
            || name == number
            || Some(name) == number.strip_prefix('0')
            || self.rules.iter().any(|rule| rule.prefix.eq_ignore_ascii_case(name))
    }
}

/// Chapters in the order of their numbers.
pub fn chapters(files: &[File]) -> Vec<Chapter> {
    let spec = files.iter().filter_map(|file| Some((file.path.strip_prefix(FOLDER)?, file)));
    spec.filter(|(name, _)| FILE.is_match(name))
        .map(|(name, file)| Chapter {
            name: name.trim_end_matches(".md").to_owned(),
            rules: defined(&file.text),
        })
        .collect()
}

fn defined(text: &str) -> BTreeSet<RuleId> {
    let mut rules = BTreeSet::new();
    for line in text.lines() {
        if ITEM.is_match(line) {
            rules.extend(DEFINED.captures_iter(line).flat_map(|found| ids_of(&found[1])));
        } else if let Some(found) = CHECK_ROW.captures(line) {
            rules.extend(ids_of(&found[1]));
        }
    }
    rules
}

fn ids_of(text: &str) -> Vec<RuleId> {
    ids(text).map(|(_, rule)| rule).collect()
}

/// Where the table of `docs/spec/README.md` states other counts than the chapters have.
pub fn disagreements(files: &[File], chapters: &[Chapter]) -> Vec<String> {
    let Some(readme) = files.iter().find(|file| file.path == format!("{FOLDER}README.md")) else {
        return vec![format!("{FOLDER}README.md is missing")];
    };
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for row in readme.text.lines().filter_map(|line| COUNT_ROW.captures(line)) {
        listed.insert(row[1].to_owned());
        let Some(chapter) = chapters.iter().find(|chapter| chapter.name == row[1]) else {
            faults.push(format!("{}README.md: there is no chapter {}", FOLDER, &row[1]));
            continue;
        };
        for (form, count) in row[2].split(',').zip(row[3].split(',')) {
            let prefix = form.trim().trim_end_matches("-n").trim_end_matches("nnn");
            let stated = count.split_whitespace().next().and_then(|number| number.parse().ok());
            let counted = chapter.rules.iter().filter(|rule| rule.prefix == prefix).count();
            if stated != Some(counted) {
                faults.push(format!(
                    "{}: README says {} {prefix} rules, it has {counted}",
                    chapter.name,
                    count.trim()
                ));
            }
        }
    }
    let unlisted = chapters.iter().filter(|chapter| !listed.contains(&chapter.name));
    faults.extend(
        unlisted.map(|chapter| format!("{FOLDER}README.md: chapter {} is not in the table", chapter.name)),
    );
    faults
}

/// `docs/spec/untested.md`: lines `- E-111: reason`; `- Q-*: reason` for all with that prefix.
#[derive(Debug, Default)]
pub struct Untested {
    patterns: Vec<(String, usize)>,
}

impl Untested {
    pub fn covers(&self, rule: &RuleId) -> bool {
        self.patterns.iter().any(|(pattern, _)| matches(pattern, rule))
    }

    /// Each with its line.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, usize)> {
        self.patterns.iter().map(|(pattern, line)| (pattern.as_str(), *line))
    }
}

pub fn matches(pattern: &str, rule: &RuleId) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => prefix.trim_end_matches('-') == rule.prefix,
        None => pattern == rule.to_string(),
    }
}

pub fn untested(files: &[File]) -> Untested {
    let text =
        files.iter().find(|file| file.path == format!("{FOLDER}untested.md")).map_or("", |file| &file.text);
    let rows = text.lines().enumerate();
    let patterns = rows.filter_map(|(index, line)| Some((EXCUSE.captures(line)?[1].to_owned(), index + 1)));
    Untested { patterns: patterns.collect() }
}

#[cfg(test)]
mod tests {
    use super::{chapters, defined, disagreements, ids, untested};
    use crate::files::File;

    fn names(text: &str) -> String {
        defined(text).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn definitions_in_every_form_that_occurs() {
        for (line, wanted) in [
            ("- **D-1 [I]** text", "D-1"),
            ("- **C-4**", "C-4"),
            ("- **F-119 / F-120 [D]** n", "F-119 F-120"),
            ("- **F-144/F-145** n", "F-144 F-145"),
            ("- **F-103 [D]**, **F-104** keys", "F-103 F-104"),
            ("- **F-152 [D]** a. **F-153 [D]** b, as C-1. **Chosen: C-2.**", "F-152 F-153"),
            ("- **Q-18 `[*]` over a missing array.** Docs", "Q-18"),
            ("| ORD040 `unknown-alias` ● | E |", "ORD040"),
            ("see **D-1** and D-2", ""),
            ("| **D-1** | cell |", ""),
        ] {
            assert_eq!(names(line), wanted, "{line}");
        }
        assert_eq!(names("- **D-10** x\n- **D-9** y\n- **D-10** again"), "D-9 D-10");
    }

    #[test]
    fn ids_are_whole_words() {
        let found: Vec<_> = ids("UTF-8, C-13: null, E-3/E-4, RFC-6902, ORD07, ORD070")
            .map(|(_, id)| id.to_string())
            .collect();
        assert_eq!(found, ["C-13", "E-3", "E-4", "ORD070"]);
    }

    #[test]
    fn counts_are_compared() {
        let readme = |row| File::new("docs/spec/README.md", row);
        let spec =
            || File::new("docs/spec/11-lint.md", "- **K-1** a\n| ORD001 `x` | y |\n| ORD002 `x` | y |");
        let check = |row| {
            let files = [readme(row), spec()];
            disagreements(&files, &chapters(&files))
        };
        assert_eq!(check("| `11-lint.md` | K-n, ORDnnn | 1, 2 checks | s |"), [""; 0]);
        assert_eq!(check("| `11-lint.md` | K-n, ORDnnn | 1, 3 checks | s |").len(), 1);
        assert_eq!(check("| `12-none.md` | N-n | 1 | s |").len(), 2);
    }

    #[test]
    fn excuses_need_a_reason() {
        let list = File::new(
            "docs/spec/untested.md",
            "# x\n- E-111: orientation\n- Q-*: why\n- C-1:\nD-1: no item\n",
        );
        let untested = untested(&[list]);
        let covered = |id| ids(id).all(|(_, rule)| untested.covers(&rule));
        assert!(covered("E-111 Q-3"));
        assert!(!covered("E-11") && !covered("C-1") && !covered("D-1") && !covered("QL-1"));
    }
}
