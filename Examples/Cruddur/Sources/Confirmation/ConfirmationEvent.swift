internal import Foundation

/// Cognito's post confirmation event, as far as it concerns us.
///
/// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
struct ConfirmationEvent: Sendable, Equatable {
    /// Nil: nobody is new; a password was forgotten and is known again.
    var newUser: ConfirmedUser?

    enum Mistake: Error, Equatable, CustomStringConvertible {
        case notJSON
        case trigger(String)
        case missing(String)
        case invalid(String)

        var description: String {
            switch self {
            case .notJSON: "The event is no JSON object with triggerSource and request.userAttributes."
            case .trigger(let name): "The event is of \(name), and no post confirmation."
            case .missing(let name): "The user has no attribute \(name)."
            case .invalid(let name): "The user's attribute \(name) is too long, or has a zero byte in it."
            }
        }
    }

    private struct Content: Decodable {
        struct Request: Decodable {
            var userAttributes: [String: String]
        }
        var triggerSource: String
        var request: Request
    }

    static let attributeLimit = 2048

    /// - Throws: `Mistake`.
    init(_ json: Data) throws(Mistake) {
        let content: Content
        do { content = try JSONDecoder().decode(Content.self, from: json) } catch { throw .notJSON }
        switch content.triggerSource {
        case "PostConfirmation_ConfirmSignUp": newUser = try ConfirmedUser(content.request.userAttributes)
        case "PostConfirmation_ConfirmForgotPassword": newUser = nil
        case let other: throw .trigger(other)
        }
    }
}

/// Who has confirmed an address, and is to be a user.
struct ConfirmedUser: Sendable, Equatable {
    var displayName: String
    var email: String
    var handle: String
    /// What Cognito calls this user for ever.
    var sub: String

    init(_ attributes: [String: String]) throws(ConfirmationEvent.Mistake) {
        func attribute(_ name: String) throws(ConfirmationEvent.Mistake) -> String {
            guard let value = attributes[name], !Words.isBlank(value) else { throw .missing(name) }
            guard value.utf8.count <= ConfirmationEvent.attributeLimit, Words.canBeStored(value) else { throw .invalid(name) }
            return value
        }
        sub = try attribute("sub")
        // Whom the seed made, and no pool.
        guard sub != "MOCK" else { throw .invalid("sub") }
        displayName = try attribute("name")
        email = try attribute("email")
        handle = try attribute("preferred_username")
    }
}
