//! Template-level expressions to trees (spec D-21 … D-23). Functions are run by the one evaluator; what only
//! leads somewhere (`variables('a').b[0]`, `if`, arrays put together) keeps the places of what it leads to.

use super::scope::{COPIES, Scope};
use super::tree::{Entry, Hole, Tree, TreeKind};
use crate::ast::{Expr, ExprKind, FunctionId};
use crate::expr::{self, Constants, Fragment, parse_deployment};
use crate::functions::{self, Run};
use crate::json::{Json, Kind, Member};
use crate::source::Span;
use crate::value::{Fault, Num, Object, Value, text::key_eq};
use std::borrow::Cow;
use std::rc::Rc;

/// Functions that policies have and templates lack (spec D-24).
const POLICY_ONLY: [&str; 5] = ["field", "current", "policy", "requestContext", "ipRangeContains"];

/// What parsing a byte of an expression costs, compared with copying it.
const PARSING: usize = 16;

/// Whether a member is a list of loops that each make one property: `"copy": [{"name", "count", "input"}]`. One
/// whose count is escaped belongs to a template inside.
pub(crate) fn is_copy_block(member: &Member<'_>) -> bool {
    let is_loop = |item: &Json<'_>| {
        let counts = item.get("count").is_some_and(|count| match count.as_text() {
            Some(text) => matches!(expr::classify(text), Fragment::Expression(_)),
            None => true,
        });
        counts
            && item.get("name").is_some_and(|name| name.as_text().is_some())
            && item.entry("input").is_some()
    };
    key_eq(&member.key, "copy")
        && !member.value.items().is_empty()
        && member.value.items().iter().all(is_loop)
}

impl<'j> Scope<'j> {
    /// A value of the template with its expressions resolved and its literals unescaped.
    pub(crate) fn resolve(&self, json: &'j Json<'j>) -> Rc<Tree<'j>> {
        let resolved = self.work().deeper(|| match &json.kind {
            Kind::Text(text) => Some(self.string(text, json.span)),
            Kind::Array(items) => {
                Tree::array(items.iter().map(|item| self.resolve(item)).collect(), json.span)
            }
            Kind::Object(members) => Tree::object(self.entries(members), json.span),
            scalar => Some(Tree::scalar(scalar.clone(), json.span)),
        });
        let reason = match resolved {
            Ok(Some(tree)) => return tree,
            Ok(None) => "it is nested too deeply",
            Err(reason) => reason,
        };
        Tree::hole(Hole::anonymous(json.span, reason))
    }

    fn entries(&self, members: &'j [Member<'j>]) -> Vec<Entry<'j>> {
        let mut entries = Vec::with_capacity(members.len());
        for member in members {
            if is_copy_block(member) {
                entries.extend(member.value.items().iter().map(|item| self.copied(item)));
            } else {
                let key = self.string(&member.key, member.key_span);
                entries.push(Entry { key, value: self.resolve(&member.value) });
            }
        }
        entries
    }

    fn copied(&self, item: &'j Json<'j>) -> Entry<'j> {
        let name = item.entry("name");
        let span = name.map_or(item.span, |name| name.value.span);
        let text = name.and_then(|name| name.value.as_text()).unwrap_or_default();
        let value = if self.leaves_loops_open() {
            Tree::hole(Hole { text: "copy".into(), ..Hole::anonymous(item.span, "a `copy` makes it") })
        } else {
            self.expand(item)
        };
        Entry { key: Tree::text(text, span), value }
    }

    /// The array that a loop over a property or variable makes.
    pub(crate) fn expand(&self, item: &'j Json<'j>) -> Rc<Tree<'j>> {
        let name = item.get("name").and_then(Json::as_text).unwrap_or_default();
        let (Some(count), Some(input)) = (item.get("count"), item.entry("input")) else {
            return Tree::hole(Hole::anonymous(item.span, "a `copy` needs `count` and `input`"));
        };
        let times = self.resolve(count);
        if times.as_hole().is_some() {
            return times;
        }
        let Some(times) = times.as_int().filter(|n| (0..=COPIES).contains(n)) else {
            return Tree::hole(Hole::anonymous(
                count.span,
                "the number of copies must be an integer from 0 to 800",
            ));
        };
        let items = (0..times).map(|index| self.inside(name, Some(index)).resolve(&input.value)).collect();
        Tree::array(items, item.span)
            .unwrap_or_else(|| Tree::hole(Hole::anonymous(item.span, "it is nested too deeply")))
    }

    /// A text: an expression, or a literal that loses its escape (spec D-21).
    fn string(&self, text: &'j str, span: Span) -> Rc<Tree<'j>> {
        match expr::classify(text) {
            Fragment::Literal(text) => Tree::text(Cow::Borrowed(text), span),
            Fragment::Expression(text) => self.expression(text, span),
        }
    }

    /// An expression, with its brackets.
    pub(crate) fn expression(&self, text: &str, span: Span) -> Rc<Tree<'j>> {
        let mut hole = Hole { text: text.into(), ..Hole::anonymous(span, "") };
        if let Err(reason) = self.work().spend(text.len().saturating_mul(PARSING)) {
            hole.reason = reason.to_owned();
            return Tree::hole(hole);
        }
        let root = match parse_deployment(text) {
            Ok(root) => root,
            Err(mistakes) => {
                hole.reason = mistakes.into_iter().next().map(|m| m.message).unwrap_or_default();
                return Tree::hole(hole);
            }
        };
        let mut unknown = Vec::new();
        root.walk_calls(&mut |_, function, arguments| {
            let name = functions::function(function).name;
            hole.policy |= POLICY_ONLY.contains(&name);
            if let ("parameters", [Expr { kind: ExprKind::Literal(Value::Text(asked)), .. }]) =
                (name, arguments)
                && !self.declares(asked)
            {
                unknown.push(asked.to_string());
            }
        });
        hole.unknown = unknown.into();
        if hole.policy {
            hole.reason = "templates cannot call it".to_owned();
            return Tree::hole(hole);
        }
        Site { scope: self, hole }.tree(&root)
    }
}

impl Scope<'_> {
    /// What the arguments of the outermost call of an expression are, as far as they are known: texts, in their
    /// order.
    pub(crate) fn arguments(&self, hole: &Hole) -> Vec<Option<String>> {
        let Ok(Expr { kind: ExprKind::Call { arguments, .. }, .. }) = parse_deployment(&hole.text) else {
            return Vec::new();
        };
        let site = Site { scope: self, hole: hole.clone() };
        arguments.iter().map(|argument| site.tree(argument).as_text().map(str::to_owned)).collect()
    }
}

impl Hole {
    pub(crate) fn anonymous(span: Span, reason: &str) -> Self {
        Self { text: "…".into(), span, reason: reason.to_owned(), policy: false, unknown: Rc::default() }
    }
}

/// One expression string that is being resolved.
struct Site<'s, 'j> {
    scope: &'s Scope<'j>,
    /// What is left when it cannot be.
    hole: Hole,
}

impl<'j> Site<'_, 'j> {
    fn fail(&self, reason: impl Into<String>) -> Rc<Tree<'j>> {
        Tree::hole(Hole { reason: reason.into(), ..self.hole.clone() })
    }

    fn tree(&self, expr: &Expr) -> Rc<Tree<'j>> {
        let made = self.scope.work().deeper(|| match &expr.kind {
            ExprKind::Literal(value) => self.computed(Ok(value.clone()), self.hole.span, false),
            ExprKind::Fail(fault) => self.fail(fault.message()),
            ExprKind::Property { of, name } => self.member(&self.tree(of), &Value::text(name.clone()), true),
            ExprKind::Element { of, index } => {
                let (of, index) = (self.tree(of), self.tree(index));
                match index.to_value(self.scope.work()) {
                    Ok(index) => self.member(&of, &index, false),
                    Err(fault) => self.fail(fault.message()),
                }
            }
            ExprKind::Call { function, arguments } => self.call(*function, arguments),
        });
        made.unwrap_or_else(|reason| self.fail(reason))
    }

    fn member(&self, of: &Rc<Tree<'j>>, index: &Value, named: bool) -> Rc<Tree<'j>> {
        match (&of.kind, index) {
            (TreeKind::Hole(_), _) => of.clone(),
            (TreeKind::Object(_), Value::Text(name)) => {
                of.get(name).cloned().unwrap_or_else(|| self.fail(format!("there is no property `{name}`")))
            }
            (TreeKind::Array(items), Value::Number(_)) if !named => {
                let found = index.as_int().and_then(|at| items.get(usize::try_from(at).ok()?));
                found.cloned().unwrap_or_else(|| {
                    self.fail(format!("the index is outside the array of {}", items.len()))
                })
            }
            // The one evaluator says what is wrong with it.
            _ => {
                let found = of.to_value(self.scope.work()).and_then(|of| match index {
                    Value::Text(name) if named => functions::property(&of, name),
                    index => functions::element(&of, index),
                });
                self.computed(found, self.hole.span, false)
            }
        }
    }

    fn call(&self, function: FunctionId, arguments: &[Expr]) -> Rc<Tree<'j>> {
        let row = functions::function(function);
        let name = row.name;
        if let ("if", [condition, then, otherwise]) = (name, arguments) {
            let condition = self.tree(condition);
            return match condition.as_bool() {
                Some(true) => self.tree(then),
                Some(false) => self.tree(otherwise),
                None => {
                    self.fail(condition.as_hole().map_or("the condition is no boolean", |hole| &hole.reason))
                }
            };
        }
        let trees: Vec<Rc<Tree<'j>>> = arguments.iter().map(|argument| self.tree(argument)).collect();
        match (name, trees.as_slice()) {
            ("variables" | "parameters", [asked]) => {
                let found = match (asked.as_text(), name) {
                    (None, _) => Err("the name must be a text".to_owned()),
                    (Some(asked), "variables") => self.scope.variable(asked),
                    (Some(asked), _) => self.scope.parameter(asked),
                };
                found.unwrap_or_else(|reason| self.fail(reason))
            }
            ("copyIndex", trees) => {
                let values: Result<Vec<Value>, Fault> =
                    trees.iter().map(|t| t.to_value(self.scope.work())).collect();
                let index = values.map_err(|fault| fault.message().to_owned());
                match index.and_then(|values| self.scope.copy_index(&values)) {
                    Ok(index) => Tree::scalar(Kind::Number(Num::Int(index)), self.hole.span),
                    Err(reason) => self.fail(reason),
                }
            }
            // A loaded file: its strings are escaped as those of the template are (spec D-22).
            ("json", [text]) => self.computed(self.run(function, arguments, &trees), text.span, true),
            ("concat", [_, ..]) if trees.iter().all(|tree| tree.items().is_some()) => {
                let items = trees.iter().filter_map(|tree| tree.items()).flatten().cloned().collect();
                Tree::array(items, self.hole.span).unwrap_or_else(|| self.fail("it is nested too deeply"))
            }
            // Its value hangs on how ids are spelt, which only the deployment knows (spec I-44).
            ("uniqueString", _)
                if self.scope.place().is_some() && !self.scope.work().gives_unique_names() =>
            {
                self.fail("it depends on the spelling of ids in Azure")
            }
            _ if matches!(row.run, Run::Never | Run::Asks(_)) => self.of_place(name, &trees),
            _ => self.computed(self.run(function, arguments, &trees), self.hole.span, false),
        }
    }

    /// What only those can answer who know where the deployment goes.
    fn of_place(&self, name: &str, trees: &[Rc<Tree<'j>>]) -> Rc<Tree<'j>> {
        let nobody = || self.fail(format!("only a deployment can answer `{name}`"));
        let Some(place) = self.scope.place() else { return nobody() };
        if trees.is_empty() {
            return match place.container(name) {
                Some(members) => self.container(members),
                None => nobody(),
            };
        }
        let values: Result<Vec<Value>, Fault> = trees.iter().map(|t| t.to_value(self.scope.work())).collect();
        let values = match values {
            Ok(values) => values,
            Err(fault) => return self.fail(fault.message()),
        };
        match place.id(name, &values) {
            Some(Ok(id)) => self.computed(Ok(id), self.hole.span, false),
            Some(Err(reason)) => self.fail(reason),
            None => nobody(),
        }
    }

    /// What a function tells of a resource group, a subscription or a deployment. Members without value are there,
    /// but not known.
    fn container(&self, members: Vec<(&'static str, Option<String>)>) -> Rc<Tree<'j>> {
        let span = self.hole.span;
        let entry = |(key, value): (&'static str, Option<String>)| Entry {
            key: Tree::text(key, span),
            value: match value {
                Some(value) => Tree::text(value, span),
                None => self.fail(format!("`{key}` is not known before it is deployed")),
            },
        };
        let entries = members.into_iter().map(entry).collect();
        Tree::object(entries, span).unwrap_or_else(|| self.fail("it is nested too deeply"))
    }

    /// Calls a function with arguments that are resolved. Those that are not fail when they are reached.
    fn run(&self, function: FunctionId, arguments: &[Expr], trees: &[Rc<Tree<'j>>]) -> Result<Value, Fault> {
        let resolved = |(argument, tree): (&Expr, &Rc<Tree<'j>>)| Expr {
            kind: tree.to_value(self.scope.work()).map_or_else(ExprKind::Fail, ExprKind::Literal),
            span: argument.span,
        };
        let arguments = arguments.iter().zip(trees).map(resolved).collect();
        let call = Expr { kind: ExprKind::Call { function, arguments }, span: Span::default() };
        expr::evaluate(&call, &Constants(&Object::new()))
    }

    fn computed(&self, value: Result<Value, Fault>, span: Span, unescape: bool) -> Rc<Tree<'j>> {
        match value {
            Ok(value) => Tree::of_value(&value, span, unescape, self.scope.work())
                .unwrap_or_else(|| self.fail("it unfolds to too much")),
            Err(fault) => self.fail(fault.message()),
        }
    }
}
