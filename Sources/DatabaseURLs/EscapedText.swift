/// Marks that end a text in SQL, in a settings file or in a shell, made harmless.
///
/// By scalars: a mark before a combining character is one `Character` with it, which a search for the mark does not find, and
/// still a mark to whoever reads bytes.
package enum EscapedText {
    /// The text between two marks, with those in it doubled: a name or a text of standard SQL.
    package static func quoting(_ text: String, by mark: String) -> String { mark + doubling(mark, in: text) + mark }

    /// Each of `marks` twice.
    package static func doubling(_ marks: String, in text: String) -> String {
        replacing(marks, in: text) { $0 + $0 }
    }

    /// A backslash before each of `marks`.
    package static func backslashing(_ marks: String, in text: String) -> String {
        replacing(marks, in: text) { "\\" + $0 }
    }

    package static func replacing(_ marks: String, in text: String, by escape: (String) -> String) -> String {
        let marks = Set(marks.unicodeScalars)
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if marks.contains(scalar) {
                escaped.append(contentsOf: escape(String(scalar)).unicodeScalars)
            } else {
                escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
