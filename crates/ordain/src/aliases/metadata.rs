//! What is known of an alias beside its path: type of value, modifiable or not.

/// Type of an alias's value. It never coerces or rejects anything while reading (spec L-85).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueType {
    /// The list does not say.
    NotSpecified,
    /// Any value.
    Any,
    /// A string.
    String,
    /// An object.
    Object,
    /// An array.
    Array,
    /// A number without fraction.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
}

const VALUE_TYPES: [(&str, ValueType); 8] = [
    ("NotSpecified", ValueType::NotSpecified),
    ("Any", ValueType::Any),
    ("String", ValueType::String),
    ("Object", ValueType::Object),
    ("Array", ValueType::Array),
    ("Integer", ValueType::Integer),
    ("Number", ValueType::Number),
    ("Boolean", ValueType::Boolean),
];

impl ValueType {
    /// The type of that name, without regard to ASCII case.
    pub(super) fn from_name(name: &str) -> Option<ValueType> {
        VALUE_TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// An alias's metadata for one API version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) value_type: Option<ValueType>,
    pub(super) modifiable: Option<bool>,
}

/// Who says whether a type supports tags and location (spec L-131, L-132).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IndexedSource {
    /// The type's `capabilities` in the user's catalogue.
    Catalogue,
    /// The embedded list, from the official `capabilities`.
    Capabilities,
    /// The embedded list, from the table of types that support tags; right for 97 % of the types where
    /// both are known.
    TagSupport,
}

/// Whether mode `Indexed` evaluates a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    indexed: bool,
    source: IndexedSource,
}

impl Indexed {
    pub(super) fn new(indexed: bool, source: IndexedSource) -> Indexed {
        Indexed { indexed, source }
    }

    /// Whether the type supports both tags and location.
    pub fn indexed(&self) -> bool {
        self.indexed
    }

    /// Who says so.
    pub fn source(&self) -> IndexedSource {
        self.source
    }

    /// The layer that says so.
    pub fn layer(&self) -> super::Layer {
        match self.source {
            IndexedSource::Catalogue => super::Layer::Catalogue,
            IndexedSource::Capabilities | IndexedSource::TagSupport => super::Layer::Exceptions,
        }
    }
}

/// Whether `capabilities` holds both flags (spec L-131).
pub(super) fn supports_tags_and_location(capabilities: &str) -> bool {
    let has = |wanted: &str| capabilities.split(',').any(|flag| flag.trim().eq_ignore_ascii_case(wanted));
    has("SupportsTags") && has("SupportsLocation")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities() {
        // spec: L-131
        for (text, wanted) in [
            ("SupportsTags, SupportsLocation", true),
            ("CrossResourceGroupResourceMove,supportslocation,SUPPORTSTAGS", true),
            ("SupportsTags", false),
            ("SupportsExtension", false),
            ("None", false),
            ("", false),
        ] {
            assert_eq!(supports_tags_and_location(text), wanted, "{text}");
        }
    }
}
