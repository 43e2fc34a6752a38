//! `wasm-glue MODULE.wasm OUT`: writes the module with its Node binding and TypeScript types into a folder.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, out] = arguments.as_slice() else {
        eprintln!("usage: wasm-glue MODULE.wasm OUT");
        return ExitCode::from(2);
    };
    match write(module, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wasm-glue: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(module: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(module).nodejs(true)?.typescript(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(out)?;
    Ok(())
}
