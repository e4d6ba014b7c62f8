internal import AWSWire
internal import Keys
internal import Resources

/// Refusals of Secrets Manager. Codes are those of botocore's model; texts are AWS's own where it has been seen to say them.
enum SecretsManagerFault {
    static let notFound = Fault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

    static let deleted = invalidRequest(
        "You can't perform this operation on the secret because it was marked for deletion.")

    static func invalidRequest(_ message: String) -> Fault { Fault("InvalidRequestException", message) }

    static func invalidParameter(_ message: String) -> Fault { Fault("InvalidParameterException", message) }

    static func encryption(_ error: KeyError) -> Fault {
        Fault(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is "
                + "available, enabled, and not in an invalid state: \(error).")
    }

    static func decryption(_ error: KeyError) -> Fault {
        Fault(
            "DecryptionFailure",
            "Secrets Manager can't decrypt the protected secret text using the provided KMS key: \(error).")
    }

    static func tokenInUse(_ token: String, _ secret: Secret) -> Fault {
        Fault(
            "ResourceExistsException",
            "You can't use ClientRequestToken \(token) because that value is already in use for a version of secret "
                + "\(secret.arn).")
    }

    static func managed(_ secret: Secret, by service: String) -> Fault {
        invalidRequest(
            "You can't perform this operation on the secret because it is managed by \(service). Use the operations of "
                + "\(service), e.g. ModifyDBInstance.")
    }
}
