internal import Foundation
internal import Toolkit

/// The application of `--through`: where it is, and what lets us in.
struct ThroughApplication {
    /// Without a login.
    let url: String
    let headers: ThroughHeaders
    private let place: LocalHTTP.Place

    /// Takes a password in the URL out of the arguments, and warns.
    ///
    /// - Throws: `ToolkitError`, never with a secret.
    init(url typed: String, headerFile: String?) throws {
        let address = try ThroughAddress(typed)
        var headers = ThroughHeaders()
        if address.password != nil {
            ArgumentScrubber.hidePassword(of: typed, option: "--through", advice: "Put a header into --through-header-file.")
        }
        if let headerFile {
            headers = try ThroughHeaders(file: SecretFile.read(headerFile, option: "--through-header-file"))
        }
        if let user = address.user, let password = address.password { try headers.addBasic(user: user, password: password) }
        let bundle = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
        place = try LocalHTTP.Place(url: address.plain, certificateBundle: bundle)
        url = address.plain
        self.headers = headers
    }

    /// As `ThroughMigration` wants it.
    func post(_ path: String, _ body: Data, _ key: String) async throws -> (status: Int, body: Data) {
        // Whatever is set here, `ThroughHeaders` refuses.
        let own = [
            (name: "host", value: place.authority), (name: "content-type", value: "application/json"),
            (name: "accept", value: "application/json"), (name: "idempotency-key", value: key),
        ]
        let given = headers.all.map { (name: $0.name, value: $0.value) }
        let answer = try await LocalHTTP.ask("POST", place.path + path, headers: own + given, body: body, to: place)
        return (answer.status, answer.body)
    }
}
