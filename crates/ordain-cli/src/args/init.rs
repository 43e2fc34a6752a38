//! Arguments of `ordain init`.

use crate::exit;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  ordain init
  ordain init my-policies
  ordain init my-policies --force";

const ABOUT: &str = "\
Begins a project: a policy with its tests, a configuration file, a resource and a template to try them on, a workflow
for GitHub Actions, schemas and settings with which editors complete and check. Files that are there already are kept.";

/// `ordain init`.
#[derive(Debug, Args)]
#[command(long_about = ABOUT, after_help = format!("{}\n\n{EXAMPLES}", exit::INIT_HELP))]
pub struct Init {
    /// Where: a folder, which is made if need be (default: the folder that you are in)
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub folder: PathBuf,

    /// Write over files that are there already
    #[arg(long)]
    pub force: bool,
}
