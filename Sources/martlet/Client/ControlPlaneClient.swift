internal import AWSWire
internal import Foundation
internal import PrivateFiles

/// Calls the running control plane of a data directory: its AWS API with a signature, and its own pages with the token.
struct ControlPlaneClient {
    /// An error that the API answered.
    struct Refused: Error, CustomStringConvertible {
        var code: String
        var message: String
        var description: String { "\(message) (\(code))" }
    }

    let region: String
    private let place: LocalHTTP.Place
    private let credentials: RootCredentials
    private let token: String

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
        place = try LocalHTTP.Place(running)
        self.credentials = credentials
        self.token = token
        self.region = region ?? running.region
    }

    /// - Throws: `Refused` with the API's code, `InstallationError` when it does not answer.
    func ec2(_ action: String, _ parameters: [(name: String, value: String)]) async throws -> AnswerTree {
        try await call("ec2", "2016-11-15", action, parameters)
    }

    /// The content of the answer's `…Result`.
    func rds(_ action: String, _ parameters: [(name: String, value: String)] = []) async throws -> AnswerTree {
        let answer = try await call("rds", "2014-10-31", action, parameters)
        guard let result = answer["\(action)Result"] else { throw InstallationError("\(action) was answered without a result") }
        return result
    }

    private func call(
        _ service: String, _ version: String, _ action: String, _ parameters: [(name: String, value: String)]
    ) async throws -> AnswerTree {
        let all = [(name: "Action", value: action), (name: "Version", value: version)] + parameters
        let body = all.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        let message = HTTPMessage(
            method: "POST", path: "/", query: "",
            headers: [
                (name: "host", value: place.authority),
                (name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8"),
            ], body: Array(body.utf8))
        let signer = RequestSigner(
            accessKey: AccessKey(id: credentials.accessKeyID, secret: credentials.secretAccessKey), region: region,
            service: service)
        let signed = try signer.sign(message, at: Date())
        let answer = try await LocalHTTP.ask("POST", "/", headers: signed.headers, body: Data(signed.body), to: place)
        guard let tree = AnswerTree(answer.body) else {
            throw InstallationError("\(action) was answered with something that is no XML")
        }
        if answer.status == 200 { return tree }
        let error = tree["Errors"]?["Error"] ?? tree["Error"]
        throw Refused(code: error?.text("Code") ?? "\(answer.status)", message: error?.text("Message") ?? "refused")
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

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
