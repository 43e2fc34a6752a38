//! The front of an id: what it tells of the place alone.

/// The front of an id that leads into a resource group, which decides alone where the resource is; `None` for other ids.
pub(crate) fn group_front(id: &str) -> Option<&str> {
    let bytes = id.as_bytes();
    let starts = |at: usize, name: &str| {
        bytes.get(at..at + name.len()).is_some_and(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    let segment = |from: usize| {
        let length = bytes.get(from..)?.iter().position(|b| *b == b'/').unwrap_or(bytes.len() - from);
        (length > 0).then_some(from + length)
    };
    const SUBSCRIPTIONS: &str = "/subscriptions/";
    const GROUPS: &str = "/resourceGroups/";
    const PROVIDERS: &str = "/providers/";
    if !starts(0, SUBSCRIPTIONS) {
        return None;
    }
    let subscription = segment(SUBSCRIPTIONS.len())?;
    if !starts(subscription, GROUPS) {
        return None;
    }
    let group = segment(subscription + GROUPS.len())?;
    let goes_on =
        group == bytes.len() || (starts(group, PROVIDERS) && segment(group + PROVIDERS.len()).is_some());
    if goes_on { id.get(..group) } else { None }
}

#[cfg(test)]
mod tests {
    use super::group_front;

    #[test]
    fn fronts() {
        // spec: I-25, L-12
        for (id, front) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/x",
                Some("/subscriptions/s/resourceGroups/g"),
            ),
            ("/Subscriptions/s/resourcegroups/G", Some("/Subscriptions/s/resourcegroups/G")),
            (
                "/subscriptions/s/resourceGroups/größe/providers/A.B/c/x",
                Some("/subscriptions/s/resourceGroups/größe"),
            ),
            ("/subscriptions/s/resourceGroups/g/providers/", None),
            ("/subscriptions/s/resourceGroups/g/other/subscriptions/t", None),
            ("/subscriptions//resourceGroups/g", None),
            ("/subscriptions/s/resourceGroups/", None),
            ("/subscriptions/s", None),
            ("/subscriptions/s/providers/A.B/c/x", None),
            ("subscriptions/s/resourceGroups/g", None),
            ("", None),
        ] {
            assert_eq!(group_front(id), front, "{id}");
        }
    }
}
