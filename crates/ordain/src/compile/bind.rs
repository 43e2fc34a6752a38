//! First folding: parameters are known. The tree keeps every condition of the author, in the author's order.

use super::{applies, consequence};
use crate::ast::{self, Condition, ConditionKind, Count, Effect, FieldName, Leaf, Template, TemplateKind};
use crate::diagnostic::Diagnostic;
use crate::evaluate::{as_location, field_of};
use crate::expr::{Constants, fold_template};
use crate::functions::{self, Ask, Run};
use crate::limits;
use crate::link::{Linked, Problem};
use crate::operators::{self, Check};
use crate::plan::{
    Branch, Checked, Counted, Demand, Kinds, Node, Policy, Site, SiteId, SiteLeaf, Subject, SubjectKind, Test,
};
use crate::value::{FaultKind, Value};
use std::sync::Arc;

/// Makes a policy of a linked definition. Operands that parameters turn into something that their operator
/// does not take are reported (spec C-12).
#[must_use]
pub fn bind(linked: &Linked) -> (Policy, Vec<Diagnostic>) {
    let mut binding = Binding {
        linked,
        constants: Constants(&linked.parameters),
        sites: Vec::new(),
        kinds: Kinds::default(),
        reads_location: false,
        diagnostics: Vec::new(),
        iterations: 1,
    };
    let rule = binding.condition(&linked.definition.rule.condition, false);
    let (kinds, mut reads_location) = (binding.kinds, binding.reads_location);
    let demand = binding.demand();
    reads_location |= binding.reads_location;
    reads_location |= applies::details_ask_location(&linked.definition.rule.then);
    let Binding { sites, mut diagnostics, .. } = binding;
    let consequence = consequence::of(linked, &mut diagnostics);
    let named = named(&rule, demand.as_ref());
    let policy = Policy {
        definition: linked.definition.clone(),
        parameters: linked.parameters.clone(),
        effect: linked.effect,
        rule,
        demand,
        consequence,
        sites,
        kinds,
        reads_location,
        pair: linked.pair,
        origin: linked.origin.clone(),
        broken: linked.broken.clone(),
        named,
        silent: linked.effect == Effect::Disabled,
    };
    (policy, diagnostics)
}

/// The texts that `field()` is given literally, and the aliases that `current()` is, each once.
fn named(rule: &Branch, demand: Option<&Demand>) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut visit = |root: &ast::Expr| {
        root.walk_calls(&mut |_, function, arguments| {
            if let (
                Run::Asks(ask @ (Ask::Field | Ask::Current)),
                [ast::Expr { kind: ast::ExprKind::Literal(Value::Text(name)), .. }],
            ) = (functions::function(function).run, arguments)
                && !names.contains(name)
                // What has no slash is the name of a count (spec A-52).
                && (ask == Ask::Field || name.contains('/'))
            {
                names.push(name.clone());
            }
        });
    };
    rule.walk_expressions(&mut visit);
    if let Some(demand) = demand {
        demand.existence.iter().for_each(|existence| existence.walk_expressions(&mut visit));
        let parts = [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref()];
        for template in parts.into_iter().chain([demand.group.as_ref(), demand.scope.as_ref()]).flatten() {
            template.walk(&mut |expression, _| visit(&expression.root));
        }
    }
    names
}

struct Binding<'b> {
    linked: &'b Linked,
    constants: Constants<'b>,
    sites: Vec<Site>,
    kinds: Kinds,
    reads_location: bool,
    diagnostics: Vec<Diagnostic>,
    /// Iterations of the value counts around the place, as far as their arrays are known.
    iterations: usize,
}

impl Binding<'_> {
    /// What the effect looks for; `EffectDetailsMismatch` where it cannot (spec E-9, E-83).
    fn demand(&mut self) -> Option<Demand> {
        let definition = self.linked.definition.clone();
        if !matches!(self.linked.effect, ast::Effect::AuditIfNotExists | ast::Effect::DeployIfNotExists) {
            return None;
        }
        let details = definition.rule.then.details.as_ref();
        let member = |name: &str| details.and_then(|details| details.body.member(name));
        let Some(resource_type) = member("type") else {
            self.mismatch(definition.rule.then.effect.span, "`details` has no `type`");
            return None;
        };
        let existence = details.and_then(|details| details.existence.as_ref());
        let existence = existence.map(|existence| self.condition(existence, true));
        let folded = |name: &str| member(name).map(|template| fold_template(template, &self.constants));
        let demand = Demand {
            resource_type: fold_template(resource_type, &self.constants),
            name: folded("name"),
            kind: folded("kind"),
            group: folded("resourceGroupName"),
            scope: folded("existenceScope"),
            existence,
        };
        let texts =
            [Some(&demand.resource_type), demand.name.as_ref(), demand.kind.as_ref(), demand.group.as_ref()];
        for text in texts.into_iter().flatten() {
            if text.literal().is_some_and(|value| value.as_text().is_none_or(str::is_empty)) {
                self.mismatch(text.span, "a text that is not empty is needed here");
            }
        }
        if let Some(scope) = &demand.scope
            && let Some(value) = scope.literal()
            && !value
                .as_text()
                .is_some_and(|s| ["resourcegroup", "subscription"].contains(&s.to_ascii_lowercase().as_str()))
        {
            self.mismatch(scope.span, "`existenceScope` is `ResourceGroup` or `Subscription`");
        }
        Some(demand)
    }

    fn mismatch(&mut self, span: crate::source::Span, message: &'static str) {
        let problem = Problem::EffectDetailsMismatch { effect: self.linked.effect.name(), message };
        self.diagnostics.push(Diagnostic::error(problem.code(), &problem).label(
            &self.linked.definition.source,
            span,
            "",
        ));
    }

    fn condition(&mut self, condition: &Condition, inside: bool) -> Branch {
        let site = SiteId(u32::try_from(self.sites.len()).unwrap_or(u32::MAX));
        self.sites.push(Site { span: condition.span, leaf: None });
        let node = match &condition.kind {
            ConditionKind::AllOf(members) => {
                Node::All(members.iter().map(|m| self.condition(m, inside)).collect())
            }
            ConditionKind::AnyOf(members) => {
                Node::Any(members.iter().map(|m| self.condition(m, inside)).collect())
            }
            ConditionKind::Not(member) => Node::Not(Box::new(self.condition(member, inside))),
            ConditionKind::Leaf(leaf) => {
                let written = self.written(leaf);
                if let Some(slot) = self.sites.get_mut(site.0 as usize) {
                    slot.leaf = Some(written);
                }
                self.leaf(leaf, inside)
            }
        };
        Branch { node, site }
    }

    fn written(&self, leaf: &Leaf) -> SiteLeaf {
        let source = &self.linked.definition.source;
        let text = |template: &Template| match &template.kind {
            TemplateKind::Expression(expression) => expression.text.clone(),
            TemplateKind::Literal(Value::Text(text)) => text.clone(),
            _ => source.slice(template.span).into(),
        };
        let (subject, kind) = match &leaf.subject {
            ast::Subject::Field(field) => (self.spelled(field), SubjectKind::Field),
            ast::Subject::Value(value) => (text(value), SubjectKind::Value),
            ast::Subject::Count(count) => match &**count {
                Count::Field { field, .. } => (self.spelled(field), SubjectKind::Count),
                Count::Value { value, .. } => (text(value), SubjectKind::Count),
            },
        };
        let named = match &leaf.subject {
            ast::Subject::Field(field) => Some(field),
            ast::Subject::Count(count) => match &**count {
                Count::Field { field, .. } => Some(field),
                Count::Value { .. } => None,
            },
            ast::Subject::Value(_) => None,
        };
        let alias = named.and_then(|field| match self.field(&field.name) {
            Ok(FieldName::Alias(alias)) => Some(alias),
            _ => None,
        });
        let filtered = matches!(&leaf.subject, ast::Subject::Count(count) if count.filter().is_some());
        let mut test_span = leaf.operator_span;
        test_span.end = leaf.operand.span.end.max(test_span.end);
        SiteLeaf { subject, alias, kind, operator: leaf.operator, filtered, test_span }
    }

    /// A field as written, or as parameters make it (spec S-43).
    fn spelled(&self, field: &ast::FieldRef) -> Arc<str> {
        let computed = match &field.name {
            FieldName::Expression(expression) => {
                match crate::expr::fold(&expression.0.root, &self.constants).kind {
                    ast::ExprKind::Literal(Value::Text(text)) if !text.is_empty() => Some(text),
                    _ => None,
                }
            }
            _ => None,
        };
        computed.unwrap_or_else(|| field.text.clone())
    }

    fn leaf(&mut self, leaf: &Leaf, inside: bool) -> Node {
        let mut location = false;
        let subject = match &leaf.subject {
            ast::Subject::Field(field) => match self.field(&field.name) {
                Ok(name) => {
                    location = name == FieldName::Location;
                    self.note(&name, inside);
                    Subject::Field(name)
                }
                Err(node) => {
                    self.kinds.other |= !inside;
                    return node;
                }
            },
            ast::Subject::Value(value) => {
                self.kinds.other |= !inside;
                Subject::Value(fold_template(value, &self.constants))
            }
            ast::Subject::Count(count) => {
                self.kinds.other |= !inside;
                match self.count(count) {
                    Ok(counted) => Subject::Count(Box::new(counted)),
                    Err(node) => return node,
                }
            }
        };
        let check = self.operand(leaf, location && leaf.operator.compares_locations());
        Node::Own(Box::new(Test { subject, check }))
    }

    /// Remembers what kinds of conditions there are (spec S-14, S-16).
    fn note(&mut self, name: &FieldName, inside: bool) {
        self.reads_location |= *name == FieldName::Location;
        if inside {
            return;
        }
        match name {
            FieldName::Type => self.kinds.kind_of_type = true,
            FieldName::Name => self.kinds.kind_of_name = true,
            FieldName::Kind => self.kinds.kind_of_kind = true,
            _ => self.kinds.other = true,
        }
    }

    /// A field whose name may be computed from parameters.
    fn field(&self, name: &FieldName) -> Result<FieldName, Node> {
        let FieldName::Expression(expression) = name else { return Ok(name.clone()) };
        let root = crate::expr::fold(&expression.0.root, &self.constants);
        match root.kind {
            ast::ExprKind::Literal(value) => field_of(&value).map_err(Node::Fail),
            ast::ExprKind::Fail(fault) => Err(Node::Fail(fault)),
            _ => {
                let folded = ast::Expression { text: expression.0.text.clone(), root };
                Ok(FieldName::Expression(ast::ExpressionRef(Arc::new(folded))))
            }
        }
    }

    fn count(&mut self, count: &Count) -> Result<Counted, Node> {
        Ok(match count {
            Count::Field { field, filter } => {
                let over = Subject::Field(self.field(&field.name)?);
                let filter = filter.as_ref().map(|f| self.condition(f, true));
                Counted::Field { over, path: Arc::from([]), filter }
            }
            Count::Value { value, name, filter } => {
                let over = fold_template(value, &self.constants);
                if let Some(value) =
                    over.literal().filter(|v| !matches!(v, Value::Array(_) | Value::Unknown(_)))
                {
                    let problem = Problem::CountValue { found: value.kind() };
                    let source = &self.linked.definition.source;
                    self.diagnostics
                        .push(Diagnostic::error(problem.code(), &problem).label(source, over.span, ""));
                }
                let limited = over.literal().is_none();
                let around = self.iterations;
                if let Some(Value::Array(items)) = over.literal() {
                    self.iterations = around.saturating_mul(items.len());
                    self.check_iterations(around, over.span);
                }
                let filter = filter.as_ref().map(|f| self.condition(f, true));
                self.iterations = around;
                Counted::Value { over, name: name.clone(), filter, limited }
            }
        })
    }

    /// Known arrays beyond the limit are judged, but told (spec D-73); once for nested counts.
    fn check_iterations(&mut self, around: usize, span: crate::source::Span) {
        let (found, limit) = (self.iterations, limits::VALUE_COUNT_ITERATIONS);
        if found > limit && around <= limit {
            let problem = Problem::LimitExceeded { found, limit };
            let source = &self.linked.definition.source;
            self.diagnostics.push(Diagnostic::warning(problem.code(), &problem).label(source, span, ""));
        }
    }

    fn operand(&mut self, leaf: &Leaf, location: bool) -> Checked {
        // A written array or object with expressions inside is still a literal (spec C-10, C-11).
        let written_literally = !matches!(leaf.operand.kind, TemplateKind::Expression(_));
        let operand = fold_template(&leaf.operand, &self.constants);
        let operator = leaf.operator;
        let value = match operand.kind {
            TemplateKind::Literal(value) => value,
            TemplateKind::Expression(ref expression) => {
                if let ast::ExprKind::Fail(fault) = &expression.root.kind {
                    return Checked::Fail(fault.clone());
                }
                return Checked::Computed { operator, operand, location };
            }
            _ => return Checked::Computed { operator, operand, location },
        };
        let value = if location { as_location(&value) } else { value };
        let whole = matches!(value, Value::Array(_) | Value::Object(_));
        let scalar_wanted = matches!(
            operators::row(operator).operand,
            operators::OperandKind::Any | operators::OperandKind::Text
        );
        let prepared = match written_literally {
            true => Check::prepare_literal(operator, &value),
            // The service refuses an array where parameters put one under a scalar operator (spec C-12).
            false if whole && scalar_wanted => {
                let message = format!(
                    "takes {}, but the parameters make it {}",
                    operators::row(operator).operand.words(),
                    crate::diagnostic::a(value.kind())
                );
                return self.misfit(leaf, message);
            }
            false => Check::prepare(operator, &value),
        };
        match prepared {
            Ok(check) => Checked::Ready(check),
            Err(fault) if matches!(fault.kind(), FaultKind::OperandType | FaultKind::TypeMismatch) => {
                let message = format!(
                    "takes {}, but the parameters make it {}",
                    operators::row(operator).operand.words(),
                    crate::diagnostic::a(value.kind())
                );
                self.misfit(leaf, message)
            }
            Err(fault) => Checked::Fail(fault),
        }
    }

    fn misfit(&mut self, leaf: &Leaf, message: String) -> Checked {
        let problem =
            Problem::OperandType { operator: operators::row(leaf.operator).name, message: message.clone() };
        self.diagnostics.push(Diagnostic::error(problem.code(), &problem).label(
            &self.linked.definition.source,
            leaf.operand.span,
            "",
        ));
        Checked::Fail(crate::value::Fault::new(FaultKind::OperandType, message))
    }
}

/// Whether a template asks for anything but parameters.
pub(super) fn asks(template: &Template, wanted: impl Fn(Ask) -> bool) -> bool {
    let mut found = false;
    template.walk(&mut |expression, _| {
        expression.root.walk_calls(&mut |_, function, _| {
            found |= matches!(functions::function(function).run, Run::Asks(ask) if wanted(ask));
        });
    });
    found
}
