//! From the text of a condition to what it means.

use super::{Node, Order, Side, Term, number};

/// The longest condition, letters; nobody reads a longer one.
const LONGEST: usize = 10_000;
/// The deepest nesting.
const DEEPEST: usize = 64;

type Wrong = (usize, String);

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Sign(&'static str),
    Name(String),
    Text(String),
    Number(String),
    End,
}

const SIGNS: [&str; 16] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "=",
];

/// The tokens of a text, each with the letter that it begins at.
fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Wrong> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > LONGEST {
        return Err((LONGEST, format!("it has more than {LONGEST} letters")));
    }
    let (mut at, mut found) = (0, Vec::new());
    while let Some(c) = letters.get(at) {
        let start = at;
        let run = |from: usize, of: &dyn Fn(char) -> bool| -> String {
            letters[from..].iter().take_while(|c| of(**c)).collect()
        };
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let is_sign =
            |sign: &&&str| (sign.chars().enumerate()).all(|(i, s)| letters.get(at + i) == Some(&s));
        let token = if *c == '"' || *c == '\'' {
            let inside = run(at + 1, &|x| x != *c);
            at += 1 + inside.chars().count();
            if letters.get(at) != Some(c) {
                return Err((
                    start + 1,
                    format!("the text that begins here has no closing quote {c}"),
                ));
            }
            at += 1;
            Token::Text(inside)
        } else if c.is_ascii_digit() || *c == '-' {
            let signs = |x: char| x.is_ascii_alphanumeric() || x == '.';
            let mut word = format!("{c}{}", run(at + 1, &signs));
            if word.ends_with(['e', 'E']) {
                let sign = run(at + word.len(), &|x| x == '-' || x == '+');
                word += &sign;
                word += &run(at + word.len(), &|x| x.is_ascii_digit());
            }
            at += word.len();
            if number(&word).is_none() {
                return Err((
                    start + 1,
                    format!("{word} is no number; texts stand in quotes"),
                ));
            }
            Token::Number(word)
        } else if c.is_alphabetic() || *c == '_' {
            let word = run(at, &|x| x.is_alphanumeric() || x == '_');
            at += word.chars().count();
            Token::Name(word)
        } else if let Some(sign) = SIGNS.iter().find(is_sign) {
            at += sign.len();
            Token::Sign(sign)
        } else {
            let help = match c {
                '&' => "; write && for and",
                '|' => "; write || for or",
                _ => "",
            };
            return Err((start + 1, format!("{c:?} means nothing here{help}")));
        };
        found.push((start + 1, token));
    }
    found.push((letters.len() + 1, Token::End));
    Ok(found)
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    depth: usize,
    /// Whose a column is that is named without a side.
    plain: Side,
}

/// Reads a condition; a column without a side is of the side `plain`.
pub(super) fn parse(text: &str, plain: Side) -> Result<Node, Wrong> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        plain,
    };
    let node = parser.any()?;
    match parser.peek() {
        Token::End => Ok(node),
        Token::Sign(")") => parser.wrong("this bracket closes nothing"),
        _ => parser.wrong("conditions are joined by && or ||"),
    }
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |t| &t.1)
    }

    fn place(&self) -> usize {
        let last = self.tokens.len() - 1;
        self.tokens[self.at.min(last)].0
    }

    fn wrong<T>(&self, what: impl Into<String>) -> Result<T, Wrong> {
        Err((self.place(), what.into()))
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Token::Sign(s) if *s == sign);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Result<Node, Wrong> {
        self.joined("||", Parser::all, Node::Any)
    }

    fn all(&mut self) -> Result<Node, Wrong> {
        self.joined("&&", Parser::not, Node::All)
    }

    fn joined(
        &mut self,
        sign: &str,
        part: fn(&mut Parser) -> Result<Node, Wrong>,
        join: fn(Vec<Node>) -> Node,
    ) -> Result<Node, Wrong> {
        let mut parts = vec![part(self)?];
        while self.take(sign) {
            parts.push(part(self)?);
        }
        Ok(match parts.len() {
            1 => parts.remove(0),
            _ => join(parts),
        })
    }

    fn not(&mut self) -> Result<Node, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong(format!("it is nested more than {DEEPEST} deep"));
        }
        let node = if self.take("!") {
            Node::Not(Box::new(self.not()?))
        } else if self.take("(") {
            let inside = self.any()?;
            if !self.take(")") {
                return self.wrong("nothing closes the bracket");
            }
            inside
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(node)
    }

    fn comparison(&mut self) -> Result<Node, Wrong> {
        let start = self.place();
        let a = self.term()?;
        if matches!(self.peek(), Token::Name(word) if word == "in") {
            self.at += 1;
            let items = self.items()?;
            return columned(start, Node::In(a, items));
        }
        for (sign, order, not) in [
            ("==", Order::Equal, false),
            ("!=", Order::Equal, true),
            ("<=", Order::AtMost, false),
            (">=", Order::AtLeast, false),
            ("<", Order::Below, false),
            (">", Order::Above, false),
        ] {
            if self.take(sign) {
                let compare = columned(start, Node::Compare(a, order, self.term()?))?;
                return Ok(match not {
                    true => Node::Not(Box::new(compare)),
                    false => compare,
                });
            }
        }
        match self.peek() {
            Token::Sign("=") => self.wrong("write == for equal"),
            _ => self.wrong(
                "compare it with something: == \"text\", >= 5, == true, in [\"a\", \"b\"], ...",
            ),
        }
    }

    /// What stands behind `in`.
    fn items(&mut self) -> Result<Vec<Term>, Wrong> {
        if matches!(self.peek(), Token::Name(_)) {
            return Ok(vec![self.term()?]);
        }
        if !self.take("[") {
            return self.wrong("behind `in` stands a column or a list [\"a\", \"b\"]");
        }
        let mut items = Vec::new();
        loop {
            items.push(match self.literal() {
                Some(literal) => literal,
                None => {
                    return self.wrong("a list has a text, a number, true or false in each place");
                }
            });
            if self.take("]") {
                return Ok(items);
            }
            if !self.take(",") {
                return self.wrong("a comma parts the items of a list, and ] closes it");
            }
        }
    }

    fn literal(&mut self) -> Option<Term> {
        let literal = match self.peek() {
            Token::Text(text) | Token::Number(text) => text.clone(),
            Token::Name(word) if word == "true" || word == "false" => word.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(Term::Literal(literal))
    }

    fn term(&mut self) -> Result<Term, Wrong> {
        if let Some(literal) = self.literal() {
            return Ok(literal);
        }
        let Token::Name(name) = self.peek().clone() else {
            return self.wrong("a column or a value is missing");
        };
        let side = match name.as_str() {
            "customer" => Side::Customer,
            "rep" => Side::Rep,
            _ => {
                self.at += 1;
                return Ok(Term::Column((self.plain, name)));
            }
        };
        let start = self.place();
        self.at += 1;
        let column = if self.take(".") {
            match self.peek().clone() {
                Token::Name(column) => Some(column),
                _ => None,
            }
        } else if self.take("[") {
            match (self.peek().clone(), self.tokens.get(self.at + 1)) {
                (Token::Text(column), Some((_, Token::Sign("]")))) => {
                    self.at += 1;
                    Some(column)
                }
                _ => None,
            }
        } else {
            None
        };
        match column.filter(|c| !c.trim().is_empty()) {
            Some(column) => {
                self.at += 1;
                Ok(Term::Column((side, column)))
            }
            None => Err((
                start,
                format!("name a column: {name}.id or {name}[\"any name\"]"),
            )),
        }
    }
}

/// A comparison names a column, or it would say nothing of customers and reps.
fn columned(start: usize, node: Node) -> Result<Node, Wrong> {
    let mut any = false;
    node.each_term(&mut |term| any |= matches!(term, Term::Column(_)));
    match any {
        true => Ok(node),
        false => Err((start, "there is no column in this comparison".to_owned())),
    }
}
