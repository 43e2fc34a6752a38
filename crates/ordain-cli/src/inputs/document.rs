//! Known documents that hold no resources to judge as they are: their names, and what to do about each (spec I-9).

use ordain::PolicyDocument;

/// The tests of the table in spec I-9 that give neither rows nor requests, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    ParameterFile,
    FailedCall,
    Refusal,
    RepositorySettings,
    AssignmentTree,
    ExemptionFile,
    Definition,
    Initiative,
    Exemption,
    Enrollment,
    Attestation,
    State,
    ComplianceSummary,
    Assignment,
    Reference,
    Rule,
    Declarations,
    ByProduct,
}

/// What to say of a document.
pub struct Told {
    pub code: &'static str,
    pub what: &'static str,
    pub help: &'static str,
}

const POLICY: &str = "give policies with `-p`";
const EXPORTED: &str = "give an export of what exists, such as `az graph query` or `az resource show` print";

impl Document {
    /// What the engine takes a document for. `None` for kinds that are not known here.
    pub fn of(document: PolicyDocument) -> Option<Self> {
        Some(match document {
            PolicyDocument::Settings => Self::RepositorySettings,
            PolicyDocument::AssignmentTree => Self::AssignmentTree,
            PolicyDocument::ExemptionFile => Self::ExemptionFile,
            PolicyDocument::Definition => Self::Definition,
            PolicyDocument::Initiative => Self::Initiative,
            PolicyDocument::Exemption => Self::Exemption,
            PolicyDocument::Enrollment => Self::Enrollment,
            PolicyDocument::Attestation => Self::Attestation,
            PolicyDocument::State => Self::State,
            PolicyDocument::ComplianceSummary => Self::ComplianceSummary,
            PolicyDocument::Assignment => Self::Assignment,
            PolicyDocument::Reference => Self::Reference,
            PolicyDocument::Rule => Self::Rule,
            PolicyDocument::Declarations => Self::Declarations,
            PolicyDocument::ByProduct => Self::ByProduct,
            _ => return None,
        })
    }

    /// Whether it may be a row as well: tests 8 to 15a, not the files of repositories.
    pub fn is_object(self) -> bool {
        let files = [Self::RepositorySettings, Self::AssignmentTree, Self::ExemptionFile, Self::ByProduct];
        !files.contains(&self)
    }

    /// Whether it says what is judged by what (tests 5 to 15, states apart).
    pub fn is_policy(self) -> bool {
        matches!(
            self,
            Self::RepositorySettings
                | Self::AssignmentTree
                | Self::ExemptionFile
                | Self::Definition
                | Self::Initiative
                | Self::Exemption
                | Self::Enrollment
                | Self::Attestation
                | Self::Assignment
                | Self::Rule
        )
    }

    /// What to do about it where requests are wanted.
    pub fn help_for_requests(self) -> &'static str {
        match self {
            Self::ParameterFile => "give it beside its template, with `--template-params`",
            Self::FailedCall => "mend what its `error` says, and run the what-if again",
            Self::Refusal => "give the template, or a what-if of it",
            _ if self.is_policy() => POLICY,
            _ => "give a what-if result, a template, a Bicep snapshot or a Terraform plan",
        }
    }

    /// Code, name and help.
    pub fn told(self) -> Told {
        let (code, what, help) = match self {
            Self::ParameterFile => (
                "NotResources",
                "a parameter file of a deployment",
                "give it with `--params`, where policies declare such parameters",
            ),
            Self::FailedCall => {
                ("FailedResult", "the answer of a call that failed", "look at its `error` and export again")
            }
            Self::Refusal => ("NotResources", "a refusal by policy, which names the policy itself", EXPORTED),
            Self::RepositorySettings => ("NotResources", "the settings of a policy repository", EXPORTED),
            Self::AssignmentTree => ("NotResources", "a tree of assignments", EXPORTED),
            Self::ExemptionFile => ("NotResources", "a file of exemptions", EXPORTED),
            Self::Definition => ("NotResources", "a policy definition", POLICY),
            Self::Initiative => ("NotResources", "an initiative", EXPORTED),
            Self::Exemption => ("NotResources", "an exemption", EXPORTED),
            Self::Enrollment => ("NotResources", "a policy enrollment", EXPORTED),
            Self::Attestation => ("NotResources", "an attestation", EXPORTED),
            Self::State => ("NotResources", "a record of policy states", EXPORTED),
            Self::ComplianceSummary => ("NotResources", "a summary of compliance", EXPORTED),
            Self::Assignment => ("NotResources", "a policy assignment", EXPORTED),
            Self::Reference => ("NotResources", "a reference of an initiative", EXPORTED),
            Self::Rule => ("NotResources", "a policy rule", POLICY),
            Self::Declarations => ("NotResources", "declarations of parameters", POLICY),
            Self::ByProduct => ("NotResources", "a by-product of a policy repository", ""),
        };
        Told { code, what, help }
    }
}
