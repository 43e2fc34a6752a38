//! Looking at one condition, expression or field without a policy around it: for tools that explain the
//! language. The interface may change in any version.

use crate::aliases::Aliases;
use crate::ast::{
    self, Condition, ConditionKind, Definition, Effect, Mode, ModeKind, PolicyType, Rule, Template,
    TemplateKind, Then,
};
use crate::compile::{self, Folding};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, Facts, Slot};
use crate::engine::Context;
use crate::evaluate::{Machine, Silent, Truth};
use crate::expr::{self, Fragment, Pool};
use crate::link::Linked;
use crate::plan::Residual;
use crate::source::{Source, Span};
use crate::syntax;
use crate::value::{Fault, Object, Reason, Value};
use std::sync::Arc;

/// What a look gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Probed {
    /// A value; a condition's is a boolean.
    Value(Value),
    /// A field that is missing.
    Missing,
    /// Not known from the input.
    Unknown(Reason),
    /// Evaluation failed.
    Failed(Fault),
    /// The text is wrong.
    Refused(Vec<Diagnostic>),
}

/// What to look at.
enum Look<'l> {
    At(&'l Template),
    Read(&'l ast::FieldName),
}

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Probe {
    /// Values of parameters; none needs to be declared.
    pub parameters: Object,
    /// The surroundings.
    pub context: Context,
    /// Alias knowledge.
    pub aliases: Aliases,
}

impl Probe {
    /// The value of a string at an expression position.
    pub fn expression<D: Document + ?Sized>(&self, text: &str, document: &D) -> Probed {
        let quoted = serde_json::Value::from(text).to_string();
        let source = Source::new("<expression>", quoted);
        let mut pool = Pool::default();
        let span = Span::new(0, source.text().len());
        let (template, diagnostics) = syntax::parse_text(&source, &mut pool, text, span);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Probed::Refused(diagnostics);
        }
        if let Some(name) = self.undeclared(&template) {
            let message = format!("there is no parameter `{name}`");
            return Probed::Refused(vec![Diagnostic::error("UndeclaredParameter", message)]);
        }
        self.look(document, Look::At(&template))
    }

    fn undeclared(&self, template: &Template) -> Option<String> {
        let mut missing = None;
        template.walk(&mut |expression, _| {
            expression.root.walk_calls(&mut |_, function, arguments| {
                use crate::functions::{Ask, Run};
                if let (
                    Run::Asks(Ask::Parameters),
                    [ast::Expr { kind: ast::ExprKind::Literal(Value::Text(name)), .. }],
                ) = (crate::functions::function(function).run, arguments)
                    && self.parameters.get(name).is_none()
                {
                    missing.get_or_insert_with(|| name.to_string());
                }
            });
        });
        missing
    }

    /// The truth of a condition, given as JSON text.
    pub fn condition<D: Document + ?Sized>(&self, text: &str, document: &D) -> Probed {
        self.judge(text, document, Folding::Full)
    }

    /// The same with nothing folded: the answer must not differ.
    pub fn condition_unfolded<D: Document + ?Sized>(&self, text: &str, document: &D) -> Probed {
        self.judge(text, document, Folding::None)
    }

    fn judge<D: Document + ?Sized>(&self, text: &str, document: &D, folding: Folding) -> Probed {
        let source = Source::new("<condition>", text);
        let mut pool = Pool::default();
        let (condition, diagnostics) = syntax::parse_condition(&source, &mut pool);
        let Some(condition) = condition else { return Probed::Refused(diagnostics) };
        let linked = self.linked(source, condition);
        let (policy, diagnostics) = compile::bind(&linked);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Probed::Refused(diagnostics);
        }
        let root = document.root();
        let facts = self.facts(root);
        let version = self.context.surroundings().api_version.as_deref().or(facts.api_version());
        let policies = std::slice::from_ref(&policy);
        let plan = compile::narrow_rule(policies, facts.resource_type(), version, &self.aliases, folding);
        let machine = Machine::new(root, &facts, &plan, &self.aliases, self.context.surroundings(), &Silent);
        let truth = plan.policies.first().map_or(Truth::False, |left| machine.judge(&policy, &left.rule));
        match (truth, machine.fault()) {
            (Truth::True, _) => Probed::Value(Value::Bool(true)),
            (Truth::False, _) => Probed::Value(Value::Bool(false)),
            (Truth::Unknown(reason), _) => Probed::Unknown(reason),
            (Truth::Error, Some((_, fault))) => Probed::Failed(fault),
            (Truth::Error, None) => Probed::Missing,
        }
    }

    /// The value of a field reference.
    pub fn field<D: Document + ?Sized>(&self, text: &str, document: &D) -> Probed {
        let name = match expr::classify(text) {
            Fragment::Expression(_) => match self.expression(text, document) {
                Probed::Value(Value::Text(name)) if !name.is_empty() => name.to_string(),
                Probed::Value(_) => {
                    let message = "the expression yields no name of a field";
                    return Probed::Refused(vec![Diagnostic::error("FieldExpression", message)]);
                }
                other => return other,
            },
            Fragment::Literal(_) => text.to_owned(),
        };
        let Some(name) = syntax::classify_field(&name) else {
            return Probed::Refused(vec![Diagnostic::error(
                "UnknownField",
                format!("there is no field `{name}`"),
            )]);
        };
        self.look(document, Look::Read(&name))
    }

    fn facts<'d, N: crate::value::Node<'d>>(&self, root: N) -> Facts<'d, N> {
        let may_have = |kind: &str| self.aliases.may_have_properties(kind);
        let completeness = self.context.completeness();
        Facts::read(root, completeness, may_have).unwrap_or_else(|_| Facts::nothing(root))
    }

    fn look<D: Document + ?Sized>(&self, document: &D, look: Look<'_>) -> Probed {
        let root = document.root();
        let facts = self.facts(root);
        let policy = self.dummy();
        let plan = Residual::default();
        let machine = Machine::new(root, &facts, &plan, &self.aliases, self.context.surroundings(), &Silent);
        machine.enter(&policy);
        let found = match look {
            Look::At(template) => machine.value(template).map(Slot::Found),
            Look::Read(name) => machine.read(name),
        };
        match found {
            Ok(Slot::Found(Value::Unknown(reason)) | Slot::Unknown(reason)) => Probed::Unknown(reason),
            Ok(Slot::Found(value)) => Probed::Value(value),
            Ok(Slot::Missing) => Probed::Missing,
            Err(fault) => Probed::Failed(fault),
        }
    }

    fn dummy(&self) -> crate::plan::Policy {
        crate::plan::Policy {
            parameters: Arc::new(self.parameters.clone()),
            ..crate::plan::Policy::nothing()
        }
    }

    fn linked(&self, source: Source, condition: Condition) -> Linked {
        let span = condition.span;
        let effect = Template { kind: TemplateKind::Literal(Value::text("audit")), span };
        let definition = Definition {
            source,
            has_id: false,
            id: "".into(),
            name: "".into(),
            display_name: "".into(),
            description: "".into(),
            category: "".into(),
            version: "".into(),
            policy_type: PolicyType::Custom,
            mode: Mode { kind: ModeKind::All, text: "All".into() },
            parameters: Vec::new(),
            rule: Rule {
                condition: Condition { kind: ConditionKind::AllOf(vec![condition]), span },
                then: Then { effect, details: None },
            },
            span,
        };
        let parameters = Arc::new(self.parameters.clone());
        Linked {
            definition: Arc::new(definition),
            parameters,
            effect: Effect::Audit,
            pair: 0,
            origin: Arc::default(),
            broken: None,
        }
    }
}

/// Whether a text parses as a document of definitions without an error: number of definitions, diagnostics.
#[must_use]
pub fn parse_policies(name: &str, text: &str) -> (usize, Vec<Diagnostic>) {
    let source = Source::new(name, text);
    let parsed = syntax::parse(&source, &mut Pool::default(), &syntax::Options::default());
    (parsed.definitions.len(), parsed.diagnostics)
}

/// The definitions of a text, printed as JSON again (spec D-75).
#[must_use]
pub fn print_policies(source: &Source) -> Vec<Value> {
    let parsed = syntax::parse(source, &mut Pool::default(), &syntax::Options::default());
    parsed.definitions.iter().map(ast::print::definition).collect()
}

/// A value of the declared type for every parameter of the definitions in a text, the first allowed one where
/// values are listed: to compile a definition without knowing how it will be assigned.
#[must_use]
pub fn sample_parameters(source: &Source) -> Object {
    use crate::ast::ParameterType as T;
    let parsed = syntax::parse(source, &mut Pool::default(), &syntax::Options::default());
    let mut values = Object::new();
    for parameter in parsed.definitions.iter().flat_map(|d| &d.parameters) {
        let value = match (parameter.allowed.first(), parameter.kind) {
            (Some(allowed), T::Array) if !matches!(allowed, Value::Array(_)) => {
                Value::array([allowed.clone()])
            }
            (Some(allowed), _) => allowed.clone(),
            (None, T::String) => Value::text("sample"),
            (None, T::DateTime) => Value::text("2026-01-01T00:00:00Z"),
            (None, T::Array) => Value::array([]),
            (None, T::Object) => Value::object(Object::new()),
            (None, T::Boolean) => Value::Bool(true),
            (None, T::Integer) => Value::int(1),
            (None, T::Float) => Value::float(1.0),
        };
        values.push(parameter.name.clone(), value);
    }
    values
}

/// One row of a table of the language, for documentation: a function or an operator.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// Arguments and result, or what the operand may be.
    pub signature: &'static str,
    /// What else there is to say; may be empty.
    pub note: &'static str,
    /// The rule that defines it.
    pub spec: &'static str,
}

/// Every template function, in the order of the registry.
#[must_use]
pub fn functions() -> Vec<Row> {
    use crate::functions::Standing;
    let rows = crate::functions::rows().iter().map(|row| Row {
        name: row.name,
        signature: row.signature,
        note: match row.standing {
            Standing::Policy => "",
            Standing::Extra => "evaluated with warning `FunctionNotInPolicy`",
            Standing::Refused => "refused: `NotAllowed`",
        },
        spec: row.spec,
    });
    rows.collect()
}

/// Every operator, in the order of the table.
#[must_use]
pub fn operators() -> Vec<Row> {
    let rows = crate::operators::rows().iter().map(|row| Row {
        name: row.name,
        signature: row.operand.words(),
        note: if row.negates.is_some() { "negated form" } else { "" },
        spec: row.spec,
    });
    rows.collect()
}

/// Every effect in its canonical spelling (spec E-3, E-4).
#[must_use]
pub fn effects() -> Vec<&'static str> {
    Effect::ALL.iter().map(|(_, name)| *name).collect()
}

/// Every type of a parameter in its canonical spelling (spec D-51).
#[must_use]
pub fn parameter_types() -> Vec<&'static str> {
    ast::ParameterType::ALL.iter().map(|(_, name)| *name).collect()
}

/// Every kind of a selector in its canonical spelling (spec G-65).
#[must_use]
pub fn selector_kinds() -> Vec<&'static str> {
    ast::SelectorKind::ALL.iter().map(|(_, name)| *name).collect()
}

/// The values that the parameters of a definition's effect may take, by name: a definition whose default effect
/// does not fit its details may well compile with another one.
#[must_use]
pub fn effect_choices(source: &Source) -> Vec<(Arc<str>, Value)> {
    let parsed = syntax::parse(source, &mut Pool::default(), &syntax::Options::default());
    let mut choices = Vec::new();
    for definition in &parsed.definitions {
        let mut named: Vec<Arc<str>> = Vec::new();
        definition.rule.then.effect.walk(&mut |expression, _| {
            expression.root.walk_calls(&mut |_, _, arguments| {
                if let [ast::Expr { kind: ast::ExprKind::Literal(Value::Text(name)), .. }] = arguments {
                    named.push(name.clone());
                }
            });
        });
        for parameter in &definition.parameters {
            if named.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name)) {
                choices.extend(parameter.allowed.iter().map(|value| (parameter.name.clone(), value.clone())));
            }
        }
    }
    choices
}
