//! Whatever the size of the pieces, together they are the text.

use super::*;
use proptest::prelude::*;

fn pieces(text: &[u8], piece: usize) -> Vec<Piece> {
    Splitter::new(text, Limits { piece, row: 1 << 20 }).collect()
}

fn shown(text: &str, piece: usize) -> Vec<(PieceKind, String, u64, u64)> {
    let of = |piece: Piece| {
        assert_eq!(piece.fault, None);
        (piece.kind, String::from_utf8(piece.text).unwrap(), piece.place.line, piece.place.column)
    };
    pieces(text.as_bytes(), piece).into_iter().map(of).collect()
}

#[test]
fn lists_are_cut_between_elements() {
    // spec: I-5, I-13
    const ELEMENTS: PieceKind = PieceKind::Elements { data: false };
    let list = "[ {\"é\": \"],{\\\"\"},\n {}, [1,2] ]\n";
    assert_eq!(shown(list, 99), [(ELEMENTS, "[ {\"é\": \"],{\\\"\"},\n {}, [1,2] ]".into(), 1, 1)]);
    assert_eq!(
        shown(list, 1),
        [
            (ELEMENTS, "[ {\"é\": \"],{\\\"\"}]".into(), 1, 1),
            (ELEMENTS, "[\n {}]".into(), 1, 17),
            (ELEMENTS, "[ [1,2] ]".into(), 2, 4),
        ]
    );
    // A comma before the end is a fault for whoever reads the piece.
    assert_eq!(shown("[{},]", 1), [(ELEMENTS, "[{},]".into(), 1, 1)]);
    assert_eq!(shown("[{},,{}]", 1)[0].1, "[{},,{}]");
    // A byte order mark is no character of the text.
    assert_eq!(shown("\u{feff} []", 1), [(ELEMENTS, "[]".into(), 1, 2)]);
}

#[test]
fn what_is_around_a_list_comes_last() {
    // spec: I-13, I-14
    let answer = "{\"count\": 2, \"Data\": [{\"a\": 1},\n{\"a\": 2}], \"skip_token\": \"x\"}\n";
    let cut = shown(answer, 1);
    assert_eq!(cut[0], (PieceKind::Elements { data: true }, "[{\"a\": 1}]".into(), 1, 22));
    assert_eq!(cut[1], (PieceKind::Elements { data: true }, "[\n{\"a\": 2}]".into(), 1, 31));
    let place = Place { offset: 40, line: 2, column: 9 };
    assert_eq!(
        cut[2],
        (
            PieceKind::Around { from: 22, place },
            "{\"count\": 2, \"Data\": [], \"skip_token\": \"x\"}\n".into(),
            1,
            1
        )
    );
    // Text behind a list is told as such.
    let place = Place { offset: 3, line: 1, column: 4 };
    let cut = shown("[{}]\n[{}]", 1);
    assert_eq!(cut[1], (PieceKind::Around { from: 1, place }, "[]\n[{}]".into(), 1, 1));
}

#[test]
fn lines_and_documents() {
    // spec: I-5, I-6, I-90
    use PieceKind::{Documents, Lines};
    for (text, first, count) in [
        ("{}\n{}\n", Lines, 2),
        ("{\"a\": {}}\r\n\n{oh\n{}", Lines, 3),
        ("{oh\n{}\n", Lines, 2),
        ("{}", Documents, 1),
        ("{}\n\n", Documents, 1),
        ("{\n}\n{\n}\n", Documents, 2),
        ("{}{}\n{}\n", Lines, 2),
        ("{\"a\":\n{}\n}", Documents, 1),
        ("[command] run\n", Documents, 1),
        ("a,b\n1,2\n", Documents, 1),
        ("", Documents, 0),
        ("// of policies\n{}", Documents, 1),
        ("{\"value\": {}}", Documents, 1),
        ("{\"type\": \"A.B/c\", \"value\": [{}]}", Documents, 1),
    ] {
        let cut = shown(text, 1);
        assert!(cut.len() <= count && cut.iter().all(|piece| piece.0 == first), "{text}: {cut:?}");
        let all: String = cut.into_iter().map(|piece| piece.1).collect();
        // Blanks at the end are in no piece.
        assert_eq!(all.trim_end(), text.trim_end());
    }
}

#[test]
fn rows_that_are_too_large_are_left_out() {
    // spec: I-83
    let long = "x".repeat(300);
    let limits = Limits { piece: 16, row: 100 };
    // The stream is asked for little at a time, so that a row is met before all of it is there.
    struct Little<'t>(&'t [u8]);
    impl Read for Little<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(20).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    for (text, left) in [
        (format!("{{\"a\":1}}\n{{\"b\":\"{long}\"}}\n{{\"c\":1}}\n"), vec!["{\"a\":1}\n", "", "{\"c\":1}\n"]),
        (format!("[{{\"a\":1}},{{\"b\":\"{long}\"}},{{\"c\":1}}]"), vec!["[{\"a\":1}]", "", "[{\"c\":1}]"]),
        (format!("[{{\"a\":1}},{{\"b\":\"{long}\"}}]"), vec!["[{\"a\":1}]", "", "[]"]),
    ] {
        let mut splitter = Splitter::new(Little(text.as_bytes()), limits);
        splitter.state = State::Start;
        let cut: Vec<Piece> = splitter.collect();
        let faults = cut.iter().filter(|piece| piece.fault == Some(Fault::RowTooLarge(100))).count();
        assert!(faults <= 1, "{cut:?}");
        if faults == 1 {
            let texts: Vec<_> = cut.iter().map(|piece| std::str::from_utf8(&piece.text).unwrap()).collect();
            assert_eq!(texts, left);
        }
    }
}

/// A value as text, with all that may mislead a scan.
fn value() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "\"\"",
        "\"é\"",
        "\"]\"",
        "\"{,\"",
        "\"\\\"\"",
        "\"\\\\\"",
        "\"a\\nb\"",
        "1",
        "null",
        "-2.5e3",
        "{}",
        "[]",
    ]);
    text.prop_map(str::to_owned).prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" , "))),
            prop::collection::vec(inner, 0..4).prop_map(|items| {
                let members = items.iter().enumerate().map(|(at, item)| format!("\"k{at}\" :{item}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(",\n"))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn elements_are_those_of_the_list(items in prop::collection::vec(value(), 0..12), piece in 1..60_usize) {
        let list = format!("[{}]", items.join(","));
        prop_assume!(head::layout(list.as_bytes(), true, 1 << 20) == Some(Layout::List { before: 0 }));
        let mut joined: Vec<u8> = Vec::new();
        for cut in pieces(list.as_bytes(), piece) {
            prop_assert_eq!(cut.kind, PieceKind::Elements { data: false });
            // Each piece stands where it says.
            let (from, to) = (cut.place.offset as usize, cut.place.offset as usize + cut.text.len() - 1);
            prop_assert_eq!(&cut.text[1..cut.text.len() - 1], &list.as_bytes()[from + 1..to]);
            prop_assert_eq!(Place::default().behind(&list.as_bytes()[..from]), cut.place);
            joined.extend(if joined.is_empty() { &b""[..] } else { b"," });
            joined.extend(&cut.text[1..cut.text.len() - 1]);
        }
        prop_assert_eq!(&joined[..], &list.as_bytes()[1..list.len() - 1]);
    }

    #[test]
    fn whatever_comes_is_in_the_pieces(bytes in prop::collection::vec(any::<u8>(), 0..200), piece in 1..60_usize) {
        // Nothing panics, nothing hangs.
        let _ = pieces(&bytes, piece);
        let text: Vec<u8> = bytes.iter().map(|b| b"{}[],\"\\ \n:a"[*b as usize % 11]).collect();
        let _ = pieces(&text, piece);
    }
}
