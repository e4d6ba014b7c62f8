/// A statement whose values are apart from its text.
///
/// Written as a string literal. What is interpolated becomes a bound parameter, never text, so that no value can change what the
/// statement means:
///
///     let sql: SQL = "SELECT * FROM users WHERE handle = \(handle)"
///
/// A `String` is no `SQL`. Three things can be interpolated that are not values: another `SQL` (a fragment), an
/// ``SQLIdentifier``, and a list: `WHERE id IN (\(list: ids))`.
public struct SQL: Sendable, Equatable, ExpressibleByStringInterpolation {
    enum Piece: Sendable, Equatable {
        case text(String)
        case value(SQLValue)
        case name(SQLIdentifier)
    }

    var pieces: [Piece]

    public init(stringLiteral value: String) { pieces = value.isEmpty ? [] : [.text(value)] }

    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    init(pieces: [Piece]) { self.pieces = pieces }

    /// A statement from a place that is trusted as the program itself is: a schema file, a migration.
    ///
    /// Never for text that has a value in it.
    public init(trusted text: String) { self.init(stringLiteral: text) }

    /// Fragments, one after the other.
    public static func + (a: SQL, b: SQL) -> SQL { SQL(pieces: a.pieces + b.pieces) }

    /// Gathers the pieces of a literal.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var pieces: [Piece] = []

        public init(literalCapacity: Int, interpolationCount: Int) { pieces.reserveCapacity(interpolationCount * 2 + 1) }

        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        /// A bound parameter.
        public mutating func appendInterpolation(_ value: some SQLBindable) { pieces.append(.value(value.sqlValue)) }

        /// A bound parameter that is NULL when there is no value.
        public mutating func appendInterpolation(_ value: (some SQLBindable)?) {
            pieces.append(.value(value?.sqlValue ?? .null))
        }

        /// A quoted name.
        public mutating func appendInterpolation(_ name: SQLIdentifier) { pieces.append(.name(name)) }

        /// A fragment, with its own parameters.
        public mutating func appendInterpolation(_ fragment: SQL) { pieces += fragment.pieces }

        /// Bound parameters with commas between them. An empty list becomes NULL, so that `IN (NULL)` finds nothing.
        public mutating func appendInterpolation(list values: some Sequence<some SQLBindable>) {
            var isFirst = true
            for value in values {
                if !isFirst { pieces.append(.text(", ")) }
                pieces.append(.value(value.sqlValue))
                isFirst = false
            }
            if isFirst { pieces.append(.text("NULL")) }
        }
    }
}

/// The name of a table, column or schema that is only known while the program runs. It is quoted, as the engine quotes.
public struct SQLIdentifier: Sendable, Equatable, ExpressibleByStringLiteral {
    var parts: [String]

    /// - Parameter parts: `SQLIdentifier("public", "users")` is `"public"."users"`.
    public init(_ parts: String...) { self.parts = parts }

    public init(stringLiteral value: String) { parts = [value] }
}
