internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Parameters of KMS, checked as the model has them.
extension Request {
    var account: String { context.account }

    /// A text within its lengths; nil when absent. Unlike `string`, an empty text is one.
    func text(_ name: String, _ length: ClosedRange<Int>) throws -> String? {
        guard let value = call.parameters[name] else { return nil }
        guard let text = value.text else { throw malformed(name, "must be a single value, not a list or a structure") }
        guard text.count >= length.lowerBound else {
            throw KMSFault.constraint(name, text, "Member must have length greater than or equal to \(length.lowerBound)")
        }
        guard text.count <= length.upperBound else {
            throw KMSFault.constraint(
                name, "\(text.prefix(64))…", "Member must have length less than or equal to \(length.upperBound)")
        }
        return text
    }

    func requiredText(_ name: String, _ length: ClosedRange<Int>) throws -> String {
        guard let text = try text(name, length) else { throw KMSFault.missing(name) }
        return text
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let number = try integer(name) else { return nil }
        guard number >= range.lowerBound else {
            throw KMSFault.constraint(
                name, String(number), "Member must have value greater than or equal to \(range.lowerBound)")
        }
        guard number <= range.upperBound else {
            throw KMSFault.constraint(name, String(number), "Member must have value less than or equal to \(range.upperBound)")
        }
        return number
    }

    /// Bytes in base64; they are never repeated in a message.
    func blob(_ name: String, longest: Int) throws -> Data {
        guard let value = call.parameters[name] else { throw KMSFault.missing(name) }
        guard let text = value.text, let data = Data(base64Encoded: text) else {
            throw Fault("SerializationException", "\(name) must be base64.")
        }
        guard !data.isEmpty else { throw KMSFault.constraint(name, nil, "Member must have length greater than or equal to 1") }
        guard data.count <= longest else {
            throw KMSFault.constraint(name, nil, "Member must have length less than or equal to \(longest)")
        }
        return data
    }

    /// At most 8 KB of names and values (KMS developer guide, "Quotas").
    func encryptionContext(_ name: String = "EncryptionContext") throws -> EncryptionContext {
        guard let value = call.parameters[name] else { return [:] }
        guard case .structure(let members) = value else { throw malformed(name, "must be a map of texts") }
        var context = EncryptionContext()
        for member in members {
            guard let text = member.value.text else { throw malformed(name, "must be a map of texts") }
            context.pairs[member.name] = text
        }
        guard context.pairs.reduce(0, { $0 + $1.key.utf8.count + $1.value.utf8.count }) <= 8192 else {
            throw KMSFault.validation("\(name) must not be longer than 8192 bytes.")
        }
        return context
    }

    /// `Limit`, within the model's bounds.
    func pageLimit(_ standard: Int) throws -> Int { try number("Limit", in: 1...1000) ?? standard }

    /// `DryRun`: all has been checked, and nothing is done.
    func endDryRun() throws {
        guard try boolean("DryRun") == true else { return }
        throw Fault("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
    }

    static let keyIDLength = 1...2048
}
