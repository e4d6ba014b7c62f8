internal import AWSWire
public import Foundation
internal import Synchronization

/// User and password out of a secret of Secrets Manager (`{"username": …, "password": …}`, RDS's form).
///
/// The secret is read when the first connection is made, and again when the server refuses what it says: so a rotation is not
/// noticed. Connections that open at the same time share one request.
public final class SecretsManagerCredentials: CredentialSource {
    private let secretID: String
    private let keys: AWSKeys
    private let region: String
    private let endpoint: String
    private let caBundle: String?
    private struct State {
        var known: DatabaseCredentials?
        var reading: Task<DatabaseCredentials, any Error>?
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - secretID: name or ARN.
    ///   - endpoint: nil takes `AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL` (which `martlet env` sets), else AWS's own.
    ///   - caBundle: certificates to trust; nil takes `AWS_CA_BUNDLE`, else the system's.
    public init(
        secretID: String, keys: AWSKeys, region: String, endpoint: String? = nil, caBundle: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.secretID = secretID
        self.keys = keys
        self.region = region
        self.endpoint =
            endpoint ?? environment["AWS_ENDPOINT_URL_SECRETS_MANAGER"] ?? environment["AWS_ENDPOINT_URL"]
            ?? "https://secretsmanager.\(region).amazonaws.com"
        self.caBundle = caBundle ?? environment["AWS_CA_BUNDLE"]
    }

    public func credentials(for endpoint: DatabaseURL, refused: DatabaseCredentials?) async throws -> DatabaseCredentials {
        let source = self.source(refused)
        let found = try await source.value
        guard case .others = source, found == refused else { return found }
        // What others were reading already may be older than a rotation; what is asked for from now on is not.
        return try await self.source(refused).value
    }

    private enum Source {
        case known(DatabaseCredentials)
        /// A request that was under way.
        case others(Task<DatabaseCredentials, any Error>)
        case own(Task<DatabaseCredentials, any Error>)

        var value: DatabaseCredentials {
            get async throws {
                switch self {
                case .known(let credentials): credentials
                case .others(let reading), .own(let reading): try await reading.value
                }
            }
        }
    }

    /// One request serves all who ask meanwhile. It ends by itself: it has a limit.
    private func source(_ refused: DatabaseCredentials?) -> Source {
        state.withLock { state in
            if let known = state.known, known != refused { return .known(known) }
            if let reading = state.reading { return .others(reading) }
            let reading = Task {
                do {
                    let fresh = try await read()
                    self.state.withLock { $0 = State(known: fresh) }
                    return fresh
                } catch {
                    self.state.withLock { $0.reading = nil }
                    throw error
                }
            }
            state.reading = reading
            return .own(reading)
        }
    }

    private struct Answer: Decodable { var SecretString: String? }
    private struct Secret: Decodable {
        var username: String
        var password: String
    }

    private func read() async throws -> DatabaseCredentials {
        let place = try HTTPPlace(endpoint)
        let body = try JSONEncoder().encode(["SecretId": secretID])
        let message = HTTPMessage(
            method: "POST", path: "/", query: "",
            headers: [
                (name: "host", value: place.authority), (name: "content-type", value: "application/x-amz-json-1.1"),
                (name: "x-amz-target", value: "secretsmanager.GetSecretValue"),
            ], body: Array(body))
        let signed = try RequestSigner(accessKey: keys.accessKey, region: region, service: "secretsmanager")
            .sign(message, at: Date())
        let answer = try await HTTPExchange.run(signed, to: place, trusting: caBundle)
        guard answer.status == 200 else { throw Self.refusal(answer, secretID) }
        guard let text = try JSONDecoder().decode(Answer.self, from: answer.body).SecretString else {
            throw DatabaseError.configuration("The secret \(secretID) is binary.")
        }
        do {
            let secret = try JSONDecoder().decode(Secret.self, from: Data(text.utf8))
            return DatabaseCredentials(user: secret.username, password: secret.password)
        } catch {
            // What the decoder says could quote the secret.
            throw DatabaseError.configuration("The secret \(secretID) is no {\"username\": …, \"password\": …}.")
        }
    }

    private static func refusal(_ answer: HTTPExchange.Answer, _ secretID: String) -> DatabaseError {
        struct Refusal: Decodable {
            enum CodingKeys: String, CodingKey {
                case type = "__type"
                case message
                case Message
            }
            var type: String?
            var message: String?
            var Message: String?
        }
        // An answer that is no JSON has no words to repeat.
        let refusal = try? JSONDecoder().decode(Refusal.self, from: answer.body)
        let words = [refusal?.type ?? "status \(answer.status)", refusal?.message ?? refusal?.Message ?? ""]
        return .configuration("Secrets Manager refused GetSecretValue of \(secretID): \(words.joined(separator: " "))")
    }
}
