//! Scopes of policy objects: where an assignment, an exemption or an attestation holds (spec G-3 … G-7).

use super::ResourceId;
use std::sync::Arc;

/// What kind of place a scope is (spec G-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// `/providers/Microsoft.Management/managementGroups/{name}`
    ManagementGroup,
    /// `/subscriptions/{guid}`
    Subscription,
    /// `/subscriptions/{guid}/resourceGroups/{name}`
    ResourceGroup,
    /// Anything with a `/providers/` segment behind those.
    Resource,
}

/// A scope in the forms that Resource Manager knows.
///
/// ```
/// use ordain::ids::{Scope, ScopeKind};
/// let scope = Scope::parse("/subscriptions/S/resourceGroups/rg1/").unwrap();
/// assert_eq!(scope.kind(), ScopeKind::ResourceGroup);
/// assert!(scope.holds("/subscriptions/s/resourcegroups/rg1/providers/a.b/c/x"));
/// assert!(!scope.holds("/subscriptions/s/resourcegroups/rg10"));
/// assert!(Scope::parse("rg1").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    kind: ScopeKind,
    text: Arc<str>,
    key: Arc<str>,
    /// Whether `*` stands for any characters of a segment.
    pattern: bool,
}

/// The normal form of an id: lower case, one slash before each segment, none at the end (spec G-3).
#[must_use]
pub fn normal(id: &str) -> String {
    let mut key = String::with_capacity(id.len() + 1);
    for segment in id.split('/').filter(|segment| !segment.is_empty()) {
        key.push('/');
        key.push_str(segment);
    }
    key.make_ascii_lowercase();
    key
}

/// The providers under which policy objects hang on their scope (spec G-5).
const HINGES: [&str; 2] = ["/providers/microsoft.authorization/", "/providers/microsoft.policyinsights/"];

/// The scope in the id of a policy object: what stands before the last of the providers that hold such objects;
/// empty for built-ins. `None` when no such provider is in the id.
#[must_use]
pub fn scope_of_object(id: &str) -> Option<&str> {
    let lower = id.to_ascii_lowercase();
    let at = HINGES.iter().filter_map(|hinge| lower.rfind(hinge)).max()?;
    id.get(..at)
}

impl Scope {
    /// Reads a scope in any case; `None` when it has none of the four forms.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if !text.starts_with('/') {
            return None;
        }
        let key = normal(text);
        let segments: Vec<&str> = key.split('/').skip(1).collect();
        let kind = match segments[..] {
            ["providers", "microsoft.management", "managementgroups", _] => ScopeKind::ManagementGroup,
            ["subscriptions", _] => ScopeKind::Subscription,
            ["subscriptions", _, "resourcegroups", _] => ScopeKind::ResourceGroup,
            ["subscriptions", _, .., _] if key.contains("/providers/") => {
                ResourceId::parse(&key).filter(|id| !id.malformed && !id.segments.is_empty())?;
                ScopeKind::Resource
            }
            _ => return None,
        };
        Some(Self { kind, text: text.trim_end_matches('/').into(), key: key.into(), pattern: false })
    }

    /// Reads a scope in whose names `*` stands for any characters, as repositories write what they exclude (spec
    /// I-66); `/resourceGroupPatterns/x*` are such groups of any subscription.
    ///
    /// ```
    /// let scope = ordain::ids::Scope::pattern("/subscriptions/*/resourceGroups/temp-*").unwrap();
    /// assert!(scope.holds("/subscriptions/s/resourcegroups/temp-1/providers/a.b/c/x"));
    /// assert!(!scope.holds("/subscriptions/s/resourcegroups/kept"));
    /// ```
    #[must_use]
    pub fn pattern(text: &str) -> Option<Self> {
        const GROUPS: &str = "/resourcegrouppatterns/";
        let groups = text.get(..GROUPS.len()).is_some_and(|front| front.eq_ignore_ascii_case(GROUPS));
        let parsed = match text.get(GROUPS.len()..).filter(|_| groups) {
            Some(name) => Self::parse(&format!("/subscriptions/*/resourceGroups/{name}"))?,
            None => Self::parse(text)?,
        };
        let pattern = parsed.key.contains('*');
        Some(Self { pattern, ..parsed })
    }

    /// Whether it stands for all scopes that are like it.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.pattern
    }

    /// A scope that holds nothing, until the right one is known.
    pub(crate) fn nowhere() -> Self {
        Self { kind: ScopeKind::Resource, text: "".into(), key: "/".into(), pattern: false }
    }

    /// Whether it is a management group, or a pattern of such, that a name in any case fits.
    #[must_use]
    pub fn is_group(&self, name: &str) -> bool {
        let fits = |own: &str| {
            if self.pattern { like(own, &name.to_ascii_lowercase()) } else { own.eq_ignore_ascii_case(name) }
        };
        self.management_group().is_some_and(fits)
    }

    /// What kind of place it is.
    #[must_use]
    pub fn kind(&self) -> ScopeKind {
        self.kind
    }

    /// As it was written, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The normal form (spec G-3).
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether an id in normal form is this scope or below it, by its segments (spec G-6, G-7). Never for
    /// management groups, which the id of a resource does not name.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        if self.pattern {
            let mut segments = id.split('/');
            return self.key.split('/').all(|own| segments.next().is_some_and(|segment| like(own, segment)));
        }
        id.strip_prefix(&*self.key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The name of the management group in lower case.
    #[must_use]
    pub fn management_group(&self) -> Option<&str> {
        match self.kind {
            ScopeKind::ManagementGroup => self.key.rsplit('/').next(),
            _ => None,
        }
    }

    /// The subscription that the scope is in, in lower case.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        self.key.strip_prefix("/subscriptions/")?.split('/').next()
    }
}

/// Whether a text fits a pattern, in which each `*` stands for any characters.
fn like(pattern: &str, text: &str) -> bool {
    let Some((front, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(front) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    // The earliest place of each part leaves the most for those behind it.
    for part in parts {
        match text.find(part).and_then(|at| text.get(at + part.len()..)) {
            Some(behind) => text = behind,
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        // spec: G-3, G-4
        let group = "/providers/Microsoft.Management/managementGroups/Root";
        for (text, kind) in [
            (group, ScopeKind::ManagementGroup),
            ("/subscriptions/S/", ScopeKind::Subscription),
            ("/Subscriptions/S/resourcegroups/G", ScopeKind::ResourceGroup),
            ("/subscriptions/S/resourceGroups/G/providers/A.B/c/x/d/y", ScopeKind::Resource),
            ("/subscriptions/S/providers/Microsoft.Security/pricings/p", ScopeKind::Resource),
        ] {
            assert_eq!(Scope::parse(text).map(|s| s.kind()), Some(kind), "{text}");
        }
        for text in [
            "",
            "S",
            "subscriptions/S",
            "/subscriptions",
            "/subscriptions/S/resourceGroups",
            "/providers/A.B/c",
        ] {
            assert_eq!(Scope::parse(text), None, "{text}");
        }
        assert_eq!(Scope::parse(group).as_ref().and_then(Scope::management_group), Some("root"));
        assert_eq!(normal("//Subscriptions//S/"), "/subscriptions/s");
    }

    #[test]
    fn scope_in_an_id() {
        // spec: G-5
        let cut = |id| scope_of_object(id);
        assert_eq!(cut("/providers/Microsoft.Authorization/policyDefinitions/x"), Some(""));
        assert_eq!(
            cut(
                "/subscriptions/s/providers/Microsoft.Authorization/locks/l/providers/microsoft.authorization/policyExemptions/e"
            ),
            Some("/subscriptions/s/providers/Microsoft.Authorization/locks/l")
        );
        assert_eq!(
            cut("/subscriptions/s/providers/Microsoft.PolicyInsights/attestations/a"),
            Some("/subscriptions/s")
        );
        assert_eq!(cut("/subscriptions/s"), None);
    }

    #[test]
    fn patterns() {
        // spec: I-66
        let table = [
            (
                "/subscriptions/*/resourceGroups/a*",
                "/subscriptions/s/resourcegroups/ab/providers/x.y/z/n",
                true,
            ),
            ("/subscriptions/*/resourceGroups/a*", "/subscriptions/s/resourcegroups/ba", false),
            ("/subscriptions/*/resourceGroups/*a*c", "/subscriptions/s/resourcegroups/xabcc", true),
            ("/subscriptions/*/resourceGroups/*a*c", "/subscriptions/s/resourcegroups/xabcd", false),
            ("/subscriptions/s*", "/subscriptions/s1/resourcegroups/g", true),
            ("/subscriptions/s*", "/subscriptions/t1", false),
            ("/resourceGroupPatterns/a*", "/subscriptions/s/resourcegroups/ab", true),
            ("/resourceGroupPatterns/a*", "/subscriptions/s", false),
            ("/subscriptions/s", "/subscriptions/s/resourcegroups/g", true),
        ];
        for (pattern, id, want) in table {
            assert_eq!(Scope::pattern(pattern).map(|scope| scope.holds(id)), Some(want), "{pattern} {id}");
        }
        let groups =
            Scope::pattern("/providers/Microsoft.Management/managementGroups/Corp-*").expect("a scope");
        assert!(groups.is_group("CORP-online") && !groups.is_group("Platform"));
        // Elsewhere a star is no pattern (spec G-52).
        let plain = Scope::parse("/subscriptions/*").expect("a scope");
        assert!(!plain.holds("/subscriptions/s"));
    }

    #[test]
    fn segments_are_respected() {
        // spec: G-6, G-7
        let group = Scope::parse("/subscriptions/s/resourceGroups/rg1").expect("a scope");
        assert!(group.holds("/subscriptions/s/resourcegroups/rg1"));
        assert!(group.holds("/subscriptions/s/resourcegroups/rg1/providers/a.b/c/x"));
        assert!(!group.holds("/subscriptions/s/resourcegroups/rg10"));
        assert!(!group.holds("/subscriptions/s"));
    }
}
