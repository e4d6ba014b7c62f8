public import AWSWire

/// Amazon RDS, API version 2014-10-31.
public struct RDSService: ServiceHandler {
    static let table = OperationTable(
        service: .rds, known: RDSActions.all,
        operations: [
            AddTagsToResource.self, CopyDBParameterGroup.self, CopyOptionGroup.self, CreateDBInstance.self,
            CreateDBParameterGroup.self, CreateOptionGroup.self,
            CreateDBSubnetGroup.self, DeleteDBInstance.self, DeleteDBParameterGroup.self, DeleteOptionGroup.self,
            DeleteDBSubnetGroup.self, DescribeAccountAttributes.self, DescribeCertificates.self,
            DescribeDBEngineVersions.self, DescribeDBInstances.self, DescribeDBLogFiles.self,
            DescribeDBParameterGroups.self,
            DescribeDBParameters.self, DescribeDBSubnetGroups.self, DescribeEngineDefaultParameters.self,
            DescribeEvents.self, DescribeOptionGroupOptions.self, DescribeOptionGroups.self,
            DescribeOrderableDBInstanceOptions.self, DownloadDBLogFilePortion.self, ListTagsForResource.self,
            ModifyCertificates.self,
            ModifyDBInstance.self,
            ModifyDBParameterGroup.self, ModifyDBSubnetGroup.self, ModifyOptionGroup.self, RebootDBInstance.self,
            RemoveTagsFromResource.self,
            ResetDBParameterGroup.self, StartDBInstance.self,
            StopDBInstance.self,
        ])

    private let context: ServiceContext

    public init(_ context: ServiceContext) { self.context = context }

    public func handle(_ call: ServiceCall) async throws -> Answer {
        if call.action == PathAction.downloadCompleteLogFile {
            return try await DownloadCompleteLogFile.run(Request(call: call, context: context))
        }
        let operation = try Self.table.admit(call)
        do {
            return try await operation.run(Request(call: call, context: context))
        } catch is InvalidMarker {
            throw Fault.invalidParameterValue("The parameter Marker is not one that a former answer to \(call.action) carried.")
        }
    }
}
