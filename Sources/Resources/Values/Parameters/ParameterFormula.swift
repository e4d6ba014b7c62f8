internal import Foundation

/// A parameter's value as RDS lets it be written: `{DBInstanceClassMemory/32768}`, `LEAST({DBInstanceClassMemory/9531392},5000)`
/// (user guide, "Specifying DB parameters": variables, `*` and `/` in braces, and the functions GREATEST, LEAST and SUM; the
/// default groups of PostgreSQL also use `log`, to the base 2).
public struct ParameterFormula: Sendable, Equatable {
    /// What a formula can refer to.
    public enum Variable: String, Sendable, CaseIterable {
        /// Bytes.
        case allocatedStorage = "AllocatedStorage"
        /// Bytes.
        case instanceClassMemory = "DBInstanceClassMemory"
        case instanceVCPU = "DBInstanceVCPU"
        case endPointPort = "EndPointPort"
    }

    public enum Function: String, Sendable, CaseIterable {
        case greatest = "GREATEST"
        case least = "LEAST"
        case sum = "SUM"
    }

    indirect enum Node: Sendable, Equatable {
        case number(Double)
        case variable(Variable)
        case logarithm(Node)
        case product(Node, Node)
        case quotient(Node, Node)
        case call(Function, [Node])
    }

    private let root: Node

    /// Nil for a text that is no formula; a number alone is one.
    public init?(_ text: String) {
        guard let root = FormulaParser.parse(text) else { return nil }
        self.root = root
    }

    /// True for a text that means to be a formula, well-formed or not.
    public static func isMeant(by text: String) -> Bool {
        text.contains("{") || Function.allCases.contains { text.uppercased().hasPrefix("\($0.rawValue)(") }
    }

    /// A whole number: each multiplication and division cuts decimals off. Nil for a division by zero, the logarithm of
    /// nothing, and what does not fit.
    public func value(_ variables: [Variable: Int]) -> Int? {
        guard let number = Self.evaluate(root, variables, exact: false), number.isFinite, abs(number) < 9e18 else { return nil }
        return Int(number)
    }

    /// - Parameter exact: keep decimals, as within a logarithm.
    private static func evaluate(_ node: Node, _ variables: [Variable: Int], exact: Bool) -> Double? {
        func rounded(_ number: Double) -> Double { exact ? number : number.rounded(.towardZero) }
        switch node {
        case .number(let number): return number
        case .variable(let variable): return variables[variable].map(Double.init)
        case .logarithm(let inner): return evaluate(inner, variables, exact: true).flatMap { $0 > 0 ? log2($0) : nil }
        case .product(let left, let right):
            guard let a = evaluate(left, variables, exact: exact), let b = evaluate(right, variables, exact: exact) else {
                return nil
            }
            return rounded(a * b)
        case .quotient(let left, let right):
            guard let a = evaluate(left, variables, exact: exact), let b = evaluate(right, variables, exact: exact), b != 0
            else { return nil }
            return rounded(a / b)
        case .call(let function, let arguments): return call(function, arguments.map { evaluate($0, variables, exact: exact) })
        }
    }

    private static func call(_ function: Function, _ arguments: [Double?]) -> Double? {
        let numbers = arguments.compactMap(\.self)
        guard numbers.count == arguments.count else { return nil }
        return switch function {
        case .greatest: numbers.max()
        case .least: numbers.min()
        case .sum: numbers.reduce(0, +)
        }
    }
}
