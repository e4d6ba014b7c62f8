internal import ArgumentParser
internal import Resources

/// `N` or `off`.
struct SecretRotationDays: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
    /// Nil is off.
    var days: Int?

    init(days: Int?) { self.days = days }

    init?(argument: String) {
        if argument.lowercased() == "off" {
            days = nil
        } else {
            guard let number = Int(argument), RotationSchedule.dayRange.contains(number) else { return nil }
            days = number
        }
    }

    var description: String { days.map(String.init) ?? "off" }
}

extension ServeCommand {
    var rotation: RotationSchedule { RotationSchedule(days: secretRotationDays.days) }
}
