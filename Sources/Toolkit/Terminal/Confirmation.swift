internal import DatabaseURLs

/// Whether something that destroys may go on. Decided here, asked elsewhere.
public enum Confirmation: Sendable, Equatable {
    /// Nothing is lost, or `--yes` was given.
    case goOn
    /// The answer must be `yes`.
    case ask
    /// The answer must be this: the database's name.
    case askFor(name: String)
    case refuse(reason: String)

    public init(_ address: DatabaseAddress, losesNothing: Bool, yes: Bool, isTerminal: Bool) {
        if yes || losesNothing {
            self = .goOn
        } else if !isTerminal {
            self = .refuse(reason: "nobody is here to confirm it, and --yes was not given: nothing was changed")
        } else {
            self = address.isLocal ? .ask : .askFor(name: address.databaseName)
        }
    }

    /// Whether the answer lets it go on.
    public func accepts(_ answer: String?) -> Bool {
        switch self {
        case .goOn: true
        case .ask: answer?.lowercased() == "yes"
        case .askFor(let name): answer == name
        case .refuse: false
        }
    }
}

extension DatabaseAddress {
    /// What people call it: the database's name, or the file's.
    public var databaseName: String {
        dialect == .sqlite ? database.split(separator: "/").last.map(String.init) ?? database : database
    }
}
