/// Why an engine could not do what it was asked. The texts are for operators and hold no secrets.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No server of this version is installed here.
    case notInstalled(engine: String, version: String)
    /// The server ended instead of starting; `message` is what it said itself.
    /// `badConfiguration` when it refused its own settings.
    case exitedAtStart(message: String, badConfiguration: Bool)
    /// Not done in time.
    case timedOut(what: String, seconds: Int)
    /// The disk is full, or has less free than the step needs.
    case diskFull(what: String)
    /// There is not the memory that the instance class needs.
    case outOfMemory(what: String)
    /// The data directory is not what it should be.
    case damaged(what: String)
    /// A snapshot's files are not what they were when it was taken.
    case snapshotDamaged(what: String)
    /// A statement failed; `state` is the SQLSTATE.
    case sql(message: String, state: String)
    /// Anything else the system refused.
    case system(what: String, reason: String)

    public var description: String {
        switch self {
        case .notInstalled(let engine, let version): "\(engine) \(version) is not installed on this host"
        case .exitedAtStart(let message, _): "the server ended while starting: \(message)"
        case .timedOut(let what, let seconds): "\(what) took longer than \(seconds) s"
        case .diskFull(let what): "no room on the disk: \(what)"
        case .outOfMemory(let what): "not enough memory: \(what)"
        case .damaged(let what): "damaged: \(what)"
        case .snapshotDamaged(let what): "the snapshot is damaged: \(what)"
        case .sql(let message, let state): "SQLSTATE \(state): \(message)"
        case .system(let what, let reason): "\(what): \(reason)"
        }
    }
}
