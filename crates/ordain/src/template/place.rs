//! Where a template is deployed, as far as it is known, and the functions that need no more than that: ids of
//! resources (spec I-42, I-44, I-48).

use crate::ids::SUBSCRIPTION_TYPE;
use crate::value::{Value, text::key_eq};
use std::rc::Rc;

/// What a deployment is made at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Level {
    Tenant,
    ManagementGroup,
    Subscription,
    #[default]
    Group,
}

/// A target of deployments. What is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub level: Level,
    pub management_group: Option<Rc<str>>,
    pub subscription: Option<Rc<str>>,
    pub group: Option<Rc<str>>,
    /// Of the resource group; above groups that of the deployment.
    pub location: Option<Rc<str>>,
}

impl Place {
    /// The id that ids of resources begin with; empty for the tenant.
    pub(crate) fn base(&self) -> Option<String> {
        match self.level {
            Level::Tenant => Some(String::new()),
            Level::ManagementGroup => self.management_group.as_deref().map(management_group),
            Level::Subscription => self.subscription.as_deref().map(subscription),
            Level::Group => Some(group(self.subscription.as_deref()?, self.group.as_deref()?)),
        }
    }

    /// Whether an id is that of the place or of something in it; not where the place is not known.
    pub(crate) fn holds(&self, id: &str) -> bool {
        let Some(base) = self.base() else { return false };
        let Some((head, rest)) = id.split_at_checked(base.len()) else { return false };
        key_eq(head, &base) && (rest.is_empty() || rest.starts_with('/'))
    }

    /// The members of what `resourceGroup()`, `subscription()`, `managementGroup()` and `deployment()` give; `None` for other functions.
    pub(crate) fn container(&self, function: &str) -> Option<Vec<(&'static str, Option<String>)>> {
        let own = |text: &Option<Rc<str>>| text.as_deref().map(str::to_owned);
        let fixed = |text: &str| Some(text.to_owned());
        match (function, self.level) {
            ("resourceGroup", Level::Group) => Some(vec![
                ("id", self.base()),
                ("name", own(&self.group)),
                ("type", fixed("Microsoft.Resources/resourceGroups")),
                ("location", own(&self.location)),
                ("managedBy", None),
                ("tags", None),
                ("properties", None),
            ]),
            ("subscription", Level::Group | Level::Subscription) => Some(vec![
                ("id", self.subscription.as_deref().map(subscription)),
                ("subscriptionId", own(&self.subscription)),
                ("tenantId", None),
                ("displayName", None),
            ]),
            ("managementGroup", Level::ManagementGroup) => Some(vec![
                ("id", self.base()),
                ("name", own(&self.management_group)),
                ("type", fixed("Microsoft.Management/managementGroups")),
                ("properties", None),
            ]),
            ("deployment", Level::Tenant | Level::ManagementGroup | Level::Subscription) => {
                Some(vec![("name", None), ("location", own(&self.location)), ("properties", None)])
            }
            _ => None,
        }
    }

    /// The id that one of the five functions makes; `None` for other functions.
    pub(crate) fn id(&self, function: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let made = match function {
            "resourceId" => self.resource(arguments),
            "subscriptionResourceId" => self.in_subscription(arguments),
            "managementGroupResourceId" => self.in_management_group(arguments),
            "tenantResourceId" => split(arguments).and_then(|(before, kind, names)| match before[..] {
                [] => below("", kind, &names),
                _ => Err("the type must come first".to_owned()),
            }),
            "extensionResourceId" => match arguments {
                [base, rest @ ..] => split(rest).and_then(|(before, kind, names)| match before[..] {
                    [] => below(text(base)?.trim_end_matches('/'), kind, &names),
                    _ => Err("the type must come second".to_owned()),
                }),
                [] => Err("it needs an id, a type and names".to_owned()),
            },
            _ => return None,
        };
        Some(made.map(Value::text))
    }

    /// `resourceId([subscription], [group], type, names…)`: what is not given is where the deployment is.
    fn resource(&self, arguments: &[Value]) -> Result<String, String> {
        let (before, kind, names) = split(arguments)?;
        let own = || self.base().ok_or_else(|| "where the template is deployed is not known".to_owned());
        let known = || self.subscription.as_deref().ok_or_else(|| "the subscription is not known".to_owned());
        let base = match *before {
            [] if matches!(self.level, Level::ManagementGroup) => String::new(),
            [] => own()?,
            [one] if self.level != Level::Group && is_guid(one) => subscription(one),
            [one] => group(known()?, one),
            [one, two] => group(one, two),
            _ => return Err("it takes a subscription, a resource group, a type and names".to_owned()),
        };
        below(&base, kind, &names)
    }

    fn in_subscription(&self, arguments: &[Value]) -> Result<String, String> {
        let (before, kind, names) = split(arguments)?;
        let id = match *before {
            [] => self.subscription.as_deref().ok_or("the subscription is not known")?,
            [one] => one,
            _ => return Err("it takes a subscription, a type and names".to_owned()),
        };
        below(&subscription(id), kind, &names)
    }

    fn in_management_group(&self, arguments: &[Value]) -> Result<String, String> {
        let (before, kind, names) = split(arguments)?;
        let id = match *before {
            [] => self.management_group.as_deref().ok_or("the management group is not known")?,
            [one] => one,
            _ => return Err("it takes a management group, a type and names".to_owned()),
        };
        below(&management_group(id), kind, &names)
    }
}

pub(crate) fn subscription(id: &str) -> String {
    format!("/subscriptions/{id}")
}

pub(crate) fn group(subscription: &str, group: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/{group}")
}

pub(crate) fn management_group(id: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{id}")
}

/// What stands before the type, the type and the names behind it. The type is the first text with a slash.
type Parts<'v> = (Vec<&'v str>, &'v str, Vec<&'v str>);

fn split(arguments: &[Value]) -> Result<Parts<'_>, String> {
    let texts: Vec<&str> = arguments.iter().map(text).collect::<Result<_, _>>()?;
    let at = texts.iter().position(|text| text.contains('/')).ok_or("it needs a type such as `A.B/c`")?;
    let (before, rest) = texts.split_at_checked(at).unwrap_or_default();
    match rest.split_first() {
        Some((kind, names)) => Ok((before.to_vec(), kind, names.to_vec())),
        None => Err("it needs a type such as `A.B/c`".to_owned()),
    }
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_text().ok_or_else(|| format!("it takes texts, not {}", crate::diagnostic::a(value.kind())))
}

/// The id of a resource below `base`; a resource group has no provider in its id (spec I-23).
pub(crate) fn below(base: &str, kind: &str, names: &[&str]) -> Result<String, String> {
    let mut segments = kind.split('/');
    let namespace = segments.next().unwrap_or_default();
    let kinds: Vec<&str> = segments.collect();
    if kinds.len() != names.len() || kinds.is_empty() || namespace.is_empty() {
        return Err(format!("`{kind}` and {} do not go together", names_in_words(names)));
    }
    let is_group =
        key_eq(kind, "Microsoft.Resources/resourceGroups") || key_eq(kind, crate::ids::RESOURCE_GROUP_TYPE);
    if let (true, Some(name)) = (is_group, names.last()) {
        return Ok(format!("{base}/resourceGroups/{name}"));
    }
    if let (true, Some(name)) = (key_eq(kind, SUBSCRIPTION_TYPE), names.last()) {
        return Ok(subscription(name));
    }
    let mut id = format!("{base}/providers/{namespace}");
    for (kind, name) in kinds.iter().zip(names) {
        id.push('/');
        id.push_str(kind);
        id.push('/');
        id.push_str(name);
    }
    Ok(id)
}

fn names_in_words(names: &[&str]) -> String {
    match names {
        [] => "no name".to_owned(),
        [one] => format!("the name `{one}`"),
        more => format!("{} names", more.len()),
    }
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(level: Level) -> Place {
        Place {
            level,
            management_group: Some("m".into()),
            subscription: Some("s".into()),
            group: Some("g".into()),
            location: None,
        }
    }

    #[test]
    fn ids_of_resources() {
        // spec: I-42, I-44
        let guid = "11111111-2222-4333-8444-555555555501";
        let table: &[(Level, &str, &[&str], &str)] = &[
            (
                Level::Group,
                "resourceId",
                &["A.B/c", "x"],
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/x",
            ),
            (
                Level::Group,
                "resourceId",
                &["A.B/c/d", "x", "y"],
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/x/d/y",
            ),
            (
                Level::Group,
                "resourceId",
                &["h", "A.B/c", "x"],
                "/subscriptions/s/resourceGroups/h/providers/A.B/c/x",
            ),
            (
                Level::Group,
                "resourceId",
                &["t", "h", "A.B/c", "x"],
                "/subscriptions/t/resourceGroups/h/providers/A.B/c/x",
            ),
            (Level::Subscription, "resourceId", &["A.B/c", "x"], "/subscriptions/s/providers/A.B/c/x"),
            (
                Level::Subscription,
                "resourceId",
                &[guid, "A.B/c", "x"],
                "/subscriptions/11111111-2222-4333-8444-555555555501/providers/A.B/c/x",
            ),
            (Level::Tenant, "resourceId", &["A.B/c", "x"], "/providers/A.B/c/x"),
            (Level::Group, "subscriptionResourceId", &["A.B/c", "x"], "/subscriptions/s/providers/A.B/c/x"),
            (
                Level::Group,
                "subscriptionResourceId",
                &["t", "A.B/c", "x"],
                "/subscriptions/t/providers/A.B/c/x",
            ),
            (
                Level::Subscription,
                "subscriptionResourceId",
                &["Microsoft.Resources/resourceGroups", "x"],
                "/subscriptions/s/resourceGroups/x",
            ),
            (Level::Group, "tenantResourceId", &["A.B/c", "x"], "/providers/A.B/c/x"),
            (
                Level::Group,
                "managementGroupResourceId",
                &["n", "A.B/c", "x"],
                "/providers/Microsoft.Management/managementGroups/n/providers/A.B/c/x",
            ),
            (Level::Group, "extensionResourceId", &["/base/of", "A.B/c", "x"], "/base/of/providers/A.B/c/x"),
        ];
        for (level, function, arguments, expected) in table {
            let arguments: Vec<Value> = arguments.iter().map(|a| Value::text(*a)).collect();
            let made = at(*level).id(function, &arguments);
            assert_eq!(made, Some(Ok(Value::text(*expected))), "{function} {arguments:?}");
        }
    }

    #[test]
    fn ids_that_are_not_known() {
        // spec: I-44
        let nowhere = Place::default();
        let made = |function: &str, arguments: &[&str]| {
            let arguments: Vec<Value> = arguments.iter().map(|a| Value::text(*a)).collect();
            nowhere.id(function, &arguments).is_some_and(|made| made.is_ok())
        };
        assert!(!made("resourceId", &["A.B/c", "x"]));
        assert!(!made("resourceId", &["g", "A.B/c", "x"]));
        assert!(made("resourceId", &["s", "g", "A.B/c", "x"]));
        assert!(!made("resourceId", &["s", "g", "A.B/c"]));
        assert!(!made("resourceId", &["s", "g", "A.B/c/d", "x"]));
        assert!(!made("resourceId", &[]));
        assert!(!made("subscriptionResourceId", &["A.B/c", "x"]));
        assert!(!made("extensionResourceId", &[]));
        assert_eq!(nowhere.id("reference", &[]), None);
        assert!(nowhere.id("resourceId", &[Value::int(1)]).is_some_and(|made| made.is_err()));
    }
}
