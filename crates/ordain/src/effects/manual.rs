//! manual: what people attest, else what the policy says (spec E-15, G-94).

use crate::ast::Attested;
use crate::expr::{Constants, template};
use crate::plan::Policy;

/// The state of resources of which nobody attested anything.
pub(crate) fn default_state(policy: &Policy) -> Attested {
    let details = policy.definition.rule.then.details.as_ref();
    let written = details.and_then(|details| details.body.member("defaultState"));
    let value = written.and_then(|written| template(written, &Constants(&policy.parameters)).ok());
    value.as_ref().and_then(|value| Attested::find(value.as_text()?)).unwrap_or_default()
}
