/// Reads formulas:
///
///     value   := number | { terms } | FUNCTION ( value , value … )
///     terms   := factor, then any number of * factor and / factor
///     factor  := number | variable | log ( terms ) | value
struct FormulaParser {
    private static let lengthLimit = 1024
    private static let depthLimit = 16

    private var rest: Substring
    private var depth = 0

    static func parse(_ text: String) -> ParameterFormula.Node? {
        // Beyond ASCII a text may be as long as a function's name only once it is in capitals.
        guard text.utf8.count <= lengthLimit, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var parser = FormulaParser(rest: Substring(text.filter { !$0.isWhitespace }))
        guard let node = parser.value(), parser.rest.isEmpty else { return nil }
        return node
    }

    private init(rest: Substring) { self.rest = rest }

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest.removeFirst(text.count)
        return true
    }

    private mutating func value() -> ParameterFormula.Node? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { return nil }
        if take("{") {
            guard let node = terms(), take("}") else { return nil }
            return node
        }
        for function in ParameterFormula.Function.allCases
        where rest.prefix(function.rawValue.count).uppercased() == function.rawValue {
            rest.removeFirst(function.rawValue.count)
            return arguments().map { .call(function, $0) }
        }
        return number()
    }

    private mutating func arguments() -> [ParameterFormula.Node]? {
        guard take("(") else { return nil }
        var found: [ParameterFormula.Node] = []
        repeat {
            guard let node = value() else { return nil }
            found.append(node)
        } while take(",")
        return take(")") ? found : nil
    }

    private mutating func terms() -> ParameterFormula.Node? {
        guard var node = factor() else { return nil }
        while true {
            if take("*") {
                guard let right = factor() else { return nil }
                node = .product(node, right)
            } else if take("/") {
                guard let right = factor() else { return nil }
                node = .quotient(node, right)
            } else {
                return node
            }
        }
    }

    private mutating func factor() -> ParameterFormula.Node? {
        for variable in ParameterFormula.Variable.allCases where take(variable.rawValue) { return .variable(variable) }
        if take("log(") {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.depthLimit, let inner = terms(), take(")") else { return nil }
            return .logarithm(inner)
        }
        return value()
    }

    /// A whole number, signed or not.
    private mutating func number() -> ParameterFormula.Node? {
        let sign = take("-") ? -1.0 : 1.0
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 19, let number = Double(String(digits)) else { return nil }
        rest.removeFirst(digits.count)
        return .number(sign * number)
    }
}
