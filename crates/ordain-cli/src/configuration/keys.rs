//! The keys of a configuration file: a row each. Reading, laying under the line, schema and documentation take from it.

/// Verbs that a configuration file can speak of, each with a section of its own.
pub const VERBS: [&str; 4] = ["eval", "check", "fix", "test"];

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Files, folders or patterns, relative to the configuration file; one or several.
    Paths,
    /// One file, relative to the configuration file.
    Path,
    /// A text.
    Text,
    /// A scope: an id.
    Scope,
    /// A point in time, or `none`.
    Time,
    /// One of the words that the option takes.
    Word,
    /// States; one or several.
    States,
    /// Whether the option is given.
    Flag,
    /// A whole number above zero.
    Number,
    /// A whole number from 0 to 100.
    Percent,
    /// Names and values of policy parameters.
    Values,
}

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name: the option's long name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Verbs that have the option.
    pub verbs: &'static [&'static str],
    /// Whether it stands in the section of a verb only, since verbs take different words.
    pub of_verb: bool,
    /// What it says.
    pub about: &'static str,
}

impl Key {
    /// Whether the key counts for a verb.
    #[must_use]
    pub fn is_of(&self, verb: &str) -> bool {
        self.verbs.contains(&verb)
    }
}

const ALL: &[&str] = &VERBS;
const JUDGING: &[&str] = &["eval", "check", "fix"];
const SCANNING: &[&str] = &["eval", "fix"];
const EVAL: &[&str] = &["eval"];
const CHECK: &[&str] = &["check"];
const TEST: &[&str] = &["test"];

const fn key(name: &'static str, kind: Kind, verbs: &'static [&'static str], about: &'static str) -> Key {
    Key { name, kind, verbs, of_verb: false, about }
}

/// All keys.
#[rustfmt::skip]
pub const KEYS: &[Key] = &[
    key("policies", Kind::Paths, ALL, "Policies: files, folders or patterns. Without them: the built-in starter pack."),
    key("tenant", Kind::Paths, JUDGING, "Folders with policies, assignments, exemptions, scopes and resources."),
    key("parameters", Kind::Values, JUDGING, "Values of policy parameters, by name, for every definition that declares them. `--param` wins."),
    key("params", Kind::Paths, JUDGING, "Files with values of policy parameters. `parameters` wins."),
    key("pac-selector", Kind::Text, JUDGING, "Which environment of a policy-as-code repository is meant."),
    key("scope", Kind::Scope, JUDGING, "Where assignments lie that do not say it, and where templates of policies are deployed."),
    key("definition-scope", Kind::Scope, JUDGING, "Where definitions and initiatives lie that have no id."),
    key("default-mode", Kind::Word, JUDGING, "The mode of definitions that name none."),
    key("aliases", Kind::Paths, ALL, "More aliases: what `az provider list --expand resourceTypes/aliases` prints."),
    key("now", Kind::Time, ALL, "The time that `utcNow()` yields and that exemptions end by, or `none`."),
    key("strict-aliases", Kind::Flag, JUDGING, "Treats an alias that no list knows as an error."),
    key("strict-scopes", Kind::Flag, JUDGING, "Leaves open whether an assignment holds for a subscription that no management group is known for."),
    key("strict-versions", Kind::Flag, JUDGING, "Treats a version of a definition that was not given as an error."),
    key("related", Kind::Word, JUDGING, "When a related resource that is not in the input is taken not to exist."),
    key("related-coverage", Kind::Paths, JUDGING, "Files that say which types the input holds whole."),
    key("related-from", Kind::Paths, JUDGING, "More resources, to look for related ones only."),
    key("properties-as-missing", Kind::Flag, SCANNING, "Judges properties that an export leaves out as missing, rather than as unknown."),
    key("incomplete-as-unknown", Kind::Flag, SCANNING, "Leaves open what related resources miss only for want of a member."),
    key("fail-on", Kind::States, EVAL, "States that end with exit code 1; `none` for no state."),
    key("unique", Kind::Flag, EVAL, "Judges a resource that is in the input more than once only once."),
    key("expand-children", Kind::Flag, EVAL, "Judges children that stand inside other rows with ids of their own, too."),
    key("evaluate-exempt", Kind::Flag, EVAL, "Judges rules where an exemption covers the resource, too."),
    key("report-disabled", Kind::Flag, EVAL, "Writes a compliant record where a disabled policy would apply."),
    key("precise", Kind::Flag, EVAL, "Percentages with one decimal."),
    key("strict-percent", Kind::Flag, EVAL, "Percentages in which what was not evaluated counts against compliance."),
    key("baseline", Kind::Path, CHECK, "Denials that are known: only new ones end with exit code 1."),
    key("allow-undecided", Kind::Flag, CHECK, "What only Azure can fill does not end with exit code 1."),
    key("template-params", Kind::Paths, CHECK, "Parameter files of deployments, for the templates that are checked."),
    key("subscription", Kind::Text, CHECK, "The subscription that a template goes to."),
    key("resource-group", Kind::Text, CHECK, "The resource group that a template goes to."),
    key("location", Kind::Text, CHECK, "The location of that group, or of a deployment above groups."),
    key("paths", Kind::Paths, TEST, "Test suites: files, folders or patterns. Without them: the working directory."),
    key("coverage", Kind::Flag, TEST, "Shows what no case shows of the policies."),
    key("fail-under", Kind::Percent, TEST, "Fails below this coverage, in per cent of goals."),
    key("threads", Kind::Number, &["eval", "test"], "Threads that judge, or suites that run at once."),
    key("max-row", Kind::Number, EVAL, "What one row may have, in MiB."),
    key("only-failures", Kind::Flag, EVAL, "Tells only what is in a state of `fail-on`, or could not be judged for an error."),
    key("show-values", Kind::Flag, ALL, "Shows values even where the name sounds like a secret."),
    Key { name: "format", kind: Kind::Word, verbs: ALL, of_verb: true, about: "How the report is written." },
];
