public import AWSWire
internal import Keys

/// AWS Key Management Service, API version 2014-11-01: symmetric keys that encrypt and decrypt.
public struct KMSService: ServiceHandler {
    static let table = OperationTable(
        service: .kms, known: KMSActions.all,
        operations: [
            CancelKeyDeletion.self, CreateAlias.self, CreateKey.self, Decrypt.self, DeleteAlias.self, DescribeKey.self,
            DisableKey.self, DisableKeyRotation.self, EnableKey.self, EnableKeyRotation.self, Encrypt.self,
            GenerateDataKey.self, GenerateDataKeyWithoutPlaintext.self, GenerateRandom.self, GetKeyPolicy.self,
            GetKeyRotationStatus.self, ListAliases.self, ListKeyPolicies.self, ListKeyRotations.self, ListKeys.self,
            ListResourceTags.self, PutKeyPolicy.self, ReEncrypt.self, RotateKeyOnDemand.self, ScheduleKeyDeletion.self,
            TagKMSKey.self, UntagKMSKey.self, UpdateAlias.self, UpdateKeyDescription.self,
        ])

    private let context: ServiceContext

    public init(_ context: ServiceContext) { self.context = context }

    public func handle(_ call: ServiceCall) async throws -> Answer {
        let operation = try Self.table.admit(call)
        let request = Request(call: call, context: context)
        do {
            return try await operation.run(request)
        } catch let error as KeyError {
            throw KMSFault.of(error, request)
        } catch is InvalidMarker {
            throw Fault("InvalidMarkerException", "The Marker is not one that a former answer to \(call.action) carried.")
        }
    }
}
