//! Aliases that are a part of a text: the patterns of the official list (spec L-74).

/// The phrase of the image aliases on `Microsoft.Compute/disks`.
const DISK_IMAGE_PHRASE: &str = "/Subscriptions/{subscriptionId}/Providers/Microsoft.Compute\
    /Locations/{location}/Publishers/{imagePublisher}/ArtifactTypes/VMImage/Offers/{imageOffer}\
    /Skus/{imageSku}/Versions/{imageVersion}";
const DISK_IMAGE_PATH: &str = "properties.creationData.imageReference.id";
const DISK: &str = "Microsoft.Compute/disks";
const DISK_PREFIX: &str = "Microsoft.Compute/";
const DISK_VARIABLES: [&str; 4] = ["imagePublisher", "imageOffer", "imageSku", "imageVersion"];

/// Takes one variable out of a text that follows a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    pieces: Box<[Piece]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// This text, without regard to ASCII case.
    Text(Box<str>),
    /// One or more characters other than `/`.
    Variable { wanted: bool },
}

impl Extract {
    /// `phrase` holds `{name}` marks, `variable` is the name to yield. `None`: an open brace without its
    /// partner, two marks without a text between them, or no mark of that name.
    pub(super) fn new(phrase: &str, variable: &str) -> Option<Extract> {
        let mut pieces = Vec::new();
        let mut found = false;
        let mut rest = phrase;
        while let Some((text, tail)) = rest.split_once('{') {
            let (name, behind) = tail.split_once('}')?;
            if !text.is_empty() {
                pieces.push(Piece::Text(text.into()));
            } else if !pieces.is_empty() {
                return None;
            }
            let wanted = name.eq_ignore_ascii_case(variable);
            found |= wanted;
            pieces.push(Piece::Variable { wanted });
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        found.then(|| Extract { pieces: pieces.into() })
    }

    /// The extraction that holds for an alias of disks where no list gives one.
    pub(super) fn built_in(resource_type: &str, alias: &str, path: &str) -> Option<Extract> {
        let property = alias.get(DISK_PREFIX.len()..)?;
        let variable = DISK_VARIABLES.iter().find(|name| name.eq_ignore_ascii_case(property))?;
        let of_disks = resource_type.eq_ignore_ascii_case(DISK)
            && path.eq_ignore_ascii_case(DISK_IMAGE_PATH)
            && alias.get(..DISK_PREFIX.len())?.eq_ignore_ascii_case(DISK_PREFIX);
        if of_disks { Extract::new(DISK_IMAGE_PHRASE, variable) } else { None }
    }

    /// The variable's text, or `None` when `text` does not follow the phrase: the alias is missing then.
    ///
    /// A variable ends where the phrase's next text begins first.
    pub fn apply(&self, text: &str) -> Option<String> {
        let mut rest = text;
        let mut result = None;
        let mut pieces = self.pieces.iter().peekable();
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Text(wanted) => rest = strip_prefix_folded(rest, wanted)?,
                Piece::Variable { wanted } => {
                    let next = match pieces.next_if(|next| matches!(next, Piece::Text(_))) {
                        Some(Piece::Text(next)) => next,
                        _ => "",
                    };
                    let (value, behind) = match pieces.peek() {
                        None => before_last(rest, next)?,
                        Some(_) => before_first(rest, next)?,
                    };
                    if value.is_empty() || value.contains('/') {
                        return None;
                    }
                    if *wanted {
                        result = Some(value.to_owned());
                    }
                    rest = behind;
                }
            }
        }
        if rest.is_empty() { result } else { None }
    }
}

/// What stands before the first `next` behind the first character, and what follows it.
fn before_first<'t>(text: &'t str, next: &str) -> Option<(&'t str, &'t str)> {
    text.char_indices().skip(1).find_map(|(at, _)| {
        let (value, tail) = text.split_at_checked(at)?;
        Some((value, strip_prefix_folded(tail, next)?))
    })
}

/// What stands before the `next` that ends the text.
fn before_last<'t>(text: &'t str, next: &str) -> Option<(&'t str, &'t str)> {
    let (value, tail) = text.split_at_checked(text.len().checked_sub(next.len())?)?;
    Some((value, strip_prefix_folded(tail, next)?))
}

fn strip_prefix_folded<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extracts() {
        // spec: L-74
        for (phrase, variable, text, wanted) in [
            ("/a/{x}/b/{y}", "x", "/A/one/B/two", Some("one")),
            ("/a/{x}/b/{y}", "Y", "/a/one/b/two", Some("two")),
            ("/a/{x}/b/{y}", "y", "/a/one/b/two/c", None),
            ("/a/{x}/b/{y}", "y", "/a/one/b/", None),
            ("/a/{x}/b/{y}", "x", "/a/one/more/b/two", None),
            ("{x}", "x", "all", Some("all")),
            ("{x}", "x", "", None),
            ("{x}-{y}.z", "y", "a-b-c.z.z", Some("b-c.z")),
            ("{x}/end", "x", "start/end", Some("start")),
            ("{x}/end", "x", "end", None),
            ("ä{x}ö", "x", "äüö", Some("ü")),
            ("ä{x}", "x", "a", None),
        ] {
            let extract = Extract::new(phrase, variable).expect(phrase);
            assert_eq!(extract.apply(text).as_deref(), wanted, "{phrase} on {text}");
        }
        for (phrase, variable) in [("/a/{x}", "y"), ("{x", "x"), ("{x}{y}", "x"), ("", "")] {
            assert_eq!(Extract::new(phrase, variable), None, "{phrase}");
        }
    }

    #[test]
    fn image_of_a_disk() {
        // spec: L-74
        let id = "/subscriptions/s/providers/Microsoft.Compute/locations/westus/publishers/Canonical\
            /artifactTypes/vmimage/offers/ubuntu/skus/22_04/versions/1.0.0";
        for (alias, wanted) in [
            ("Microsoft.Compute/imagePublisher", Some("Canonical")),
            ("microsoft.compute/IMAGEOFFER", Some("ubuntu")),
            ("Microsoft.Compute/imageSku", Some("22_04")),
            ("Microsoft.Compute/imageVersion", Some("1.0.0")),
            ("Microsoft.Compute/imageId", None),
            ("x", None),
        ] {
            let value = Extract::built_in("microsoft.compute/disks", alias, DISK_IMAGE_PATH)
                .and_then(|e| e.apply(id));
            assert_eq!(value.as_deref(), wanted, "{alias}");
        }
        let sku = "Microsoft.Compute/imageSku";
        assert_eq!(Extract::built_in("Microsoft.Compute/virtualMachines", sku, DISK_IMAGE_PATH), None);
        assert_eq!(Extract::built_in(DISK, sku, "properties.other"), None);
    }
}
