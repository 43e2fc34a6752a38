//! Versions and ranges of versions (spec D-31, G-20 … G-25).

use std::cmp::Ordering;

/// `major.minor.patch` with an optional suffix; orders as spec D-31 says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Version {
    numbers: [u64; 3],
    /// `preview` or `deprecated`, in lower case; empty for a release.
    suffix: String,
}

/// `1.*.*`, `1.2.*` and what is taken for such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    major: u64,
    minor: Option<u64>,
    suffix: String,
    /// Whether a patch was named, which floats all the same (spec G-21).
    pub(super) pinned: bool,
}

/// Numbers in front and the suffix behind.
fn split(text: &str) -> (Vec<&str>, String) {
    let (numbers, suffix) = text.trim().split_once('-').unwrap_or((text.trim(), ""));
    (numbers.split('.').collect(), suffix.to_ascii_lowercase())
}

impl Version {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (parts, suffix) = split(text);
        let numbers: Vec<u64> = parts.iter().map(|p| p.parse().ok()).collect::<Option<_>>()?;
        Some(Self { numbers: numbers.try_into().ok()?, suffix })
    }

    /// A release is above its preview.
    fn order(&self, other: &Self) -> Ordering {
        let release = |version: &Self| version.suffix.is_empty();
        self.numbers.cmp(&other.numbers).then_with(|| release(self).cmp(&release(other)))
    }
}

impl Range {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (parts, suffix) = split(text);
        let number = |part: Option<&&str>| match part {
            None | Some(&"*") => Some(None),
            Some(part) => part.parse::<u64>().ok().map(Some),
        };
        if parts.len() > 3 {
            return None;
        }
        let (major, minor, patch) = (number(parts.first())?, number(parts.get(1))?, number(parts.get(2))?);
        let whole = matches!(suffix.as_str(), "" | "preview" | "deprecated");
        whole.then_some(Self { major: major?, minor, suffix, pinned: patch.is_some() })
    }

    fn admits(&self, version: &Version, with_suffix: bool) -> bool {
        let [major, minor, _] = version.numbers;
        major == self.major
            && self.minor.is_none_or(|wanted| wanted == minor)
            && (!with_suffix || version.suffix == self.suffix)
    }
}

/// The place of the highest version; unparsable ones are lowest.
pub(super) fn newest<'v>(versions: impl Iterator<Item = &'v str>) -> Option<usize> {
    best(versions.enumerate().map(|(at, text)| (at, Version::parse(text))))
}

/// The place of the highest version that a range admits: with its suffix, else without regard to suffixes.
pub(super) fn within<'v>(range: &Range, versions: impl Iterator<Item = &'v str> + Clone) -> Option<usize> {
    let admitted = |with_suffix: bool| {
        let parsed = versions.clone().enumerate().map(|(at, text)| (at, Version::parse(text)));
        best(parsed.filter(|(_, v)| v.as_ref().is_some_and(|v| range.admits(v, with_suffix))))
    };
    admitted(true).or_else(|| admitted(false))
}

/// The first of the highest.
fn best(versions: impl Iterator<Item = (usize, Option<Version>)>) -> Option<usize> {
    let order = |a: &Option<Version>, b: &Option<Version>| match (a, b) {
        (Some(a), Some(b)) => a.order(b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    };
    versions.reduce(|best, next| if order(&next.1, &best.1).is_gt() { next } else { best }).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_pick_the_highest() {
        // spec: G-21, G-22, D-31
        let loaded = ["1.9.0", "1.10.0", "1.10.0-preview", "2.0.0-preview", "junk", ""];
        let pick = |range: &str| {
            Range::parse(range)
                .and_then(|r| within(&r, loaded.into_iter()))
                .and_then(|at| loaded.get(at).copied())
        };
        for (range, found) in [
            ("1.*.*", Some("1.10.0")),
            ("1", Some("1.10.0")),
            ("1.9.*", Some("1.9.0")),
            ("1.9.7", Some("1.9.0")),
            ("1.*.*-preview", Some("1.10.0-preview")),
            ("1.*.*-PREVIEW", Some("1.10.0-preview")),
            // None with that suffix: without regard to it.
            ("1.9.*-deprecated", Some("1.9.0")),
            ("2.*.*", Some("2.0.0-preview")),
            ("3.*.*", None),
        ] {
            assert_eq!(pick(range), found, "{range}");
        }
        assert_eq!(newest(loaded.into_iter()), Some(3));
        assert_eq!(Range::parse("1.2.3").map(|r| r.pinned), Some(true));
        for bad in ["", "x", "*.*.*", "1.x.*", "1.2.3.4", "1.*.*-beta"] {
            assert_eq!(Range::parse(bad), None, "{bad}");
        }
    }
}
