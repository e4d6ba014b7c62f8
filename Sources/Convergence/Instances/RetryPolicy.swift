internal import Engines
internal import Foundation
internal import Resources
internal import Volumes

/// When to try again, and when to say that something has failed. A value: the lane feeds it what happened.
struct RetryPolicy: Sendable, Equatable {
    /// Attempts in a row that may fail before the instance shows it.
    static let patience = 3
    /// A server that ran this long, in seconds, did not crash because of how it was started.
    static let stableAfter = 60.0
    static let longestPause = 60.0

    private(set) var failures = 0
    private(set) var crashes = 0

    /// A pass went through. Crashes are only forgiven once the server has stayed up.
    mutating func succeeded(serverUpFor seconds: Double?) {
        failures = 0
        if let seconds, seconds >= Self.stableAfter { crashes = 0 }
    }

    /// The server ended by itself after `uptime` seconds. Returns the pause before the next start, in seconds.
    mutating func crashed(uptime: Double) -> Double {
        if uptime >= Self.stableAfter { crashes = 0 }
        crashes += 1
        return crashes <= 1 ? 0 : Self.pause(crashes - 1)
    }

    /// A step failed. Returns the pause before the next try, in seconds, and what to show meanwhile.
    mutating func failed(
        _ error: any Error, isCreated: Bool, hasOwnMemory: Bool = false, now: Date
    ) -> (pause: Double, failure: DBInstanceObservation.Failure?) {
        failures += 1
        let kind = Self.kind(of: error, isCreated: isCreated, hasOwnMemory: hasOwnMemory)
        let isPlain = kind == .failed
        guard !isPlain || failures >= Self.patience || crashes >= Self.patience else {
            return (Self.pause(failures), nil)
        }
        return (Self.pause(failures), DBInstanceObservation.Failure(kind: kind, reason: "\(error)", since: now))
    }

    /// True while the server goes down as often as it comes up.
    var isCrashLoop: Bool { crashes >= Self.patience }

    private static func pause(_ count: Int) -> Double {
        min(longestPause, 0.5 * pow(2, Double(min(count, 10))))
    }

    /// - Parameter hasOwnMemory: the owner, not the class, says how much memory the server asks for.
    private static func kind(
        of error: any Error, isCreated: Bool, hasOwnMemory: Bool
    ) -> DBInstanceObservation.Failure.Kind {
        if error is AddressError { return .incompatibleNetwork }
        if error is ParameterResolution.Failure { return .incompatibleParameters }
        if case VolumeError.noRoom = error { return isCreated ? .storageFull : .insufficientCapacity }
        switch error as? EngineError {
        case .exitedAtStart(_, badConfiguration: true): return .incompatibleParameters
        case .snapshotDamaged: return .incompatibleRestore
        case .diskFull: return isCreated ? .storageFull : .insufficientCapacity
        case .outOfMemory: return hasOwnMemory ? .incompatibleParameters : .insufficientCapacity
        default: return .failed
        }
    }
}
