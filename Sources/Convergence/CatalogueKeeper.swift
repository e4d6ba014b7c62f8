internal import Engines
internal import Logging
internal import Resources

/// Has every installed server asked for its parameters before somebody wants to know. An answer is kept for good, so this is
/// work for the first minute of a data directory, and of a version.
struct CatalogueKeeper: Sendable {
    /// Instances come first.
    static let patience = Duration.seconds(20)

    let engines: [any Engine]
    let logger: Logger

    func run() async {
        do { try await Task.sleep(for: Self.patience) } catch { return }
        for engine in engines {
            for version in engine.versions where !Task.isCancelled { await ask(engine, version.version) }
        }
    }

    private func ask(_ engine: any Engine, _ version: String) async {
        do { _ = try await engine.parameters(of: version) } catch is CancellationError { return } catch {
            logger.warning(
                "a server could not be asked for its parameters; it is asked again when somebody wants to know them",
                metadata: ["engine": "\(engine.traits.name)", "version": "\(version)", "reason": "\(error)"])
        }
    }
}
