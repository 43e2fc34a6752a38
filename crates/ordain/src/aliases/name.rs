//! An alias name taken apart: the type before the last `/`, the property behind it (spec L-50).

/// A well-formed alias name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'n> {
    text: &'n str,
    of_type: &'n str,
    property: &'n str,
}

impl<'n> Name<'n> {
    /// `None` where spec L-54 wants an error: no type or no property part.
    pub(super) fn parse(text: &'n str) -> Option<Name<'n>> {
        let (of_type, property) = text.rsplit_once('/')?;
        let has_type = of_type.split('/').any(|segment| !segment.is_empty());
        (has_type && !property.is_empty()).then_some(Name { text, of_type, property })
    }

    /// The whole name.
    pub(super) fn text(&self) -> &'n str {
        self.text
    }

    /// The text before the last `/`.
    pub(super) fn of_type(&self) -> &'n str {
        self.of_type
    }

    /// The text behind the last `/`.
    pub(super) fn property(&self) -> &'n str {
        self.property
    }

    pub(super) fn namespace(&self) -> &'n str {
        self.of_type.split('/').next().unwrap_or(self.of_type)
    }

    pub(super) fn is_of_type(&self, resource_type: &str) -> bool {
        self.of_type.eq_ignore_ascii_case(resource_type)
    }

    /// Whether the namespace is one of the data plane's, which no providers list holds (spec L-72).
    pub(super) fn is_data_plane(&self) -> bool {
        let end = self.namespace().rsplit_once('.').map(|(_, end)| end);
        end.is_some_and(|end| end.eq_ignore_ascii_case("Data"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_apart() {
        // spec: L-50, L-54, L-72
        for (text, wanted) in [
            ("N.S/types/a.b[*]", Some(("N.S/types", "a.b[*]", false))),
            ("N.S/types/children/a", Some(("N.S/types/children", "a", false))),
            ("Microsoft.Compute/imageId", Some(("Microsoft.Compute", "imageId", false))),
            (
                "Microsoft.KeyVault.data/vaults/keys/keySize",
                Some(("Microsoft.KeyVault.data/vaults/keys", "keySize", true)),
            ),
            ("Data/a", Some(("Data", "a", false))),
            ("Microsoft.Sql/servers/", None),
            ("/a", None),
            ("//a", None),
            ("a/", None),
            ("/", None),
            ("a", None),
            ("", None),
        ] {
            let parts = Name::parse(text).map(|n| (n.of_type(), n.property(), n.is_data_plane()));
            assert_eq!(parts, wanted, "{text}");
        }
    }
}
