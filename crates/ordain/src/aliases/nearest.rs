//! The known alias one slip away from an unknown one. The embedded list holds hashes, so names cannot be gone through:
//! the slips are made and looked up.

/// Every text one slip of the property part away: two letters swapped, one left out, doubled, wrong or missing. The
/// likely ones first; about 50 for each letter.
pub(super) fn slips(alias: &str) -> impl Iterator<Item = String> {
    let at = alias.rfind('/').map_or(0, |at| at + 1);
    let (front, property) = alias.split_at_checked(at).unwrap_or((alias, ""));
    let letters: Vec<char> = property.chars().collect();
    let front = front.to_owned();
    let made = move |change: &dyn Fn(&mut Vec<char>)| {
        let mut changed = letters.clone();
        change(&mut changed);
        format!("{front}{}", changed.into_iter().collect::<String>())
    };
    let count = property.chars().count();
    // A longer text than any alias has no near one, and would cost.
    let count = if count > 128 { 0 } else { count };
    let mut all = Vec::new();
    all.extend((1..count).map(|at| made(&|letters| letters.swap(at - 1, at))));
    all.extend((0..count).map(|at| {
        made(&|letters| {
            letters.remove(at);
        })
    }));
    for letter in 'a'..='z' {
        all.extend((0..=count).map(|at| made(&|letters| letters.insert(at, letter))));
        all.extend((0..count).map(|at| {
            made(&|letters| {
                if let Some(one) = letters.get_mut(at) {
                    *one = letter;
                }
            })
        }));
    }
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::Aliases;

    #[test]
    fn one_slip_away() {
        // spec: L-71
        let near = |alias: &str| Aliases::embedded().nearest(alias);
        let right = "Microsoft.ContainerRegistry/registries/adminUserEnabled";
        for slip in [
            "adminUserEnabeld",
            "adminUserEnable",
            "adminUsrEnabled",
            "adminUserrEnabled",
            "admimUserEnabled",
        ] {
            let found = near(&format!("Microsoft.ContainerRegistry/registries/{slip}"));
            assert!(
                found.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(right)),
                "{slip}: {found:?}"
            );
        }
        assert_eq!(near("Microsoft.ContainerRegistry/registries/nothingOfTheKind"), None);
    }
}
