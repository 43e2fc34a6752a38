//! Settings laid under what was typed: the line wins, then the section of the verb, then the rest.

use super::form::{Configuration, Given, Setting};
use super::keys::{KEYS, Kind};
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use ordain::Value;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What a configuration adds to a call.
#[derive(Debug, Default)]
pub struct Laid {
    /// Words that belong behind the verb.
    pub words: Vec<OsString>,
    /// Files with values of parameters.
    pub files: Vec<PathBuf>,
    /// Values of parameters.
    pub values: Vec<(String, Value)>,
    /// Names of the keys that count.
    pub keys: Vec<&'static str>,
}

/// What a configuration in `folder` adds to a call of `verb` in which `typed` was found.
pub fn lay(
    configuration: &Configuration,
    folder: &Path,
    verb: &str,
    command: &Command,
    typed: &ArgMatches,
) -> Laid {
    let mut laid = Laid::default();
    for key in KEYS.iter().filter(|key| key.is_of(verb)) {
        let of_key = || configuration.settings.iter().filter(|setting| setting.key.name == key.name);
        let own = of_key().find(|setting| setting.section == Some(verb));
        let Some(setting) = own.or_else(|| of_key().find(|setting| setting.section.is_none())) else {
            continue;
        };
        // Values of parameters are laid under one another, name by name.
        if matches!(key.name, "parameters" | "params") {
            laid.parameters(setting, folder);
            laid.keys.push(key.name);
        } else if !is_typed(key.name, command, typed) && laid.option(setting, folder) {
            laid.keys.push(key.name);
        }
    }
    laid
}

/// Whether an option, or for `paths` the words of the call, came from the line.
fn is_typed(name: &str, command: &Command, typed: &ArgMatches) -> bool {
    let ours = |argument: &&clap::Arg| match name {
        "paths" => argument.is_positional(),
        _ => argument.get_long() == Some(name),
    };
    command.get_arguments().find(ours).is_some_and(|argument| {
        typed.value_source(argument.get_id().as_str()) == Some(ValueSource::CommandLine)
    })
}

impl Laid {
    fn parameters(&mut self, setting: &Setting, folder: &Path) {
        match &setting.value {
            Given::Values(values) => self.values.extend(values.iter().cloned()),
            Given::Texts(files) => {
                self.files.extend(files.iter().map(|file| PathBuf::from(placed(folder, file))))
            }
            Given::Flag(_) => {}
        }
    }

    /// Whether anything is added.
    fn option(&mut self, setting: &Setting, folder: &Path) -> bool {
        let key = setting.key;
        let texts: Vec<String> = match &setting.value {
            Given::Flag(flag) => {
                self.words.extend(flag.then(|| OsString::from(format!("--{}", key.name))));
                return *flag;
            }
            Given::Values(_) => return false,
            Given::Texts(texts) if matches!(key.kind, Kind::Paths | Kind::Path) => {
                texts.iter().map(|text| placed(folder, text)).collect()
            }
            Given::Texts(texts) if key.kind == Kind::States => vec![texts.join(",")],
            Given::Texts(texts) => texts.clone(),
        };
        for text in texts {
            self.words.push(match key.name {
                "paths" if text.starts_with('-') => format!("./{text}").into(),
                "paths" => text.into(),
                name => format!("--{name}={text}").into(),
            });
        }
        true
    }
}

/// A path of the configuration, as it is called from the working directory.
fn placed(folder: &Path, text: &str) -> String {
    let plain = match text.strip_prefix("./") {
        Some("") | None => text,
        Some(rest) => rest,
    };
    match folder.as_os_str().is_empty() {
        true => plain.to_owned(),
        false => folder.join(plain).to_string_lossy().into_owned(),
    }
}
