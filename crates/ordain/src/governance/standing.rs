//! Whether an assignment holds for a resource: scope, exclusions, selectors (spec G-6, G-14, G-51, G-64 … G-69).

use super::Place;
use crate::ast::{Selector, SelectorKind, SelectorSet};
use crate::ids::Scope;
use crate::link::{Assigned, Tenant};
use crate::value::{Reason, Value};

/// Where a resource stands towards an assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Judged; undecided with a reason.
    Inside(Option<Reason>),
    /// Not within the scope.
    OutOfScope,
    /// Within a scope that the assignment excludes.
    Excluded,
    /// No resource selector picks it.
    NotSelected,
}

/// Who asks, as far as a request says (spec I-21).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Principal<'p> {
    pub(crate) given: Option<&'p Value>,
}

impl Principal<'_> {
    fn user(self) -> Option<String> {
        Some(self.given?.as_object()?.get("userId")?.as_text()?.to_ascii_lowercase())
    }

    fn groups(self) -> Option<Vec<String>> {
        let groups = self.given?.as_object()?.get("groupIds")?.as_array()?;
        Some(groups.iter().filter_map(Value::as_text).map(str::to_ascii_lowercase).collect())
    }
}

/// The first of the tests 2 to 4 of spec G-97 that decides.
pub(crate) fn standing(
    tenant: &Tenant,
    assigned: &Assigned,
    place: &Place,
    principal: Principal<'_>,
) -> Standing {
    let Some(document) = &assigned.document else { return Standing::Inside(None) };
    let mut open = None;
    match place.is_within(&document.scope, &tenant.hierarchy) {
        Some(false) => return Standing::OutOfScope,
        // A list of what applies to a subscription is what people export (spec G-14).
        None if tenant.strict_scopes => open = Some(Reason::ScopeUnknown),
        _ => {}
    }
    if document.not_scopes.iter().any(|(scope, _)| holds_for_sure(scope, tenant, place)) {
        return Standing::Excluded;
    }
    if document.asks_references() {
        return Standing::Inside(open);
    }
    with_selection(open, selected(&document.selectors, place, "", principal))
}

/// The same for one pair of the assignment, of which [`standing`] told `whole`: resource selectors may ask for
/// reference ids (spec G-66).
pub(crate) fn standing_of_pair(
    whole: Standing,
    assigned: &Assigned,
    reference: &str,
    place: &Place,
    principal: Principal<'_>,
) -> Standing {
    match (whole, &assigned.document) {
        (Standing::Inside(open), Some(document)) if document.asks_references() => {
            with_selection(open, selected(&document.selectors, place, reference, principal))
        }
        _ => whole,
    }
}

fn with_selection(open: Option<Reason>, selected: Option<bool>) -> Standing {
    match selected {
        Some(true) => Standing::Inside(open),
        Some(false) => Standing::NotSelected,
        None => Standing::Inside(open.or(Some(Reason::SelectorUndecidable))),
    }
}

/// An exclusion or exemption at an unknown group does not hold: nothing is hidden by a guess (spec G-14).
pub(crate) fn holds_for_sure(scope: &Scope, tenant: &Tenant, place: &Place) -> bool {
    place.is_within(scope, &tenant.hierarchy) == Some(true)
}

/// Whether any of the objects matches; `None` when that cannot be told (spec G-64, G-67).
pub(crate) fn selected(
    sets: &[SelectorSet],
    place: &Place,
    reference: &str,
    principal: Principal<'_>,
) -> Option<bool> {
    if sets.is_empty() {
        return Some(true);
    }
    let mut open = false;
    for set in sets {
        match all(&set.selectors, place, reference, principal) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(false) }
}

/// Whether all selectors match.
pub(crate) fn all(
    selectors: &[Selector],
    place: &Place,
    reference: &str,
    principal: Principal<'_>,
) -> Option<bool> {
    let mut open = false;
    for selector in selectors {
        match one(selector, place, reference, principal) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => open = true,
        }
    }
    if open { None } else { Some(true) }
}

fn one(selector: &Selector, place: &Place, reference: &str, principal: Principal<'_>) -> Option<bool> {
    let lists = |value: &str| selector.values.iter().any(|listed| listed.eq_ignore_ascii_case(value));
    let listed = match selector.kind {
        SelectorKind::ResourceLocation if place.location_is_unknown() => return None,
        SelectorKind::ResourceLocation => place.location.as_deref().is_some_and(lists),
        SelectorKind::ResourceType => lists(&place.resource_type),
        SelectorKind::ResourceWithoutLocation if place.location_is_unknown() => return None,
        SelectorKind::ResourceWithoutLocation => {
            lists("subscriptionLevelResources") && place.is_at_subscription()
        }
        SelectorKind::PolicyDefinitionReferenceId => lists(reference),
        SelectorKind::UserPrincipalId => lists(&principal.user()?),
        SelectorKind::GroupPrincipalId => principal.groups()?.iter().any(|group| lists(group)),
        SelectorKind::ResourceRolloutPercentage => match selector.progress {
            0 => false,
            100 => true,
            _ => return None,
        },
    };
    Some(listed == selector.wanted)
}
