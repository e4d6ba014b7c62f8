internal import AWSWire

/// The switches that CreateDBInstance and ModifyDBInstance share; nil where the request says nothing.
struct InstanceFlags: Sendable, Equatable {
    let deletionProtection: Bool?
    let autoMinorVersionUpgrade: Bool?
    let copyTagsToSnapshot: Bool?
    let performanceInsights: Bool?
    /// Days.
    let performanceInsightsRetention: Int?
    let iamAuthentication: Bool?
    /// An authority that exists.
    let certificateAuthority: String?

    init(_ request: Request) throws {
        deletionProtection = try request.boolean("DeletionProtection")
        autoMinorVersionUpgrade = try request.boolean("AutoMinorVersionUpgrade")
        copyTagsToSnapshot = try request.boolean("CopyTagsToSnapshot")
        performanceInsights = try request.boolean("EnablePerformanceInsights")
        performanceInsightsRetention = try request.integer("PerformanceInsightsRetentionPeriod").map {
            try Limits.performanceInsightsRetention($0)
        }
        iamAuthentication = try request.boolean("EnableIAMDatabaseAuthentication")
        certificateAuthority = try request.string("CACertificateIdentifier").map { try request.certificateAuthority($0) }
        if request.call.action == CreateDBInstance.action { try checkInsights(enabled: performanceInsights ?? false) }
    }

    func checkInsights(enabled: Bool) throws {
        guard performanceInsightsRetention == nil || enabled else {
            throw Fault.invalidParameterCombination(
                "The parameter PerformanceInsightsRetentionPeriod needs EnablePerformanceInsights to be turned on.")
        }
    }
}
