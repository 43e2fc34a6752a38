//! Policy and context functions (spec 05 section 13), and those that cannot be called (section 14).

use super::{Ask, Function, Run, Standing};

const fn asks(name: &'static str, arity: (usize, usize), signature: &'static str, ask: Ask, spec: &'static str) -> Function {
    Function { name, arity, signature, run: Run::Asks(ask), standing: Standing::Policy, spec }
}

pub(super) const FUNCTIONS: &[Function] = &[
    asks("field", (1, 1), "t -> any", Ask::Field, "F-210"),
    asks("current", (0, 1), "[t] -> any", Ask::Current, "F-211"),
    asks("parameters", (1, 1), "t -> any", Ask::Parameters, "F-212"),
    asks("policy", (0, 0), "-> o", Ask::Policy, "F-213"),
    asks("subscription", (0, 0), "-> o", Ask::Subscription, "F-214"),
    asks("resourceGroup", (0, 0), "-> o", Ask::ResourceGroup, "F-215"),
    asks("requestContext", (0, 0), "-> o", Ask::RequestContext, "F-216"),
    asks("claims", (0, 1), "[t] -> any", Ask::Claims, "F-218"),
    asks("utcNow", (0, 0), "-> t", Ask::UtcNow, "F-146"),
];
