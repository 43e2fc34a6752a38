//! Policy and context functions and the clock (spec 05 section 13, F-146).

use super::{Ask, Function};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::asks("field", (1, 1), "t -> any", Ask::Field, "F-210"),
    Function::asks("current", (0, 1), "[t] -> any", Ask::Current, "F-211"),
    Function::asks("parameters", (1, 1), "t -> any", Ask::Parameters, "F-212"),
    Function::asks("policy", (0, 0), "-> o", Ask::Policy, "F-213"),
    Function::asks("subscription", (0, 0), "-> o", Ask::Subscription, "F-214"),
    Function::asks("resourceGroup", (0, 0), "-> o", Ask::ResourceGroup, "F-215"),
    Function::asks("requestContext", (0, 0), "-> o", Ask::RequestContext, "F-216"),
    Function::asks("claims", (0, 1), "[t] -> any", Ask::Claims, "F-218"),
    Function::asks("utcNow", (0, 0), "-> t", Ask::UtcNow, "F-146"),
];
