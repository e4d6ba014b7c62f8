import Crypto
import Foundation

/// Where things are on this host, beyond what the contract names.
extension EngineHost {
    /// Directories on the way to a server's data: others may pass through them, never look.
    var passageMode: mode_t { user == nil ? 0o700 : 0o711 }

    /// Makes `DIR` and the named directories below it, where they are missing.
    func makePassage(_ names: String...) throws(EngineError) {
        var path = directory
        try FileSystem.makeDirectory(path, mode: passageMode, finishes: false)
        for name in names {
            path += "/\(name)"
            try FileSystem.makeDirectory(path, mode: passageMode)
        }
    }

    /// True when servers can walk to `DIR` by its name. Else PostgreSQL's are given it as an open descriptor; there are no
    /// others then.
    var isTraversable: Bool {
        guard let user else { return true }
        return Traversability.allows(user, through: Traversability.ancestors(of: directory))
    }

    /// Where `enginesDirectory` is, made or not.
    var enginesPlace: String { isTraversable ? "\(directory)/engines" : outsideDirectory }

    /// Where private copies of engine programs are: below `DIR`, or in a directory outside that servers can walk to.
    ///
    /// The one outside is noted in `DIR/engines/outside` before it is made, so that `removeOutsideTraces` finds it.
    func enginesDirectory() throws(EngineError) -> String {
        let inside = "\(directory)/engines"
        try makePassage()
        try FileSystem.makeDirectory(inside, mode: 0o755)
        if isTraversable { return inside }
        let outside = outsideDirectory
        let note = "\(inside)/outside"
        if FileSystem.read(note) != outside { try FileSystem.replace(note, with: outside, mode: 0o600) }
        try FileSystem.makeDirectory(outside, mode: 0o755)
        guard isOurs(outside) else {
            throw .system(what: "use \(outside)", reason: "it belongs to someone else, or others may write to it")
        }
        return outside
    }

    private var outsideDirectory: String {
        let hash = SHA256.hash(data: Data(directory.utf8)).prefix(6).hexadecimal
        return "/tmp/martlet-engines-\(hash)-\(geteuid())"
    }

    private func isOurs(_ path: String) -> Bool {
        guard let found = FileSystem.status(path) else { return false }
        return found.st_mode & S_IFMT == S_IFDIR && found.st_uid == geteuid() && found.st_mode & 0o022 == 0
    }

    /// What exists outside `DIR` because servers cannot walk into it: at most one directory of engine programs.
    public func outsideTraces() -> [String] {
        let noted = FileSystem.read("\(directory)/engines/outside")
        return noted == outsideDirectory && isOurs(outsideDirectory) ? [outsideDirectory] : []
    }

    /// Deletes `outsideTraces`; for `down`, once no server runs any more.
    ///
    /// - Throws: `EngineError` when something cannot be deleted.
    public func removeOutsideTraces() throws {
        for trace in outsideTraces() { try TreeRemoval.remove(trace) }
        if FileSystem.exists("\(directory)/engines/outside") { try TreeRemoval.remove("\(directory)/engines/outside") }
    }
}
