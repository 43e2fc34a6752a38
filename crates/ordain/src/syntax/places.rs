//! Places inside of details where less may be called than elsewhere (spec F-34, E-40).

use super::{Problem, Reading};
use crate::expr::{Fragment, classify};
use crate::functions::{self, Ask, Run};
use crate::json::Json;

/// A place and what may not be called there.
struct Narrow {
    words: &'static str,
    refused: &'static [Ask],
}

const OPERATION_CONDITION: Narrow = Narrow {
    words: "the `condition` of an operation: it sees parameters, `policy()`, `requestContext()` and `utcNow()`",
    refused: &[Ask::Field, Ask::Subscription, Ask::ResourceGroup],
};

const DEPLOYMENT_LOCATION: Narrow = Narrow {
    words: "the `location` of a deployment, which does not depend on the request",
    refused: &[Ask::RequestContext, Ask::UtcNow],
};

impl Reading<'_> {
    /// Reports calls that their place forbids. What else is wrong with the texts has been reported.
    pub(super) fn check_narrow_places(&mut self, details: &Json<'_>) {
        let operations = details.get("operations").map(Json::items).unwrap_or_default();
        for condition in operations.iter().filter_map(|operation| operation.get("condition")) {
            self.check_narrow(condition, &OPERATION_CONDITION);
        }
        if let Some(location) = details.get("deployment").and_then(|deployment| deployment.get("location")) {
            self.check_narrow(location, &DEPLOYMENT_LOCATION);
        }
    }

    fn check_narrow(&mut self, json: &Json<'_>, place: &Narrow) {
        let Some(Fragment::Expression(text)) = json.as_text().map(classify) else { return };
        let Ok(expression) = self.pool.parse(text) else { return };
        let mut refused = Vec::new();
        expression.root.walk_calls(&mut |call, function, _| {
            let row = functions::function(function);
            if let Run::Asks(ask) = row.run
                && place.refused.contains(&ask)
            {
                refused.push((row.name, call.span));
            }
        });
        for (name, span) in refused {
            let at = self.source.inside_string(json.span, text, span);
            self.report(&Problem::NotAllowed { name, place: place.words }, at);
        }
    }
}
