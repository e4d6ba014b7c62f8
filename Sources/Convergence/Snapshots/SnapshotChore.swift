internal import Foundation
internal import Resources

/// What is owed of snapshots beside those that an instance's lane takes.
enum SnapshotChore: Sendable, Equatable {
    /// The files of a snapshot become those of another, too.
    case copy(String, from: String)
    case delete(String)

    /// All that is owed, those first that were asked for first.
    static func due(_ snapshots: [DBSnapshot]) -> [(chore: SnapshotChore, snapshot: DBSnapshot)] {
        snapshots.sorted { ($0.operation?.requestedAt ?? .distantPast) < ($1.operation?.requestedAt ?? .distantPast) }
            .compactMap { snapshot in
                switch snapshot.operation?.kind {
                case .copy: snapshot.copiedFrom.map { (.copy(snapshot.id, from: $0), snapshot) }
                case .delete: (.delete(snapshot.id), snapshot)
                // The lane of the instance takes it.
                case .create, nil: nil
                }
            }
    }

    /// Snapshots that should have files.
    static func known(_ snapshots: [DBSnapshot]) -> Set<String> { Set(snapshots.map(\.id)) }

    /// Those that no instance's operation owes: nobody will take them any more.
    static func orphans(_ snapshots: [DBSnapshot], instances: [DBInstance]) -> [DBSnapshot] {
        let owed = Set(instances.compactMap { $0.operation?.snapshot })
        return snapshots.filter { $0.operation?.kind == .create && !owed.contains($0.id) }
    }
}
