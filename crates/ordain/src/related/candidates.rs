//! Which resources are candidates (spec E-72 … E-84).

use super::RelatedResources;
use super::index::Row;
use crate::ids;
use std::sync::Arc;

/// The resource that looks for others; everything in lower case.
#[derive(Debug, Default)]
pub(crate) struct Seeker {
    pub(crate) id: String,
    pub(crate) resource_type: String,
    pub(crate) subscription: String,
    pub(crate) group: String,
}

/// What is looked for; in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) resource_type: String,
    /// The type as it was written, for people.
    pub(crate) spelled: Arc<str>,
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) group: Option<String>,
    /// `existenceScope` is `Subscription`.
    pub(crate) in_subscription: bool,
}

impl Wanted {
    /// Whether name and kind of a resource are as asked for.
    pub(crate) fn is_met_by(&self, row: &Row) -> bool {
        self.name.as_deref().is_none_or(|name| name_fits(name, &row.names))
            && self.kind.as_deref().is_none_or(|kind| row.kind == kind)
    }
}

impl Wanted {
    /// Whether the name has more segments than the type (spec E-81).
    pub(crate) fn names_too_much(&self) -> bool {
        let segments = self.name.as_deref().map_or(0, |name| name.split('/').count());
        segments > self.resource_type.matches('/').count()
    }

    /// Whether the same resources may be among the candidates of both.
    pub(crate) fn has_ground_of(&self, other: &Self) -> bool {
        self.resource_type == other.resource_type
            && self.in_subscription == other.in_subscription
            && self.group == other.group
    }
}

/// Types that extend other resources (spec E-73).
const EXTENSIONS: &[&str] = &[
    "microsoft.insights/diagnosticsettings",
    "microsoft.insights/datacollectionruleassociations",
    "microsoft.guestconfiguration/guestconfigurationassignments",
    "microsoft.security/assessments",
    "microsoft.security/complianceresults",
    "microsoft.security/advancedthreatprotectionsettings",
    "microsoft.security/defenderforstoragesettings",
    "microsoft.security/pricings",
    "microsoft.kubernetesconfiguration/extensions",
    "microsoft.kubernetesconfiguration/fluxconfigurations",
    "microsoft.kubernetesconfiguration/sourcecontrolconfigurations",
    "microsoft.authorization/locks",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
    "microsoft.maintenance/configurationassignments",
    "microsoft.automanage/configurationprofileassignments",
    "microsoft.customproviders/associations",
    "microsoft.resources/links",
    "microsoft.recoveryservices/backupprotecteditems",
    "microsoft.dataprotection/backupinstances",
    "microsoft.containerservice/fleetmemberships",
];

impl RelatedResources {
    /// The candidates in the order of their ids (spec E-90).
    pub(crate) fn candidates(&self, seeker: &Seeker, wanted: &Wanted) -> Vec<&Row> {
        let mut found = self.ground(seeker, wanted);
        found.retain(|row| wanted.is_met_by(row));
        found
    }

    /// What may be among the candidates, whatever name and kind are asked for, in the order of the ids.
    pub(crate) fn ground(&self, seeker: &Seeker, wanted: &Wanted) -> Vec<&Row> {
        let kind = &*wanted.resource_type;
        let mut found = match self.place(seeker, wanted) {
            Place::Below => self.below(kind, &format!("{}/", seeker.id)),
            Place::Extension => {
                let namespace = kind.split('/').next().unwrap_or("");
                self.below(kind, &format!("{}/providers/{namespace}/", seeker.id))
            }
            Place::Group => {
                self.in_group(kind, &seeker.subscription, wanted.group.as_ref().unwrap_or(&seeker.group))
            }
            Place::Subscription => self.in_subscription(kind, &seeker.subscription),
        };
        found.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        found
    }

    fn place(&self, seeker: &Seeker, wanted: &Wanted) -> Place {
        let own = &seeker.resource_type;
        if wanted.resource_type.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('/')) {
            return Place::Below;
        }
        let is = |kind: &str| own.eq_ignore_ascii_case(kind);
        if is(ids::SUBSCRIPTION_TYPE) {
            let in_group = !wanted.in_subscription && wanted.group.is_some();
            return if in_group { Place::Group } else { Place::Subscription };
        }
        let extends =
            EXTENSIONS.contains(&wanted.resource_type.as_str()) || self.extends(&wanted.resource_type);
        if extends && !is(ids::RESOURCE_GROUP_TYPE) {
            return Place::Extension;
        }
        if is(ids::RESOURCE_GROUP_TYPE) {
            return if wanted.in_subscription { Place::Subscription } else { Place::Below };
        }
        if wanted.resource_type == *own {
            return Place::Group;
        }
        if wanted.in_subscription { Place::Subscription } else { Place::Group }
    }
}

/// Where candidates are.
#[derive(Clone, Copy)]
enum Place {
    /// Below the resource itself: its children, or what is in the group.
    Below,
    Extension,
    Group,
    Subscription,
}

/// A pattern of name segments against a candidate's: shorter patterns match the last segments, `?` any one
/// (spec E-81, E-82).
fn name_fits(pattern: &str, names: &[String]) -> bool {
    let segments: Vec<&str> = pattern.split('/').collect();
    let Some(skipped) = names.len().checked_sub(segments.len()) else { return false };
    names.iter().skip(skipped).zip(segments).all(|(name, segment)| segment == "?" || name == segment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Completeness;
    use crate::value::Value;
    use serde_json::json;

    const GROUP: &str = "/subscriptions/s/resourceGroups/g";

    fn index() -> RelatedResources {
        let mut index = RelatedResources::new();
        for id in [
            "/providers/A.B/servers/one/databases/x",
            "/providers/A.B/servers/one/databases/y",
            "/providers/A.B/servers/two/databases/x",
            "/providers/A.B/servers/one",
            "/providers/A.B/servers/one/providers/Microsoft.Insights/diagnosticSettings/d",
            "/providers/A.B/servers/two/providers/Microsoft.Insights/diagnosticSettings/d",
            "/providers/C.D/things/t",
        ] {
            index.add(&json!({"id": format!("{GROUP}{id}"), "properties": {}}), Completeness::Whole, false);
        }
        let elsewhere =
            json!({"id": "/subscriptions/s/resourceGroups/h/providers/C.D/things/u", "kind": "K"});
        index.add(&elsewhere, Completeness::Whole, false);
        index
    }

    fn found(own: &str, id: &str, wanted: Wanted) -> Vec<String> {
        let lower = |text: &str| text.to_ascii_lowercase();
        let group = if id == "/subscriptions/s" { "" } else { "g" };
        let seeker = Seeker {
            id: lower(id),
            resource_type: lower(own),
            subscription: "s".into(),
            group: group.into(),
        };
        let index = index();
        let tail = |id: &str| id.rsplit('/').next().unwrap_or("").to_owned();
        index.candidates(&seeker, &wanted).iter().map(|row| tail(&row.id)).collect()
    }

    fn of(kind: &str) -> Wanted {
        Wanted { resource_type: kind.to_ascii_lowercase(), ..Wanted::default() }
    }

    #[test]
    fn places() {
        let server = format!("{GROUP}/providers/A.B/servers/one");
        let database = Wanted { name: Some("?".into()), ..of("A.B/servers/databases") };
        // spec: E-72
        assert_eq!(found("A.B/servers", &server, database), ["x", "y"]);
        // spec: E-73
        assert_eq!(found("A.B/servers", &server, of("Microsoft.Insights/diagnosticSettings")), ["d"]);
        // spec: E-76
        let same = Wanted { name: Some("one".into()), ..of("A.B/servers") };
        assert_eq!(found("A.B/servers", &server, same), ["one"]);
        // spec: E-77
        assert_eq!(found("A.B/servers", &server, of("C.D/things")), ["t"]);
        let other = Wanted { group: Some("h".into()), ..of("C.D/things") };
        assert_eq!(found("A.B/servers", &server, other), ["u"]);
        // spec: E-78
        let wide = Wanted { in_subscription: true, ..of("C.D/things") };
        assert_eq!(found("A.B/servers", &server, wide), ["t", "u"]);
        // spec: E-74
        assert_eq!(found(ids::SUBSCRIPTION_TYPE, "/subscriptions/s", of("C.D/things")), ["t", "u"]);
        // spec: E-75
        assert_eq!(found(ids::RESOURCE_GROUP_TYPE, GROUP, of("C.D/things")), ["t"]);
        // spec: E-80
        let parent = Wanted { name: Some("one".into()), ..of("A.B/servers") };
        let child = format!("{GROUP}/providers/A.B/servers/one/databases/x");
        assert_eq!(found("A.B/servers/databases", &child, parent), ["one"]);
    }

    #[test]
    fn names() {
        // spec: E-81, E-82
        let names = ["vm1".to_owned(), "ext".to_owned()];
        for (pattern, fits) in [
            ("vm1/ext", true),
            ("vm1/?", true),
            ("ext", true),
            ("?", true),
            ("vm2/?", false),
            ("a/vm1/ext", false),
        ] {
            assert_eq!(name_fits(pattern, &names), fits, "{pattern}");
        }
    }

    #[test]
    fn coverage_and_children_inside_parents() {
        // spec: E-91, E-92
        let mut index = RelatedResources::new();
        let rule = format!("{GROUP}/providers/N.S/groups/g1/securityRules/r");
        let parent = json!({"id": format!("{GROUP}/providers/N.S/groups/g1"),
            "properties": {"securityRules": [{"id": rule, "properties": {"port": 22}}]}});
        index.add(&parent, Completeness::Whole, false);
        let rules = |index: &RelatedResources| -> Vec<(bool, bool)> {
            let rows = index.in_subscription("n.s/groups/securityrules", "s");
            rows.iter().map(|row| (row.synthetic, matches!(row.value, Value::Object(_)))).collect()
        };
        assert_eq!(rules(&index), [(true, true)]);
        assert!(
            !index.proves_absence("n.s/groups/securityrules", "s", false)
                && index.proves_absence("n.s/groups", "s", false)
        );
        index.add(&json!({"id": rule, "properties": {"port": 80}}), Completeness::Whole, false);
        assert_eq!(rules(&index), [(false, true)]);
        assert!(
            index.proves_absence("n.s/groups/securityrules", "s", false)
                && !index.proves_absence("n.s/groups", "t", false)
        );
        assert!(RelatedResources::new().assume_complete().proves_absence("x/y", "s", false));
    }

    #[test]
    fn a_row_of_its_own_has_its_own_type() {
        // spec: E-91
        let mut index = RelatedResources::new();
        let parent = format!("{GROUP}/providers/N.S/groups/g1");
        let rule = format!("{parent}/securityRules/r");
        // The list's name makes the type of the body `N.S/groups/rules`.
        let body = json!({"id": parent, "properties": {"rules": [{"id": rule, "properties": {}}]}});
        index.add(&body, Completeness::Whole, false);
        index.add(&json!({"id": rule, "properties": {}}), Completeness::Whole, false);
        let found = |kind: &str| index.in_group(kind, "s", "g").len();
        assert_eq!((found("n.s/groups/rules"), found("n.s/groups/securityrules")), (0, 1));
        assert!(
            index.proves_absence("n.s/groups/securityrules", "s", false)
                && !index.proves_absence("n.s/groups/rules", "s", false)
        );
    }
}
