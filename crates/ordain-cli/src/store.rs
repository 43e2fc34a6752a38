//! Files put in place whole: what is there is always the old text or the new one.

use ordain::Diagnostic;
use ordain::json::{Decoded, decode};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a file, new or in the place of another.
pub fn put(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match fs::metadata(path) {
        // A pipe or device has no place beside it.
        Ok(known) if !known.is_file() => {
            let mut file = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
            write(&mut file)?;
            file.flush()
        }
        // A link stays one: what it leads to is written.
        Ok(known) => swap(&fs::canonicalize(path)?, Some(known.permissions()), write),
        Err(_) => swap(path, None, write),
    }
}

/// Writes a new text in the place of the one that was read, unless the file has become another.
pub fn rewrite(name: &str, old: &str, new: &str) -> Result<(), Diagnostic> {
    let fault = |message: String| Diagnostic::error("NotWritten", message).origin(name);
    // A link stays one: what it leads to is written.
    let path = fs::canonicalize(name).map_err(|e| fault(format!("the file cannot be found: {e}")))?;
    let bytes = fs::read(&path).map_err(|e| fault(format!("the file cannot be read: {e}")))?;
    let mark: &[u8] = if bytes.starts_with(b"\xEF\xBB\xBF") { b"\xEF\xBB\xBF" } else { b"" };
    if ordain_batch::Packing::of(&bytes).is_some() {
        return Err(fault("a compressed file is not changed".into()).help("decompress it first"));
    }
    match decode(&bytes) {
        Decoded::Text(_) if matches!(bytes.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) => {
            return Err(fault("a file in UTF-16 is not changed".into()).help("write it as UTF-8 first"));
        }
        Decoded::Text(text) if text == old => {}
        Decoded::Text(_) => return Err(fault("the file has changed since it was read".into())),
        Decoded::BadUtf8(_) | Decoded::BadUtf16 => {
            return Err(fault("a file that is not UTF-8 throughout is not changed".into())
                .help("write it as UTF-8 first"));
        }
    }
    let permissions = fs::metadata(&path).map(|known| known.permissions()).ok();
    let written = swap(&path, permissions, |out| {
        out.write_all(mark)?;
        out.write_all(new.as_bytes())
    });
    written.map_err(|e| fault(format!("the file cannot be written: {e}")))
}

/// Writes beside the file first, so that there is always one of the two.
fn swap(
    path: &Path,
    permissions: Option<fs::Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let beside = beside(path);
    let written = (|| {
        let mut file = BufWriter::new(fs::OpenOptions::new().write(true).create_new(true).open(&beside)?);
        write(&mut file)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
