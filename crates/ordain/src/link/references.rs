//! Aliases that nobody lists, counts over no array (spec L-71, A-32).

use super::{Linking, Problem};
use crate::aliases::{Aliases, Resolution};
use crate::ast::{Count, Expr, ExprKind, FieldName, FieldRef, ModeKind, Subject};
use crate::expr::{self, Constants};
use crate::value::Object;
use std::collections::HashSet;

impl Linking<'_> {
    pub(super) fn check_references(&mut self, aliases: &Aliases, parameters: &Object) {
        let definition = self.definition;
        let mut fields: Vec<(&FieldRef, bool)> = Vec::new();
        let existence = definition.rule.then.details.as_ref().and_then(|d| d.existence.as_ref());
        for condition in std::iter::once(&definition.rule.condition).chain(existence) {
            condition.walk_leaves(false, &mut |leaf, _| match &leaf.subject {
                Subject::Field(field) => fields.push((field, false)),
                Subject::Count(count) => {
                    if let Count::Field { field, .. } = &**count {
                        fields.push((field, true));
                    }
                }
                Subject::Value(_) => {}
            });
        }
        let mut told = HashSet::new();
        for (field, counted) in fields {
            if let (FieldName::Expression(expression), true) = (&field.name, counted) {
                self.check_counted(aliases, parameters, field, &expression.0.root);
            }
            let FieldName::Alias(alias) = &field.name else { continue };
            let own_type = alias.rsplit_once('/').map_or("", |(kind, _)| kind);
            if counted && !selects_collection(aliases, own_type, alias) {
                self.report(&Problem::CountFieldNotArray { text: alias.to_string() }, field.span);
            }
            // Aliases of data planes are in no list (spec L-72).
            let unlisted = definition.mode.kind != ModeKind::Data && aliases.is_known(alias) == Some(false);
            if unlisted && told.insert(alias.to_ascii_lowercase()) {
                let path = aliases.resolve(own_type, alias, None);
                self.report(
                    &Problem::UnknownAlias { name: alias.to_string(), path, nearest: aliases.nearest(alias) },
                    field.span,
                );
            }
        }
    }
}

impl Linking<'_> {
    /// A computed field of a count must yield an array alias, too (spec L-44).
    fn check_counted(&mut self, aliases: &Aliases, parameters: &Object, field: &FieldRef, root: &Expr) {
        let folded = expr::fold(root, &Constants(parameters));
        let ExprKind::Literal(value) = &folded.kind else { return };
        let fits = match value.as_text() {
            Some(alias) => {
                let own_type = alias.rsplit_once('/').map_or("", |(kind, _)| kind);
                alias.contains('/') && selects_collection(aliases, own_type, alias)
            }
            None => false,
        };
        if !fits {
            let text = value.as_text().map_or_else(|| value.kind().to_owned(), str::to_owned);
            self.report(&Problem::CountFieldNotArray { text }, field.span);
        }
    }
}

fn selects_collection(aliases: &Aliases, own_type: &str, alias: &str) -> bool {
    crate::aliases::has_star(alias)
        || match aliases.resolve(own_type, alias, None) {
            Resolution::Path(path) => path.is_collection(),
            Resolution::OtherType { star } => star,
            _ => false,
        }
}
