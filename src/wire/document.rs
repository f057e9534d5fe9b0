//! The fields of an answer, whatever it was written in: a tree in one flat list, in the order of the message.

use std::fmt;

/// The most fields of one answer; the longest known has some forty.
const MAX_FIELDS: usize = 20_000;

/// An answer's fields. XML elements and JSON members look the same; a JSON array is the same name repeated.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Each field stands before the fields inside it.
    fields: Vec<Node>,
}

#[derive(Clone, PartialEq, Eq)]
struct Node {
    depth: u8,
    name: String,
    value: Option<String>,
}

/// Shows no field: an answer may hold a card's token.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} fields)", self.fields.len())
    }
}

impl Document {
    /// The value at a path such as `status`, `invoice_methods/qr` or `payments/payment[1]/amount`.
    ///
    /// `[n]` counts from 0 the fields of the same name beside each other; without it the first is meant. A field
    /// that has fields inside and no text of its own, and a JSON null, have no value.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.find(path).and_then(|index| self.value(index))
    }

    /// How many fields stand at a path: `count("payments/payment")`.
    pub fn count(&self, path: &str) -> usize {
        let (parent, name) = match path.rsplit_once('/') {
            Some((parent, name)) => (self.find(parent), name),
            None => return self.children(None).filter(|&index| self.fields[index].name == path).count(),
        };
        match parent {
            Some(parent) => {
                self.children(Some(parent)).filter(|&index| self.fields[index].name == name).count()
            }
            None => 0,
        }
    }

    /// The place of the field at a path, in the order of the message.
    pub(crate) fn find(&self, path: &str) -> Option<usize> {
        let mut parent = None;
        for segment in path.split('/') {
            let (name, nth) = split_index(segment)?;
            parent = Some(self.children(parent).filter(|&index| self.fields[index].name == name).nth(nth)?);
        }
        parent
    }

    /// The value of each field by its place.
    pub(crate) fn values(&self) -> impl Iterator<Item = Option<&str>> {
        self.fields.iter().map(|node| node.value.as_deref())
    }

    fn value(&self, index: usize) -> Option<&str> {
        self.fields.get(index)?.value.as_deref()
    }

    fn children(&self, parent: Option<usize>) -> impl Iterator<Item = usize> {
        let depth = parent.map_or(0, |index| self.fields[index].depth + 1);
        let start = parent.map_or(0, |index| index + 1);
        self.fields[start..]
            .iter()
            .enumerate()
            .take_while(move |(_, node)| node.depth >= depth)
            .filter(move |(_, node)| node.depth == depth)
            .map(move |(offset, _)| start + offset)
    }

    /// Adds a field behind all others, `depth` levels below the root; answers its place.
    ///
    /// The error says that there are too many.
    pub(super) fn push(&mut self, depth: u8, name: String) -> Result<usize, String> {
        if self.fields.len() == MAX_FIELDS {
            return Err(format!("it has more than {MAX_FIELDS} fields"));
        }
        self.fields.push(Node { depth, name, value: None });
        Ok(self.fields.len() - 1)
    }

    /// Gives the field at `index` its value.
    pub(super) fn set_value(&mut self, index: usize, value: String) {
        if let Some(node) = self.fields.get_mut(index) {
            node.value = Some(value);
        }
    }
}

/// `payment[1]` is the name `payment` and the place 1.
fn split_index(segment: &str) -> Option<(&str, usize)> {
    match segment.strip_suffix(']') {
        Some(open) => {
            let (name, digits) = open.rsplit_once('[')?;
            Some((name, digits.parse().ok()?))
        }
        None => Some((segment, 0)),
    }
}

#[cfg(test)]
mod tests {
    use crate::wire::decode;

    #[test]
    fn paths_find_the_same_in_xml_and_json() {
        let xml = "<r><a>1</a><list><item><x>1</x></item><item><x>2</x></item></list><e/><a>3</a><d><e>4</e>\
                   </d></r>";
        let json = r#"{"a":1,"list":{"item":[{"x":1},{"x":"2"}]},"e":"","a":3,"d":{"e":4}}"#;
        for text in [xml, json] {
            let document = decode(text.as_bytes()).unwrap();
            for (path, value) in [
                ("a", Some("1")),
                ("a[1]", Some("3")),
                ("a[2]", None),
                ("list/item/x", Some("1")),
                ("list/item[1]/x", Some("2")),
                ("list", None),
                ("e", Some("")),
                ("d/e", Some("4")),
                ("x", None),
                ("", None),
                ("a/", None),
                ("a[", None),
                ("a]", None),
                ("a[-1]", None),
                ("a[99999999999999999999999]", None),
                ("/a", None),
            ] {
                assert_eq!(document.get(path), value, "{path} in {text}");
            }
            assert_eq!(
                (document.count("a"), document.count("list/item"), document.count("no/item")),
                (2, 2, 0)
            );
        }
    }
}
