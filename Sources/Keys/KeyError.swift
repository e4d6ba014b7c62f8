/// Why a key cannot be used, or a ciphertext not be read.
public enum KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing has that id, alias or ARN.
    case notFound(String)
    case disabled(arn: String)
    case pendingDeletion(arn: String)
    /// Damaged, made for another encryption context, or by no key that is here.
    case invalidCiphertext
    /// The ciphertext names another key than the one that was demanded.
    case incorrectKey
    /// The key's material cannot be unwrapped: its document is damaged, or wrapped by a root that is not here.
    case unusableMaterial(arn: String, rootID: String)

    public var description: String {
        switch self {
        case .notFound(let name): "there is no KMS key \(name)"
        case .disabled(let arn): "\(arn) is disabled"
        case .pendingDeletion(let arn): "\(arn) is pending deletion"
        case .invalidCiphertext: "the ciphertext is damaged, or its encryption context is another"
        case .incorrectKey: "the ciphertext was made by another key"
        case .unusableMaterial(let arn, let root): "the material of \(arn) cannot be unwrapped by root key \(root)"
        }
    }
}
