import Crypto
import Foundation
import Resources

/// A private installation made of the host's: PostgreSQL finds its files relative to its program, so a copy of the programs
/// beside symbolic links sees the extensions that we choose.
struct PostgreSQLTree: Sendable, Equatable {
    let installation: PostgreSQLInstallation
    /// `DIR/engines/postgres-15.18`, or a place outside that every user can walk to.
    let root: String

    /// Raised when the tree is built differently, so that old ones are replaced.
    private static let format = 1

    private var prefix: String { Self.commonPrefix([installation.bin, installation.share, installation.library]) }
    var bin: String { moved(installation.bin) }
    private var share: String { moved(installation.share) }
    private var library: String { moved(installation.library) }
    var postgres: String { "\(bin)/postgres" }
    var initdb: String { "\(bin)/initdb" }

    /// The place in this tree of a path of the installation.
    private func moved(_ path: String) -> String { root + path.dropFirst(prefix == "/" ? 0 : prefix.count) }

    /// The longest directory that all of `paths` are in: `/usr` for `/usr/lib/x` and `/usr/share/x`.
    static func commonPrefix(_ paths: [String]) -> String {
        let split = paths.map { $0.split(separator: "/") }
        var common: [Substring] = []
        for (index, part) in (split.first ?? []).enumerated() {
            guard split.allSatisfy({ $0.count > index && $0[index] == part }) else { break }
            common.append(part)
        }
        return "/" + common.joined(separator: "/")
    }

    /// Makes the tree, unless it is there and made from what is installed now. May be killed at any instant.
    func prepare() throws {
        let stamp = stamp()
        let stampPath = "\(root)/stamp"
        if FileSystem.read(stampPath) == stamp, FileSystem.exists(postgres) { return }
        let partial = PostgreSQLTree(installation: installation, root: "\(root).\(UUID().uuidString).partial")
        do {
            try partial.build()
            try FileSystem.replace("\(partial.root)/stamp", with: stamp, mode: 0o644)
            if FileSystem.exists(root) {
                let old = "\(root).\(UUID().uuidString).partial"
                try system("rename \(root)") { rename(root, old) }
            }
            try system("rename to \(root)") { rename(partial.root, root) }
        } catch {
            try TreeRemoval.remove(partial.root)
            throw error
        }
        try removeLeftovers()
    }

    private func removeLeftovers() throws {
        let parent = FileSystem.parent(root)
        let name = FileSystem.lastComponent(root)
        for leftover in FileSystem.names(in: parent) where leftover.hasPrefix("\(name).") && leftover.hasSuffix(".partial") {
            try TreeRemoval.remove("\(parent)/\(leftover)")
        }
    }

    /// What the tree is made from: any change of it asks for a new tree.
    private func stamp() -> String {
        let sources = [
            "\(installation.bin)/postgres", "\(installation.bin)/initdb", "\(installation.share)/extension",
            installation.library,
        ]
        let marks = sources.map { path in
            let found = FileSystem.status(path)
            return "\(path) \(found?.st_size ?? 0) \(found?.st_mtim.tv_sec ?? 0).\(found?.st_mtim.tv_nsec ?? 0)"
        }
        let allowed = PostgreSQLExtensions.allowed.sorted().joined(separator: " ")
        return (["format \(Self.format)", installation.version.version] + marks + [allowed]).joined(separator: "\n") + "\n"
    }

    private func build() throws {
        for directory in [bin, share, FileSystem.parent(library), "\(share)/extension"] { try makeDirectories(directory) }
        for program in ["postgres", "initdb"] { try copy("\(installation.bin)/\(program)", to: "\(bin)/\(program)") }
        try link(installation.library, at: library)
        for name in FileSystem.names(in: installation.share) where name != "extension" {
            try link("\(installation.share)/\(name)", at: "\(share)/\(name)")
        }
        try linkExtensions()
    }

    private func linkExtensions() throws {
        let source = "\(installation.share)/extension"
        let files = FileSystem.names(in: source)
        for name in PostgreSQLExtensions.present(among: files) {
            guard let control = FileSystem.read("\(source)/\(name).control") else { continue }
            try FileSystem.replace(
                "\(share)/extension/\(name).control", with: PostgreSQLExtensions.trustedControl(control), mode: 0o644)
            for file in files where PostgreSQLExtensions.owns(name, file) {
                try link("\(source)/\(file)", at: "\(share)/extension/\(file)")
            }
        }
    }

    private func makeDirectories(_ path: String) throws {
        guard !FileSystem.isDirectory(path) else { return }
        try makeDirectories(FileSystem.parent(path))
        try FileSystem.makeDirectory(path, mode: 0o755)
    }

    private func link(_ target: String, at path: String) throws {
        try system("link \(path)") { symlink(target, path) }
    }

    private func copy(_ source: String, to path: String) throws {
        let input = try Descriptor(opening: source, O_RDONLY)
        let output = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try system("read \(source)") { Int32(read(input.number, &buffer, buffer.count)) }
            if count == 0 { break }
            try FileSystem.write(Array(buffer[..<Int(count)]), to: output, path)
        }
        try system("chmod \(path)") { fchmod(output.number, 0o755) }
    }
}
