import AWSWire
import Foundation
import Testing

@testable import Services

@Suite struct RDSFaultTests {
    private let faults: [String: Fault] = [
        "DBInstanceNotFoundFault": RDSFault.instanceNotFound("x"),
        "DBInstanceAlreadyExistsFault": RDSFault.instanceAlreadyExists,
        "InvalidDBInstanceStateFault": RDSFault.invalidInstanceState("x"),
        "InstanceQuotaExceededFault": RDSFault.instanceQuotaExceeded(1),
        "DBSubnetGroupNotFoundFault": RDSFault.subnetGroupNotFound("x"),
        "DBSubnetGroupAlreadyExistsFault": RDSFault.subnetGroupAlreadyExists("x"),
        "DBSubnetGroupDoesNotCoverEnoughAZs": RDSFault.subnetGroupTooFewZones(1),
        "DBSubnetGroupQuotaExceededFault": RDSFault.subnetGroupQuotaExceeded(1),
        "DBSubnetQuotaExceededFault": RDSFault.subnetQuotaExceeded(1),
        "InvalidDBSubnetGroupStateFault": RDSFault.subnetGroupInUse("x", by: "y"),
        "InvalidSubnet": RDSFault.invalidSubnet("x"),
        "InvalidVPCNetworkStateFault": RDSFault.invalidNetworkState("x"),
        "DBParameterGroupNotFoundFault": RDSFault.parameterGroupNotFound("x"),
        "DBParameterGroupAlreadyExistsFault": RDSFault.parameterGroupAlreadyExists("x"),
        "DBParameterGroupQuotaExceededFault": RDSFault.parameterGroupQuotaExceeded(1),
        "InvalidDBParameterGroupStateFault": RDSFault.invalidParameterGroupState("x"),
        "OptionGroupAlreadyExistsFault": RDSFault.optionGroupAlreadyExists("x"),
        "OptionGroupQuotaExceededFault": RDSFault.optionGroupQuotaExceeded(1),
        "InvalidOptionGroupStateFault": RDSFault.invalidOptionGroupState("x"),
        "OptionGroupNotFoundFault": RDSFault.optionGroupNotFound("x"),
        "DBLogFileNotFoundFault": RDSFault.logFileNotFound("x"),
        "CertificateNotFoundFault": RDSFault.certificateNotFound("x"),
    ]

    @Test(.enabled(if: Botocore.isInstalled, "python3 with botocore is not installed"))
    func codesAndStatusesAreThoseOfTheModel() throws {
        let differences = try Botocore.run(
            """
            import json, sys, botocore.session
            model = botocore.session.get_session().get_service_model('rds')
            for shape, (code, status) in json.load(sys.stdin).items():
                error = model.shape_for(shape).metadata['error']
                if (error['code'], error['httpStatusCode']) != (code, status): print(shape, code, status, error)
            """, input: faults.mapValues { [$0.code, $0.status] as [Any] })
        #expect(differences.isEmpty, "\(differences)")
    }
}
