internal import Engines
internal import Logging
internal import Resources

/// Keeps warm clusters ready, behind everything that users wait for.
struct WarmPoolKeeper: Sendable {
    let engines: [any Engine]
    let target: Int
    /// New instances are on image volumes.
    let inImages: Bool
    let wake: LaneWake
    let logger: Logger

    func run() async {
        while !Task.isCancelled {
            for engine in engines { await fill(engine) }
            await wake.wait(timeout: .seconds(300))
            // Creations come in bursts: let them have the machine first.
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    private func fill(_ engine: any Engine) async {
        do {
            try await engine.fillWarmPool(target: target, inImages: inImages)
        } catch is CancellationError {
            return
        } catch {
            logger.warning(
                "the warm pool could not be filled; creation will be slower",
                metadata: ["engine": "\(engine.traits.name)", "reason": "\(error)"])
        }
    }
}
