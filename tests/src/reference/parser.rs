//! The grammar of expressions (05 sections 1 and 2), by recursive descent.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A text literal.
    Text(String),
    /// An integer literal.
    Int(i64),
    /// A call: name in lower case, arguments.
    Call(String, Vec<Expr>),
    /// `.name`
    Property(Box<Expr>, String),
    /// `[expr]`
    Index(Box<Expr>, Box<Expr>),
}

/// A string at an expression position.
#[derive(Clone, Debug, PartialEq)]
pub enum Fragment {
    /// The text itself.
    Literal(String),
    /// What stands between the brackets; `None` is a fault of syntax.
    Expression(Option<Expr>),
}

/// F-1 … F-3.
pub fn fragment(text: &str) -> Fragment {
    let bracketed = text.len() >= 2 && text.starts_with('[') && text.ends_with(']');
    if !bracketed {
        return Fragment::Literal(text.to_owned());
    }
    // F-2: the first bracket is an escape.
    if text.starts_with("[[") {
        return Fragment::Literal(text[1..].to_owned());
    }
    let mut parser = Parser { rest: &text[1..text.len() - 1] };
    parser.blank();
    let expression = parser.expression().filter(|_| {
        parser.blank();
        parser.rest.is_empty()
    });
    Fragment::Expression(expression)
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn blank(&mut self) {
        // F-4: nothing else is white space.
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn eat(&mut self, mark: char) -> bool {
        let after = self.rest.strip_prefix(mark);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn expression(&mut self) -> Option<Expr> {
        let mut found = self.primary()?;
        loop {
            let before = self.rest;
            self.blank();
            if self.eat('.') {
                self.blank();
                found = Expr::Property(Box::new(found), self.name()?.to_owned());
            } else if self.eat('[') {
                self.blank();
                let index = self.expression()?;
                self.blank();
                if !self.eat(']') {
                    return None;
                }
                found = Expr::Index(Box::new(found), Box::new(index));
            } else {
                self.rest = before;
                return Some(found);
            }
        }
    }

    fn primary(&mut self) -> Option<Expr> {
        match self.rest.chars().next()? {
            '\'' => self.string(),
            '-' | '0'..='9' => self.integer(),
            _ => self.call(),
        }
    }

    /// F-5: two quotes are one, nothing else is an escape.
    fn string(&mut self) -> Option<Expr> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (part, after) = rest.split_once('\'')?;
            text.push_str(part);
            match after.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => {
                    self.rest = after;
                    return Some(Expr::Text(text));
                }
            }
        }
    }

    /// F-6.
    fn integer(&mut self) -> Option<Expr> {
        let sign = usize::from(self.rest.starts_with('-'));
        let digits = self.rest[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len() - sign);
        let (text, rest) = self.rest.split_at(sign + digits);
        self.rest = rest;
        text.parse().ok().map(Expr::Int)
    }

    fn name(&mut self) -> Option<&'t str> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(name)
    }

    /// F-8, F-9.
    fn call(&mut self) -> Option<Expr> {
        let name = self.name()?.to_ascii_lowercase();
        self.blank();
        if !self.eat('(') {
            return None;
        }
        let mut arguments = Vec::new();
        self.blank();
        if self.eat(')') {
            return Some(Expr::Call(name, arguments));
        }
        loop {
            self.blank();
            arguments.push(self.expression()?);
            self.blank();
            if self.eat(')') {
                return Some(Expr::Call(name, arguments));
            }
            if !self.eat(',') {
                return None;
            }
        }
    }
}
