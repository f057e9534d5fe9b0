//! The fields of an answer, whatever it was written in: a tree in one flat list, in the order of the message.

use std::collections::HashMap;
use std::fmt;

/// The deepest nesting of an answer.
pub(crate) const MAX_DEPTH: u8 = 16;

/// The most fields of one answer; the longest known has some forty.
const MAX_FIELDS: usize = 20_000;

/// The longest name of a field; the longest known has some forty bytes. Each element of a JSON array has a copy of its name.
const MAX_NAME_BYTES: usize = 255;

/// An answer's fields. XML elements and JSON members look the same; a JSON array is the same name repeated.
#[derive(Clone, Default)]
pub struct Document {
    /// Each field stands before the fields inside it.
    fields: Vec<Node>,
    /// The names and values, one behind the other.
    texts: String,
}

#[derive(Clone, Copy)]
struct Node {
    depth: u8,
    name: Span,
    value: Option<Span>,
}

/// Where a text stands in a document's texts.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

/// One name on the way to a value, and how many of its siblings of the same name stand before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub name: &'a str,
    pub nth: usize,
}

/// One field of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// How many fields it stands inside of.
    pub depth: u8,
    /// Its own name, without those of the fields that it stands inside of.
    pub name: &'a str,
    /// None: it has fields inside and no text of its own, or it is a JSON null.
    pub value: Option<&'a str>,
}

/// How much memory a text of so many bytes may take while it is read and passed on: copies of its values, and what stands
/// beside each, twice while a list grows.
pub(crate) fn room_for(bytes: usize) -> usize {
    // The shortest field is `<a/>`.
    let fields = (bytes / 4).min(MAX_FIELDS);
    8 * bytes + 4 * fields * size_of::<Node>()
}

/// Shows no field: an answer may hold a card's token.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({} fields)", self.fields.len())
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Document) -> bool {
        self.fields().eq(other.fields())
    }
}

impl Eq for Document {}

impl Document {
    /// A document of an answer of so many bytes.
    pub(crate) fn of_len(bytes: usize) -> Document {
        // What is not kept of an answer are the ends of its tags and what stands between them.
        Document { fields: Vec::with_capacity(16), texts: String::with_capacity(bytes * 3 / 4) }
    }

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
            None => return self.children(None).filter(|&index| self.name(index) == path).count(),
        };
        match parent {
            Some(parent) => self.children(Some(parent)).filter(|&index| self.name(index) == name).count(),
            None => 0,
        }
    }

    /// The first of the names that more than one field outside of all others has.
    pub(crate) fn repeated<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        let mut seen = 0u32;
        let mut repeated = 0u32;
        for field in self.children(None) {
            if let Some(bit) = names.iter().position(|name| *name == self.name(field)) {
                repeated |= seen & (1 << bit);
                seen |= 1 << bit;
            }
        }
        names.get(repeated.trailing_zeros() as usize).copied()
    }

    /// The place of the field at a path, in the order of the message.
    pub(crate) fn find(&self, path: &str) -> Option<usize> {
        let mut parent = None;
        for segment in path.split('/') {
            let (name, nth) = split_index(segment)?;
            parent = Some(self.children(parent).filter(|&index| self.name(index) == name).nth(nth)?);
        }
        parent
    }

    /// Every value with the way to it, in the order of the message. A field that has fields inside is no value.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = (Vec<Step<'_>>, &str)> {
        let mut way: Vec<Step<'_>> = Vec::new();
        // How often each name has stood so far, for each level of the way.
        let mut seen: Vec<HashMap<&str, usize>> = vec![HashMap::new()];
        self.fields.iter().enumerate().filter_map(move |(index, node)| {
            let depth = usize::from(node.depth);
            way.truncate(depth);
            seen.truncate(depth + 1);
            let name = self.name(index);
            let nth = seen[depth].entry(name).or_default();
            way.push(Step { name, nth: *nth });
            *nth += 1;
            seen.push(HashMap::new());
            let has_children = self.fields.get(index + 1).is_some_and(|next| next.depth > node.depth);
            (!has_children).then(|| (way.clone(), self.value(index).unwrap_or_default()))
        })
    }

    /// Whether each value stands in a field of its own: a signature covers no text beside fields.
    pub(crate) fn is_signable(&self) -> bool {
        self.values().flatten().count() <= self.leaves().count()
    }

    /// The value of each field by its place.
    pub(crate) fn values(&self) -> impl Iterator<Item = Option<&str>> {
        self.fields.iter().map(|node| node.value.map(|value| self.text(value)))
    }

    /// Every field in the order of the message, each before the fields inside it.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.fields.iter().map(|node| Field {
            depth: node.depth,
            name: self.text(node.name),
            value: node.value.map(|value| self.text(value)),
        })
    }

    fn name(&self, index: usize) -> &str {
        self.text(self.fields[index].name)
    }

    fn value(&self, index: usize) -> Option<&str> {
        Some(self.text(self.fields.get(index)?.value?))
    }

    fn text(&self, span: Span) -> &str {
        &self.texts[span.start..span.end]
    }

    fn add(&mut self, text: &str) -> Span {
        let start = self.texts.len();
        self.texts.push_str(text);
        Span { start, end: self.texts.len() }
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
    pub(crate) fn push(&mut self, depth: u8, name: &str) -> Result<usize, String> {
        self.check_field(name)?;
        let name = self.add(name);
        self.fields.push(Node { depth, name, value: None });
        Ok(self.fields.len() - 1)
    }

    /// Adds a value under the names that lead to it, as a form writes them: `["a", "0", "b"]` is `a[0][b]`. What is
    /// inside one field stays together, also when the form has other fields in between.
    ///
    /// The error says that there are too many fields, or that they are nested too deep.
    pub(crate) fn insert(&mut self, way: &[&str], value: &str) -> Result<(), String> {
        if way.len() > usize::from(MAX_DEPTH) {
            return Err(format!("it is nested deeper than {MAX_DEPTH}"));
        }
        let Some((last, above)) = way.split_last() else { return Ok(()) };
        let mut parent = None;
        for name in above {
            let found = self.children(parent).filter(|&index| self.name(index) == *name).last();
            parent = Some(match found {
                Some(index) => index,
                None => self.insert_into(parent, name, None)?,
            });
        }
        self.insert_into(parent, last, Some(value))?;
        Ok(())
    }

    /// Adds a field behind all others inside `parent`; answers its place.
    fn insert_into(
        &mut self,
        parent: Option<usize>,
        name: &str,
        value: Option<&str>,
    ) -> Result<usize, String> {
        self.check_field(name)?;
        let depth = parent.map_or(0, |index| self.fields[index].depth + 1);
        let inside = parent.map_or(0, |index| index + 1);
        let end = self.fields[inside..].iter().position(|node| node.depth < depth);
        let place = end.map_or(self.fields.len(), |end| inside + end);
        let node = Node { depth, name: self.add(name), value: value.map(|value| self.add(value)) };
        self.fields.insert(place, node);
        Ok(place)
    }

    /// Whether there may be one more field, of this name.
    fn check_field(&self, name: &str) -> Result<(), String> {
        if self.fields.len() == MAX_FIELDS {
            return Err(format!("it has more than {MAX_FIELDS} fields"));
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(format!("it has a name of more than {MAX_NAME_BYTES} bytes"));
        }
        Ok(())
    }

    /// Gives the field at `index` its value.
    pub(crate) fn set_value(&mut self, index: usize, value: &str) {
        let value = self.add(value);
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
    use super::Document;
    use crate::wire::decode;

    #[test]
    fn a_text_beside_fields_cannot_be_signed() {
        for (text, is_signable) in [
            ("<r><a>ok</a><b><c/></b></r>", true),
            ("<r><a>ok<x/></a></r>", false),
            ("<r><a><x/> ok</a><b/></r>", false),
            ("<r><a>\n <x/>\n</a></r>", true),
            ("{\"a\":null,\"b\":{\"c\":1}}", true),
        ] {
            assert_eq!(decode(text.as_bytes()).unwrap().is_signable(), is_signable, "{text}");
        }
    }

    #[test]
    fn what_a_form_nests_is_found_together() {
        let mut document = Document::default();
        for (way, value) in [
            (&["a", "0", "x"][..], "1"),
            (&["b"], "2"),
            (&["a", "1", "x"], "3"),
            (&["a", "0", "y"], "4"),
            (&["b"], "5"),
        ] {
            document.insert(way, value).unwrap();
        }
        let found: Vec<(String, &str)> = document
            .leaves()
            .map(|(way, value)| {
                (way.iter().map(|step| format!("/{}[{}]", step.name, step.nth)).collect(), value)
            })
            .collect();
        let expected = [
            ("/a[0]/0[0]/x[0]", "1"),
            ("/a[0]/0[0]/y[0]", "4"),
            ("/a[0]/1[0]/x[0]", "3"),
            ("/b[0]", "2"),
            ("/b[1]", "5"),
        ];
        assert_eq!(found, expected.map(|(way, value)| (way.to_owned(), value)));
        assert_eq!(document.get("a/0/y"), Some("4"));
        assert!(document.insert(&["x"; 17], "").unwrap_err().contains("deeper than 16"));
    }

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
            let fields: Vec<_> =
                document.fields().map(|field| (field.depth, field.name, field.value)).collect();
            assert_eq!(fields.len(), 10, "{text}");
            assert_eq!(fields[..3], [(0, "a", Some("1")), (0, "list", None), (1, "item", None)], "{text}");
            assert_eq!(
                (document.count("a"), document.count("list/item"), document.count("no/item")),
                (2, 2, 0)
            );
        }
    }
}
