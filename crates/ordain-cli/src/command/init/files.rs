//! The files of a new project, in the order in which they are told.

/// One file.
pub struct File {
    /// Its path in the project.
    pub path: &'static str,
    /// What it is told under.
    pub group: Group,
    /// Its text.
    pub text: &'static str,
}

/// Files that are told in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Configuration,
    Policy,
    Suite,
    Resources,
    Deployment,
    Workflow,
    Editor,
    Readme,
}

impl Group {
    /// What they are for.
    pub fn about(self) -> &'static str {
        match self {
            Self::Configuration => "options that need not be typed",
            Self::Policy => "a policy",
            Self::Suite => "its tests",
            Self::Resources => "what exists, as an export has it",
            Self::Deployment => "what is about to be deployed",
            Self::Workflow => "tests and checks on every push, by GitHub Actions",
            Self::Editor => "completion and checks in editors",
            Self::Readme => "what is where",
        }
    }
}

macro_rules! file {
    ($group:ident, $path:literal) => {
        File { path: $path, group: Group::$group, text: include_str!(concat!("files/", $path)) }
    };
    // Names that begin with a dot lie without it here.
    ($group:ident, $path:literal from $own:literal) => {
        File { path: $path, group: Group::$group, text: include_str!(concat!("files/", $own)) }
    };
}

macro_rules! schema {
    ($name:literal) => {
        File {
            path: concat!(".vscode/ordain/", $name, ".schema.json"),
            group: Group::Editor,
            text: include_str!(concat!("../../../../../docs/schema/", $name, ".schema.json")),
        }
    };
}

/// All of them.
pub const FILES: &[File] = &[
    file!(Configuration, "ordain.yaml"),
    file!(Policy, "policies/registry-admin-user.json"),
    file!(Suite, "policies/registry-admin-user.test.yaml"),
    file!(Resources, "resources/registries.json"),
    file!(Deployment, "deployments/registry.json"),
    file!(Workflow, ".github/workflows/policies.yml" from "github/workflows/policies.yml"),
    file!(Editor, ".vscode/extensions.json" from "vscode/extensions.json"),
    file!(Editor, ".vscode/settings.json" from "vscode/settings.json"),
    schema!("assignment"),
    schema!("config"),
    schema!("definition"),
    schema!("exemption"),
    schema!("initiative"),
    schema!("suite"),
    file!(Readme, "README.md"),
];
