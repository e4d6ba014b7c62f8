internal import Foundation

/// Asks a running control plane for its status, on a local address.
enum StatusClient {
    /// - Throws: `InstallationError` when it does not answer.
    static func report(of running: RunningServe, token: String) async throws -> StatusReport {
        let place = try LocalHTTP.Place(running)
        let answer = try await LocalHTTP.ask(
            "GET", StatusPage.path, headers: [(name: "host", value: place.authority), (name: StatusPage.header, value: token)],
            to: place)
        guard answer.status == 200 else {
            throw InstallationError("the control plane at \(running.url) answers, but not with its status")
        }
        return try JSONDecoder().decode(StatusReport.self, from: answer.body)
    }
}
