import CMartlet
import Foundation

/// Programs of ours that outlive us, started as ourselves: the gateway.
public enum ServerProcesses {
    /// Starts `program` detached, its standard error appended to `log` (mode 0600).
    ///
    /// - Throws: `EngineError.system` with what the system refused.
    public static func startDetached(
        program: String, arguments: [String], variables: [String] = [], log: String
    ) throws {
        let launch = ProcessLaunch(program: program, arguments: arguments, variables: variables)
        let output = try LogFile(path: log).open().file
        let pid = try launch.spawn(output: output)
        // Reaped by the watcher when it ends while we still run; by init when we have gone.
        _ = try ProcessWatcher.shared.watch(child: pid)
    }

    /// Returns when the process has ended; at once when there is none of that number.
    public static func end(of pid: Int32) async {
        guard let identity = ProcessIdentity.of(pid) else { return }
        do {
            try await ProcessWatcher.shared.end(of: identity)
        } catch {
            // Without a watch the process is looked at now and then.
            while identity.isRunning, !Task.isCancelled {
                do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            }
        }
    }
}
