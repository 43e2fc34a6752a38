//! Rules that nobody would write: conditions of real ones with other operators, operands, subjects and counts.

use super::random::Random;
use serde_json::{Map, Value as Json, json};

const SCALAR: [&str; 12] = [
    "equals",
    "notEquals",
    "like",
    "notLike",
    "match",
    "notMatch",
    "matchInsensitively",
    "notMatchInsensitively",
    "contains",
    "notContains",
    "containsKey",
    "notContainsKey",
];
const ORDERING: [&str; 4] = ["less", "lessOrEquals", "greater", "greaterOrEquals"];

/// Expressions as operands and values; `{alias}` is replaced.
const EXPRESSIONS: [&str; 29] = [
    "[concat('West ', 'Europe')]",
    "[createArray('West Europe', 'East US 2', '')]",
    "[field('{alias}')]",
    "[first(field('{alias}'))]",
    "[length(field('{alias}'))]",
    "[field('name')]",
    "[field('tags')]",
    "[field('location')]",
    "[field('fullName')]",
    "[string(length(field('tags')))]",
    "[json('null')]",
    "[createArray(field('kind'), '', 5)]",
    "[resourceGroup().name]",
    "[resourceGroup().location]",
    "[resourceGroup().tags['env']]",
    "[subscription().subscriptionId]",
    "[subscription().displayName]",
    "[requestContext().apiVersion]",
    "[div(1, length(field('tags')))]",
    "[if(equals(field('kind'), ''), 'none', toUpper(field('kind')))]",
    "[coalesce(field('{alias}'), 'x')]",
    "[and(equals(field('name'), resourceGroup().name), equals(1, 1))]",
    "[or(equals(resourceGroup().location, 'westeurope'), not(empty(field('tags'))))]",
    "[tryGet(field('tags'), 'env')]",
    "[field('identity.type')]",
    "[empty(field('{alias}'))]",
    "[contains(field('{alias}'), 'a')]",
    "[split(concat(field('name'), '-x'), '-')[1]]",
    "[concat(field('name'), resourceGroup().location)]",
];

/// Inside of `where`.
///
/// `{outer}` is the first level of the counted path, `{whole}` the counted array without its star.
const CURRENTS: [&str; 15] = [
    "[field('{outer}')]",
    "[string(first(field('{outer}')))]",
    "[string(current('{outer}'))]",
    "[field('{whole}')]",
    "[string(field('{whole}'))]",
    "[current('{whole}')]",
    "[current()]",
    "[current('{array}')]",
    "[current('{alias}')]",
    "[current('{alias}')]",
    "[current('n')]",
    "[string(current('n'))]",
    "[first(field('{array}'))]",
    "[field('{alias}')]",
    "[length(field('{array}'))]",
];

/// Names of fields that are known only with the resource.
const NAMES: [&str; 5] = [
    "[concat('tags[', field('kind'), ']')]",
    "[if(equals(field('kind'), ''), 'name', 'location')]",
    "[if(empty(field('tags')), '{alias}', 'tags')]",
    "[field('kind')]",
    "[first(createArray('{alias}'))]",
];

/// Changes a rule in some places.
pub struct Changes<'c> {
    /// Values for operands.
    pub pool: &'c [Json],
    /// Aliases for fields.
    pub aliases: &'c [String],
    /// Aliases with `[*]`.
    pub arrays: Vec<String>,
    /// What decides.
    pub random: &'c mut Random,
}

impl Changes<'_> {
    /// A condition with some of its parts changed.
    pub fn change(&mut self, condition: &Json, share: usize) -> Json {
        for list in ["allOf", "anyOf"] {
            if let Some(members) = condition[list].as_array() {
                let members: Vec<Json> = members.iter().map(|inner| self.change(inner, share)).collect();
                let other = if list == "allOf" { "anyOf" } else { "allOf" };
                let name = if self.random.percent(6) { other } else { list };
                return json!({name: members});
            }
        }
        if let Some(inner) = condition.get("not") {
            return json!({"not": self.change(inner, share)});
        }
        if !self.random.percent(share) {
            return condition.clone();
        }
        match self.random.below(12) {
            0..=3 => self.with_operator(condition.clone()),
            4 => json!({"not": condition}),
            5 => json!({"anyOf": [condition, self.leaf()]}),
            6 => json!({"allOf": [self.leaf(), condition]}),
            7 => self.as_value(condition),
            8 | 9 => self.count(condition, 0),
            10 => self.leaf(),
            _ => self.with_field(condition.clone()),
        }
    }

    fn fill(&mut self, text: &str) -> String {
        let alias = self.random.pick(self.aliases).cloned().unwrap_or_else(|| "tags.env".into());
        let array = self.random.pick(&self.arrays).cloned().unwrap_or_else(|| alias.clone());
        text.replace("{alias}", &alias).replace("{array}", &array)
    }

    fn scalar(&mut self) -> Json {
        let plain = [
            json!("West Europe"),
            json!("(US) East US 2"),
            json!(""),
            json!("*"),
            json!(1),
            json!(0),
            json!(true),
            json!("True"),
            json!(5.5),
            json!("a*"),
        ];
        let found =
            self.random.pick(self.pool).filter(|value| !value.is_array() && !value.is_object()).cloned();
        match found {
            Some(found) if self.random.percent(75) => found,
            _ => self.random.one(&plain),
        }
    }

    /// An operator with an operand that it takes, or a computed one.
    fn operator(&mut self) -> (String, Json) {
        let computed = self.random.percent(25);
        let expression = |me: &mut Self| {
            let text = me.random.one(&EXPRESSIONS);
            json!(me.fill(text))
        };
        match self.random.below(10) {
            0 | 4 => {
                let wanted = self.random.one(&[json!(true), json!("false"), json!("False"), json!(false)]);
                ("exists".into(), wanted)
            }
            1 | 2 => {
                let mut list: Vec<Json> = (0..self.random.below(4)).map(|_| self.scalar()).collect();
                if self.random.percent(30) {
                    list.push(json!(""));
                }
                let name = self.random.one(&["in", "notIn"]);
                (name.into(), if computed { expression(self) } else { json!(list) })
            }
            3 => {
                let operand = match self.scalar() {
                    Json::Bool(_) | Json::Null => json!(3),
                    other => other,
                };
                let operand = if computed { expression(self) } else { operand };
                (self.random.one(&ORDERING).into(), operand)
            }
            _ => {
                let operand = if computed { expression(self) } else { self.scalar() };
                (self.random.one(&SCALAR).into(), operand)
            }
        }
    }

    fn with_operator(&mut self, condition: Json) -> Json {
        let (name, operand) = self.operator();
        let mut changed = subject(&condition);
        changed.insert(name, operand);
        Json::Object(changed)
    }

    fn with_field(&mut self, mut condition: Json) -> Json {
        let plain =
            ["name", "kind", "location", "tags", "fullName", "identity.type", "tags['env']", "id", "type"];
        let field = match self.random.pick(self.aliases) {
            Some(alias) if self.random.percent(70) => alias.clone(),
            _ => self.random.one(&plain).to_owned(),
        };
        let field = if self.random.percent(12) {
            let text = self.random.one(&NAMES);
            self.fill(text)
        } else {
            field
        };
        if condition.get("field").is_some() {
            condition["field"] = json!(field);
        }
        condition
    }

    fn leaf(&mut self) -> Json {
        let condition = self.with_field(json!({"field": "name"}));
        self.with_operator(condition)
    }

    fn as_value(&mut self, condition: &Json) -> Json {
        let value = match condition["field"].as_str() {
            Some(name) if !name.starts_with('[') && self.random.percent(60) => {
                json!(format!("[field('{}')]", name.replace('\'', "''")))
            }
            _ => {
                let text = self.random.one(&EXPRESSIONS);
                json!(self.fill(text))
            }
        };
        self.with_operator(json!({"value": value}))
    }

    /// A count over an array, with the condition or another one as `where`.
    fn count(&mut self, condition: &Json, depth: usize) -> Json {
        let Some(array) = self.random.pick(&self.arrays).cloned() else { return self.leaf() };
        // Aliases that go on below the array are the ones to ask inside.
        let below: Vec<String> = self.aliases.iter().filter(|a| a.starts_with(&array)).cloned().collect();
        let mut inner = match self.random.pick(&below) {
            Some(alias) if self.random.percent(80) => {
                let alias = alias.clone();
                self.with_operator(json!({"field": alias}))
            }
            _ => condition.clone(),
        };
        if self.random.percent(15) {
            // The array as a whole, of which one element is left to see.
            let whole = array.trim_end_matches("[*]");
            inner = match self.random.below(2) {
                0 => self.with_operator(json!({"value": format!("[length(field('{whole}'))]")})),
                _ => self.with_operator(json!({"field": whole})),
            };
        } else if self.random.percent(40) {
            let outer = array.find("[*]").and_then(|at| array.get(..at + 3)).unwrap_or(&array);
            let text = self.random.one(&CURRENTS).replace("{array}", &array).replace("{outer}", outer);
            let text = text.replace("{whole}", array.trim_end_matches("[*]"));
            let alias = self.random.pick(&below).cloned().unwrap_or_else(|| array.clone());
            let text = text.replace("{alias}", &alias);
            inner = match self.random.below(3) {
                // As an operand, beside another member's value.
                0 => json!({"field": alias, "equals": text}),
                1 => json!({"field": alias, "notIn": [text, ""]}),
                _ => self.with_operator(json!({"value": text})),
            };
        }
        if depth < 2 && self.random.percent(30) {
            let other = self.count(condition, depth + 1);
            let list = self.random.one(&["anyOf", "allOf"]);
            inner = json!({list: [inner, other]});
        }
        let count = if self.random.percent(75) {
            json!({"field": array, "where": inner})
        } else {
            let values: Vec<Json> = (0..self.random.below(4)).map(|_| self.scalar()).collect();
            let value =
                if self.random.percent(30) { json!(format!("[field('{array}')]")) } else { json!(values) };
            json!({"value": value, "name": "n", "where": inner})
        };
        let operator = self.random.one(&["equals", "greater", "less", "greaterOrEquals", "notEquals"]);
        let operand = if self.random.percent(15) {
            json!(format!("[length(field('{array}'))]"))
        } else {
            json!(self.random.below(3))
        };
        json!({"count": count, operator: operand})
    }
}

/// The subject of a leaf alone.
fn subject(condition: &Json) -> Map<String, Json> {
    let members = condition.as_object().into_iter().flatten();
    let subjects = members.filter(|(key, _)| {
        ["field", "value", "count"].iter().any(|subject| subject.eq_ignore_ascii_case(key))
    });
    subjects.map(|(key, value)| (key.clone(), value.clone())).collect()
}
