/// What to do about the root key at start: pure.
enum MasterKeyDecision: Sendable, Equatable {
    case make
    case open
    case refuse(String)

    /// - Parameters:
    ///   - found: how the root key on disk is protected; nil when there is none.
    ///   - hasKeys: the store has keys, which only the root can unwrap.
    static func decide(found: RootKeyFile.Protection?, given: MasterKeySource, hasKeys: Bool, directory: String) -> Self {
        switch (found, given) {
        case (nil, _) where hasKeys:
            .refuse(
                "\(directory)/root.json is missing, and the store has KMS keys that only its root key can open. "
                    + "Put it back from a copy; a new one would open nothing.")
        case (nil, _): .make
        case (.file, .file), (.passphrase, .passphrase): .open
        case (.passphrase, .file):
            .refuse(
                "The root key of this data directory is protected by a passphrase. Give it with --master-key-passphrase-file, "
                    + "--master-key-command or MARTLET_MASTER_KEY_PASSPHRASE.")
        case (.file, .passphrase):
            .refuse(
                "The root key of this data directory is protected by a file in \(directory), not by a passphrase. "
                    + "Start without one, or change that first: martlet master-key change --new-passphrase-file FILE.")
        }
    }
}
