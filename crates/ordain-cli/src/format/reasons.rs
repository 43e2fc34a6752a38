//! Why something was not judged, and what would help (spec S-4).

/// What to say of a reason.
pub struct Told {
    pub why: &'static str,
    pub help: &'static str,
}

/// Stands for the reason of `Unknown`, which has none of its own.
pub const UNATTESTED: &str = "Unattested";

/// The words for a reason by its name.
pub fn told(reason: &str) -> Told {
    let (why, help) = match reason {
        "PropertiesNotExported" => {
            ("the export leaves out its properties", "export with `az graph query` or `az resource show`")
        }
        "ContextNotInInput" => (
            "the rule asks for the resource group or subscription, which the input does not hold",
            "add the output of `az group list` and `az account list`",
        ),
        "UnsupportedEffect" => ("the effect is not judged yet", ""),
        UNATTESTED => ("somebody has to attest whether it complies", ""),
        "UnsupportedMode" => ("the mode is about what lies inside the resource, which no export holds", ""),
        "StaticDefinition" => ("Microsoft's own audits decide this one", ""),
        "UnresolvedExpression" => ("it holds an expression that only a deployment resolves", ""),
        "RelatedTypeNotInInput" | "IncompleteRelated" => (
            "the related resources are not in the input, and may just not have been exported",
            "add them to the export, or say `--assume-complete`",
        ),
        "ScopeUnknown" | "SelectorUndecidable" => ("where it lies cannot be told from the input", ""),
        _ => ("the input does not suffice", ""),
    };
    Told { why, help }
}
