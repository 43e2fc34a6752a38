//! Which resources are candidates (spec E-72 … E-84).

use super::RelatedResources;
use super::index::Row;
use crate::ids;

/// The resource that looks for others; everything in lower case.
#[derive(Debug, Default)]
pub(crate) struct Seeker {
    pub(crate) id: String,
    pub(crate) resource_type: String,
    pub(crate) subscription: String,
    pub(crate) group: String,
}

/// What is looked for; in lower case.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) resource_type: String,
    /// The type as it was written, for people.
    pub(crate) spelled: String,
    pub(crate) name: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) group: Option<String>,
    /// `existenceScope` is `Subscription`.
    pub(crate) in_subscription: bool,
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
        let named = |row: &&Row| wanted.name.as_deref().is_none_or(|name| name_fits(name, &row.names));
        let kind = |row: &&Row| wanted.kind.as_deref().is_none_or(|kind| row.kind == kind);
        let place = self.place(seeker, wanted);
        let found = self.of_type(&wanted.resource_type).filter(|row| place.holds(row, seeker, wanted));
        let mut found: Vec<&Row> = found.filter(named).filter(kind).collect();
        found.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        found
    }

    fn place(&self, seeker: &Seeker, wanted: &Wanted) -> Place {
        let own = &seeker.resource_type;
        if wanted.resource_type.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('/')) {
            return Place::Child;
        }
        let is = |kind: &str| own.eq_ignore_ascii_case(kind);
        if is(ids::SUBSCRIPTION_TYPE) {
            let in_group = !wanted.in_subscription && wanted.group.is_some();
            return if in_group { Place::Group } else { Place::Subscription };
        }
        let extends = EXTENSIONS.contains(&wanted.resource_type.as_str())
            || self.of_type(&wanted.resource_type).any(|row| row.id.matches("/providers/").count() > 1);
        if extends && !is(ids::RESOURCE_GROUP_TYPE) {
            return Place::Extension;
        }
        if is(ids::RESOURCE_GROUP_TYPE) {
            return if wanted.in_subscription { Place::Subscription } else { Place::Within };
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
    Child,
    Extension,
    Group,
    Within,
    Subscription,
}

impl Place {
    fn holds(self, row: &Row, seeker: &Seeker, wanted: &Wanted) -> bool {
        let below = |front: &str| row.id.strip_prefix(front).is_some_and(|rest| rest.starts_with('/'));
        match self {
            Self::Child | Self::Within => below(&seeker.id),
            Self::Extension => {
                let namespace = wanted.resource_type.split('/').next().unwrap_or("");
                below(&format!("{}/providers/{namespace}", seeker.id))
            }
            Self::Group => {
                let group = wanted.group.as_ref().unwrap_or(&seeker.group);
                row.subscription == seeker.subscription && row.group == *group
            }
            Self::Subscription => row.subscription == seeker.subscription,
        }
    }
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
        let kinds: Vec<bool> = index.of_type("n.s/groups/securityrules").map(|row| row.synthetic).collect();
        assert_eq!(kinds, [true]);
        assert!(!index.covers("n.s/groups/securityrules", "s") && index.covers("n.s/groups", "s"));
        index.add(&json!({"id": rule, "properties": {"port": 80}}), Completeness::Whole, false);
        let rows: Vec<&Row> = index.of_type("n.s/groups/securityrules").collect();
        assert!(rows.len() == 1 && !rows[0].synthetic && matches!(rows[0].value, Value::Object(_)));
        assert!(index.covers("n.s/groups/securityrules", "s") && !index.covers("n.s/groups", "t"));
        assert!(RelatedResources::new().assume_complete().covers("x/y", "s"));
    }
}
