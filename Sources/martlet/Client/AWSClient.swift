internal import AWSWire
internal import Foundation

/// Calls the AWS API with a signature: Martlet's, or AWS's own.
struct AWSClient {
    /// An error that the API answered.
    struct Refused: Error, CustomStringConvertible {
        var code: String
        var message: String
        var description: String { "\(message) (\(code))" }
    }

    let region: String
    private let accessKey: AccessKey
    /// Where a service is, by its signing name.
    private let place: @Sendable (String) throws -> LocalHTTP.Place

    init(region: String, accessKey: AccessKey, place: @escaping @Sendable (String) throws -> LocalHTTP.Place) {
        self.region = region
        self.accessKey = accessKey
        self.place = place
    }

    /// As `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_DEFAULT_REGION` and
    /// `AWS_CA_BUNDLE` say. Without an endpoint it is AWS itself.
    ///
    /// - Returns: nil when there is no access key.
    init?(environment: [String: String], region: String?) {
        @Sendable func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        guard let id = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else { return nil }
        let region = region ?? value("AWS_REGION") ?? value("AWS_DEFAULT_REGION") ?? "us-east-1"
        self.init(
            region: region, accessKey: AccessKey(id: id, secret: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        ) { service in
            let own = "AWS_ENDPOINT_URL_\(service == "secretsmanager" ? "SECRETS_MANAGER" : service.uppercased())"
            let url = value(own) ?? value("AWS_ENDPOINT_URL") ?? "https://\(service).\(region).amazonaws.com"
            return try LocalHTTP.Place(url: url, certificateBundle: value("AWS_CA_BUNDLE"))
        }
    }

    /// The content of the answer's `…Result`.
    func rds(_ action: String, _ parameters: [(name: String, value: String)] = []) async throws -> AnswerTree {
        let answer = try await query("rds", "2014-10-31", action, parameters)
        guard let result = answer["\(action)Result"] else { throw InstallationError("\(action) was answered without a result") }
        return result
    }

    /// The Query protocol (RDS, EC2).
    func query(
        _ service: String, _ version: String, _ action: String, _ parameters: [(name: String, value: String)]
    ) async throws -> AnswerTree {
        let all = [(name: "Action", value: action), (name: "Version", value: version)] + parameters
        let body = all.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        let answer = try await send(service, "application/x-www-form-urlencoded; charset=utf-8", [], Array(body.utf8))
        guard let tree = AnswerTree(answer.body) else {
            throw InstallationError("\(action) was answered with something that is no XML")
        }
        if answer.status == 200 { return tree }
        let error = tree["Errors"]?["Error"] ?? tree["Error"]
        throw Refused(code: error?.text("Code") ?? "\(answer.status)", message: error?.text("Message") ?? "refused")
    }

    /// `GetSecretValue`: JSON 1.1. The secret's text.
    func secret(_ id: String) async throws -> String {
        let body = try JSONEncoder().encode(["SecretId": id])
        let answer = try await send(
            "secretsmanager", "application/x-amz-json-1.1", [(name: "x-amz-target", value: "secretsmanager.GetSecretValue")],
            Array(body))
        struct Answer: Decodable {
            var text: String?
            var code: String?
            var message: String?

            enum CodingKeys: String, CodingKey {
                case text = "SecretString"
                case code = "__type"
                case message
            }
        }
        let read = try JSONDecoder().decode(Answer.self, from: answer.body)
        guard answer.status == 200 else {
            throw Refused(code: read.code ?? "\(answer.status)", message: read.message ?? "refused")
        }
        guard let text = read.text else { throw InstallationError("the secret \(id) holds no text") }
        return text
    }

    private func send(
        _ service: String, _ type: String, _ headers: [(name: String, value: String)], _ body: [UInt8]
    ) async throws -> LocalHTTP.Answer {
        let place = try place(service)
        let message = HTTPMessage(
            method: "POST", path: "/", query: "",
            headers: [(name: "host", value: place.authority), (name: "content-type", value: type)] + headers, body: body)
        let signed = try RequestSigner(accessKey: accessKey, region: region, service: service).sign(message, at: Date())
        return try await LocalHTTP.ask("POST", "/", headers: signed.headers, body: Data(signed.body), to: place)
    }

    private static func encoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? text
    }
}
