//! What belongs to an assignment: exemptions, enrollments, attestations (spec 08 sections 7 to 9).

use super::form::{Form, spelled};
use super::problem::GovernanceProblem as Problem;
use crate::ast::{Attestation, Attested, Enrollment, Exemption, ExemptionCategory, Spelled};
use crate::ids::Scope;
use crate::json::Json;
use crate::syntax::Reading;
use crate::value::{text::key_eq, time};
use std::sync::Arc;

/// When something ends, as written and in ticks; the outer `None` is a date that cannot be read (spec G-86).
type Expiry = Option<Option<(Arc<str>, i128)>>;

impl Reading<'_> {
    /// An exemption; `None` after an error: it does not hold then.
    pub(in crate::syntax) fn exemption(&mut self, json: &Json<'_>) -> Option<Exemption> {
        let form = Form::of(json, "exemptionCategory", "exemption");
        let mark = self.diagnostics.len();
        self.check_form(&form);
        let said = form.text(&["scope"]);
        let fallback = said.as_ref().map_or("", |scope| scope.text.trim_end_matches('/')).to_owned();
        let identity = self.identity(&form, "policyExemptions", &fallback);
        let scope = self.scope_of(&form, &identity, said.as_ref());
        let assignment = self.assignment_of(&form, &identity.id);
        let exemption = self.exempting(&form)?;
        if self.has_errors_since(mark) {
            return None;
        }
        Some(Exemption { scope: scope?, assignment: assignment?, identity, ..exemption })
    }

    /// What an exemption says beside scope and assignment; `None` after an error.
    pub(in crate::syntax) fn exempting(&mut self, form: &Form<'_, '_>) -> Option<Exemption> {
        let mark = self.diagnostics.len();
        let identity = self.identity(form, "policyExemptions", "");
        let id = identity.id.clone();
        let expires = self.expiry(form, &id);
        let selectors = self.selector_sets(form, &id);
        let category = form.text(&["exemptionCategory"]);
        let category = match category.as_ref().map(|c| c.text.to_ascii_lowercase()).as_deref() {
            Some("mitigated") => ExemptionCategory::Mitigated,
            Some("waiver") => ExemptionCategory::Waiver,
            _ => {
                let (text, span) =
                    category.map_or((String::new(), form.opening()), |c| (c.text.to_string(), c.span));
                self.tell(&Problem::UnknownExemptionCategory { text }, span, &id);
                ExemptionCategory::Waiver
            }
        };
        if self.has_errors_since(mark) {
            return None;
        }
        Some(Exemption {
            scope: Scope::nowhere(),
            assignment: Spelled { text: "".into(), span: form.opening() },
            references: references(form),
            category,
            expires: expires?,
            selectors: selectors?,
            unchecked_scope: form
                .text(&["assignmentScopeValidation"])
                .is_some_and(|text| key_eq(&text.text, "DoNotValidate")),
            identity,
        })
    }

    /// An enrollment; `None` after an error.
    pub(in crate::syntax) fn enrollment(&mut self, json: &Json<'_>) -> Option<Enrollment> {
        let form = Form::of(json, "policyAssignmentId", "enrollment");
        let mark = self.diagnostics.len();
        self.check_form(&form);
        let identity = self.identity(&form, "policyEnrollments", "");
        let id = identity.id.clone();
        let scope = self.scope_of(&form, &identity, None);
        let assignment = self.assignment_of(&form, &id);
        let selectors = self.selector_sets(&form, &id);
        if self.has_errors_since(mark) {
            return None;
        }
        Some(Enrollment {
            scope: scope?,
            assignment: assignment?,
            references: references(&form),
            selectors: selectors?,
            identity,
        })
    }

    /// An attestation; `None` after an error.
    pub(in crate::syntax) fn attestation(&mut self, json: &Json<'_>) -> Option<Attestation> {
        let form = Form::of(json, "policyAssignmentId", "attestation");
        let mark = self.diagnostics.len();
        self.check_form(&form);
        let identity = self.identity(&form, "attestations", "");
        let id = identity.id.clone();
        let scope = self.scope_of(&form, &identity, None);
        let assignment = self.assignment_of(&form, &id);
        let expires = self.expiry(&form, &id);
        if self.has_errors_since(mark) {
            return None;
        }
        let date = |name| form.text(&[name]).and_then(|text| moment(&text.text));
        let said = form.text(&["complianceState"]);
        let state = said.as_ref().and_then(|said| Attested::find(&said.text));
        if let (Some(said), None) = (said.filter(|said| !said.text.is_empty()), state) {
            let text = said.text.to_string();
            self.tell(&Problem::UnknownComplianceState { text }, said.span, &id);
        }
        Some(Attestation {
            scope: scope?,
            assignment: assignment?,
            reference: form.text(&["policyDefinitionReferenceId"]),
            state,
            expires: expires?,
            changed: date("lastComplianceStateChangeAt"),
            assessed: date("assessmentDate"),
            identity,
        })
    }

    fn assignment_of(&mut self, form: &Form<'_, '_>, id: &str) -> Option<Spelled> {
        let assignment = form.text(&["policyAssignmentId"]);
        if assignment.is_none() {
            let problem = Problem::MissingKey { what: form.what, key: "policyAssignmentId" };
            self.tell(&problem, form.opening(), id);
        }
        assignment
    }

    fn expiry(&mut self, form: &Form<'_, '_>, id: &str) -> Expiry {
        let Some(written) = form.text(&["expiresOn"]) else { return Some(None) };
        match moment(&written.text) {
            Some(at) => Some(Some((written.text, at))),
            None => {
                self.tell(&Problem::BadDate { text: written.text.to_string() }, written.span, id);
                None
            }
        }
    }
}

fn references(form: &Form<'_, '_>) -> Vec<Spelled> {
    let list = form.list(&["policyDefinitionReferenceIds", "policyDefinitionReferenceId"]);
    list.iter().filter_map(spelled).collect()
}

/// A point in time in the forms of spec G-86: up to nine fraction digits, of which a clock keeps seven; no zone
/// is UTC; a date alone is its beginning.
#[must_use]
pub(crate) fn moment(text: &str) -> Option<i128> {
    let text = text.trim();
    let Some((front, rest)) = text.split_once('.') else { return time::lenient(text) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 9 {
        return None;
    }
    let (fraction, zone) = rest.split_at_checked(digits)?;
    time::lenient(&format!("{front}.{}{zone}", fraction.get(..digits.min(7))?))
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn dates() {
        // spec: G-86
        let at = moment("2025-06-01T00:00:00Z");
        assert!(at.is_some());
        for same in [
            "2025-06-01",
            "2025-06-01T00:00:00",
            "2025-06-01T00:00:00.000000000Z",
            "2025-06-01T02:00:00.0+02:00",
        ] {
            assert_eq!(moment(same), at, "{same}");
        }
        for bad in ["tomorrow", "2025-13-01", "2025-06-01T00:00:00.Z", "2025-06-01T00:00:00.0000000000Z"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
