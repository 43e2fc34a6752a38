//! Documents that ask for resources: templates, previews, plans, payloads. What they ask for is judged as requests
//! where such are wanted, else scanned as if it existed (spec I-53).

use super::rows::{Reading, Row, Wanted, opening_of};
use ordain::json::{Json, Kind, Member};
use ordain::requests::{Action, Request, RequestKind, read};
use ordain::{Context, Diagnostic, Node as _, Num, Span, Value, View};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A request in the place of a row.
#[derive(Debug)]
pub struct Asked {
    pub request: Request,
    /// Whether a template asks for it, so that options say where it goes.
    pub of_template: bool,
    surroundings: OnceLock<Context>,
}

impl Asked {
    /// What surrounds the request, given what surrounds all rows. A clock that is none is as good as none.
    pub fn context(&self, around: &Context) -> &Context {
        self.surroundings.get_or_init(|| around.for_request(&self.request).unwrap_or_else(|_| around.clone()))
    }
}

impl Reading<'_> {
    /// Takes what a document asks for. Deletes are a matter of requests: nothing exists after them. In a tenant the
    /// policy objects of a template are no rows (spec I-11): `true` when it has such, for the caller to read it.
    pub fn requests(&mut self, json: &Json<'_>) -> bool {
        let Some(mut found) = read(self.source(), json, self.options) else { return false };
        let asked = found.requests.len();
        if self.wanted == Wanted::Tenant && json.get("resources").is_some() {
            found.requests.retain(|request| !is_policy(&request.body));
        }
        let has_policies = found.requests.len() < asked;
        self.out.documents += usize::from(has_policies);
        if has_policies && found.requests.is_empty() {
            return true;
        }
        let before = self.out.rows.len();
        let of_template = matches!(found.kind, RequestKind::Template | RequestKind::ExportedTemplate);
        let requests = self.wanted == Wanted::Requests;
        if !requests && found.requests.iter().any(|request| request.action == Action::Write) {
            let message =
                format!("this is {}: what it asks for is judged as if it existed", found.kind.what());
            let source = self.source();
            self.telling.once("RequestScanned", String::new(), || {
                Diagnostic::info("RequestScanned", message).label(source, opening_of(json.span), "").help(
                    "`ordain check` judges it as requests: what would be refused, what would be changed",
                )
            });
        }
        self.out.lists += 1;
        self.out.errors += found.errors;
        self.out.skipped += found.skipped.len();
        let silent = found.diagnostics.is_empty();
        found.diagnostics.into_iter().for_each(|diagnostic| self.tell(diagnostic));
        self.out.related.extend(found.related);
        for request in found.requests {
            self.out.related.extend(request.related.iter().cloned());
            if request.action == Action::Delete && !requests {
                self.out.skipped += 1;
                continue;
            }
            let json = shown(&request.body, &request, opening_of(request.span));
            let asked = Asked { request, of_template, surroundings: OnceLock::new() };
            self.out.rows.push(Row { source: self.source().clone(), json, asked: Some(Box::new(asked)) });
        }
        if silent && self.out.rows.len() == before && self.out.skipped > 0 && self.out.errors == 0 {
            self.tell(
                Diagnostic::error("NothingFound", "nothing is left to judge: all is skipped or deleted")
                    .label(self.source(), opening_of(json.span), ""),
            );
        }
        has_policies
    }
}

/// Whether what is asked for is a policy object (spec G-1).
fn is_policy(body: &Value) -> bool {
    let kind = body.as_object().and_then(|body| body.get("type")?.as_text()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("microsoft.authorization/policy") || kind == "microsoft.policyinsights/attestations"
}

/// The body for people: what is not known is null, a name is at least its expression. All of it stands where the
/// entry does.
fn shown<'t>(body: &Value, request: &Request, span: Span) -> Json<'t> {
    let mut json = tree(body, span);
    if let Kind::Object(members) = &mut json.kind {
        for member in members.iter_mut().filter(|m| m.key.eq_ignore_ascii_case("name") && m.value.is_null()) {
            member.value.kind = Kind::Text(Cow::Owned(request.name.clone()));
        }
    }
    json
}

fn tree<'t>(value: &Value, span: Span) -> Json<'t> {
    let kind = match value.view() {
        View::Bool(b) => Kind::Bool(b),
        View::Number(Num::Int(n)) => Kind::Number(Num::Int(n)),
        View::Number(Num::UInt(n)) => Kind::Number(Num::UInt(n)),
        View::Number(n) => Kind::Number(Num::Float(n.to_f64())),
        View::Text(text) => Kind::Text(Cow::Owned(text.to_owned())),
        View::Array => Kind::Array(value.elements().map(|item| tree(item, span)).collect()),
        View::Object => {
            let member = |(key, value): (&str, &Value)| Member {
                key: Cow::Owned(key.to_owned()),
                key_span: span,
                value: tree(value, span),
            };
            Kind::Object(value.entries().map(member).collect())
        }
        View::Null | View::Unknown(_) => Kind::Null,
    };
    Json { kind, span, cut: false }
}
