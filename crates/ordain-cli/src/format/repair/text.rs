//! Repairs for people: a resource, what its patch does, which policies ask for it, what is left.

use super::Repairs;
use crate::command::fix::is_written;
use crate::format::Report;
use crate::format::named;
use crate::format::summary::counted;
use crate::format::text::{INDENT, Page};
use crate::render::Count;
use crate::repair::{Planned, why_no_patch};
use crate::terminal::{Look, Style, clean};
use ordain::json::Json;
use ordain::{
    LeftOut, Node as _, PatchKind, PatchOperation, PlannedChange, PlannedDeployment, Value, Values, is_secret,
};
use std::io::{self, Write};
use std::time::Instant;

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// Writes the report.
pub fn text(report: &Repairs<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let judging = Report {
        incomplete: false,
        options: &report.options.judging,
        engine: report.found.engine,
        context: report.found.context,
        judgement: report.found.judgement,
        diagnostics: &report.found.diagnostics,
        counted: Count::default(),
        comparison: None,
        started: Instant::now(),
    };
    let mut page = Page::new(&judging, look, out);
    for plan in report.planned.iter().filter(|plan| !plan.repair.is_empty()) {
        page.repair(plan)?;
    }
    if judging.options.quiet { Ok(()) } else { page.closing(report) }
}

impl Page<'_> {
    fn repair(&mut self, plan: &Planned<'_>) -> io::Result<()> {
        let title = self.title(plan.judged, 0);
        self.line(&title)?;
        let repair = &plan.repair;
        for planned in repair.changes.iter().filter(|p| p.left_out != Some(LeftOut::Unknown)) {
            self.change(plan, planned)?;
            self.part(plan, planned)?;
        }
        if repair.patch.is_none() {
            let why = format!("no patch: {}", why_no_patch(repair));
            self.told('!', Style::Magenta, "", &why)?;
        }
        for planned in repair.deployments.iter().filter(|p| !p.deployment.tentative) {
            self.deployment(planned)?;
        }
        self.line("")
    }

    /// The operations of the patch that are a policy's own.
    fn part(&mut self, plan: &Planned<'_>, planned: &PlannedChange<'_>) -> io::Result<()> {
        let Some(patch) = &plan.repair.patch else { return Ok(()) };
        let own = patch.get(planned.part.clone()).unwrap_or_default();
        if own.is_empty() && planned.left_out.is_none() && !planned.change.is_empty() {
            return self.why("another policy writes the same already");
        }
        for (at, operation) in own.iter().enumerate() {
            // What is made for the sake of what follows is said by that.
            let next = own.get(at + 1).map_or("", |next| &next.path);
            let made = operation.value.as_ref().and_then(Value::as_object).is_some_and(|o| o.is_empty());
            if !(made && next.strip_prefix(&*operation.path).is_some_and(|rest| rest.starts_with('/'))) {
                self.operation(plan, operation)?;
            }
        }
        Ok(())
    }

    /// A policy that changes the resource, and what is left of it.
    fn change(&mut self, plan: &Planned<'_>, planned: &PlannedChange<'_>) -> io::Result<()> {
        let (glyph, style) = match (planned.left_out, planned.is_left()) {
            (None, false) => ('~', Style::Yellow),
            _ => ('!', Style::Magenta),
        };
        let name = named::outcome(&planned.outcome);
        self.told(glyph, style, planned.outcome.policy().effect(), &name)?;
        let others = || {
            let other = plan.repair.changes.iter().filter(|other| {
                other.outcome.pair().index() != planned.outcome.pair().index()
                    && other.left_out != Some(LeftOut::Unknown)
            });
            other.map(|other| format!("`{}`", named::outcome(&other.outcome))).collect::<Vec<_>>()
        };
        let among = |what: &str| match &others()[..] {
            [] => format!("left out: another policy {what}"),
            [one] => format!("left out: {one} {what}"),
            _ => format!("left out: another policy of the resource {what}"),
        };
        match planned.left_out {
            Some(LeftOut::Suppressed) => {
                self.why(&among(
                    "writes another value to the same place, so that this one is not carried out",
                ))?;
            }
            Some(LeftOut::Conflict) => {
                self.why(&among("writes another value to the same place, and neither gives way"))?;
            }
            Some(LeftOut::Failed) => {
                let fault = planned.change.error.as_ref().map(|fault| fault.message()).unwrap_or_default();
                self.why(&format!("left out: {fault}"))?;
            }
            _ => {}
        }
        for skipped in &planned.change.skipped {
            let reason = skipped.reason.name();
            self.why(&format!("`{}` is not changed: {}", skipped.field, words(reason)))?;
        }
        for found in &planned.change.conflicts {
            let current = self.shown(&found.path, &found.current);
            let own = planned.change.operations.iter().find(|operation| operation.index == found.index);
            let word = own.map_or("add", |operation| operation.operation.name());
            self.why(&format!(
                "`{}` is not changed: it holds {current}, which `{word}` leaves alone",
                dotted(&found.path)
            ))?;
        }
        let explained = !planned.change.skipped.is_empty() || !planned.change.conflicts.is_empty();
        if planned.left_out.is_none() && planned.is_left() && plan.repair.patch.is_some() && !explained {
            let state = planned.state_after.map_or("", |state| state.name());
            let why = match planned.change.operations.is_empty() {
                true => "it has no operations",
                false => "its operations do not make its rule false",
            };
            self.why(&format!("{state} after the change as well: {why}"))?;
        }
        Ok(())
    }

    fn operation(&mut self, plan: &Planned<'_>, operation: &PatchOperation) -> io::Result<()> {
        let row = &plan.judged.row.json;
        let found = at(row, &operation.path);
        let path = dotted(&operation.path);
        let after = operation.value.as_ref().map(|value| self.shown(&operation.path, value));
        let before = found.map(|json| self.shown(&operation.path, &json.to_value()));
        let said = match (operation.op, before, after) {
            (PatchKind::Remove, Some(before), _) => format!("- {path}: {before}"),
            (PatchKind::Remove, None, _) => format!("- {path}"),
            (_, Some(before), Some(after)) => format!("{path}: {before} → {after}"),
            (_, _, after) => format!("+ {path}: {}", after.unwrap_or_default()),
        };
        // What is not there is put where its nearest parent is.
        let mut near = operation.path.as_str();
        let place = loop {
            match at(row, near) {
                Some(json) => break json.span,
                None => near = near.rsplit_once('/').map_or("", |(front, _)| front),
            }
        };
        let source = &plan.judged.row.source;
        let position = source.position(place.start);
        let place = format!("{}:{}:{}", clean(source.name()), position.line, position.column);
        self.sentence(&clean(&said), &place)
    }

    fn deployment(&mut self, planned: &PlannedDeployment<'_>) -> io::Result<()> {
        self.told('+', Style::Yellow, "deploy", &named::outcome(&planned.outcome))?;
        let deployment = &planned.deployment;
        let to = match &deployment.scope {
            Some(scope) => format!("a deployment to {scope}"),
            None => "a deployment, to a resource group that is named nowhere".to_owned(),
        };
        self.why(&to)?;
        for (name, value) in deployment.parameters.members() {
            let value = value.as_object().and_then(|object| object.get("value")).unwrap_or(value);
            let value = self.shown(name, value);
            self.why(&format!("{name}: {value}"))?;
        }
        for (name, fault) in &deployment.failed_parameters {
            self.why(&format!("{name} cannot be passed: {}", fault.message()))?;
        }
        if let Some(fault) = deployment.error.as_ref().filter(|_| deployment.failed_parameters.is_empty()) {
            self.why(&format!("it cannot be made: {}", fault.message()))?;
        }
        Ok(())
    }

    /// A mark, a word, and a name.
    fn told(&mut self, glyph: char, style: Style, word: &str, name: &str) -> io::Result<()> {
        let mark = self.look.paint(style, format!("{glyph} {word:<6}").trim_end());
        let gap = " ".repeat(6_usize.saturating_sub(word.len()));
        for (at, line) in self.fitted(&clean(name), INDENT).iter().enumerate() {
            match at {
                0 => self.line(&format!("  {mark}{gap} {line}"))?,
                _ => self.line(&format!("{}{line}", " ".repeat(INDENT)))?,
            }
        }
        Ok(())
    }

    fn why(&mut self, text: &str) -> io::Result<()> {
        for line in self.fitted(&clean(text), INDENT) {
            self.line(&format!("{}{line}", " ".repeat(INDENT)))?;
        }
        Ok(())
    }

    /// A value as it may be shown at a place of this name.
    fn shown(&self, place: &str, value: &Value) -> String {
        let masks = self.report.options.values == Values::MaskSecrets;
        if masks && place.split('/').any(is_secret) && !value.is_null() {
            return "`***`".to_owned();
        }
        let text = value.to_json().to_string();
        if text.chars().count() <= SHOWN {
            return format!("`{text}`");
        }
        format!("`{}…`", text.chars().take(SHOWN).collect::<String>())
    }

    fn closing(&mut self, report: &Repairs<'_>) -> io::Result<()> {
        let changes = || report.planned.iter().flat_map(|plan| &plan.repair.changes);
        let deployments = || report.planned.iter().flat_map(|plan| &plan.repair.deployments);
        let patched = report.planned.iter().filter(|plan| plan.repair.has_patch()).count();
        let deployed = deployments().filter(|p| !p.deployment.tentative).count();
        let left_out = changes().filter(|p| p.left_out.is_some_and(|why| why != LeftOut::Unknown)).count();
        let left = changes().filter(|p| p.left_out.is_none() && p.is_left()).count();
        let open = changes().filter(|p| p.left_out == Some(LeftOut::Unknown)).count()
            + deployments().filter(|p| p.deployment.tentative).count();
        if report.planned.iter().all(|plan| plan.repair.is_empty()) && open == 0 {
            return self.line("nothing to mend");
        }
        let mut parts = vec![
            counted(patched, "resource to change", "resources to change"),
            counted(deployed, "deployment", "deployments"),
        ];
        let more = [(left_out, "left out"), (left, "not mended by its change"), (open, "open")];
        parts.extend(more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
        let parts = parts.join(", ");
        for line in self.fitted(&parts, 0) {
            self.line(&line)?;
        }
        for file in report.written {
            let resources = counted(file.resources.len(), "resource", "resources");
            self.line(&format!("changed {}: {resources}", clean(file.source.name())))?;
        }
        let waiting = report.planned.iter().any(|p| p.repair.has_patch() && !is_written(p, report.written));
        if waiting && !report.options.write {
            self.line("`--write` changes the files, `--format diff` shows how")?;
        }
        Ok(())
    }
}

/// Reasons of spec E-67 for people.
fn words(reason: &str) -> &str {
    match reason {
        "ConditionFalse" => "the condition of the operation is false",
        "NotATag" => "only tags can be removed",
        "NotModifiable" => "the property cannot be modified",
        "TypeMismatch" => "the value is of another type",
        "WrongType" => "it is no field of this type",
        "ParentMissing" => "what would hold it is not there",
        other => other,
    }
}

/// A pointer as people write paths.
fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        match token.parse::<usize>() {
            Ok(index) => out.push_str(&format!("[{index}]")),
            Err(_) if token == "-" => out.push_str("[+]"),
            Err(_) if token.contains(['.', '/', ' ']) => out.push_str(&format!("['{token}']")),
            Err(_) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&token);
            }
        }
    }
    out
}

/// What a pointer leads to, names exactly.
fn at<'j, 't>(row: &'j Json<'t>, pointer: &str) -> Option<&'j Json<'t>> {
    pointer.split('/').skip(1).try_fold(row, |at, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match at.is_array() {
            true => at.items().get(token.parse::<usize>().ok()?),
            false => at.members().iter().rev().find(|m| m.key == token).map(|m| &m.value),
        }
    })
}
