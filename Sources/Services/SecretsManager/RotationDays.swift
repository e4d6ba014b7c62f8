internal import AWSWire
internal import Resources

/// `RotationRules`, as days.
enum RotationDays {
    /// Nil where the request says nothing.
    static func read(_ request: Request) throws -> Int? {
        guard let rules = request.call.parameters["RotationRules"], !rules.names.isEmpty else { return nil }
        for name in rules.names where !["AutomaticallyAfterDays", "ScheduleExpression"].contains(name) {
            throw SecretsManagerFault.invalidParameter(
                "RotationRules.\(name.prefix(64)) is not supported here: rotation takes moments, at any time of day.")
        }
        switch (rules["AutomaticallyAfterDays"]?.text, rules["ScheduleExpression"]?.text) {
        case (let text?, nil): return try checked(Int(text), text)
        case (nil, let expression?): return try checked(days(inRate: expression), expression)
        default:
            throw SecretsManagerFault.invalidParameter(
                "RotationRules takes either AutomaticallyAfterDays or ScheduleExpression.")
        }
    }

    /// The days of `rate(10 days)`; nil for any other expression.
    static func days(inRate expression: String) -> Int? {
        guard expression.hasPrefix("rate("), expression.hasSuffix(")") else { return nil }
        let parts = expression.dropFirst(5).dropLast().split(separator: " ")
        guard parts.count == 2, parts[1] == "day" || parts[1] == "days" else { return nil }
        return Int(parts[0])
    }

    private static func checked(_ days: Int?, _ text: String) throws -> Int {
        guard let days, RotationSchedule.dayRange.contains(days) else {
            throw SecretsManagerFault.invalidParameter(
                "RotationRules must be 1 to 1000 days, as a number or as rate(N days); it is \(text.prefix(64)).")
        }
        return days
    }
}
