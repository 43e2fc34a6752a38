//! Assignments (spec 08 section 6).

use super::form::{Form, wrapped};
use super::problem::GovernanceProblem as Problem;
use crate::ast::{Assignment, Enforcement, Identity, Message, Spelled};
use crate::ids::{Scope, scope_of_object};
use crate::json::Json;
use crate::source::Span;
use crate::syntax::{Reading, escape};
use crate::value::{Node as _, Value, text::key_eq};

/// `notScopes` that the service takes (spec 08 section 11).
const NOT_SCOPES: usize = 400;

impl Reading<'_> {
    /// An assignment; `None` after an error.
    pub(in crate::syntax) fn assignment(&mut self, json: &Json<'_>) -> Option<Assignment> {
        let unescaped = if self.options.unescape { escape::unescaped(json, &["parameters"]) } else { None };
        let json = unescaped.as_ref().unwrap_or(json);
        let form = Form::of(json, "policyDefinitionId", "assignment");
        if unescaped.is_some() {
            self.report(&super::super::Problem::ArmEscapedDefinition, form.opening());
        }
        let mark = self.diagnostics.len();
        self.check_form(&form);
        let said = form.text(&["scope"]);
        let given = self.options.scope.as_ref();
        let fallback = said.as_ref().map(|scope| scope.text.trim_end_matches('/'));
        let fallback = fallback.or(given.map(Scope::as_str)).unwrap_or_default().to_owned();
        let identity = self.identity(&form, "policyAssignments", &fallback);
        let id = identity.id.clone();
        let scope = match given.filter(|_| !identity.has_id && said.is_none()) {
            Some(given) => Some(given.clone()),
            None => self.scope_of(&form, &identity, said.as_ref()),
        };
        let Some(definition) = form.text(&["policyDefinitionId"]) else {
            let problem = Problem::MissingKey { what: "assignment", key: "policyDefinitionId" };
            self.tell(&problem, form.opening(), &id);
            return None;
        };
        let parameters_json = self.object_of(&form, &["parameters", "parameter"], &id);
        let parameters = parameters_json.map(|json| self.given(json, &id)).unwrap_or_default();
        let selectors = self.selector_sets(&form, &id);
        let overrides = self.overrides(&form, &id);
        if self.has_errors_since(mark) {
            return None;
        }
        Some(Assignment {
            definition,
            version: form.text(&["definitionVersion"]),
            effective_version: form.text(&["effectiveDefinitionVersion"]).map(|v| v.text),
            scope: scope?,
            not_scopes: self.not_scopes(&form, &id),
            parameters,
            parameters_json: parameters_json.map(|json| json.to_value()),
            enforcement: self.enforcement(&form, &id),
            messages: self.messages(&form, &id),
            selectors: selectors?,
            overrides: overrides?,
            has_identity: has_identity(&form),
            identity,
        })
    }

    /// The scope in the id, else the one that is said (spec G-5).
    pub(super) fn scope_of(
        &mut self,
        form: &Form<'_, '_>,
        identity: &Identity,
        said: Option<&Spelled>,
    ) -> Option<Scope> {
        let id = &identity.id;
        let at = form.envelope.entry("id").map_or(form.opening(), |m| m.value.span);
        let cut = scope_of_object(id).filter(|_| identity.has_id);
        let (text, at) = match (cut, said) {
            (Some(cut), _) => (cut.to_owned(), at),
            (None, Some(said)) => (said.text.to_string(), said.span),
            (None, None) => {
                self.tell(&Problem::NoScope { what: form.what }, form.opening(), id);
                return None;
            }
        };
        let Some(scope) = Scope::parse(&text) else {
            self.tell(&Problem::BadScope { text, entry: false }, at, id);
            return None;
        };
        if let Some(said) = said
            && crate::ids::normal(&said.text) != scope.key()
        {
            let problem =
                Problem::ScopeMismatch { scope: said.text.to_string(), id: scope.as_str().to_owned() };
            self.tell(&problem, said.span, id);
        }
        Some(scope)
    }

    /// The values given, taken as they are (spec G-37).
    fn given(&mut self, parameters: &Json<'_>, id: &str) -> Vec<(Spelled, Value, Span)> {
        let mut given = Vec::new();
        for member in self.distinct(parameters, id) {
            let name = member.key.to_string();
            let spelled = Spelled { text: name.as_str().into(), span: member.key_span };
            let json = &member.value;
            match wrapped(json) {
                Some(value) => given.push((spelled, value.to_value(), value.span)),
                None if json.get("reference").is_some_and(Json::is_object) => {
                    self.tell(&Problem::ParameterReference { name }, json.span, id);
                }
                None => {
                    self.tell(&Problem::BareParameterValue { name }, json.span, id);
                    given.push((spelled, json.to_value(), json.span));
                }
            }
        }
        given
    }

    fn not_scopes(&mut self, form: &Form<'_, '_>, id: &str) -> Vec<(Scope, Span)> {
        let list = form.list(&["notScopes", "notScope"]);
        self.check_limit("excluded scopes", list.len(), NOT_SCOPES, form.opening(), id);
        let mut scopes = Vec::new();
        for json in list {
            let text = json.as_text().unwrap_or_default();
            match Scope::parse(text) {
                Some(scope) => scopes.push((scope, json.span)),
                None => self.tell(&Problem::BadScope { text: text.to_owned(), entry: true }, json.span, id),
            }
        }
        scopes
    }

    pub(in crate::syntax) fn enforcement(&mut self, form: &Form<'_, '_>, id: &str) -> Enforcement {
        // PowerShell may write the number of the mode (spec I-64).
        let number = form.entry(&["enforcementMode"]).and_then(|m| (&m.value).to_value().as_int());
        if number == Some(1) {
            return Enforcement::DoNotEnforce;
        }
        let Some(written) = form.text(&["enforcementMode"]) else { return Enforcement::Default };
        match &*written.text.to_ascii_lowercase() {
            "default" => Enforcement::Default,
            "donotenforce" => Enforcement::DoNotEnforce,
            "enroll" => Enforcement::Enroll,
            _ => {
                let problem = Problem::UnknownEnforcementMode { text: written.text.to_string() };
                self.tell(&problem, written.span, id);
                Enforcement::Default
            }
        }
    }

    pub(in crate::syntax) fn messages(&mut self, form: &Form<'_, '_>, id: &str) -> Vec<Message> {
        let mut messages = Vec::new();
        for json in form.list(&["nonComplianceMessages", "nonComplianceMessage"]) {
            let inner = Form { envelope: json, body: json, what: "message" };
            match inner.text(&["message"]) {
                Some(text) => messages.push(Message {
                    text: text.text,
                    reference: inner.text(&["policyDefinitionReferenceId"]),
                }),
                None => self.tell(&Problem::BadMessage, inner.opening(), id),
            }
        }
        messages
    }
}

/// An identity in any of its spellings (spec G-50, I-64).
fn has_identity(form: &Form<'_, '_>) -> bool {
    let kind = form
        .envelope
        .get("identity")
        .and_then(|identity| identity.get("type"))
        .or_else(|| form.envelope.get("IdentityType"))
        .and_then(Json::as_text);
    kind.is_some_and(|kind| !kind.is_empty() && !key_eq(kind, "None"))
}
