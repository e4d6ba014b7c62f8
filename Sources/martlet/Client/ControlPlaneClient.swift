internal import AWSWire
internal import Foundation
internal import PrivateFiles

/// Calls the running control plane of a data directory: its AWS API with a signature, and its own pages with the token.
struct ControlPlaneClient {
    let region: String
    private let place: LocalHTTP.Place
    private let token: String
    /// The AWS API alone.
    let api: AWSClient

    /// - Parameter region: nil takes the one that `martlet env` names.
    init(_ directory: DataDirectory, region: String?) throws {
        guard ServeLock.holder(of: directory) != nil,
            let running = try PrivateFile.read(RunningServe.self, from: directory.runFile),
            let credentials = try RootCredentials.load(from: directory),
            let token = try PrivateFile.read(String.self, from: directory.tokenFile)
        else {
            throw InstallationError(
                "No control plane runs on \(directory.path). Start it: martlet serve --data-dir \(directory.path)")
        }
        let place = try LocalHTTP.Place(running)
        self.place = place
        self.token = token
        self.region = region ?? running.region
        api = AWSClient(
            region: self.region, accessKey: AccessKey(id: credentials.accessKeyID, secret: credentials.secretAccessKey)
        ) { _ in place }
    }

    /// - Throws: `AWSClient.Refused` with the API's code, `InstallationError` when it does not answer.
    func ec2(_ action: String, _ parameters: [(name: String, value: String)]) async throws -> AnswerTree {
        try await api.query("ec2", "2016-11-15", action, parameters)
    }

    /// The content of the answer's `…Result`.
    func rds(_ action: String, _ parameters: [(name: String, value: String)] = []) async throws -> AnswerTree {
        try await api.rds(action, parameters)
    }

    /// One of Martlet's own pages; the answer's body.
    func page(_ method: String, _ path: String, _ body: Data = Data()) async throws -> Data {
        let headers = [
            (name: "host", value: place.authority), (name: StatusPage.header, value: token),
            (name: "content-type", value: "application/json"),
        ]
        let answer = try await LocalHTTP.ask(method, path, headers: headers, body: body, to: place)
        guard answer.status == 200 else {
            throw InstallationError(
                String(decoding: answer.body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return answer.body
    }
}
